#include "core/sql/splitter.h"

#include <sqlite3.h>

#include <random>

#include "tests/support/error_of.h"

namespace quarry::sql {
namespace {

using quarry::test::error_of;
using testing::ElementsAreArray;
using testing::HasSubstr;

std::vector<std::string> statements_of(const std::string& text) {
    const SourceText source{"f.sql", text};
    Splitter splitter(Dialect::sqlite, source, {0, text.size()});
    std::vector<std::string> statements;
    while (const auto one = splitter.next()) statements.push_back(text.substr(one->start, one->end - one->start));
    return statements;
}

struct SplitterCase {
    const char* name;
    std::string text;
    std::vector<std::string> statements;
};

void PrintTo(const SplitterCase& c, std::ostream* out) { *out << c.name; }

class Split : public testing::TestWithParam<SplitterCase> {};

TEST_P(Split, GivesTheStatements) {
    EXPECT_THAT(statements_of(GetParam().text), ElementsAreArray(GetParam().statements));
}

const std::string trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
                            "  UPDATE a SET b = CASE WHEN 1 THEN 2 ELSE 3 END;\n"
                            "  SELECT ';END;'; -- END;\nEND;";

INSTANTIATE_TEST_SUITE_P(
    All, Split,
    testing::Values(
        SplitterCase{"nothing", "", {}}, SplitterCase{"only_comments", "-- a;\n/* b; */\n", {}},
        SplitterCase{"empty_statements", ";;\n; ;", {}}, SplitterCase{"two", "a; b;", {"a;", "b;"}},
        SplitterCase{"semicolon_in_string", "SELECT ';';b;", {"SELECT ';';", "b;"}},
        SplitterCase{"doubled_quote", "SELECT 'a'';b';", {"SELECT 'a'';b';"}},
        SplitterCase{"quoted_names", "SELECT \"a;\", `b;`, [c;];", {"SELECT \"a;\", `b;`, [c;];"}},
        SplitterCase{"doubled_name_quote", "SELECT \"a\"\";b\";", {"SELECT \"a\"\";b\";"}},
        SplitterCase{"bracket_is_never_doubled", "SELECT [a]];b;", {"SELECT [a]];", "b;"}},
        SplitterCase{"backslash_is_plain", "SELECT '\\';b;", {"SELECT '\\';", "b;"}},
        SplitterCase{"comment_inside", "SELECT -- ;\n1 /* ; */;", {"SELECT -- ;\n1 /* ; */;"}},
        SplitterCase{"block_comments_do_not_nest", "/* /* */ a; ", {"a;"}},
        SplitterCase{"quote_in_comment", "-- it's\na;", {"a;"}},
        SplitterCase{"trigger", trigger + "b;", {trigger, "b;"}},
        SplitterCase{"temp_trigger",
                     "CREATE TEMP TRIGGER IF NOT EXISTS t BEGIN a; END; b;",
                     {"CREATE TEMP TRIGGER IF NOT EXISTS t BEGIN a; END;", "b;"}},
        SplitterCase{"temporary_trigger",
                     "create temporary trigger t begin a; end; b;",
                     {"create temporary trigger t begin a; end;", "b;"}},
        SplitterCase{"comment_before_end",
                     "CREATE TRIGGER t BEGIN a; /* x */ END -- y\n; b;",
                     {"CREATE TRIGGER t BEGIN a; /* x */ END -- y\n;", "b;"}},
        SplitterCase{"explained_trigger",
                     "EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN a; END; b;",
                     {"EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN a; END;", "b;"}},
        SplitterCase{"table_named_trigger", "CREATE TABLE trigger(a); b;", {"CREATE TABLE trigger(a);", "b;"}},
        SplitterCase{"word_of_trigger_later", "CREATE UNIQUE TRIGGER a; b;", {"CREATE UNIQUE TRIGGER a;", "b;"}},
        SplitterCase{"end_outside_trigger", "END; b;", {"END;", "b;"}},
        SplitterCase{"tcl_parameter", "SELECT $a::b(;); c;", {"SELECT $a::b(;);", "c;"}},
        SplitterCase{"parameter_never_closed", "SELECT $a(; c; d;", {"SELECT $a(; c;", "d;"}},
        SplitterCase{"minus_and_divide", "SELECT 1-1/1*2;", {"SELECT 1-1/1*2;"}},
        SplitterCase{"foreign_letters", "SELECT é;ü;", {"SELECT é;", "ü;"}},
        SplitterCase{"byte_order_mark_between", "a;\xEF\xBB\xBF b;", {"a;", "b;"}}),
    [](const auto& given) { return given.param.name; });

TEST(SplitFailure, PointsToWhatIsNeverEnded) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"a;\n  SELECT 1", "f.sql:2:3: this statement is never ended", "\";\""},
        {"a;\n SELECT 'x;\n", "f.sql:2:9: this string is never closed", "''"},
        {"SELECT \"x;", "f.sql:1:8: this quoted name is never closed", "quote"},
        {"SELECT [x;", "f.sql:1:8: this quoted name is never closed", "quote"},
        {"a; /* b", "f.sql:1:4: this comment is never closed", "*/"},
        {"CREATE TRIGGER t BEGIN a;", "f.sql:1:1: this trigger is never ended", "END;"},
        {"CREATE TRIGGER t BEGIN a; END", "f.sql:1:1: this trigger is never ended", "END;"},
        {"CREATE TRIGGER t BEGIN a; END CREATE TABLE x(a);", "f.sql:1:1: this trigger is never ended", "END;"},
    };
    for (const auto& [text, message, hint] : cases) {
        const Error error = error_of([&, &text = text] { (void)statements_of(text); });
        EXPECT_EQ(error.message(), message) << text;
        EXPECT_THAT(error.hint(), HasSubstr(hint)) << text;
    }
}

