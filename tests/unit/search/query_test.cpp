#include "core/search/query.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/text.h"

namespace quarry::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A query's conditions in one line: +"a b" must be there, -"a" must not, title: before a field, * behind a prefix.
std::string conditions(const SearchQuery& query) {
    static constexpr const char* names[] = {"title:", "headings:", "body:"};
    std::string line;
    for (const lexical::TermCondition& condition : query.conditions) {
        line += line.empty() ? "" : " ";
        line += condition.excluded ? '-' : '+';
        if (condition.field) line += names[static_cast<std::size_t>(*condition.field)];
        for (std::size_t i = 0; i < condition.any_of.size(); ++i) {
            line += i > 0 ? "|" : "";
            for (std::size_t t = 0; t < condition.any_of[i].terms.size(); ++t) {
                line += (t > 0 ? "," : "") + condition.any_of[i].terms[t];
            }
            if (condition.any_of[i].prefix) line += '*';
        }
    }
    return line;
}

/// A query's terms in one line, with the weights that are not 1.
std::string terms(const SearchQuery& query) {
    std::string line;
    for (const lexical::LexicalTerm& term : query.terms) {
        line += (line.empty() ? "" : " ") + term.text + (term.prefix ? "*" : "");
        if (term.weight != 1) line += fmt::format("^{:.2g}", term.weight);
    }
    return line;
}

struct QueryCase {
    const char* name;
    const char* query;
    const char* terms;
    const char* conditions;
    const char* text;
};

class QueryTest : public ::testing::TestWithParam<QueryCase> {};

