// Long texts, which are stored in parts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/db/sqlite.h"
#include "core/migrate/migrator.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/sqlite_store.h"
#include "core/store/sqlite/text_packing.h"
#include "core/store/sqlite/text_reader.h"
#include "prepared.h"

namespace quarry::store {
namespace {

using migrate::Goal;
using testing::found;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;
using testing::put;

/// About `bytes` of paragraphs of characters of one to four bytes, so that every cut by bytes would split some.
std::string long_text(std::size_t bytes) {
    std::string text;
    for (int i = 0; text.size() < bytes; ++i) text += "Paragraph " + std::to_string(i) + " über 漢字 🌕🌖🌗🌘 ε.\n\n";
    text += std::string("NUL \0 end", 9);
    return text;
}

/// A block for each line, so that parts have many.
std::vector<document::Block> line_blocks(std::string_view text) {
    std::vector<document::Block> blocks;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        blocks.push_back({document::BlockKind::paragraph, start, end, 0, ""});
        start = end + 1;
    }
    return blocks;
}

TEST(DocumentParts, end_between_characters) {
    EXPECT_EQ(end_of_part("", 0), 0U);
    EXPECT_EQ(end_of_part(std::string(document_part_bytes, 'a'), 0), document_part_bytes);
    for (const std::string character : {"a", "ü", "漢", "🌕"}) {
        std::string text = "x";
        while (text.size() < 3 * document_part_bytes) text += character;
        std::size_t start = 0;
        while (start < text.size()) {
            const std::size_t end = end_of_part(text, start);
            ASSERT_GT(end, start);
            ASSERT_LE(end - start, document_part_bytes);
            ASSERT_GT(end == text.size() ? document_part_bytes : end - start, document_part_bytes - 4);
            ASSERT_EQ(floor_to_code_point(text, end), end) << character;
            start = end;
        }
    }
}

class DocumentPartsTest : public ::testing::Test {
protected:
    DocumentPartsTest() {
        const auto memory = SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_URI;
        database_ = std::make_unique<SQLite::Database>("file:parts?mode=memory&cache=shared", memory);
        register_unpacking(*database_);
    }
    [[nodiscard]] std::unique_ptr<Store> store() const {
        return std::make_unique<SqliteStore>(
            SQLite::Database("file:parts?mode=memory&cache=shared", SQLite::OPEN_READWRITE | SQLite::OPEN_URI), "");
    }
    [[nodiscard]] migrate::Migrator migrator() const {
        return {*database_, migrate::MigrationList::from_memory(knowledge_base_migrations()), {}};
    }
    [[nodiscard]] std::int64_t count(const char* sql) const { return database_->execAndGet(sql).getInt64(); }

