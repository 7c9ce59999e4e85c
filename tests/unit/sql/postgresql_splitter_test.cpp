#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/sql/splitter.h"
#include "tests/support/error_of.h"

namespace quarry::sql {
namespace {

using test::error_of;
using testing::HasSubstr;

/// The statements between bars.
std::string split(const std::string& text, Splitter::LastSemicolon last = Splitter::LastSemicolon::required) {
    Splitter splitter(Dialect::postgresql, {"m.sql", text}, {0, text.size()}, last);
    std::string all = "|";
    while (const auto one = splitter.next()) all.append(text, one->start, one->end - one->start).append("|");
    return all;
}

struct SplitCase {
    const char* name;
    const char* text;
    const char* expected;
};

void PrintTo(const SplitCase& c, std::ostream* out) { *out << c.name; }

class PostgresqlSplit : public testing::TestWithParam<SplitCase> {};

TEST_P(PostgresqlSplit, EndsWherePsqlEnds) { EXPECT_EQ(split(GetParam().text), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    All, PostgresqlSplit,
    testing::Values(
        SplitCase{"plain", "SELECT 1; ;; /* x; */ SELECT 2;\n-- y;\n", "|SELECT 1;|SELECT 2;|"},
        SplitCase{"dollar_body", "CREATE FUNCTION f() AS $x$ BEGIN; $$;$$ END; $x$ LANGUAGE sql; SELECT 1;",
                  "|CREATE FUNCTION f() AS $x$ BEGIN; $$;$$ END; $x$ LANGUAGE sql;|SELECT 1;|"},
        SplitCase{"do", "DO $$BEGIN a; END$$; SELECT 1;", "|DO $$BEGIN a; END$$;|SELECT 1;|"},
        SplitCase{"rule", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3;",
                  "|CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);|SELECT 3;|"},
        SplitCase{"atomic",
                  "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3;",
                  "|CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;|SELECT 3;|"},
        SplitCase{"atomic_case",
                  "CREATE PROCEDURE p() BEGIN ATOMIC SELECT CASE a WHEN 1 THEN CASE WHEN b THEN 1 END END; SELECT 2; "
                  "END; SELECT 3;",
                  "|CREATE PROCEDURE p() BEGIN ATOMIC SELECT CASE a WHEN 1 THEN CASE WHEN b THEN 1 END END; SELECT 2; "
                  "END;|SELECT 3;|"},
        SplitCase{"case_in_parentheses",
                  "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT (CASE WHEN a > 0 THEN 1 END); END; X;",
                  "|CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT (CASE WHEN a > 0 THEN 1 END); END;|X;|"},
        SplitCase{"function_without_body", "CREATE FUNCTION f() RETURNS int RETURN 1; SELECT 2;",
                  "|CREATE FUNCTION f() RETURNS int RETURN 1;|SELECT 2;|"},
        SplitCase{"begin_as_a_name", "CREATE TABLE t(\"begin\" int); BEGIN; CREATE TABLE atomic(a int); END;",
                  "|CREATE TABLE t(\"begin\" int);|BEGIN;|CREATE TABLE atomic(a int);|END;|"},
        SplitCase{"case_outside_of_bodies", "SELECT CASE WHEN a THEN 1 END; SELECT 2;",
                  "|SELECT CASE WHEN a THEN 1 END;|SELECT 2;|"},
        SplitCase{"default_with_semicolon", "CREATE TABLE t(a text DEFAULT ';', b text DEFAULT E'\\';'); SELECT 1;",
                  "|CREATE TABLE t(a text DEFAULT ';', b text DEFAULT E'\\';');|SELECT 1;|"},
        SplitCase{"trigger_has_no_body", "CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f(); SELECT 1;",
                  "|CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f();|SELECT 1;|"},
        SplitCase{"closing_parenthesis_too_many", "SELECT 1); SELECT 2;", "|SELECT 1);|SELECT 2;|"},
        SplitCase{"nothing", " -- x\n /* ; /* ; */ */ ", "|"}),
    [](const auto& given) { return given.param.name; });

TEST(PostgresqlSplitter, TheLastSemicolonMayBeLeftOut) {
    constexpr auto optional = Splitter::LastSemicolon::optional;
    EXPECT_EQ(split("SELECT 1; SELECT 2 -- x", optional), "|SELECT 1;|SELECT 2|");
    EXPECT_THAT(error_of([] { split("SELECT 1; SELECT 2"); }).message(),
                HasSubstr("m.sql:1:11: this statement is never ended"));
    EXPECT_THAT(error_of([] { split("SELECT (1;", optional); }).message(), HasSubstr("never ended"));
}

TEST(PostgresqlSplitter, WhatIsNeverEndedIsPointedTo) {
    EXPECT_THAT(error_of([] { split("SELECT 1;\n SELECT $f$ a;"); }).message(),
                HasSubstr("m.sql:2:9: the string that $f$ begins is never closed"));
    EXPECT_THAT(error_of([] { split("SELECT /* a /* b */;"); }).message(),
                HasSubstr("m.sql:1:8: this comment is never closed"));
    EXPECT_THAT(error_of([] { split("SELECT 'a;"); }).message(), HasSubstr("m.sql:1:8: this string is never closed"));
    EXPECT_THAT(error_of([] { split("SELECT \"a;"); }).message(), HasSubstr("this quoted name is never closed"));
    EXPECT_THAT(error_of([] { split("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;"); }).message(),
                HasSubstr("this function's body is never ended"));
}

TEST(PostgresqlSplitter, CommandsOfPsqlAreNoSql) {
    for (const char* text : {"\\connect app\n", "SELECT 1;\n\\i file.sql\n", "\\set x 1"}) {
        EXPECT_THAT(error_of([&] { split(text); }).message(), HasSubstr("is a command of psql, not SQL")) << text;
    }
}

TEST(PostgresqlSplitter, HostileTextTakesLinearWork) {
    for (const char* part : {"(", "$a", "/*", "E'\\", "CREATE FUNCTION BEGIN CASE ", "U&\"", "--\r"}) {
        std::string text;
        while (text.size() < 300'000) text += part;
        try {
            (void)split(text);
        } catch (const Error&) {
            continue;  // That it comes back at once is what counts.
        }
    }
}

}  // namespace
}  // namespace quarry::sql
