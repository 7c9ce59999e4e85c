#include "core/ingest/ingest.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

#include "core/analyze/analyzer.h"
#include "core/base/file.h"

namespace quarry::ingest {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class IngestTest : public ::testing::Test {
protected:
    fs::path write(const fs::path& name, std::string_view content) const {
        const fs::path path = root / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
        // As if written a while ago: a file of this second is read again the next time, to be safe.
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
        return path;
    }
    IngestReport ingest(const std::vector<fs::path>& paths) {
        return quarry::ingest::ingest(store.get(), {paths, {}, {}}, options, cancellation);
    }
    IngestReport ingest() { return ingest({root}); }
    IngestReport ingest_text(const std::string& text, std::string_view name) {
        std::istringstream stream(text);
        return ingest_stream(store.get(), stream, name, options, cancellation);
    }
    IngestReport ingest_lines(const std::string& text) {
        std::istringstream stream(text);
        return ingest_jsonl(store.get(), stream, "lines", options, cancellation);
    }
    [[nodiscard]] store::Source source(const fs::path& name) const {
        const auto found = store->source((root / name).string());
        return found ? *found : store::Source{};
    }
    [[nodiscard]] std::vector<std::string> found(const std::string& word) const {
        const std::string term = analyze::Analyzer().analyzed(word);
        std::vector<std::string> texts;
        for (const document::ScoredChunk& hit : store->lexical({{{term}}, {}}, {}, 100)) {
            texts.push_back(store->chunk(hit.chunk_id)->text);
        }
        return texts;
    }
    void expect_sound() const {
        for (const store::VerifyFinding& finding : store->verify({}))
            ADD_FAILURE() << finding.subject << ": " << finding.problem;
    }
    /// All that is in the base, as text.
    [[nodiscard]] static std::string content(const store::Store& base) {
        std::string text;
        base.for_each_source("", [&](const store::Source& source) {
            text += fmt::format("{} {} {} {} {}\n", source.uri, source.content_hash, source.title, source.chunk_count,
                                source.document_id.value_or(0));
        });
        base.for_each_chunk([&](const store::Chunk& chunk) {
            text += fmt::format("{} {} {}\n", chunk.id, chunk.uri, chunk.text);
            return true;
        });
        return text;
    }

