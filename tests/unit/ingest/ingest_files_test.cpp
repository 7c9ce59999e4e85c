#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "core/base/file.h"
#include "core/base/subprocess.h"
#include "core/ingest/ingest.h"

namespace quarry::ingest {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

/// Which files a run takes, and what becomes of those that went away.
class IngestFilesTest : public ::testing::Test {
protected:
    fs::path write(const fs::path& name, std::string_view content) const {
        const fs::path path = root / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
        return path;
    }
    void git(std::vector<std::string> arguments) const {
        std::vector<std::string> command = {"git", "-C", root.string(), "-c", "user.name=n", "-c", "user.email=e@e"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        const SubprocessResult result = run_subprocess(command, {}, {});
        ASSERT_TRUE(result.succeeded()) << subprocess_cause(result);
    }
    IngestReport run() { return ingest(store.get(), inputs, options, cancellation); }
    /// The names of sources below the folder.
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> all;
        store->for_each_source("", [&](const store::Source& source) {
            all.push_back(fs::path(source.uri).lexically_relative(root).string());
        });
        return all;
    }
    void expect_sound() const {
        for (const store::VerifyFinding& finding : store->verify({})) {
            ADD_FAILURE() << finding.subject << ": " << finding.problem;
        }
    }

    TemporaryDirectory temporary;
    fs::path root = fs::canonical(temporary.path()) / "docs";
    std::unique_ptr<store::Store> store = store::open_store_in_memory();
    IngestInputs inputs{{root}, {}, {}};
    IngestOptions options;
    Cancellation cancellation;
};

TEST_F(IngestFilesTest, a_name_without_an_ending_is_looked_into) {
    write("page", "<!doctype html><html><body><main><p>Cats sleep.</p></main></body></html>");
    write("tool", "#!/usr/bin/env python3\nprint(1)\n");
    write("blob", "nothing that anybody knows");
    write("page.unknown", "<!doctype html><p>An ending says what it is not.");
    EXPECT_EQ(run().skipped.at("unknown_type"), 2U);
    EXPECT_THAT(names(), UnorderedElementsAre("page", "tool"));
    EXPECT_EQ(store->source((root / "page").string())->media_type, "text/html");
    EXPECT_EQ(store->source((root / "tool").string())->media_type, "text/x-python");

    const IngestReport again = run();
    EXPECT_EQ(again.unchanged, 2U);
    EXPECT_EQ(again.bytes, 0U);
    write("page", "{\"now\": \"JSON\"}");
    EXPECT_EQ(run().updated, 1U);
    EXPECT_EQ(store->source((root / "page").string())->media_type, "application/json");
}

TEST_F(IngestFilesTest, a_moved_file_keeps_what_is_known_of_it_under_its_new_name) {
    write("a.md", "# One\n\nText.\n");
    write("b.md", "# Two\n\nOther.\n");
    (void)run();
    const auto document = store->source((root / "a.md").string())->document_id;
    fs::create_directories(root / "sub");
    fs::rename(root / "a.md", root / "sub/moved.md");
    const IngestReport report = run();
    EXPECT_EQ(report.moved, 1U);
    EXPECT_EQ(report.added, 0U);
    EXPECT_EQ(report.removed, 0U);
    EXPECT_EQ(report.unchanged, 1U);
    EXPECT_THAT(names(), ElementsAre("b.md", "sub/moved.md"));
    EXPECT_EQ(store->source((root / "sub/moved.md").string())->document_id, document);
    expect_sound();
}

TEST_F(IngestFilesTest, a_copy_is_no_move_and_of_two_gone_only_one_moved) {
    write("a.md", "# One\n");
    write("b.md", "# One\n");
    EXPECT_EQ(run().chunks, 1U) << "documents alike are stored once";
    write("c.md", "# One\n");
    const IngestReport copied = run();
    EXPECT_EQ(copied.added, 1U);
    EXPECT_EQ(copied.moved, 0U);
    fs::remove(root / "a.md");
    fs::remove(root / "b.md");
    fs::rename(root / "c.md", root / "d.md");
    const IngestReport report = run();
    EXPECT_EQ(report.moved, 1U);
    EXPECT_EQ(report.removed, 2U);
    EXPECT_THAT(names(), ElementsAre("d.md"));
}

TEST_F(IngestFilesTest, a_move_that_was_cut_short_is_finished) {
    write("a.md", "# One\n");
    (void)run();
    write("b.md", "# One\n");
    (void)run();  // as a run leaves it that was killed between storing b and dropping a
    fs::remove(root / "a.md");
    EXPECT_EQ(run().removed, 1U);
    EXPECT_THAT(names(), ElementsAre("b.md"));
}

TEST_F(IngestFilesTest, a_dry_run_tells_moves_and_makes_none) {
    write("a.md", "# One\n");
    (void)run();
    fs::rename(root / "a.md", root / "b.md");
    options.dry_run = true;
    const IngestReport report = run();
    EXPECT_EQ(report.moved, 1U);
    ASSERT_EQ(report.actions.size(), 1U);
    EXPECT_EQ(report.actions[0].action, IngestAction::move);
    EXPECT_EQ(report.actions[0].reason, "from " + (root / "a.md").string());
    EXPECT_THAT(names(), ElementsAre("a.md"));
}

TEST_F(IngestFilesTest, patterns_limit_what_is_read_and_what_is_pruned) {
    for (const char* name : {"a.md", "b.txt", "drafts/c.md", "sub/d.md"}) write(name, name);
    options.include = {"*.md"};
    options.exclude = {"drafts/"};
    EXPECT_THAT(run().skipped, UnorderedElementsAre(Pair("excluded", 2U)));
    EXPECT_THAT(names(), ElementsAre("a.md", "sub/d.md"));
    options.include = {};
    options.exclude = {};
    (void)run();
    options.exclude = {"drafts/"};
    options.prune = true;
    fs::remove(root / "drafts/c.md");
    fs::remove(root / "sub/d.md");
    EXPECT_EQ(run().removed, 1U);
    EXPECT_THAT(names(), ElementsAre("a.md", "b.txt", "drafts/c.md")) << "what is left out is left alone";
}

TEST_F(IngestFilesTest, a_glob_reads_and_prunes_what_it_matches) {
    for (const char* name : {"a.md", "v1/b.md", "v1/deep/c.md", "v2/d.md", "v2/e.txt"}) write(name, name);
    inputs.paths = {root / "v*/**/*.md"};
    EXPECT_THAT(run().skipped, IsEmpty());
    EXPECT_THAT(names(), ElementsAre("v1/b.md", "v1/deep/c.md", "v2/d.md"));
    fs::remove(root / "v2/d.md");
    options.prune = true;
    EXPECT_EQ(run().removed, 1U);
    options.prune = false;
    inputs.paths = {root / "*.rst"};
    const IngestReport none = run();
    ASSERT_EQ(none.failed.size(), 1U);
    EXPECT_EQ(none.failed[0].reason, "no file matches it");
}

TEST_F(IngestFilesTest, listed_files_are_as_if_found_in_a_folder) {
    write("a.md", "one");
    write("b.unknown", "two");
    inputs = {{}, {root / "a.md", root / "b.unknown", root / "missing.md"}, {}};
    const IngestReport report = run();
    EXPECT_EQ(report.added, 1U);
    EXPECT_THAT(report.skipped, UnorderedElementsAre(Pair("unknown_type", 1U)));
    ASSERT_EQ(report.failed.size(), 1U);
    EXPECT_EQ(report.failed[0].uri, (root / "missing.md").string());
    options.exclude = {"*.md"};
    EXPECT_THAT(run().skipped, UnorderedElementsAre(Pair("unknown_type", 1U), Pair("excluded", 2U)));
}

TEST_F(IngestFilesTest, git_says_what_is_read_and_a_fresh_checkout_costs_nothing) {
    write("a.md", "one\n");
    write(".gitignore", "ignored.md\n");
    write("ignored.md", "ignored but tracked\n");
    git({"init", "-q", "."});
    git({"add", "-f", "a.md", "ignored.md"});
    git({"commit", "-qm", "m"});
    write("untracked.md", "two\n");
    options.git = true;
    EXPECT_EQ(run().added, 2U);
    EXPECT_THAT(names(), ElementsAre("a.md", "ignored.md"));
    // A checkout anew: other times, which git has noted.
    fs::last_write_time(root / "a.md", fs::file_time_type::clock::now() - std::chrono::minutes(30));
    git({"update-index", "--refresh"});
    const IngestReport report = run();
    EXPECT_EQ(report.unchanged, 2U);
    EXPECT_EQ(report.bytes, 0U) << "nothing was read";
    // The same size, the same content for git until it looks: but the time tells.
    write("a.md", "eno\n");
    fs::last_write_time(root / "a.md", fs::file_time_type::clock::now() - std::chrono::minutes(20));
    EXPECT_EQ(run().updated, 1U);
    expect_sound();
}

TEST_F(IngestFilesTest, since_a_revision_only_what_changed_is_looked_at) {
    for (const char* name : {"a.md", "b.md", "c.md", "d.md"}) write(name, name);
    git({"init", "-q", "."});
    git({"add", "-A"});
    git({"commit", "-qm", "m"});
    options.git = true;
    (void)run();
    write("b.md", "edited and committed");
    fs::remove(root / "c.md");
    git({"add", "-A"});
    git({"commit", "-qm", "m"});
    write("d.md", "edited in the work tree");
    options.since = "HEAD~1";
    const IngestReport report = run();
    EXPECT_EQ(report.updated, 2U);
    EXPECT_EQ(report.unchanged, 0U) << "a.md was not looked at";
    EXPECT_EQ(report.removed, 1U);
    EXPECT_THAT(names(), ElementsAre("a.md", "b.md", "d.md"));
}

TEST_F(IngestFilesTest, a_file_that_becomes_a_link_out_of_the_folder_is_not_followed) {
    std::ofstream(temporary.path() / "secret.md") << "secret";
    fs::create_directories(temporary.path() / "outside");
    std::ofstream(temporary.path() / "outside/x.md") << "secret";
    write("a.md", "one");
    write("sub/x.md", "two");
    for (const auto& [relative, link, target] : {std::tuple{"a.md", root / "a.md", temporary.path() / "secret.md"},
                                                 std::tuple{"sub/x.md", root / "sub", temporary.path() / "outside"}}) {
        EXPECT_NO_THROW((void)read_file_below(root, relative, 1000));
        fs::remove_all(link);
        fs::create_symlink(target, link);
        EXPECT_THROW((void)read_file_below(root, relative, 1000), Error) << relative;
    }
    EXPECT_THROW((void)read_file_below(root, "../secret.md", 1000), Error);
    (void)run();
    EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace quarry::ingest