TEST_P(QueryTest, is_read) {
    const SearchQuery query = parse_query(GetParam().query);
    EXPECT_EQ(terms(query), GetParam().terms);
    EXPECT_EQ(conditions(query), GetParam().conditions);
    EXPECT_EQ(query.text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    queries, QueryTest,
    ::testing::Values(
        QueryCase{"words", "undo  a migration", "undo a^0.4 migrat", "", "undo a migration"},
        QueryCase{"repeated", "cat dog Cats", "cat^1.6 dog", "", "cat dog Cats"},
        QueryCase{"function_words", "How do I get the name of a file",
                  "how^0.14 do^0.14 i^0.14 get^0.14 the^0.14 name of^0.14 "
                  "a^0.14 file",
                  "", "How do I get the name of a file"},
        QueryCase{"only_function_words", "to be or not to be", "to^1.6 be^1.6 or not", "", "to be or not to be"},
        QueryCase{"phrase", "how \"undo the last\" step", "how^0.4 undo the last step", "+undo,the,last",
                  "how undo the last step"},
        QueryCase{"typographic_quotes", "\u201Cundo it\u201D \u201Ewie das\u201C \u00ABet tu\u00BB",
                  "undo it wie das et tu", "+undo,it +wie,das +et,tu", "undo it wie das et tu"},
        QueryCase{"not", "cat -dogs", "cat", "-dog", "cat"},
        QueryCase{"not_phrase", "cat -\"red hat\"", "cat", "-red,hat", "cat"},
        QueryCase{"only_not", "-cat", "", "-cat", ""},
        QueryCase{"field", "title:Cats dog", "cat dog", "+title:cat", "Cats dog"},
        QueryCase{"field_names", "Title:a heading:b HEADINGS:c body:d text:e", "a b c d e",
                  "+title:a +headings:b +headings:c +body:d +body:e", "a b c d e"},
        QueryCase{"field_phrase", "heading:\"big cat\"", "big cat", "+headings:big,cat", "big cat"},
        QueryCase{"not_field", "dog -title:cat", "dog", "-title:cat", "dog"},
        QueryCase{"prefix", "migrat*", "migrat migrat*", "+migrat*|migrat", "migrat"},
        QueryCase{"prefix_of_a_whole_word", "migration*", "migrat migration*", "+migration*|migrat", "migration"},
        QueryCase{"prefix_of_an_identifier", "get_use*", "getus get use getuse*", "+getuse*|getus,get,use", "get_use"},
        QueryCase{"prefix_in_camel_case", "getUse*", "getus get use getuse*", "+getuse*|getus,get,use", "getUse"},
        QueryCase{"not_prefix", "cat -migrat*", "cat", "-migrat*|migrat", "cat"},
        QueryCase{"minus_within_words", "a-b --mode -1 -- - x", "a b mode 1 x", "", "a-b --mode -1 -- - x"},
        QueryCase{"colons_of_others", "http://x.y std::map title: title::x title:// note:a",
                  "http xy std map titl^2.2 x note a", "", "http://x.y std::map title: title::x title:// note:a"},
        QueryCase{"quotes_of_others", "5\" pipe \"open", "5 pipe open", "", "5\" pipe \"open"},
        QueryCase{"stars_of_others", "* a* ** int** x", "a^0.4 int x", "", "* a* ** int** x"},
        QueryCase{"empty_operators", "\"\" -\"\" title:\"\" -title:\"..\" x", "x", "", "x"},
        QueryCase{"fts5_syntax", "a AND b OR c NOT d NEAR(e f) {g} ^h", "a^0.4 and b or c not d near e f g h", "",
                  "a AND b OR c NOT d NEAR(e f) {g} ^h"},
        QueryCase{"cjk", "\u6F22\u5B57\u306E \"\u6771\u4EAC\u90FD\"",
                  "\u6F22\u5B57 \u5B57\u306E^0.4 \u6771\u4EAC \u4EAC\u90FD", "+\u6771\u4EAC,\u4EAC\u90FD",
                  "\u6F22\u5B57\u306E \u6771\u4EAC\u90FD"},
        QueryCase{"ideographic_space", "\u732B\u3000-\u72AC", "\u732B", "-\u72AC", "\u732B"},
        QueryCase{"accents", "title:\u00C9t\u00E9s", "ete", "+title:ete", "\u00C9t\u00E9s"},
        QueryCase{"nothing", " \t\n", "", "", ""}),
    [](const ::testing::TestParamInfo<QueryCase>& row) { return std::string(row.param.name); });

TEST(ParseQueryTest, plain_syntax_knows_no_operators) {
    const SearchQuery query = parse_query("\"a cat\" -dog title:x mig*", QuerySyntax::plain);
    EXPECT_EQ(terms(query), "a cat dog titl x mig");
    EXPECT_THAT(query.conditions, IsEmpty());
    EXPECT_EQ(query.text, "\"a cat\" -dog title:x mig*");
}

TEST(ParseQueryTest, words_keep_how_they_were_written) {
    const SearchQuery query = parse_query("Undoing -x fooBar");
    ASSERT_EQ(query.words.size(), 2U);
    EXPECT_EQ(query.words[0].text, "Undoing");
    EXPECT_THAT(query.words[0].terms, ElementsAre("undo"));
    EXPECT_EQ(query.words[1].text, "fooBar");
    EXPECT_THAT(query.words[1].terms, ElementsAre("foobar", "foo", "bar"));
}

TEST(ParseQueryTest, a_word_is_looked_for_under_its_stem_in_each_language) {
    const std::vector<std::string> languages{"en", "de"};
    const SearchQuery query =
        parse_query("running Kinder kindern \"die Kinder\" lauf*", QuerySyntax::operators, languages);
    ASSERT_EQ(query.terms.size(), 5U);
    EXPECT_EQ(query.terms[0], (lexical::LexicalTerm{"run", 1, false, {"running"}}));
    // Forms of one word in German, so one term that the query has three times.
    EXPECT_EQ(query.terms[1], (lexical::LexicalTerm{"kinder", std::pow(3, 0.7), false, {"kind", "kindern"}}));
    EXPECT_EQ(query.terms[2], (lexical::LexicalTerm{"die", 1, false, {}}));
    EXPECT_EQ(query.terms[3], (lexical::LexicalTerm{"lauf", 1, false, {}}));
    EXPECT_EQ(query.terms[4], (lexical::LexicalTerm{"lauf", 1, true, {}}));
    ASSERT_EQ(query.conditions.size(), 2U);
    EXPECT_THAT(query.conditions[0].any_of, ElementsAre(lexical::TermSequence{{"die", "kinder"}, false},
                                                        lexical::TermSequence{{"die", "kind"}, false}));
    EXPECT_THAT(query.conditions[1].any_of,
                ElementsAre(lexical::TermSequence{{"lauf"}, true}, lexical::TermSequence{{"lauf"}, false}));
    EXPECT_THAT(query.words[1].stems, ElementsAre("kinder", "kind"));
}

TEST(ParseQueryTest, of_long_queries_the_beginning_is_read) {
    std::string long_query;
    for (int i = 0; i < 200'000; ++i) long_query += "w" + std::to_string(i) + " -n" + std::to_string(i) + " ";
    const SearchQuery query = parse_query(long_query);
    EXPECT_EQ(query.terms.size(), max_query_terms);
    EXPECT_EQ(query.conditions.size(), max_query_conditions);
    EXPECT_LE(query.text.size(), max_query_bytes);
    const std::string quoted = "\"" + long_query;
    EXPECT_LE(parse_query(quoted).terms.size(), max_query_terms);
}

TEST(ParseQueryTest, cuts_no_character_in_two) {
    std::string query(max_query_bytes - 1, 'x');
    query += "\u6F22\u5B57";
    EXPECT_FALSE(find_invalid_utf8(parse_query(query).text));
}

}  // namespace
}  // namespace quarry::search
