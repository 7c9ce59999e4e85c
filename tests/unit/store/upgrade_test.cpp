// A base of each version of the schema (tests/data/bases) is upgraded, and then holds what a new base holds that was
// given the same.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/db/sqlite.h"
#include "core/migrate/migrator.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/store.h"
#include "prepared.h"

namespace quarry::store {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using testing::found;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;
using testing::put;

// The collection that every dump has: tests/data/bases/make.py. What a version could not hold yet is left out.

constexpr const char* embedder = "hash/2";
constexpr const char* conversations = R"(
    INSERT INTO conversations (id, principal, name, created_at, summary, summarised) VALUES
        (1, 'owner', 'harbour', 1600000100, 'About ships.', 1);
    INSERT INTO conversation_turns VALUES
        (1, 1, 1, 1, 1600000100, 1600000105, 'What do the ships wait for?', '', 'For the tide [1].',
         '{"answer":"x"}'),
        (2, 1, 2, 0, 1600000200, NULL, 'And when?', 'When is the tide?', 'At', '{}'))";
constexpr const char* cache_and_runs = R"(
    INSERT INTO cached_responses VALUES
        ('0a1b', 0, 'gpt', CAST('{"text":"For the tide [1]."}' AS BLOB), 28, 1600000105, 1600000300, 2),
        ('2c3d', 1, 'hash', x'0000803f00000000', 8, 1600000104, 1600000104, 0);
    INSERT INTO runs VALUES
        (1, '0123456789abcdef0123456789abcdef', 'ask', 1600000100000000000, 5000000000, '', 'gpt', 900, 12, 0.25, 1,
         0, '[]'),
        (2, 'fedcba9876543210fedcba9876543210', 'chat', 1600000200000000000, 7, 'failed', '', 0, 0, NULL, 0, 0,
         '[]'))";

/// Adds the chunk with that part of the text, which is ASCII.
document::ChunkSpan& add_chunk(PreparedSource& source, std::string_view part, std::size_t line, std::size_t tokens) {
    document::ChunkSpan& chunk = source.chunks.emplace_back();
    chunk.start_byte = chunk.start_char = source.document->text.find(part);
    chunk.end_byte = chunk.end_char = chunk.start_byte + part.size();
    chunk.start_line = chunk.end_line = line;
    chunk.tokens = tokens;
    return chunk;
}

PreparedSource harbour() {
    PreparedSource source;
    document::Document document;
    document.media_type = "text/markdown";
    document.title = "Harbour";
    document.language = "en";
    document.metadata = {{"author", "Ada"}};
    document.text = "# Harbour\n\nThe ships wait for the tide.\n\n## Lights\n\nTwo lamps burn at night.\n";
    document.blocks = {{document::BlockKind::heading, 0, 9, 1, "Harbour"},
                       {document::BlockKind::paragraph, 11, 39, 0, ""},
                       {document::BlockKind::heading, 41, 50, 2, "Lights"},
                       {document::BlockKind::paragraph, 52, 76, 0, ""}};
    source.document = document;
    add_chunk(source, "The ships wait for the tide.", 3, 7).heading_path = {"Harbour"};
    add_chunk(source, "Two lamps burn at night.", 7, 6).heading_path = {"Harbour", "Lights"};
    return source;
}

PreparedSource german_letter() {
    PreparedSource source;
    document::Document document;
    document.media_type = "text/plain";
    document.title = "Hafen";
    document.language = "de";
    document.text = "Die Schiffe im Hafen warten auf die Flut, und die Lichter brennen in der Nacht.";
    document.blocks = {{document::BlockKind::paragraph, 0, document.text.size(), 0, ""}};
    source.document = document;
    add_chunk(source, document.text, 1, 18);
    return source;
}

PreparedSource tide_table() {
    PreparedSource source;
    document::Document document;
    document.media_type = "application/pdf";
    document.title = "Tide table";
    document.language = "en";
    document.text = "High water at six.\nLow water at noon.";
    document.blocks = {{document::BlockKind::paragraph, 0, document.text.size(), 0, ""}};
    document.page_starts = {0, 19};
    source.document = document;
    document::ChunkSpan& high = add_chunk(source, "High water at six.", 1, 5);
    high.start_page = high.end_page = 1;
    high.parent_end = document.text.size();
    document::ChunkSpan& low = add_chunk(source, "Low water at noon.", 2, 5);
    low.start_page = low.end_page = 2;
    low.parent_end = document.text.size();
    low.symbol_path = {"Tides", "low"};
    low.table_header = "| day | tide |";
    return source;
}

/// What is known of the source itself; all but its time, its kind's stamp and its validator.
PreparedSource named(PreparedSource source, std::string uri, SourceKind kind, std::string metadata) {
    source.source.content_hash = content_hash(uri);
    source.source.uri = std::move(uri);
    source.source.kind = kind;
    source.source.metadata_json = std::move(metadata);
    return source;
}

