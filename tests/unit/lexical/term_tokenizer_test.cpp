#include "core/lexical/term_tokenizer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/db/sqlite.h"

namespace quarry::lexical {
namespace {

constexpr const char* plain_table = "CREATE VIRTUAL TABLE t USING fts5 (a, content = '', tokenize = 'unicode61 "
                                    "remove_diacritics 0')";

/// Every row of an FTS5 table's own tables, that is the bytes of its index; broken text goes in as it is.
std::vector<std::string> index_of(const char* table, const std::vector<std::string>& texts, bool ours) {
    SQLite::Database database = db::open_sqlite_memory();
    if (ours) register_term_tokenizer(database);
    database.exec(table);
    SQLite::Statement insert(database, "INSERT INTO t (a) VALUES (?)");
    for (const std::string& text : texts) {
        insert.bindNoCopy(1, text);
        insert.exec();
        insert.reset();
    }
    database.exec("INSERT INTO t (t) VALUES ('optimize')");
    std::vector<std::string> rows;
    for (const char* select : {"SELECT id || ' ' || hex(block) FROM t_data ORDER BY id",
                               "SELECT segid || ' ' || hex(term) || ' ' || pgno FROM t_idx ORDER BY segid, term",
                               "SELECT id || ' ' || hex(sz) FROM t_docsize ORDER BY id"}) {
        SQLite::Statement query(database, select);
        while (query.executeStep()) rows.push_back(query.getColumn(0).getString());
    }
    return rows;
}

struct TokenizedText {
    const char* name;
    std::string text;
};

class TermTokenizerTest : public ::testing::TestWithParam<TokenizedText> {};

TEST_P(TermTokenizerTest, makes_the_index_that_fts5_makes) {
    EXPECT_EQ(index_of(plain_table, {GetParam().text}, true), index_of(plain_table, {GetParam().text}, false));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, TermTokenizerTest,
    ::testing::Values(TokenizedText{"empty", ""}, TokenizedText{"blanks", "  \t\n "},
                      TokenizedText{"terms", "quick brown fox 1984 x"},
                      TokenizedText{"capitals", "Quick BROWN foX aZ09"},
                      TokenizedText{"punctuation", "a.b,c-d_e'f\"g/h\\i`j~k\x7Fl\x01m"},
                      TokenizedText{"accents", "r\xC3\xA9sum\xC3\xA9 caf\xC3\xA9 \xC3\x84 na\xC3\xAFve-ly x"},
                      TokenizedText{"scripts", "\xD0\x9C\xD0\xB8\xD1\x80 \xE4\xB8\x96\xE7\x95\x8C abc\xE4\xB8\x96 x"},
                      TokenizedText{"marks alone", "\xCC\x81 a\xCC\x81 b \xE2\x80\x94 c\xE2\x80\x94"
                                                   "d"},
                      TokenizedText{"private use", "\xEE\x80\x80 a\xEE\x80\x81z"},
                      TokenizedText{"emoji", "a \xF0\x9F\x98\x80"
                                             "b \xF0\x9F\x98\x80"},
                      TokenizedText{"broken", "a \xC3 b\xFF"
                                              "c \xE4\xB8 d\x80 e\xF0\x9F"},
                      TokenizedText{"NUL", std::string("a\0b \0 c", 7)},
                      TokenizedText{"a term longer than FTS5 keeps", std::string(40'000, 'q') + " z"}),
    [](const ::testing::TestParamInfo<TokenizedText>& row) {
        std::string name = row.param.name;
        for (char& c : name) c = c == ' ' ? '_' : c;
        return name;
    });

TEST(TermTokenizerRandomTest, makes_the_index_that_fts5_makes_of_any_bytes) {
    std::mt19937 random(7);
    const std::vector<std::string> pieces = {
        "a", "Z", "7", " ", " ", ".", "word ", "\n", "\xC3\xA9", "\xCC\x88", "\xC3", "\xE4\xB8\x96", "\xFF", "_"};
    std::vector<std::string> texts(300);
    for (std::string& text : texts) {
        for (std::size_t left = random() % 40; left > 0; --left) text += pieces[random() % pieces.size()];
    }
    EXPECT_EQ(index_of(plain_table, texts, true), index_of(plain_table, texts, false));
}

TEST(TermTokenizerOptionsTest, leaves_other_classes_of_characters_to_fts5) {
    const char* const table = "CREATE VIRTUAL TABLE t USING fts5 (a, content = '', tokenize = \"unicode61 tokenchars "
                              "'-_' separators 'x'\")";
    const std::vector<std::string> texts = {"a-b_c dxe", "R\xC3\x89 x-y"};
    EXPECT_EQ(index_of(table, texts, true), index_of(table, texts, false));
}

TEST(TermTokenizerOptionsTest, strips_marks_where_the_table_says_so) {
    const char* const table = "CREATE VIRTUAL TABLE t USING fts5 (a, content = '')";
    const std::vector<std::string> texts = {"r\xC3\xA9sum\xC3\xA9 plain"};
    EXPECT_EQ(index_of(table, texts, true), index_of(table, texts, false));
}

TEST(TermTokenizerOptionsTest, refuses_what_fts5_refuses) {
    SQLite::Database database = db::open_sqlite_memory();
    register_term_tokenizer(database);
    EXPECT_THROW(database.exec("CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'unicode61 nonsense 1')"),
                 SQLite::Exception);
}

}  // namespace
}  // namespace quarry::lexical
