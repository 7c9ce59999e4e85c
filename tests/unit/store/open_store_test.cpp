#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/text_packing.h"
#include "core/store/store.h"
#include "filled_base.h"
#include "tests/support/error_of.h"

namespace quarry::store {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::found;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;
using testing::put;

class OpenStoreTest : public ::testing::Test {
protected:
    /// What opening says; fails when it succeeds.
    [[nodiscard]] Error refusal(StoreMode mode) const {
        try {
            (void)open_store(path, mode);
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "opened " << path;
        return Error(ErrorCode::failed, "");
    }
    void execute(const char* sql) const {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        register_unpacking(database);
        database.exec(sql);
    }
    void fill() const { put(*open_store(path, StoreMode::create), prepared("/p/a", "The moon.\n\nThe sun.")); }

    TemporaryDirectory folder;
    fs::path path = folder.path() / ".quarry" / "base.db";
};

TEST_F(OpenStoreTest, is_made_with_its_folder_and_kept) {
    fill();
    for (const StoreMode mode : {StoreMode::read, StoreMode::write, StoreMode::create}) {
        const auto store = open_store(path, mode);
        EXPECT_EQ(store->chunk_count(), 2U);
        EXPECT_THAT(problems(*store), IsEmpty());
    }
    EXPECT_FALSE(fs::exists(path.string() + "-wal")) << "the last one to close tidies up";
}

TEST_F(OpenStoreTest, a_missing_base_says_how_to_make_one) {
    for (const StoreMode mode : {StoreMode::read, StoreMode::write}) {
        const Error error = refusal(mode);
        EXPECT_EQ(error.code(), ErrorCode::failed);
        EXPECT_THAT(error.hint(), HasSubstr("quarry ingest"));
        EXPECT_FALSE(fs::exists(path));
    }
}

TEST_F(OpenStoreTest, an_empty_file_becomes_a_base_only_when_one_is_made) {
    fs::create_directories(path.parent_path());
    std::ofstream(path).close();
    EXPECT_THAT(refusal(StoreMode::read).what(), HasSubstr("it is empty"));
    EXPECT_EQ(open_store(path, StoreMode::create)->chunk_count(), 0U);
}

TEST_F(OpenStoreTest, what_is_no_knowledge_base_is_told_apart_and_left_alone) {
    fs::create_directories(path.parent_path());
    struct Case {
        const char* name;
        std::function<void()> make;
        const char* says;
    };
    const Case cases[] = {
        {"text", [&] { std::ofstream(path) << std::string(5000, 'x'); }, "not a database"},
        {"another program's database", [&] { execute("CREATE TABLE users (id INTEGER)"); }, "but not a knowledge base"},
        {"a folder", [&] { fs::create_directory(path); }, "directory"},
    };
    for (const Case& test : cases) {
        SCOPED_TRACE(test.name);
        fs::remove_all(path);
        test.make();
        const auto size = fs::is_directory(path) ? 0 : fs::file_size(path);
        for (const StoreMode mode : {StoreMode::read, StoreMode::write, StoreMode::create}) {
            const Error error = refusal(mode);
            EXPECT_EQ(error.code(), ErrorCode::failed);
            EXPECT_THAT(std::string(error.what()), HasSubstr(test.says));
        }
        EXPECT_EQ(fs::is_directory(path) ? 0 : fs::file_size(path), size);
    }
}

TEST_F(OpenStoreTest, the_fingerprint_of_the_newest_schema_is_compiled_in) {
    fill();
    SQLite::Database database(path.string(), SQLite::OPEN_READONLY);
    SQLite::Database empty(":memory:");
    // Compared object by object where it is not: slower, and right all the same.
    EXPECT_EQ(schema_fingerprint(database), newest_schema_fingerprint());
    EXPECT_NE(schema_fingerprint(empty), newest_schema_fingerprint());
}

/// What a stranger's base could have in the place of tables, or beside them, to be run by whoever opens it.
TEST_F(OpenStoreTest, a_schema_that_quarry_did_not_make_is_refused) {
    const auto with = [&](const char* sql) {
        fs::remove_all(path.parent_path());
        fill();
        execute(sql);
        std::vector<std::string> said;
        for (const StoreMode mode : {StoreMode::read, StoreMode::write, StoreMode::create}) {
            said.emplace_back(refusal(mode).what());
        }
        said.emplace_back(quarry::test::error_of([&] { (void)open_runs(path, StoreMode::read); }).what());
        return said;
    };
    using ::testing::Each;
    EXPECT_THAT(
        with("ALTER TABLE sources RENAME TO kept; CREATE VIEW sources AS WITH RECURSIVE n(i) AS (SELECT 1 UNION "
             "ALL SELECT i + 1 FROM n) SELECT i AS id, * FROM n, kept"),
        Each(HasSubstr("cannot use the knowledge base")));
    EXPECT_THAT(with("CREATE TRIGGER t AFTER INSERT ON sources BEGIN DELETE FROM chunks; END"),
                Each(HasSubstr("its trigger t is not as quarry made it")));
    EXPECT_THAT(with("CREATE INDEX slow ON sources (hex(uri))"), Each(HasSubstr("its index slow is not")));
    EXPECT_THAT(with("CREATE VIRTUAL TABLE another USING fts5 (x)"), Each(HasSubstr("its table another is not")));
    EXPECT_THAT(with("DROP INDEX sources_by_document"), Each(HasSubstr("its index sources_by_document is missing")));
    EXPECT_THAT(with("ALTER TABLE sources ADD COLUMN extra TEXT AS (hex(uri)) VIRTUAL"),
                Each(HasSubstr("its table sources is not")));
    EXPECT_THAT(
        with("ALTER TABLE quarry_migrations RENAME TO kept; CREATE VIEW quarry_migrations AS WITH RECURSIVE n(i) AS "
             "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS version, '' AS name, '' AS checksum, 0 AS "
             "applied_at, 0 AS duration_ms, '' AS quarry_version FROM n"),
        Each(HasSubstr("cannot use the knowledge base")));
}

TEST_F(OpenStoreTest, what_other_programs_keep_for_themselves_is_left_alone) {
    fill();
    execute("ANALYZE; CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER); CREATE INDEX l ON "
            "_litestream_seq (seq)");
    EXPECT_NO_THROW((void)open_store(path, StoreMode::write));
}

TEST_F(OpenStoreTest, a_pipe_in_its_place_is_not_waited_for) {
    fs::create_directories(path.parent_path());
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    for (const StoreMode mode : {StoreMode::read, StoreMode::write, StoreMode::create}) {
        EXPECT_THAT(refusal(mode).what(), HasSubstr("not a regular file"));
    }
}

TEST_F(OpenStoreTest, is_its_owners_alone) {
    const auto rights = [&](const char* ending) { return fs::status(path.string() + ending).permissions(); };
    {
        const auto store = open_store(path, StoreMode::create);
        put(*store, prepared("/p/a", "The moon."));
        for (const char* const ending : {"", "-wal", "-shm"}) {
            EXPECT_EQ(rights(ending), fs::perms::owner_read | fs::perms::owner_write) << ending;
        }
    }
    fs::remove_all(path.parent_path());
    fs::create_directories(path.parent_path());
    ASSERT_EQ(::chmod(path.parent_path().c_str(), 02770), 0);
    fill();
    EXPECT_EQ(rights("") & fs::perms::group_all, fs::perms::group_read) << "the umask keeps the group from writing";
}

TEST_F(OpenStoreTest, so_is_its_vector_index_which_keeps_other_rights_that_it_was_given) {
    fs::create_directories(path.parent_path());
    const fs::path file = quarry::testing::fill_with_index(path);
    ASSERT_FALSE(file.empty());
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    fs::permissions(file, static_cast<fs::perms>(0640));
    open_store(path, StoreMode::write)->update_index("m", 1, true, Cancellation(), {});
    EXPECT_EQ(fs::status(file).permissions(), static_cast<fs::perms>(0640));
}

TEST_F(OpenStoreTest, a_half_written_file_is_damaged) {
    fill();
    fs::resize_file(path, fs::file_size(path) / 2);
    for (const StoreMode mode : {StoreMode::read, StoreMode::write}) {
        const Error error = refusal(mode);
        EXPECT_EQ(error.code(), ErrorCode::failed);
        EXPECT_THAT(std::string(error.what()), HasSubstr("malformed"));
        EXPECT_THAT(error.hint(), HasSubstr("backup"));
    }
}

TEST_F(OpenStoreTest, a_newer_schema_is_refused) {
    fill();
    execute("INSERT INTO quarry_migrations SELECT 9999, 'from_the_future', checksum, applied_at, duration_ms, '99.0.0'"
            " FROM quarry_migrations WHERE version = 1");
    for (const StoreMode mode : {StoreMode::read, StoreMode::write, StoreMode::create}) {
        EXPECT_EQ(refusal(mode).code(), ErrorCode::schema_newer);
    }
}

TEST_F(OpenStoreTest, an_older_schema_says_what_to_run) {
    fill();
    execute("DELETE FROM quarry_migrations");
    for (const StoreMode mode : {StoreMode::read, StoreMode::write, StoreMode::create}) {
        const Error error = refusal(mode);
        EXPECT_EQ(error.code(), ErrorCode::migrations_pending);
        EXPECT_THAT(error.hint(), HasSubstr("quarry migrate up"));
    }
}

TEST_F(OpenStoreTest, a_making_that_was_interrupted_is_finished_by_the_next) {
    fs::create_directories(path.parent_path());
    execute("PRAGMA application_id = 0x71727279");
    EXPECT_EQ(open_store(path, StoreMode::create)->chunk_count(), 0U);
}

TEST_F(OpenStoreTest, a_base_that_is_being_made_is_no_older_one) {
    fs::create_directories(path.parent_path());
    execute("PRAGMA application_id = 0x71727279");
    for (const StoreMode mode : {StoreMode::read, StoreMode::write}) {
        const Error error = refusal(mode);
        EXPECT_EQ(error.code(), ErrorCode::locked);
        EXPECT_THAT(error.message(), HasSubstr("is being made"));
    }
}

TEST_F(OpenStoreTest, a_base_that_is_being_written_to_can_be_read_and_says_so_to_writers) {
    fill();
    const auto store = open_store(path, StoreMode::write);
    SQLite::Database other(path.string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    EXPECT_EQ(open_store(path, StoreMode::read)->chunk_count(), 2U);
    try {
        put(*store, prepared("/p/b", "Blocked."));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::locked);
        EXPECT_THAT(error.hint(), HasSubstr("another process"));
    }
    other.exec("ROLLBACK");
    put(*store, prepared("/p/b", "No longer blocked."));
    EXPECT_EQ(store->stats().sources, 2U);
}

/// Runs `work` in a child process without root's rights and gives its exit code.
int as_nobody(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(99);
        int code = 98;
        try {
            code = work();
        } catch (const Error& error) {
            code = static_cast<int>(error.code());
        }
        ::_exit(code);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(OpenStoreTest, a_base_that_may_not_be_written_to_can_be_read) {
    fill();
    fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
    fs::permissions(path, static_cast<fs::perms>(0444));
    fs::permissions(path.parent_path(), static_cast<fs::perms>(0555));
    const auto read = [&] {
        const auto store = open_store(path, StoreMode::read);
        return store->chunk_count() == 2 && found(*store, "moon").size() == 1 && problems(*store).empty() ? 0 : 50;
    };
    EXPECT_EQ(as_nobody(read), 0);
    EXPECT_EQ(as_nobody([&] {
                  put(*open_store(path, StoreMode::write), prepared("/p/b", "New."));
                  return 0;
              }),
              static_cast<int>(ErrorCode::failed));
    fs::permissions(path.parent_path(), static_cast<fs::perms>(0755));
}

TEST_F(OpenStoreTest, a_folder_that_cannot_be_made_is_reported) {
    std::ofstream(folder.path() / ".quarry").close();
    EXPECT_THAT(std::string(refusal(StoreMode::create).what()), HasSubstr("cannot"));
}

TEST_F(OpenStoreTest, a_full_disk_fails_the_write_and_leaves_what_was_there) {
    fill();
    // SIGXFSZ ignored, a file over the limit fails to grow as on a full disk.
    fs::permissions(folder.path(), fs::perms::all);
    fs::permissions(path.parent_path(), fs::perms::all);
    fs::permissions(path, fs::perms::all);
    const int code = as_nobody([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        const auto store = open_store(path, StoreMode::write);
        const rlimit limit{200'000, 200'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        std::string text;
        for (int i = 0; i < 100'000; ++i) text += "word" + std::to_string(i) + " ";
        put(*store, prepared("/p/b", text));
        return 0;
    });
    EXPECT_EQ(code, static_cast<int>(ErrorCode::failed));
    const auto store = open_store(path, StoreMode::read);
    EXPECT_EQ(store->stats().sources, 1U);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(OpenStoreTest, a_killed_writer_leaves_the_last_commit) {
    fill();
    const pid_t child = ::fork();
    if (child == 0) {
        const auto store = open_store(path, StoreMode::write);
        put(*store, prepared("/p/committed", "Committed before the end."));
        SQLite::Database other(path.string(), SQLite::OPEN_READWRITE);
        other.exec("BEGIN IMMEDIATE; DELETE FROM sources");
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto store = open_store(path, StoreMode::write);
    EXPECT_EQ(store->stats().sources, 2U);
    EXPECT_TRUE(store->source("/p/committed"));
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(OpenStoreTest, removing_gives_the_disk_space_back) {
    const auto store = open_store(path, StoreMode::create);
    std::vector<std::string> uris;
    for (int i = 0; i < 40; ++i) {
        std::string text;
        for (int word = 0; word < 8000; ++word) text += fmt::format("w{}x{} ", i, word);
        uris.push_back(fmt::format("/p/{}", i));
        put(*store, prepared(uris.back(), text, uris.back()));
    }
    const std::uint64_t before = store->stats().file_bytes;
    uris.pop_back();
    EXPECT_EQ(store->remove(uris), 39U);
    EXPECT_LT(store->stats().file_bytes, before / 8);
    EXPECT_EQ(found(*store, "w39x7").size(), 1U);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(OpenStoreTest, two_writers_take_turns) {
    fill();
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 2; ++writer) {
        writers.emplace_back([&, writer] {
            const auto store = open_store(path, StoreMode::write);
            for (int i = 0; i < 20; ++i) put(*store, prepared(fmt::format("/p/{}/{}", writer, i), "Text."));
        });
    }
    for (std::thread& writer : writers) writer.join();
    const auto store = open_store(path, StoreMode::read);
    EXPECT_EQ(store->stats().sources, 41U);
    EXPECT_THAT(problems(*store), IsEmpty());
}

/// `verify` finds each kind of damage, done to the file by SQL.
TEST_F(OpenStoreTest, damaged_text_is_not_given_as_if_it_were_the_documents) {
    fill();
    EXPECT_EQ(open_store(path, StoreMode::read)->chunk(1)->text, "The moon.");
    execute("UPDATE document_parts SET text = replace(quarry_unpacked(packed), 'moon', 'mars'), packed = NULL");
    const auto store = open_store(path, StoreMode::read);
    const Error error = quarry::test::error_of([&] { (void)store->chunk(1); });
    EXPECT_THAT(error.what(), HasSubstr("the text of /p/a is not the one that was stored"));
    EXPECT_THAT(error.hint(), HasSubstr("docs verify"));
    EXPECT_EQ(store->chunk(2)->text, "The sun.") << "of the same document, and not damaged";
}

TEST_F(OpenStoreTest, verify_finds_damage) {
    struct Case {
        const char* sql;
        const char* finding;
    };
    const Case cases[] = {
        {"UPDATE document_parts SET start_byte = 3 WHERE document_id = 1", "do not follow each other"},
        {"UPDATE document_parts SET text = replace(quarry_unpacked(packed), 'moon', 'mars'), packed = NULL", "hash differs"},
        {"UPDATE document_parts SET packed = substr(packed, 1, length(packed) - 1)", "cannot be unpacked"},
        {"UPDATE document_parts SET packed = x''", "cannot be unpacked"},
        {"UPDATE documents SET chunk_count = 9", "should have 9 chunks"},
        {"UPDATE documents SET text_bytes = 9", "size is recorded wrongly"},
        {"UPDATE chunks SET end_byte = 900 WHERE ordinal = 1", "is not in the text"},
        {"UPDATE chunks SET start_line = 7 WHERE ordinal = 1", "line numbers are wrong"},
        {"UPDATE chunks SET start_byte = start_byte + 2 WHERE ordinal = 1", "its text from line 3 to line 3 is in no"},
        {"UPDATE chunks SET ordinal = 5 WHERE ordinal = 1", "is at position 5"},
        {"UPDATE chunk_texts SET hash = 'x' WHERE id = 1", "hash differs"},
        {"INSERT INTO chunk_texts (hash) VALUES ('unused')", "no chunk has it"},
        {"DELETE FROM sources", "no source has it"},
        {"UPDATE sources SET document_id = NULL", "has no document"},
        {"INSERT INTO sources VALUES (9, 1, 'x', 0, 0, 0, '', 1, '', NULL, '{}', 0, '')", "without a reason"},
        {"PRAGMA foreign_keys = OFF; UPDATE chunks SET document_id = 77 WHERE document_id = 1", "does not exist"},
        {"INSERT INTO chunk_terms (rowid, title, headings, body) VALUES (77, 'a', 'b', 'c')", "belongs to no chunk"},
        {"INSERT INTO chunk_terms (chunk_terms) VALUES ('delete-all')", "terms in the lexical index"},
        {"INSERT INTO chunk_terms (chunk_terms, rowid, title, headings, body) VALUES ('delete', 1, 'titl', 'top under',"
         " 'the moon')",
         "terms in the lexical index"},
        {"UPDATE vectors SET vector = x'00'", "instead of 8"},
        {"UPDATE vectors SET vector = x'0000803F0000803F'", "not of length 1"},
        {"UPDATE chunks SET start_byte = 1, end_byte = 2 WHERE document_id = 2", "cuts a character in two"},
    };
    for (const Case& test : cases) {
        SCOPED_TRACE(test.sql);
        fs::remove_all(path.parent_path());
        fill();
        {
            const auto store = open_store(path, StoreMode::write);
            put(*store, prepared("/p/b", "漢字"));
            store->set_setting(setting::chunking, "chunk/5 size=9");
            const std::vector<std::string> hashes{content_hash("The sun.")};
            store->put_vectors("m", 2, hashes, std::vector<float>{0, 1});
            ASSERT_THAT(problems(*store), IsEmpty());
        }
        execute(test.sql);
        EXPECT_THAT(problems(*open_store(path, StoreMode::read)), Contains(HasSubstr(test.finding)));
    }
}

/// Of front matter, and of a base whose chunks were made when it still was in one.
TEST_F(OpenStoreTest, verify_wants_no_chunk_of_metadata) {
    const auto store = open_store(path, StoreMode::create);
    for (const bool in_chunk : {false, true}) {
        PreparedSource source =
            prepared(in_chunk ? "/p/a" : "/p/b", "---\nt: 1\n---\n\nThe moon.", in_chunk ? "A" : "B");
        source.document->blocks.push_back({document::BlockKind::front_matter, 0, 12, 0, "yaml"});
        if (!in_chunk) source.chunks.erase(source.chunks.begin());
        put(*store, std::move(source));
        EXPECT_THAT(problems(*store), IsEmpty());
    }
    store->set_setting(setting::chunking, "chunk/10 size=9");
    EXPECT_THAT(problems(*store), IsEmpty());
    PreparedSource source = prepared("/p/c", "The sun.\n\nThe rest.");
    source.chunks.pop_back();
    put(*store, std::move(source));
    EXPECT_THAT(problems(*store), ElementsAre(HasSubstr("/p/c: its text from line 3 to line 3 is in no chunk")));
    store->set_setting(setting::chunking, "chunk/4 size=9");
    EXPECT_THAT(problems(*store), IsEmpty());
}

}  // namespace
}  // namespace quarry::store