std::vector<PreparedSource> collection(int version) {
    std::vector<PreparedSource> sources = {
        named(harbour(), "/notes/harbour.md", SourceKind::file, "{}"),
        named(german_letter(), "letters", SourceKind::standard_input, R"({"year":1843})"),
        named(harbour(), "record-7", SourceKind::jsonl, R"({"tags":["Sea","ships"],"year":1850})"),
        named(testing::failed("", "it is not a PDF file"), "/notes/broken.pdf", SourceKind::file, "{}"),
        named(tide_table(), "https://example.org/tides.pdf", SourceKind::url, "{}"),
    };
    sources[0].source.stamp = {sources[0].document->text.size(), 42};
    sources[0].source.validator = "git 1f0c";
    sources[3].source.stamp = {9, 43};
    sources[4].source.validator = "\"abc\"";
    for (std::size_t i = 0; i < sources.size(); ++i) {
        sources[i].source.ingested_at = 1'600'000'001 + static_cast<std::int64_t>(i);
    }
    if (version > 10) sources[1].source.collection = "letters";
    if (version > 1) return sources;
    sources.pop_back();  // no web pages, no validators, and spans in bytes and lines alone
    for (PreparedSource& source : sources) {
        source.source.validator.clear();
        for (document::ChunkSpan& chunk : source.chunks) {
            chunk = {chunk.start_byte, chunk.end_byte, chunk.start_line, chunk.end_line, chunk.heading_path};
        }
    }
    return sources;
}

/// Makes a base of this binary's schema with the collection.
void make_new_base(const fs::path& path, int version) {
    {
        const auto store = open_store(path, StoreMode::create);
        if (version > 10) store->add_collection("letters", "Letters of 1843", 1'600'000'000);
        for (PreparedSource& source : collection(version)) put(*store, std::move(source));
        const std::vector<std::string> hashes{content_hash("The ships wait for the tide."),
                                              content_hash(german_letter().document->text)};
        store->put_vectors(embedder, 2, hashes, std::vector<float>{1, 0, 0, 1});
        store->put_model(embedder, "\x01\x02\xff");
        store->set_setting(setting::embedder, embedder);
        store->set_setting(setting::chunking, "chunk/1 strategy=auto size=400 overlap=0");
    }
    SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_write);
    if (version > 5) database.exec(conversations);
    if (version > 6) database.exec(cache_and_runs);
    if (version > 10) database.exec("UPDATE conversations SET collections = 'main letters'");
    // These rows were not written by quarry: the next write sums all up anew, as after an upgrade.
    database.exec("DELETE FROM settings WHERE name = 'row_checksums'; DELETE FROM row_checksums");
}

std::vector<std::string> rows(SQLite::Database& database, const std::string& sql) {
    std::vector<std::string> rows;
    SQLite::Statement statement(database, sql);
    while (statement.executeStep()) {
        std::string& row = rows.emplace_back();
        for (int i = 0; i < statement.getColumnCount(); ++i) row += statement.getColumn(i).getString() + '|';
    }
    return rows;
}

/// What the file is and has, but for rows.
std::vector<std::string> schema_of(const fs::path& path) {
    SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_only);
    std::vector<std::string> schema = rows(database, "SELECT type, name, tbl_name, sql FROM sqlite_schema"
                                                     " WHERE tbl_name NOT LIKE 'quarry^_migration%' ESCAPE '^'"
                                                     " ORDER BY type, name");
    // The ledger of an older quarry gets columns added: its text differs.
    for (const std::string& column :
         rows(database, "SELECT t.name, c.* FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'"
                        " AND t.name LIKE 'quarry^_migration%' ESCAPE '^' ORDER BY 1, 2")) {
        schema.push_back(column);
    }
    for (const char* pragma : {"application_id", "page_size", "auto_vacuum", "journal_mode", "user_version"}) {
        schema.push_back(fmt::format("{} {}", pragma, rows(database, fmt::format("PRAGMA {}", pragma)).front()));
    }
    return schema;
}

/// The rows of every table, as SQL literals, by its name.
std::map<std::string, std::vector<std::string>> contents_of(const fs::path& path) {
    SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_write);
    std::map<std::string, std::vector<std::string>> contents;
    SQLite::Statement table(database, "SELECT t.name, (SELECT group_concat(format('quote(\"%w\")', name), ', ')"
                                      "  FROM pragma_table_info(t.name)) FROM sqlite_schema t WHERE type = 'table'"
                                      " AND name NOT LIKE 'quarry^_migration%' ESCAPE '^'"
                                      " AND name NOT IN ('chunk_terms', 'chunk_terms_data', 'chunk_terms_idx')"
                                      " AND name NOT LIKE 'inner^_headings%' ESCAPE '^'");
    while (table.executeStep()) {
        const std::string name = table.getColumn(0).getString();
        contents[name] =
            rows(database, fmt::format("SELECT {} FROM {} ORDER BY 1, 2", table.getColumn(1).getString(), name));
    }
    // A random text after each write.
    std::erase_if(contents["settings"], [](const std::string& row) { return row.starts_with("'generation'"); });
    std::erase_if(contents["row_checksums"], [](const std::string& row) { return row.starts_with("0|"); });
    // How the index is spread over segments depends on its history; what it says does not.
    database.exec("CREATE VIRTUAL TABLE temp.instances USING fts5vocab (main, chunk_terms, instance)");
    contents["chunk_terms"] = rows(database, "SELECT * FROM temp.instances ORDER BY 1, 2, 3, 4");
    database.exec("CREATE VIRTUAL TABLE temp.headings USING fts5vocab (main, inner_headings, instance)");
    contents["inner_headings"] = rows(database, "SELECT * FROM temp.headings ORDER BY 1, 2, 3, 4");
    contents["the totals of chunk_terms"] = rows(database, "SELECT hex(block) FROM chunk_terms_data WHERE id = 1");
    contents["the ledger"] = rows(database, "SELECT version, name, checksum FROM quarry_migrations ORDER BY 1");
    return contents;
}

