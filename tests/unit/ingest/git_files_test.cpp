#include "core/ingest/git_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "core/base/error.h"
#include "core/base/subprocess.h"

namespace quarry::ingest {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class GitFilesTest : public ::testing::Test {
protected:
    GitFilesTest() {
        fs::create_directories(root / "sub");
        git({"init", "-q", "."});
    }
    void git(std::vector<std::string> arguments) const {
        std::vector<std::string> command = {"git", "-C", root.string(), "-c", "user.name=n", "-c", "user.email=e@e"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        const SubprocessResult result = run_subprocess(command, {}, {});
        ASSERT_TRUE(result.succeeded()) << subprocess_cause(result);
    }
    void write(const char* name, std::string_view content) const {
        std::ofstream(root / name, std::ios::binary) << content;
        fs::last_write_time(root / name, fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
    void commit() const {
        git({"add", "-A"});
        git({"commit", "-qm", "m"});
    }
    [[nodiscard]] std::string path(const char* name) const { return (root / name).string(); }
    [[nodiscard]] GitFiles list(std::string_view since = {}) const {
        return list_git_files(root.string(), since, never);
    }

    TemporaryDirectory temporary;
    fs::path root = fs::canonical(temporary.path()) / "a repository";
    Cancellation never;
};

TEST_F(GitFilesTest, knows_what_is_tracked_and_whether_it_is_clean) {
    write("a.md", "one\n");
    write("sub/\xC3\xA9\n.md", "two\n");
    fs::create_symlink("a.md", root / "link");
    commit();
    write("untracked.md", "three\n");
    const GitFiles found = list();
    ASSERT_EQ(found.files.size(), 2U);
    const GitFile& file = found.files.at(path("a.md"));
    EXPECT_EQ(file.blob, "5626abf0f72e58d7a153368ba57db4c673c0e171");
    EXPECT_TRUE(file.is_clean(*stat_file(path("a.md"))));
    EXPECT_TRUE(found.files.contains(path("sub/\xC3\xA9\n.md")));
    EXPECT_THAT(found.folders, UnorderedElementsAre(path("sub")));
    write("a.md", "one, and more\n");
    EXPECT_FALSE(list().files.at(path("a.md")).is_clean(*stat_file(path("a.md"))));
}

TEST_F(GitFilesTest, a_file_as_new_as_the_index_is_not_called_clean) {
    std::ofstream(root / "a.md") << "one\n";
    commit();
    // As if the index had been written in the same moment.
    fs::last_write_time(root / ".git/index", fs::last_write_time(root / "a.md"));
    EXPECT_FALSE(list().files.at(path("a.md")).is_clean(*stat_file(path("a.md"))));
}

TEST_F(GitFilesTest, tells_what_changed_since_a_revision) {
    for (const char* name : {"a.md", "b.md", "sub/c.md"}) write(name, name);
    commit();
    git({"tag", "v1"});
    write("b.md", "edited");
    write("sub/new.md", "new");
    fs::remove(root / "a.md");
    commit();
    const GitFiles found = list("v1");
    ASSERT_TRUE(found.changed);
    EXPECT_THAT(*found.changed, UnorderedElementsAre(path("b.md"), path("sub/new.md")));
    EXPECT_THAT(found.deleted, ElementsAre(path("a.md")));
    const GitFiles below = list_git_files(path("sub"), "v1", never);
    EXPECT_THAT(*below.changed, UnorderedElementsAre(path("sub/new.md")));
    EXPECT_THAT(below.deleted, ElementsAre());
}

TEST_F(GitFilesTest, says_what_is_wrong) {
    write("a.md", "one\n");
    commit();
    const auto failure = [&](const std::string& folder, std::string_view since) {
        try {
            static_cast<void>(list_git_files(folder, since, never));
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(failure(temporary.path().string(), ""), HasSubstr("not a git repository"));
    EXPECT_THAT(failure(root.string(), "no-such-revision"), HasSubstr("no-such-revision"));
    EXPECT_NE(failure(root.string(), "--output=/tmp/x"), "") << "a revision is no option";
}

TEST_F(GitFilesTest, runs_nothing_that_the_repository_names) {
    write("a.md", "one\n");
    write(".gitattributes", "* filter=evil diff=evil\n");
    commit();
    const std::string touch = "touch " + (temporary.path() / "ran").string() + "; cat";
    for (const char* key :
         {"core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.command",
          "diff.evil.textconv", "diff.external", "core.pager", "alias.ls-files", "core.sshCommand", "core.editor"}) {
        git({"config", key, key == std::string("alias.ls-files") ? "!" + touch : touch});
    }
    fs::create_directories(root / ".git/hooks");
    std::ofstream(root / ".git/hooks/post-index-change") << "#!/bin/sh\n" << touch << "\n";
    fs::permissions(root / ".git/hooks/post-index-change", fs::perms::owner_all);
    write("a.md", "two, not staged\n");
    EXPECT_FALSE(list("HEAD").files.at(path("a.md")).is_clean(*stat_file(path("a.md"))));
    EXPECT_FALSE(fs::exists(temporary.path() / "ran"));
}

/// A clone that lacks what it is asked for, so that git would fetch it from where its configuration says.
TEST_F(GitFilesTest, fetches_nothing_that_a_clone_lacks) {
    write("a.md", "one\n");
    commit();
    git({"tag", "v1"});
    write("a.md", "two, and more\n");
    commit();
    const std::string listed = run_subprocess({"git", "-C", root.string(), "rev-parse", "v1^{tree}"}, {}, {}).output;
    fs::remove(root / ".git/objects" / listed.substr(0, 2) / listed.substr(2, listed.size() - 3));
    const std::string touch = "touch " + (temporary.path() / "ran").string();
    const std::string script = (temporary.path() / "script").string();
    std::ofstream(script) << "#!/bin/sh\n" << touch << "\n";
    fs::permissions(script, fs::perms::owner_all);
    for (const auto& [key, value] :
         std::initializer_list<std::pair<const char*, std::string>>{{"core.repositoryformatversion", "1"},
                                                                    {"extensions.partialClone", "origin"},
                                                                    {"remote.origin.promisor", "true"},
                                                                    {"protocol.allow", "always"},
                                                                    {"protocol.ext.allow", "always"},
                                                                    {"protocol.file.allow", "always"},
                                                                    {"core.sshCommand", script},
                                                                    {"core.gitProxy", script},
                                                                    {"core.alternateRefsCommand", script},
                                                                    {"credential.helper", script},
                                                                    {"remote.origin.uploadpack", script}}) {
        git({"config", key, value});
    }
    for (const std::string& url : {"ext::" + script, std::string("ssh://localhost/x"), std::string("git://localhost/x"),
                                   root.string(), "file://" + root.string(), std::string("http://localhost:9/x")}) {
        git({"config", "remote.origin.url", url});
        EXPECT_THROW(static_cast<void>(list("v1")), Error) << url;
        EXPECT_FALSE(fs::exists(temporary.path() / "ran")) << url;
    }
    git({"config", "remote.origin.vcs", "ext"});
    EXPECT_THROW(static_cast<void>(list("v1")), Error);
    EXPECT_FALSE(fs::exists(temporary.path() / "ran"));
}

/// A folder of a clone can hold what git takes for a repository, with a configuration of its own.
TEST_F(GitFilesTest, a_bare_repository_within_another_is_none) {
    write("a.md", "one\n");
    commit();
    git({"clone", "-q", "--bare", ".", "sub/bare"});
    EXPECT_THROW(static_cast<void>(list_git_files(path("sub/bare"), "", never)), Error);
}

}  // namespace
}  // namespace quarry::ingest