    TemporaryDirectory temporary;
    fs::path root = fs::canonical(temporary.path()) / "docs";
    std::unique_ptr<store::Store> store = store::open_store_in_memory();
    IngestOptions options;
    Cancellation cancellation;
};

TEST_F(IngestTest, reads_a_folder) {
    write("guide.md", "# The moon\n\nIt is far.\n");
    write("sub/notes.txt", "The sun is farther.\n");
    write("picture.png", "not read");
    write("data.gz", "not read");
    write("more.gz", "not read");
    const IngestReport report = ingest();
    EXPECT_EQ(report.added, 2U);
    EXPECT_EQ(report.chunks, 2U);
    EXPECT_THAT(report.skipped, ElementsAre(Pair("unknown_type", 3)));
    EXPECT_THAT(report.skipped_extensions, ElementsAre(Pair("gz", 2), Pair("png", 1)));
    EXPECT_THAT(report.failed, IsEmpty());
    EXPECT_EQ(source("guide.md").title, "The moon");
    EXPECT_EQ(source("guide.md").media_type, "text/markdown");
    EXPECT_THAT(found("sun"), ElementsAre("The sun is farther."));
    expect_sound();
}

TEST_F(IngestTest, of_two_runs_at_once_each_reports_what_it_did) {
    write("a.md", "The moon.");
    write("b.md", "The sun.");
    const fs::path base = temporary.path() / "base.db";
    store = store::open_store(base, store::StoreMode::create);
    // Another run comes and goes between this one's look at the base and its first transaction.
    const auto meanwhile = [&](const std::function<void()>& act) {
        IngestOptions interrupted;
        bool done = false;
        interrupted.progress = [&](const IngestProgress&) {
            if (!std::exchange(done, true)) act();
        };
        interrupted.prune = true;
        return quarry::ingest::ingest(store.get(), {{root}, {}, {}}, interrupted, cancellation);
    };
    IngestReport other;
    const auto run_other = [&] {
        options.prune = true;
        const auto second = store::open_store(base, store::StoreMode::write);
        other = quarry::ingest::ingest(second.get(), {{root}, {}, {}}, options, cancellation);
    };
    IngestReport report = meanwhile(run_other);
    EXPECT_EQ(other.added, 2U);
    EXPECT_EQ(report.added, 0U);
    EXPECT_EQ(report.unchanged, 2U);
    EXPECT_EQ(report.chunks, 0U);

    write("a.md", "The moon is far.");
    write("c.md", "The stars.");
    fs::remove(root / "b.md");
    report = meanwhile(run_other);
    EXPECT_EQ(other.updated, 1U);
    EXPECT_EQ(other.added, 1U);
    EXPECT_EQ(other.removed, 1U);
    EXPECT_EQ(report.added, 0U);
    EXPECT_EQ(report.updated, 0U);
    EXPECT_EQ(report.unchanged, 2U);
    EXPECT_EQ(report.removed, 0U);
    expect_sound();
}

TEST_F(IngestTest, a_second_run_reads_only_what_changed) {
    write("same.md", "Same.");
    write("edited.md", "Before.");
    write("touched.md", "Touched.");
    ingest();
    IngestReport report = ingest();
    EXPECT_EQ(report.unchanged, 3U);
    EXPECT_EQ(report.bytes, 0U);

    write("edited.md", "After, and longer.");
    fs::last_write_time(root / "touched.md", fs::file_time_type::clock::now() - std::chrono::hours(9));
    write("new.md", "New.");
    report = ingest();
    EXPECT_EQ(report.added, 1U);
    EXPECT_EQ(report.updated, 1U);
    EXPECT_EQ(report.unchanged, 2U);
    EXPECT_THAT(found("before"), IsEmpty());
    EXPECT_EQ(found("after").size(), 1U);
    EXPECT_EQ(ingest().bytes, 0U) << "the new time was noted";
    expect_sound();
}

TEST_F(IngestTest, an_edit_that_keeps_size_and_time_is_seen_when_the_file_was_fresh) {
    const fs::path path = write("a.md", "one");
    const auto now = fs::file_time_type::clock::now();
    fs::last_write_time(path, now);
    ingest();
    std::ofstream(path) << "two";
    fs::last_write_time(path, now);
    EXPECT_EQ(ingest().updated, 1U);
}

TEST_F(IngestTest, prunes_what_is_gone_below_the_given_folders_only) {
    write("a/gone.md", "Gone.");
    write("a/stays.md", "Stays.");
    write("b/gone.md", "Gone, too.");
    ingest();
    ingest_text("From a pipe.", "pipe");
    fs::remove(root / "a/gone.md");
    fs::remove(root / "b/gone.md");
    EXPECT_EQ(ingest().removed, 0U);
    options.prune = true;
    EXPECT_EQ(ingest({root / "a"}).removed, 1U);
    EXPECT_EQ(source("a/gone.md").id, 0);
    EXPECT_NE(source("b/gone.md").id, 0);
    EXPECT_EQ(ingest().removed, 1U);
    EXPECT_EQ(store->stats().sources, 2U) << "stays.md and the pipe";
    fs::remove_all(root / "a");
    const IngestReport report = ingest({root / "a"});
    EXPECT_EQ(report.removed, 1U);
    EXPECT_THAT(report.failed, IsEmpty());
    expect_sound();
}

TEST_F(IngestTest, a_moved_file_keeps_its_document) {
    write("old.md", "# Title\n\nText.");
    ingest();
    const auto document = source("old.md").document_id;
    fs::rename(root / "old.md", root / "new.md");
    options.prune = true;
    const IngestReport report = ingest();
    EXPECT_EQ(report.moved, 1U);
    EXPECT_EQ(report.added, 0U);
    EXPECT_EQ(report.removed, 0U);
    EXPECT_EQ(source("new.md").document_id, document);
}

TEST_F(IngestTest, bad_documents_are_reported_and_tried_again_and_the_rest_goes_in) {
    write("good.md", "Good.");
    write("broken.json", "{");
    write("latin1.txt", "Caf\xE9");
    options.max_file_bytes = 1000;
    write("large.txt", std::string(2000, 'x'));
    write("empty.md", "");
    write("binary.txt", std::string("\x7F" "ELF\0\0\0\0", 8));
    IngestReport report = ingest();
    EXPECT_EQ(report.added, 2U);
    ASSERT_EQ(report.warnings.size(), 1U);
    EXPECT_EQ(report.warnings[0].kind, document::Warning::Kind::invalid_bytes);
    EXPECT_THAT(report.skipped, UnorderedElementsAre(Pair("empty", 1), Pair("binary", 1)));
    ASSERT_EQ(report.failed.size(), 2U);
    EXPECT_THAT(report.failed[0].reason, HasSubstr("larger than the limit of 1.0 kB"));
    EXPECT_THAT(report.failed[0].hint, HasSubstr("ingest.max_file_bytes"));
    EXPECT_THAT(report.failed[1].reason, HasSubstr("parse error"));
    EXPECT_EQ(source("broken.json").status, store::SourceStatus::failed);
    EXPECT_THAT(source("broken.json").error, HasSubstr("parse error"));
    report = ingest();
    EXPECT_EQ(report.failed.size(), 2U);
    EXPECT_EQ(report.unchanged, 2U);
    write("broken.json", "{}");
    report = ingest();
    EXPECT_EQ(report.updated, 1U);
    EXPECT_EQ(report.failed.size(), 1U);
    expect_sound();
}

TEST_F(IngestTest, what_was_a_text_once_and_is_none_now_is_no_longer_found) {
    for (const char* name : {"a.md", "b.md", "c.md"}) write(name, "Moon.");
    ingest();
    write("a.md", "");
    write("b.md", std::string(100, '\0'));
    write("c.md", "\xFF\xFE\xFD!");
    const IngestReport report = ingest();
    EXPECT_EQ(report.removed, 2U);
    EXPECT_THAT(found("moon"), IsEmpty());
    expect_sound();
}

TEST_F(IngestTest, a_named_file_that_is_skipped_in_folders_fails) {
    const auto reason = [&](const fs::path& path) {
        const IngestReport report = ingest({path});
        return report.failed.size() == 1 ? report.failed[0].reason : std::string();
    };
    EXPECT_THAT(reason(write("a.xyz", "text")), HasSubstr("cannot be read yet"));
    EXPECT_THAT(reason(write("empty.md", "")), HasSubstr("it is empty"));
    EXPECT_THAT(reason(write("b.txt", std::string(100, '\0'))), HasSubstr("binary"));
    EXPECT_THAT(reason(root / "missing.md"), HasSubstr("No such file"));
    options.type = "text";
    EXPECT_EQ(ingest({root / "a.xyz"}).added, 1U);
    options.type = "nonsense";
    EXPECT_THROW(ingest({root / "a.xyz"}), Error);
}

TEST_F(IngestTest, a_file_that_vanishes_while_it_is_read_fails_alone) {
    write("a.md", "Here.");
    const fs::path vanishing = write("b.md", "Soon gone.");
    write("c.md", std::string(20, 'c'));
    options.threads = 1;
    // The first document is 20 MB, so the second is read only after the first was stored.
    write("a.md", std::string(20'000'000, 'a') + "\n");
    options.progress = [&](const IngestProgress&) { fs::remove(vanishing); };
    options.chunking.strategy = "fixed";
    options.chunking.size = 1'000'000;
    const IngestReport report = ingest();
    EXPECT_EQ(report.added, 2U);
    ASSERT_EQ(report.failed.size(), 1U);
    EXPECT_THAT(report.failed[0].reason, HasSubstr("No such file"));
    EXPECT_EQ(source("b.md").id, 0) << "nothing is left to be remembered";
}

TEST_F(IngestTest, a_sparse_file_of_a_terabyte_is_not_read) {
    const fs::path path = write("sparse.txt", "x");
    fs::resize_file(path, 1'000'000'000'000);
    options.max_file_bytes = 2'000'000'000'000;
    const IngestReport report = ingest();
    ASSERT_EQ(report.failed.size(), 1U);
    EXPECT_THAT(report.failed[0].reason, HasSubstr("larger than the limit of 999 MB"));
}

TEST_F(IngestTest, a_line_of_megabytes_is_cut) {
    write("line.txt", std::string(3'000'000, 'x') + " end");
    EXPECT_EQ(ingest().added, 1U);
    EXPECT_GT(source("line.txt").chunk_count, 1000U);
    expect_sound();
}

TEST_F(IngestTest, other_chunking_cuts_everything_anew) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += fmt::format("Paragraph {}.\n\n", i);
    write("a.md", "# Top\n\n" + text);
    ingest();
    ingest_text(text, "pipe");
    EXPECT_EQ(store->source("pipe")->chunk_count, 1U);
    options.chunking.size = 100;
    const IngestReport report = ingest({write("b.md", "Small.")});
    EXPECT_EQ(report.rechunked, 2U);
    EXPECT_EQ(report.added, 1U);
    EXPECT_GT(store->source("pipe")->chunk_count, 5U);
    EXPECT_GT(source("a.md").chunk_count, 5U);
    EXPECT_EQ(store->chunks_of(*source("a.md").document_id).back().span.heading_path, std::vector<std::string>{"Top"})
        << "the structure came back with the text";
    EXPECT_EQ(ingest().rechunked, 0U);
    expect_sound();
}