/// "0003_document_parts".
std::string title_of(int version) {
    const std::string_view file = knowledge_base_migrations()[static_cast<std::size_t>(version) - 1].file_name;
    return std::string(file.substr(0, file.rfind('.')));
}

class UpgradeTest : public ::testing::TestWithParam<int> {
protected:
    /// Makes the base of that version.
    void load() const {
        const fs::path dump = fmt::format("{}/tests/data/bases/v{:04}.sql", QUARRY_SOURCE_DIR, GetParam());
        ASSERT_TRUE(fs::exists(dump)) << dump << " is missing: python3 tests/data/bases/make.py writes it";
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.exec(read_file(dump, 1'000'000));
    }
    /// As `quarry migrate up --database base` does it.
    void upgrade() const {
        SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_write);
        migrate::MigratorOptions options;
        options.quarry_version = knowledge_base_version();
        migrate::Migrator migrator(database, migrate::MigrationList::from_memory(knowledge_base_migrations()), options);
        EXPECT_EQ(migrator.up().done.size(), knowledge_base_migrations().size() - static_cast<std::size_t>(GetParam()));
    }
    static void check_integrity(const fs::path& base) {
        SQLite::Database database = db::open_sqlite(base, db::SqliteMode::read_write);
        EXPECT_NO_THROW(database.exec("INSERT INTO chunk_terms (chunk_terms) VALUES ('integrity-check')"));
        EXPECT_EQ(rows(database, "PRAGMA integrity_check"), std::vector<std::string>{"ok|"});
    }

    TemporaryDirectory folder;
    fs::path path = folder.path() / "upgraded.db";
    fs::path fresh = folder.path() / "fresh.db";
};

TEST_P(UpgradeTest, gives_the_schema_of_a_new_base) {
    load();
    if (static_cast<std::size_t>(GetParam()) < knowledge_base_migrations().size()) {
        try {
            (void)open_store(path, StoreMode::write);
            FAIL() << "opened without an upgrade";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::migrations_pending);
        }
    }
    upgrade();
    (void)open_store(fresh, StoreMode::create);
    EXPECT_EQ(schema_of(path), schema_of(fresh));
}

TEST_P(UpgradeTest, leaves_a_base_that_can_be_read_at_once) {
    load();
    upgrade();
    check_integrity(path);
    const auto store = open_store(path, StoreMode::read);
    EXPECT_THAT(problems(*store), IsEmpty());
    EXPECT_THAT(found(*store, "ship"), Contains("The ships wait for the tide."));
    EXPECT_THAT(found(*store, "schiff"), Contains(HasSubstr("Die Schiffe im Hafen")));
}

/// The first write makes what an upgrade leaves to it: terms by this analyzer, languages, values of metadata.
TEST_P(UpgradeTest, holds_after_a_write_what_a_new_base_holds) {
    load();
    upgrade();
    make_new_base(fresh, GetParam());
    for (const fs::path& base : {path, fresh}) {
        SCOPED_TRACE(base);
        const auto store = open_store(base, StoreMode::write);
        put(*store, prepared("/notes/new.md", "The lamps of the harbour.\n\nSeven ships came in."));
        EXPECT_FALSE(store->index_is_stale());
        EXPECT_THAT(problems(*store), IsEmpty());
        store->purge();  // packs older texts
        EXPECT_THAT(problems(*store), IsEmpty());
        EXPECT_THAT(found(*store, "lamp"), Contains("Two lamps burn at night."));
        EXPECT_THAT(found(*store, "wart"), Contains(HasSubstr("Die Schiffe im Hafen")));
        check_integrity(base);
    }
    const auto upgraded = contents_of(path);
    const auto expected = contents_of(fresh);
    for (const auto& [table, wanted] : expected) {
        const auto rows = upgraded.find(table);
        ASSERT_NE(rows, upgraded.end()) << table;
        EXPECT_EQ(rows->second, wanted) << table;
    }
    EXPECT_EQ(upgraded.size(), expected.size());
}

INSTANTIATE_TEST_SUITE_P(Of, UpgradeTest, ::testing::Range(1, static_cast<int>(knowledge_base_migrations().size()) + 1),
                         [](const auto& version) { return title_of(version.param); });

}  // namespace
}  // namespace quarry::store
