// Damage that leaves a base readable: each is found, and no text is shown that is not the one that was stored.
#include "core/store/sqlite/row_checksums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/store/sqlite/text_packing.h"
#include "core/store/store.h"
#include "filled_base.h"
#include "tests/support/error_of.h"

namespace quarry::store {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;
using testing::put;

class RowChecksumsTest : public ::testing::Test {
protected:
    void fill() const { testing::fill_base(path); }
    void execute(const char* sql) const {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
        register_unpacking(database);
        database.exec(sql);
    }
    [[nodiscard]] std::vector<std::string> found() const { return problems(*open_store(path, StoreMode::read)); }

    TemporaryDirectory folder;
    fs::path path = folder.path() / "base.db";
};

TEST_F(RowChecksumsTest, FollowEveryKindOfWrite) {
    fill();
    EXPECT_THAT(found(), IsEmpty());
    {
        const auto store = open_store(path, StoreMode::write);
        put(*store, prepared("/p/moon", "The moon is far."));
        store->touch(std::vector<UnchangedSource>{{"/p/ships", {3, 4}, "v"}});
        store->put_model("m", "another table");
        store->purge();
        store->drop_embedder("m");
        EXPECT_THAT(problems(*store), IsEmpty());
        EXPECT_EQ(store->remove(std::vector<std::string>{"/p/moon", "/p/ships"}), 2U);
    }
    open_conversations(path, StoreMode::write)->remove("talk");
    const auto cache = open_response_cache(path, {});
    cache->touch("key");
    EXPECT_THAT(found(), IsEmpty());
    cache->clear();
    EXPECT_THAT(found(), IsEmpty());
}

TEST_F(RowChecksumsTest, WhatWasRolledBackIsNotCounted) {
    fill();
    const auto store = open_store(path, StoreMode::write);
    PreparedSource wrong = prepared("/p/new", "Text.");
    wrong.chunks.front().end_byte = 99;
    EXPECT_THROW(put(*store, wrong), Error);
    put(*store, prepared("/p/new", "Another text."));
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(RowChecksumsTest, FindWhatNothingElseWould) {
    for (const char* const sql :
         {"UPDATE sources SET uri = '/p/moom' WHERE uri = '/p/moon'", "UPDATE sources SET ingested_at = 7",
          "UPDATE document_parts SET blocks = replace(blocks, 'Moon', 'Mood')",
          "UPDATE document_parts SET packed = CAST(packed || x'00' AS BLOB)",
          "INSERT INTO text_dictionaries (id, hash, bytes) VALUES (9, '', x'00')",
          "UPDATE documents SET metadata = replace(metadata, 'Ada', 'Adb'); DELETE FROM source_values; DELETE FROM "
          "settings WHERE name = 'source_values'",
          "UPDATE vectors SET vector = zeroblob(8)", "UPDATE vectors SET vector = x'0000803F00000000'",
          "UPDATE chunks SET start_page = 3", "UPDATE chunks SET symbol_path = '[\"f\"]'",
          "UPDATE models SET bytes = x'00'", "UPDATE embedders SET fingerprint = 'n'",
          "UPDATE conversation_turns SET answer = '984,400 km [1].'",
          "UPDATE cached_responses SET value = CAST('984,400 km' AS BLOB)", "UPDATE runs SET input_tokens = 9",
          "UPDATE settings SET value = 'other' WHERE name = 'embedder'", "DELETE FROM runs",
          "UPDATE sources SET collection_id = 2", "UPDATE collections SET description = 'b'",
          "UPDATE conversations SET collections = 'work'",
          "UPDATE row_checksums SET checksum = checksum + 1 WHERE kind = 2"}) {
        fs::remove(path);
        fill();
        execute(sql);
        EXPECT_THAT(found(), Contains(HasSubstr("(the checksum differs)"))) << sql;
    }
}

TEST_F(RowChecksumsTest, DamagedTextIsNotShownAroundAPassageEither) {
    fill();
    EXPECT_THAT(open_store(path, StoreMode::read)->document_text(1).value_or(""), HasSubstr("Between."));
    execute("UPDATE document_parts SET text = replace(quarry_unpacked(packed), 'Between.', 'Bedwarf.'), packed = NULL");
    const auto store = open_store(path, StoreMode::read);
    EXPECT_EQ(store->chunk(2)->text, "The sun.") << "of the same part, and not damaged";
    for (const std::function<void()>& read : std::initializer_list<std::function<void()>>{
             [&] { (void)store->document_span(1, 0, 20); }, [&] { (void)store->document_text(1); },
             [&] { (void)store->document(1); }, [&] { store->for_each_text_part(1, [](std::string_view) {}); }}) {
        const Error error = quarry::test::error_of(read);
        EXPECT_THAT(error.what(), HasSubstr("the text of /p/moon is not the one that was stored"));
        EXPECT_THAT(error.hint(), HasSubstr("docs verify"));
    }
}

/// Else the next write would take what is damaged for sound.
TEST_F(RowChecksumsTest, AreNotMadeAnewWhereTheirSettingIsDamaged) {
    fill();
    execute("UPDATE settings SET value = '1/1 ' WHERE name = 'embedder'; DELETE FROM settings WHERE name = "
            "'row_checksums'");
    for (int round = 0; round < 2; ++round) {
        EXPECT_THAT(found(), Contains(HasSubstr("the checksums of rows: cannot be compared")));
        put(*open_store(path, StoreMode::write), prepared("/p/new", "Text."));
    }
}

TEST_F(RowChecksumsTest, MakingThemIsShownAndCanBeInterrupted) {
    fill();
    execute("DELETE FROM row_checksums; DELETE FROM settings WHERE name = 'row_checksums'");
    std::vector<std::uint64_t> totals;
    const auto interrupt = [&](std::uint64_t, std::uint64_t total) {
        totals.push_back(total);
        throw Error(ErrorCode::interrupted, "interrupted");
    };
    for (const StoreMode mode : {StoreMode::write, StoreMode::create}) {
        EXPECT_EQ(test::error_of([&] { (void)open_store(path, mode, interrupt); }).code(), ErrorCode::interrupted);
    }
    const auto count = [&] {
        return SQLite::Database(path.string()).execAndGet("SELECT count(*) FROM row_checksums").getInt();
    };
    EXPECT_EQ(count(), 0) << "nothing of it is kept";
    (void)open_store(path, StoreMode::write, [&](std::uint64_t done, std::uint64_t total) {
        EXPECT_LT(done, total);
        totals.push_back(total);
    });
    EXPECT_THAT(found(), IsEmpty());
    EXPECT_GT(count(), 5);
    EXPECT_THAT(totals, ::testing::AllOf(::testing::SizeIs(3), ::testing::Each(::testing::Gt(10U))));
    (void)open_store(path, StoreMode::write, interrupt);  // there is nothing left to do
}

TEST_F(RowChecksumsTest, ABaseWithoutThemSaysWhatMakesThem) {
    fill();
    execute("DELETE FROM row_checksums; DELETE FROM settings WHERE name = 'row_checksums'");
    {
        const auto store = open_store(path, StoreMode::read);
        const std::vector<VerifyFinding> findings = store->verify({});
        ASSERT_EQ(findings.size(), 1U);
        EXPECT_FALSE(findings.front().is_damage);
        EXPECT_THAT(findings.front().problem, HasSubstr("quarry ingest"));
        EXPECT_THAT(store->document_text(1).value_or(""), HasSubstr("Between."));
    }
    (void)open_store(path, StoreMode::write);
    EXPECT_THAT(found(), IsEmpty());
}

}  // namespace
}  // namespace quarry::store