TEST_F(IngestTest, a_rechunking_that_was_broken_off_is_taken_up_whatever_the_options) {
    write("a.md", "Text.");
    ingest();
    store->set_setting(store::setting::chunking, "mixed");
    EXPECT_EQ(ingest().rechunked, 1U);
    EXPECT_EQ(store->setting(store::setting::chunking), options.chunking.fingerprint());
}

TEST_F(IngestTest, an_index_of_another_analyzer_is_made_anew) {
    write("a.md", "Moons.");
    ingest();
    store->set_setting(store::setting::analyzer, "another");
    EXPECT_TRUE(ingest().reindexed);
    EXPECT_FALSE(ingest().reindexed);
}

TEST_F(IngestTest, a_dry_run_says_what_would_be_done_and_does_nothing) {
    write("same.md", "Same.");
    write("edited.md", "Before.");
    write("gone.md", "Gone.");
    ingest();
    const std::string before = content(*store);
    write("edited.md", "After it.");
    fs::remove(root / "gone.md");
    write("new.md", "New.");
    write("bad.json", "{");
    write("x.gz", "");
    options.dry_run = true;
    options.prune = true;
    options.chunking.size = 99;
    const IngestReport report = ingest();
    std::vector<std::string> actions;
    for (const IngestReport::Planned& planned : report.actions) {
        actions.push_back(fmt::format("{} {}", ingest_action_name(planned.action), fs::path(planned.uri).filename().string()));
    }
    EXPECT_THAT(actions,
                UnorderedElementsAre("add new.md", "update edited.md", "fail bad.json", "skip x.gz", "remove gone.md"));
    EXPECT_EQ(report.rechunked, 3U);
    EXPECT_EQ(content(*store), before);
    options.prune = false;
    EXPECT_EQ(quarry::ingest::ingest(nullptr, {{root}, {}, {}}, options, cancellation).added, 3U);
}

