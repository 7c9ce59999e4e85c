#include "core/sql/lexemes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quarry::sql {
namespace {

using testing::ElementsAre;

std::vector<std::string> texts(Dialect dialect, std::string_view sql) {
    std::vector<std::string> all;
    for (const Lexeme& one : lexemes(dialect, sql)) all.emplace_back(one.text);
    return all;
}

TEST(Lexemes, AreWhatMeansSomething) {
    constexpr std::string_view sql = "CREATE /* a */ TABLE \"T\" -- b\n(a, 'x;''y');";
    for (const Dialect dialect : {Dialect::sqlite, Dialect::postgresql}) {
        EXPECT_THAT(texts(dialect, sql), ElementsAre("CREATE", "TABLE", "\"T\"", "(", "a", ",", "'x;''y'", ")", ";"));
        for (const Lexeme& one : lexemes(dialect, sql)) {
            EXPECT_EQ(sql.substr(one.start, one.end() - one.start), one.text);
        }
    }
    EXPECT_THAT(lexemes(Dialect::sqlite, " -- nothing"), testing::IsEmpty());
}

TEST(Lexemes, KnowTheirWords) {
    const std::vector<Lexeme> all = lexemes(Dialect::postgresql, "Select \"select\" 'select' ;");
    EXPECT_TRUE(all[0].is("select"));
    EXPECT_TRUE(all[0].is_name());
    EXPECT_FALSE(all[1].is("select")) << "a quoted name is no keyword";
    EXPECT_TRUE(all[1].is_name());
    EXPECT_FALSE(all[2].is("select"));
    EXPECT_FALSE(all[2].is_name());
    EXPECT_TRUE(all[3].is(";"));
}

struct NameCase {
    Dialect dialect;
    const char* sql;
    const char* name;
};

void PrintTo(const NameCase& c, std::ostream* out) { *out << c.sql; }

class NameOf : public testing::TestWithParam<NameCase> {};

TEST_P(NameOf, IsWithoutQuotes) {
    EXPECT_EQ(name_of(GetParam().dialect, lexemes(GetParam().dialect, GetParam().sql).at(0)), GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    All, NameOf,
    testing::Values(NameCase{Dialect::sqlite, "Users", "Users"}, NameCase{Dialect::postgresql, "Users", "users"},
                    NameCase{Dialect::postgresql, "\"Users\"", "Users"},
                    NameCase{Dialect::postgresql, "\"a\"\"b\"", "a\"b"}, NameCase{Dialect::sqlite, "[a b]", "a b"},
                    NameCase{Dialect::sqlite, "`a``b`", "a`b"}, NameCase{Dialect::sqlite, "\"a;b\"", "a;b"}));

TEST(StringValue, IsWhatThePlainLiteralMeans) {
    EXPECT_EQ(string_value("'it''s'"), "it's");
    EXPECT_EQ(string_value("''"), "");
    EXPECT_EQ(string_value("E'a\\n'"), "E'a\\n'");
    EXPECT_EQ(string_value("$$a$$"), "$$a$$");
}

TEST(QuoteName, OnlyWhatMustBeQuoted) {
    for (const Dialect dialect : {Dialect::sqlite, Dialect::postgresql}) {
        EXPECT_EQ(quote_name(dialect, "users_2"), "users_2");
        EXPECT_EQ(quote_name(dialect, "a b"), "\"a b\"");
        EXPECT_EQ(quote_name(dialect, "a\"b"), "\"a\"\"b\"");
        EXPECT_EQ(quote_name(dialect, "select"), "\"select\"");
        EXPECT_EQ(quote_name(dialect, "2a"), "\"2a\"");
        EXPECT_EQ(quote_name(dialect, ""), "\"\"");
    }
    EXPECT_EQ(quote_name(Dialect::postgresql, "Users"), "\"Users\"");
    EXPECT_EQ(quote_name(Dialect::postgresql, "user"), "\"user\"");
}

TEST(QuoteName, ComesBack) {
    for (const char* name : {"plain", "With Space", "\"", "order", "\xC3\xBC", "a.b", "x'y", "$1"}) {
        for (const Dialect dialect : {Dialect::sqlite, Dialect::postgresql}) {
            const std::string quoted = quote_name(dialect, name);
            const std::vector<Lexeme> all = lexemes(dialect, quoted);
            ASSERT_EQ(all.size(), 1u) << quoted;
            EXPECT_EQ(name_of(dialect, all[0]), name);
        }
    }
}

TEST(QuoteString, ComesBack) {
    for (const char* text : {"", "it's", "''", "a\nb", "\xC3\xBC;"}) {
        const std::string quoted = quote_string(text);
        EXPECT_EQ(lexemes(Dialect::sqlite, quoted).size(), 1u) << quoted;
        EXPECT_EQ(string_value(quoted), text);
    }
}

}  // namespace
}  // namespace quarry::sql
