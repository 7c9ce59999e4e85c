// Texts packed with a dictionary of the base, and what a damaged or hostile base makes of that.

#include "core/store/sqlite/text_packing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/db/sqlite.h"
#include "core/store/store.h"
#include "prepared.h"
#include "tests/support/error_of.h"

namespace quarry::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;

/// Sentences of some hundred words, other ones for each number: alike, but not the same.
std::string sentences(unsigned number, std::size_t bytes) {
    std::mt19937 drawn(number);
    std::string text;
    while (text.size() < bytes) {
        text += "the harbour master wrote down entry " + std::to_string(drawn() % 1000) + " of ";
        for (int i = 0; i < 6; ++i) text += "word" + std::to_string(drawn() % 300) + " ";
        text += "in the book.\n\n";
    }
    return text;
}

/// A source with the text as its only chunk.
PreparedSource whole(const std::string& uri, std::string text) {
    const std::size_t size = text.size();
    const std::size_t lines = LineIndex(text).line_of(size - 1);
    PreparedSource source = prepared(uri, std::move(text));
    source.chunks.resize(1);
    source.chunks.front().end_byte = size;
    source.chunks.front().end_line = lines;
    return source;
}

class TextPackingTest : public ::testing::Test {
protected:
    /// More than enough text for a dictionary, in documents of 2 kB.
    void fill() const {
        std::vector<PreparedSource> sources;
        for (unsigned i = 0; i < 280; ++i) sources.push_back(whole("/p/" + std::to_string(i), sentences(i, 2000)));
        open_store(path, StoreMode::create)->put(sources);
    }
    void execute(const char* sql) const {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
        register_unpacking(database);
        database.exec(sql);
    }
    [[nodiscard]] std::int64_t number(const char* sql) const {
        return SQLite::Database(path.string()).execAndGet(sql).getInt64();
    }
    [[nodiscard]] std::string first_text() const {
        const auto store = open_store(path, StoreMode::read);
        return store->document_text(store->source("/p/0")->document_id.value()).value();
    }

    TemporaryDirectory folder;
    std::filesystem::path path = folder.path() / "base.db";
};

TEST_F(TextPackingTest, APackedTextUnpacksToItself) {
    fill();
    SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_only);
    db::StatementCache statements(database);
    TextPacking packing(statements);
    std::string unpacked;
    for (const std::string& text : {std::string(), std::string("x"), std::string("NUL \0 end", 9), sentences(7, 8000),
                                    std::string(most_part_bytes, 'a'), std::string("\xFF\xFE not UTF-8")}) {
        const std::string frame(packing.pack(text));
        packing.unpack(frame, unpacked);
        EXPECT_EQ(unpacked, text);
        EXPECT_TRUE(packing.is_well_packed(frame));
    }
}