TEST(SplitOracle, AgreesWithSqlite3Complete) {
    static const char* const pieces[] = {"CREATE ", "TRIGGER ", "TEMP ",   "EXPLAIN ", "END",    ";",   " ",
                                         "a",       "';'",      "\"x;\"",  "-- ;\n",   "/*;*/",  "[;]", "BEGIN ",
                                         "END ;",   ";\n",      "'it''s'", "1",        "x.end ", "`;`", "case "};
    std::mt19937 random(42);
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (int i = 0; i < 24; ++i) text += pieces[random() % std::size(pieces)];
        const SourceText source{"f.sql", text};
        Splitter splitter(Dialect::sqlite, source, {0, text.size()});
        std::size_t from = 0;
        try {
            while (const auto one = splitter.next()) {
                EXPECT_TRUE(sqlite3_complete(text.substr(from, one->end - from).c_str())) << text;
                for (std::size_t end = one->start + 1; end < one->end; ++end) {
                    if (text[end - 1] != ';') continue;
                    EXPECT_FALSE(sqlite3_complete(text.substr(one->start, end - one->start).c_str())) << text;
                }
                from = one->end;
            }
        } catch (const Error&) {
            EXPECT_FALSE(sqlite3_complete(text.substr(from).c_str())) << text;
        }
    }
}

TEST(SplitSpeed, HostileInputTakesLinearWork) {
    // Would take hours if any of these were quadratic.
    const std::size_t size = 5'000'000;
    for (const char* piece :
         {";", "'", "''", "/*", "CREATE TRIGGER t BEGIN ;", "$a(", "[", "--", "end;", "\xEF\xBB\xBF"}) {
        std::string text;
        while (text.size() < size) text += piece;
        const SourceText source{"f.sql", text};
        Splitter splitter(Dialect::sqlite, source, {0, text.size()});
        try {
            while (splitter.next()) {
            }
        } catch (const Error&) {
            continue;  // That it ends is what counts.
        }
    }
}

}  // namespace
}  // namespace quarry::sql
