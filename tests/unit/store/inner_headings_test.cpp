#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/lexical/term_tokenizer.h"
#include "core/migrate/migrator.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/text_packing.h"
#include "core/store/store.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;
using testing::put;

/// A base of two documents, whose chunks have headings above them and within them.
class InnerHeadingsTest : public ::testing::Test {
protected:
    InnerHeadingsTest() {
        open(StoreMode::create);
        PreparedSource notes = prepared("notes", "# Harbour\nlamps\n## Night tides\nebb\n## Day\nflood\n\nrest");
        notes.document->language = "en";
        notes.document->blocks = {{document::BlockKind::heading, 0, 9, 1, "Harbour"},
                                  {document::BlockKind::heading, 16, 30, 2, "Night tides"},
                                  {document::BlockKind::heading, 35, 41, 2, "Day"}};
        notes.chunks[0].heading_path = {"Harbour"};
        PreparedSource other = prepared("other", "harbour night tides\n\nday");
        other.document->language = "en";
        put(*store, std::move(notes));
        put(*store, std::move(other));
    }
    void open(StoreMode mode, const UpgradeProgress& progress = {}) {
        store = nullptr;
        store = open_store(path, mode, progress);
    }
    void execute(const char* sql) const {
        SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_write);
        lexical::register_term_tokenizer(database);
        database.exec(sql);
    }
    [[nodiscard]] std::int64_t entries() const {
        SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_write);
        database.exec("CREATE VIRTUAL TABLE temp.headings USING fts5vocab (main, inner_headings, instance)");
        return database.execAndGet("SELECT count(*) FROM temp.headings").getInt64();
    }
    /// The URIs of the chunks under a heading with these words next to each other, or without one.
    [[nodiscard]] std::vector<std::string> under(std::vector<std::string> words, bool excluded = false,
                                                 bool prefix = false) const {
        RetrievalScope scope;
        scope.conditions = {{{{std::move(words), prefix}}, lexical::TermField::headings, excluded}};
        std::vector<std::string> uris;
        for (const std::int64_t id : store->chunk_ids(scope, 0, 100)) uris.push_back(store->chunk(id)->uri);
        return uris;
    }
    void expect_headings_are_found() const {
        EXPECT_THAT(under({"harbour"}), ElementsAre("notes")) << "above the chunk";
        EXPECT_THAT(under({"tide"}), ElementsAre("notes")) << "within it, as a stem";
        EXPECT_THAT(under({"night", "tide"}), ElementsAre("notes"));
        EXPECT_THAT(under({"tid"}, false, true), ElementsAre("notes"));
        EXPECT_THAT(under({"tide", "dai"}), IsEmpty()) << "of two headings";
        EXPECT_THAT(under({"ebb"}), IsEmpty()) << "text";
        EXPECT_THAT(under({"tide"}, true), ElementsAre("notes", "other", "other"));
        EXPECT_THAT(problems(*store), IsEmpty());
    }

    TemporaryDirectory folder;
    std::filesystem::path path = folder.path() / "base.db";
    std::unique_ptr<Store> store;
};

TEST_F(InnerHeadingsTest, finds_headings_above_and_within_chunks) {
    EXPECT_EQ(entries(), 4) << "night, tide, the mark between headings, day";
    expect_headings_are_found();
}

TEST_F(InnerHeadingsTest, has_nothing_of_what_was_removed_or_replaced) {
    PreparedSource notes = prepared("notes", "# Harbour\nlamps");
    notes.document->language = "en";
    notes.document->blocks = {{document::BlockKind::heading, 0, 9, 1, "Harbour"}};
    put(*store, std::move(notes));
    EXPECT_EQ(entries(), 1);
    EXPECT_THAT(under({"harbour"}), ElementsAre("notes")) << "it begins within the chunk";
    EXPECT_THAT(under({"tide"}), IsEmpty());
    EXPECT_THAT(problems(*store), IsEmpty());
    const std::vector<std::string> uris{"notes", "other"};
    EXPECT_EQ(store->remove(uris), 2U);
    EXPECT_EQ(entries(), 0);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(InnerHeadingsTest, a_base_of_an_older_schema_reads_blocks_until_it_is_written_to) {
    store = nullptr;
    {
        SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_write);
        lexical::register_term_tokenizer(database);
        register_unpacking(database);
        migrate::Migrator migrator(database, migrate::MigrationList::from_memory(knowledge_base_migrations()), {});
        migrator.down({migrate::Goal::Kind::version, 0, "0011"});
        migrator.up();
    }
    EXPECT_EQ(entries(), 0);
    open(StoreMode::read);
    EXPECT_THAT(under({"night", "tide"}), ElementsAre("notes"));
    EXPECT_THAT(under({"tide", "dai"}), IsEmpty());
    EXPECT_THAT(under({"tide"}, true), ElementsAre("notes", "other", "other"));
    open(StoreMode::write);
    EXPECT_EQ(entries(), 4);
    expect_headings_are_found();
}

TEST_F(InnerHeadingsTest, filling_an_older_base_is_shown_and_can_be_interrupted) {
    execute("DELETE FROM settings WHERE name = 'inner_headings';"
            "INSERT INTO inner_headings (inner_headings) VALUES ('delete-all')");
    std::vector<std::uint64_t> totals;
    const auto interrupt = [&](std::uint64_t, std::uint64_t total) {
        totals.push_back(total);
        throw Error(ErrorCode::interrupted, "interrupted");
    };
    EXPECT_THROW(open(StoreMode::write, interrupt), Error);
    EXPECT_THAT(totals, ElementsAre(2U)) << "documents";
    EXPECT_EQ(entries(), 0) << "nothing of it is kept";
    open(StoreMode::write);
    EXPECT_EQ(entries(), 4);
}

TEST_F(InnerHeadingsTest, is_made_again_with_the_rest_of_the_index) {
    execute("INSERT INTO inner_headings (inner_headings) VALUES ('delete-all')");
    store->rebuild_index({});
    EXPECT_EQ(entries(), 4);
    expect_headings_are_found();
}

TEST_F(InnerHeadingsTest, verify_finds_a_wrong_table) {
    execute("INSERT INTO inner_headings (inner_headings) VALUES ('delete-all');"
            "INSERT INTO inner_headings (rowid, headings) VALUES (77, 'tide')");
    EXPECT_THAT(problems(*store),
                ElementsAre(HasSubstr("the terms of the headings within it are not those in their index"),
                            "the entry 77 of the headings' index: belongs to no chunk"));
}

}  // namespace
}  // namespace quarry::store