TEST_F(TextPackingTest, TheFirstLargeBatchGivesADictionaryThatHalvesShortTexts) {
    fill();
    EXPECT_EQ(number("SELECT count(*) FROM text_dictionaries"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM document_parts WHERE packed IS NULL OR text <> ''"), 0);
    const std::int64_t packed = number("SELECT sum(length(packed)) FROM document_parts");
    EXPECT_LT(packed * 100, number("SELECT sum(text_bytes) FROM documents") * 30);
    EXPECT_EQ(first_text(), sentences(0, 2000));
    EXPECT_THAT(problems(*open_store(path, StoreMode::read)), IsEmpty());
}

TEST_F(TextPackingTest, PurgingForgetsWhatTheDictionaryHasOfRemovedTexts) {
    const auto fill_with = [&](const std::string& signature) {
        std::vector<PreparedSource> sources;
        for (unsigned i = 0; i < 280; ++i) {
            sources.push_back(whole("/p/" + std::to_string(i), sentences(i, 2000) + signature));
        }
        open_store(path, StoreMode::create)->put(sources);
    };
    const char* const with_address =
        "SELECT count(*) FROM text_dictionaries WHERE instr(bytes, CAST('jane.doe@example.org' AS BLOB)) > 0";
    fill_with("signed by jane.doe@example.org of the office");
    ASSERT_EQ(number(with_address), 1);
    fill_with("signed");
    open_store(path, StoreMode::create)->purge();
    EXPECT_EQ(number(with_address), 0);
    EXPECT_EQ(number("SELECT count(*) FROM text_dictionaries"), 1);
    EXPECT_EQ(first_text(), sentences(0, 2000) + "signed");
    EXPECT_THAT(problems(*open_store(path, StoreMode::read)), IsEmpty());
}

TEST_F(TextPackingTest, GcPacksWhatOlderProgramsAndSmallBatchesLeft) {
    {
        const auto store = open_store(path, StoreMode::create);
        for (unsigned i = 0; i < 300; ++i) {
            testing::put(*store, whole("/p/" + std::to_string(i), sentences(i, i % 100 == 0 ? 60'000 : 2000)));
        }
    }
    EXPECT_EQ(number("SELECT count(*) FROM text_dictionaries"), 0) << "no batch was large";
    // As an older program stored them: long parts, not packed.
    execute("UPDATE document_parts SET text = quarry_unpacked(packed), packed = NULL WHERE document_id % 3 = 0;"
            "DELETE FROM row_checksums; DELETE FROM settings WHERE name = 'row_checksums'");
    const auto store = open_store(path, StoreMode::write);
    EXPECT_THAT(problems(*store), IsEmpty()) << "what is not packed is as good";
    store->purge();
    EXPECT_EQ(number("SELECT count(*) FROM text_dictionaries"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM document_parts WHERE packed IS NULL OR text <> ''"), 0);
    EXPECT_THAT(problems(*store), IsEmpty());
    EXPECT_EQ(first_text(), sentences(0, 60'000));
}

TEST_F(TextPackingTest, LongPartsOfAnOlderProgramAreCut) {
    const std::string text = sentences(1, 60'000);
    PreparedSource source = whole("/p/0", text);
    for (std::size_t at = 0; at < text.size(); at += 1000) {
        source.document->blocks.push_back({document::BlockKind::paragraph, at, at + 10, 0, ""});
    }
    testing::put(*open_store(path, StoreMode::create), source);
    {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
        SQLite::Statement joined(database, "UPDATE document_parts SET text = ?, packed = NULL, blocks = (SELECT '[' ||"
                                           " group_concat(substr(blocks, 2, length(blocks) - 2), ',') || ']' FROM"
                                           " (SELECT blocks FROM document_parts ORDER BY start_byte))"
                                           " WHERE start_byte = 0");
        joined.bind(1, text);
        joined.exec();
        database.exec("DELETE FROM document_parts WHERE start_byte > 0; DELETE FROM row_checksums;"
                      "DELETE FROM settings WHERE name = 'row_checksums'");
    }
    const auto store = open_store(path, StoreMode::write);
    ASSERT_THAT(problems(*store), IsEmpty());
    ASSERT_EQ(store->document(1)->blocks, source.document->blocks);
    store->purge();
    EXPECT_EQ(number("SELECT count(*) FROM document_parts"), 8);
    EXPECT_THAT(problems(*store), IsEmpty());
    EXPECT_EQ(store->document(1)->blocks, source.document->blocks);
    EXPECT_EQ(first_text(), text);
}

TEST_F(TextPackingTest, DamagedPartsStayAsTheyAreWhenTheRestIsPacked) {
    testing::put(*open_store(path, StoreMode::create), prepared("/p/0", "The moon."));
    execute("UPDATE document_parts SET text = 'The mars.', packed = NULL");
    open_store(path, StoreMode::write)->purge();
    EXPECT_EQ(number("SELECT count(*) FROM document_parts WHERE packed IS NULL AND text = 'The mars.'"), 1);
    EXPECT_FALSE(problems(*open_store(path, StoreMode::read)).empty());
}

/// Whatever is in the columns, reading ends with an error that says so, or with the text that was stored.
TEST_F(TextPackingTest, NothingDamagedIsShownAndNothingTakesMuchMemory) {
    fill();
    const std::filesystem::path sound = folder.path() / "sound.db";
    std::filesystem::copy_file(path, sound);
    for (const char* const sql :
         {"UPDATE text_dictionaries SET bytes = zeroblob(length(bytes))", "DELETE FROM text_dictionaries",
          "UPDATE text_dictionaries SET bytes = zeroblob(2000000)", "UPDATE text_dictionaries SET hash = ''",
          "UPDATE text_dictionaries SET id = id + 1", "UPDATE document_parts SET packed = x'28B52FFD' WHERE id = 1",
          "UPDATE document_parts SET packed = zeroblob(300000) WHERE id = 1",
          // Frames that say to have 2^60 bytes, an unknown number of them, and 65,537 of one byte repeated.
          "UPDATE document_parts SET packed = x'28B52FFDE00000000000000010010000' WHERE id = 1",
          "UPDATE document_parts SET packed = x'28B52FFD00580B000041FFFF0702' WHERE id = 1",
          "UPDATE document_parts SET packed = x'28B52FFDA00100010003000841' WHERE id = 1",
          "UPDATE document_parts SET packed = (SELECT p.packed FROM document_parts p WHERE p.id = 2) WHERE id = 1"}) {
        std::filesystem::copy_file(sound, path, std::filesystem::copy_options::overwrite_existing);
        execute(sql);
        EXPECT_FALSE(problems(*open_store(path, StoreMode::read)).empty()) << sql;
        const Error error = test::error_of([&] { (void)first_text(); });
        EXPECT_THAT(error.what(), HasSubstr("the text of /p/0 is not the one that was stored")) << sql;
        EXPECT_THROW((void)open_store(path, StoreMode::read)->chunk(1), Error) << sql;
    }
}

/// Each bit of a frame in turn: the text is the one that was stored, or there is none.
TEST_F(TextPackingTest, AFrameWithAnotherBitIsNotShown) {
    fill();
    const std::string sound = first_text();
    SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
    const SQLite::Column column = database.execAndGet("SELECT packed FROM document_parts WHERE id = 1");
    const std::string frame = column.getString();
    const auto store = open_store(path, StoreMode::read);
    SQLite::Statement update(database, "UPDATE document_parts SET packed = ? WHERE id = 1");
    for (std::size_t bit = 0; bit < 8 * frame.size(); bit += 3) {
        std::string damaged = frame;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        update.bind(1, damaged.data(), static_cast<int>(damaged.size()));
        update.exec();
        update.reset();
        try {
            EXPECT_EQ(store->chunk(1)->text, sound) << bit;
        } catch (const Error&) {  // as it should be
        }
        EXPECT_THROW((void)store->document_text(1), Error) << bit;
    }
}

TEST_F(TextPackingTest, WhatIsRolledBackIsNotPackedWith) {
    const auto store = open_store(path, StoreMode::create);
    std::vector<PreparedSource> sources;
    for (unsigned i = 0; i < 280; ++i) sources.push_back(whole("/p/" + std::to_string(i), sentences(i, 2000)));
    sources.back().chunks.front().end_byte = 9'999'999;
    EXPECT_THROW(store->put(sources), Error);
    EXPECT_EQ(number("SELECT count(*) FROM text_dictionaries"), 0);
    testing::put(*store, prepared("/p/0", sentences(0, 2000)));
    EXPECT_EQ(first_text(), sentences(0, 2000));
    EXPECT_THAT(problems(*store), IsEmpty());
}

}  // namespace
}  // namespace quarry::store
