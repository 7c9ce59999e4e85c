#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/sql/lexer.h"

namespace quarry::sql {
namespace {

using testing::ElementsAre;

/// The tokens without white space, each between bars; one that is not closed ends with "!".
std::string tokens(std::string_view text) {
    std::string all = "|";
    Lexer lexer(Dialect::postgresql, text);
    while (const auto token = lexer.next()) {
        if (token->kind == TokenKind::space) continue;
        all.append(text.substr(token->start, token->end - token->start)).append(token->closed ? "|" : "!|");
    }
    return all;
}

struct LexCase {
    const char* name;
    const char* text;
    const char* expected;
};

void PrintTo(const LexCase& c, std::ostream* out) { *out << c.name; }

class PostgresqlTokens : public testing::TestWithParam<LexCase> {};

TEST_P(PostgresqlTokens, AreTheServers) { EXPECT_EQ(tokens(GetParam().text), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    All, PostgresqlTokens,
    testing::Values(
        LexCase{"dollar", "$$a;'b$$;", "|$$a;'b$$|;|"}, LexCase{"tagged", "$x$ $$ $y$ $x$;", "|$x$ $$ $y$ $x$|;|"},
        LexCase{"tag_is_case_sensitive", "$X$ $x$ $X$;", "|$X$ $x$ $X$|;|"},
        LexCase{"tag_in_utf_8", "$\xC3\xBC$;$\xC3\xBC$", "|$\xC3\xBC$;$\xC3\xBC$|"},
        LexCase{"dollar_within_a_name", "a$b$c;$", "|a$b$c|;|$|"},
        LexCase{"parameter_is_no_quote", "$1$2;", "|$1|$2|;|"},
        LexCase{"dollar_after_an_operator", "a=$$;$$", "|a|=|$$;$$|"}, LexCase{"dollar_open", "$f$ a;", "|$f$ a;!|"},
        LexCase{"nested_comment", "/* a /* ; */ b; */;", "|/* a /* ; */ b; */|;|"},
        LexCase{"nested_comment_open", "/* a /* b */ c;", "|/* a /* b */ c;!|"},
        LexCase{"line_comment", "--a;'\nb", "|--a;'|b|"}, LexCase{"line_comment_ends_at_cr", "--a\rb;", "|--a|b|;|"},
        LexCase{"plain_string", "'a\\';", "|'a\\'|;|"}, LexCase{"doubled_quote", "'a'';';", "|'a'';'|;|"},
        LexCase{"escape_string", "E'a\\';' ;", "|E'a\\';'|;|"},
        LexCase{"escape_string_lower", "e'\\\\';", "|e'\\\\'|;|"},
        LexCase{"escape_string_doubled", "E'a'';\\';';", "|E'a'';\\';'|;|"},
        LexCase{"escape_needs_its_own_e", "some'a\\';", "|some|'a\\'|;|"},
        LexCase{"escape_string_goes_on", "E'a'\n'b\\';';", "|E'a'\n'b\\';'|;|"},
        LexCase{"plain_string_goes_on", "'a'\n'b\\';", "|'a'|'b\\'|;|"},
        LexCase{"escape_string_on_one_line_ends", "E'a' 'b\\';", "|E'a'|'b\\'|;|"},
        LexCase{"unicode_string", "U&'d\\0061;' UESCAPE '!';", "|U&'d\\0061;'|UESCAPE|'!'|;|"},
        LexCase{"unicode_name", "u&\"d;\";", "|u&\"d;\"|;|"}, LexCase{"u_and_space", "u & 'a;';", "|u|&|'a;'|;|"},
        LexCase{"bits", "B'1;'X'f;'N'n;';", "|B'1;'|X'f;'|N'n;'|;|"},
        LexCase{"quoted_name", "\"a;\"\"b\";", "|\"a;\"\"b\"|;|"},
        LexCase{"backquote_is_no_quote", "`a;`", "|`|a|;|`|"},
        LexCase{"brackets_are_no_quotes", "a[1;]", "|a|[|1|;|]|"}, LexCase{"cast", "a::text;", "|a|:|:|text|;|"},
        LexCase{"string_open", "'a;", "|'a;!|"}, LexCase{"empty", "", "|"}),
    [](const auto& given) { return given.param.name; });

TEST(PostgresqlLexer, EveryByteBelongsToOneToken) {
    const std::string text = "SELECT $a$x$a$, E'\\'' /* /* */ */ -- x\r\n, U&\"a\" \xFF \x01 $1 ' open";
    Lexer lexer(Dialect::postgresql, text);
    std::size_t end = 0;
    while (const auto token = lexer.next()) {
        EXPECT_EQ(token->start, end);
        EXPECT_GT(token->end, token->start);
        end = token->end;
    }
    EXPECT_EQ(end, text.size());
}

}  // namespace
}  // namespace quarry::sql