    std::unique_ptr<SQLite::Database> database_;
};

TEST_F(DocumentPartsTest, a_long_text_comes_back_whole_and_in_spans) {
    migrator().up();
    const auto store = this->store();
    PreparedSource source = prepared("/p/long", long_text(300'000));
    source.document->blocks = line_blocks(source.document->text);
    const document::Document& document = *source.document;
    put(*store, source);
    const std::int64_t id = store->source("/p/long")->document_id.value();
    EXPECT_EQ(store->document_text(id), document.text);
    EXPECT_EQ(store->document(id)->blocks, document.blocks);
    std::string joined;
    store->for_each_text_part(id, [&](std::string_view part) {
        EXPECT_FALSE(find_invalid_utf8(part));
        joined += part;
    });
    EXPECT_EQ(joined, document.text);
    // Spans within a part, over the edges of parts, of several parts, at the end, and none.
    for (const auto& [start, end] :
         std::vector<std::pair<std::size_t, std::size_t>>{{0, 1},
                                                          {65'000, 66'000},
                                                          {60'000, 260'000},
                                                          {0, document.text.size()},
                                                          {document.text.size() - 1, document.text.size()},
                                                          {7, 7}}) {
        EXPECT_EQ(store->document_span(id, start, end), document.text.substr(start, end - start)) << start;
    }
    EXPECT_THROW((void)store->document_span(id, 0, document.text.size() + 1), Error);
    EXPECT_THROW((void)store->document_span(id, document.text.size() + 1, document.text.size() + 2), Error);
    EXPECT_THROW((void)store->document_span(99, 0, 1), Error);
    for (const Chunk& chunk : store->chunks_of(id)) {
        ASSERT_EQ(chunk.text, document.text.substr(chunk.span.start_byte, chunk.span.end_byte - chunk.span.start_byte));
    }
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(DocumentPartsTest, the_same_long_text_is_stored_once_and_goes_whole) {
    migrator().up();
    const auto store = this->store();
    const std::string text = long_text(200'000);
    put(*store, prepared("/p/a", text));
    put(*store, prepared("/p/b", text));
    put(*store, prepared("/p/c", text + "!"));
    EXPECT_EQ(count("SELECT count(*) FROM documents"), 2);
    EXPECT_EQ(count("SELECT sum(length(CAST(quarry_unpacked(packed) AS BLOB))) FROM document_parts"),
              static_cast<std::int64_t>(2 * text.size() + 1));
    store->remove(std::vector<std::string>{"/p/a", "/p/b"});
    EXPECT_EQ(count("SELECT count(DISTINCT document_id) FROM document_parts"), 1);
    EXPECT_THAT(problems(*store), IsEmpty());
}

/// Texts of a base of before are cut; the way back joins them; and both ways once more.
TEST_F(DocumentPartsTest, older_bases_are_brought_over_and_back) {
    migrator().up({Goal::Kind::version, 0, "0002"});
    const std::vector<std::string> texts{"", "short ü", std::string(65'536, 'a'), long_text(65'537),
                                         long_text(900'000)};
    {
        SQLite::Statement insert(*database_,
                                 "INSERT INTO documents (content_hash, media_type, title, language, metadata,"
                                 " chunk_count, text_bytes, blocks, text) VALUES ('', '', '', '', '{}', 0, ?, ?, ?)");
        for (const std::string& text : texts) {
            insert.bind(1, static_cast<std::int64_t>(text.size()));
            insert.bind(2, text.empty() ? "[]" : R"([[1,0,1,1,"a, ]["],[0,2,3,0,""]])");
            insert.bind(3, text);
            insert.exec();
            insert.reset();
        }
    }
    const std::vector<document::Block> blocks{{document::BlockKind::heading, 0, 1, 1, "a, ]["},
                                              {document::BlockKind::paragraph, 2, 3, 0, ""}};
    const auto before = [&] {
        std::vector<std::string> rows;
        SQLite::Statement rest(*database_, "SELECT blocks || text_bytes, text FROM documents ORDER BY id");
        while (rest.executeStep()) rows.push_back(rest.getColumn(0).getString() + rest.getColumn(1).getString());
        return rows;
    };
    const std::vector<std::string> old = before();
    for (int round = 0; round < 2; ++round) {
        migrator().up();
        {
            const auto store = this->store();
            for (std::size_t i = 0; i < texts.size(); ++i) {
                const std::optional<document::Document> document = store->document(static_cast<std::int64_t>(i) + 1);
                EXPECT_EQ(document->text, texts[i]);
                EXPECT_EQ(document->blocks, texts[i].empty() ? std::vector<document::Block>() : blocks);
                store->for_each_text_part(static_cast<std::int64_t>(i) + 1, [](std::string_view part) {
                    EXPECT_FALSE(find_invalid_utf8(part));
                    EXPECT_LE(part.size(), most_part_bytes);
                });
                const std::size_t half = floor_to_code_point(texts[i], texts[i].size() / 2);
                EXPECT_EQ(store->document_span(static_cast<std::int64_t>(i) + 1, half, texts[i].size()),
                          texts[i].substr(half));
            }
        }
        migrator().down({Goal::Kind::version, 0, "0002"});
        EXPECT_EQ(before(), old);
    }
}

}  // namespace
}  // namespace quarry::store