TEST_F(IngestTest, the_result_does_not_depend_on_the_number_of_threads) {
    for (int i = 0; i < 120; ++i) {
        write(fmt::format("{}/{}.md", i % 7, i), fmt::format("# Title {}\n\nShared text.\n\nWord{}.\n", i % 11, i));
    }
    options.threads = 1;
    ingest();
    const std::string one = content(*store);
    for (const std::size_t threads : {2U, 5U}) {
        store = store::open_store_in_memory();
        options.threads = threads;
        ingest();
        EXPECT_EQ(content(*store), one);
    }
}

TEST_F(IngestTest, an_interrupted_run_keeps_what_it_had_and_the_next_does_the_rest) {
    for (int i = 0; i < 300; ++i) write(fmt::format("{:03}.md", i), fmt::format("Document {}.", i));
    options.threads = 1;
    options.progress = [&](const IngestProgress& progress) {
        if (progress.done == 100) cancellation.cancel();
    };
    EXPECT_THROW(ingest(), Error);
    const std::uint64_t kept = store->stats().sources;
    EXPECT_GE(kept, 100U);
    EXPECT_LT(kept, 300U);
    expect_sound();
    Cancellation fresh;
    const IngestReport report = quarry::ingest::ingest(store.get(), {{root}, {}, {}}, options, fresh);
    EXPECT_EQ(report.unchanged, kept);
    EXPECT_EQ(report.added, 300 - kept);
    const std::string resumed = content(*store);
    store = store::open_store_in_memory();
    (void)quarry::ingest::ingest(store.get(), {{root}, {}, {}}, options, fresh);
    EXPECT_EQ(content(*store), resumed);
}

TEST_F(IngestTest, a_killed_run_leaves_what_was_committed_and_the_next_does_the_rest) {
    // In three transactions.
    const std::string dots(5'000, '.');
    for (int i = 0; i < 1'500; ++i) write(fmt::format("{:04}.md", i), fmt::format("Document {}{}", i, dots));
    const fs::path base = temporary.path() / "base.db";
    const pid_t child = ::fork();
    if (child == 0) {
        options.progress = [](const IngestProgress& progress) {
            if (progress.done == 1'400) ::kill(::getpid(), SIGKILL);
        };
        (void)quarry::ingest::ingest(store::open_store(base, store::StoreMode::create).get(), {{root}, {}, {}}, options,
                                     cancellation);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto killed = store::open_store(base, store::StoreMode::write);
    const std::uint64_t kept = killed->stats().sources;
    EXPECT_GT(kept, 0U);
    EXPECT_LT(kept, 1'500U);
    EXPECT_EQ(quarry::ingest::ingest(killed.get(), {{root}, {}, {}}, options, cancellation).unchanged, kept);
    ingest();
    EXPECT_EQ(content(*killed), content(*store));
}

TEST_F(IngestTest, reads_one_document_from_a_stream) {
    IngestReport report = ingest_text("# Moon\n\nFar.", "moon.md");
    EXPECT_EQ(report.added, 1U);
    const store::Source moon = *store->source("moon.md");
    EXPECT_EQ(moon.kind, store::SourceKind::standard_input);
    EXPECT_EQ(moon.media_type, "text/markdown");
    EXPECT_EQ(ingest_text("# Moon\n\nFar.", "moon.md").unchanged, 1U);
    EXPECT_EQ(ingest_text("# Moon\n\nNear.", "moon.md").updated, 1U);
    EXPECT_EQ(ingest_text("plain", "no ending known.xyz").added, 1U);
    EXPECT_THAT(ingest_text("", "empty").failed.front().reason, HasSubstr("it is empty"));
    options.max_file_bytes = 10;
    EXPECT_THAT(ingest_text(std::string(200'000, 'x'), "large").failed.front().reason, HasSubstr("larger than"));
    options.type = "markdown";
    EXPECT_EQ(ingest_text("# T", "t.txt").added, 1U);
    EXPECT_EQ(store->source("t.txt")->media_type, "text/markdown");
    expect_sound();
}

TEST_F(IngestTest, reads_lines_of_json) {
    const std::string lines =
        "{\"id\":\"a\",\"title\":\"Moon\",\"text\":\"It is far.\",\"metadata\":{\"year\":1969}}\n"
        "\n"
        "{\"id\":\"b\",\"text\":\"No title.\"}\n"
        "{\"id\":\"a\",\"text\":\"Again.\"}\n"
        "{\"id\":\"c\"}\n"
        "oops\n"
        "{\"id\":\"d\",\"text\":\"\"}\n";
    IngestReport report = ingest_lines(lines);
    EXPECT_EQ(report.added, 2U);
    EXPECT_THAT(report.skipped, ElementsAre(Pair("empty", 1)));
    std::vector<std::string> failed;
    for (const IngestReport::Failure& failure : report.failed) failed.push_back(failure.uri + " " + failure.reason);
    EXPECT_THAT(failed, ElementsAre(HasSubstr("lines:4 its \"id\" a is already that of line 1"), HasSubstr("lines:5"),
                                    HasSubstr("lines:6 it is not JSON")));
    EXPECT_EQ(store->source("a")->title, "Moon");
    EXPECT_EQ(store->source("a")->metadata_json, R"({"year":1969})");
    EXPECT_EQ(store->source("a")->kind, store::SourceKind::jsonl);
    EXPECT_EQ(found("moon").size(), 1U) << "the title is searched";
    EXPECT_EQ(ingest_lines(lines).unchanged, 2U);
    EXPECT_EQ(ingest_lines("{\"id\":\"a\",\"title\":\"New title\",\"text\":\"It is far.\"}").updated, 1U);
    EXPECT_EQ(store->source("a")->title, "New title");
    options.max_file_bytes = 30;
    EXPECT_THAT(ingest_lines("{\"id\":\"e\",\"text\":\"" + std::string(100, 'x') + "\"}").failed.front().reason,
                HasSubstr("larger than"));
    expect_sound();
}

TEST_F(IngestTest, progress_counts_up_to_the_total) {
    for (int i = 0; i < 20; ++i) write(fmt::format("{}.md", i), "Text.");
    IngestProgress last;
    options.progress = [&](const IngestProgress& progress) {
        EXPECT_GE(progress.done, last.done);
        last = progress;
    };
    ingest();
    EXPECT_EQ(last.done, 20U);
    EXPECT_EQ(last.total, 20U);
    EXPECT_EQ(last.bytes_done, last.bytes_total);
}

}  // namespace
}  // namespace quarry::ingest
