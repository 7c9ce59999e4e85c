#include "core/schema/rename_hints.h"

#include "tests/support/error_of.h"

namespace quarry::schema {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<Rename> hints(std::string_view text, sql::Dialect dialect = sql::Dialect::sqlite) {
    return read_rename_hints(dialect, {"schema.sql", text});
}

TEST(RenameHints, BeforeATableAndAtColumns) {
    EXPECT_THAT(hints("-- quarry:renamed from=users\n"
                      "CREATE TABLE IF NOT EXISTS people (\n"
                      "    id INTEGER PRIMARY KEY,\n"
                      "    full_name TEXT NOT NULL,  -- quarry:renamed from=name\n"
                      "    -- quarry:renamed from=\"e-mail\"\n"
                      "    email TEXT DEFAULT (lower('a,b')),\n"
                      "    age INTEGER  -- quarry:renamed from=Years\n"
                      ");\n"),
                ElementsAre(Rename{"users", "people"}, Rename{"people.name", "full_name"},
                            Rename{"people.e-mail", "email"}, Rename{"people.Years", "age"}));
}

TEST(RenameHints, OnTheLineOfCreateTable) {
    EXPECT_THAT(hints("CREATE TABLE people ( -- quarry:renamed from=users\n id int);"),
                ElementsAre(Rename{"users", "people"}));
}

TEST(RenameHints, WithinAColumn) {
    EXPECT_THAT(hints("CREATE TABLE people (\n full_name TEXT\n  -- quarry:renamed from=name\n  NOT NULL, b int);"),
                ElementsAre(Rename{"people.name", "full_name"}));
}

TEST(RenameHints, SchemasAndLetterCaseOfPostgresql) {
    EXPECT_THAT(hints("-- quarry:renamed from=Users\nCREATE UNLOGGED TABLE audit.People (\n"
                      "Full_Name text -- quarry:renamed from=Name\n);",
                      sql::Dialect::postgresql),
                ElementsAre(Rename{"audit.users", "people"}, Rename{"audit.people.name", "full_name"}));
    EXPECT_THAT(
        hints("-- quarry:renamed from=\"Users\"\nCREATE TABLE public.people (id int);", sql::Dialect::postgresql),
        ElementsAre(Rename{"Users", "people"}));
}

TEST(RenameHints, OfEverythingElseThatIsMade) {
    EXPECT_THAT(hints("-- quarry:renamed from=mood\n"
                      "CREATE TYPE app.feeling AS ENUM (\n"
                      "    'ok',  -- quarry:renamed from='fine'\n"
                      "    -- quarry:renamed from=sad\n"
                      "    'unhappy');\n"
                      "-- quarry:renamed from=v\n"
                      "CREATE OR REPLACE VIEW w AS SELECT 1 AS a;\n"
                      "-- quarry:renamed from=old_idx\n"
                      "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS new_idx ON app.users (name);\n"
                      "-- quarry:renamed from=t1\n"
                      "CREATE CONSTRAINT TRIGGER t2 AFTER UPDATE OF a ON users EXECUTE FUNCTION f();\n"
                      "-- quarry:renamed from=f\n"
                      "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
                      "-- quarry:renamed from=old\n"
                      "CREATE SCHEMA fresh;\n",
                      sql::Dialect::postgresql),
                ElementsAre(Rename{"app.feeling.fine", "ok", "value"}, Rename{"app.feeling.sad", "unhappy", "value"},
                            Rename{"app.mood", "feeling", "type"}, Rename{"v", "w", "view"},
                            Rename{"app.old_idx", "new_idx", "index"}, Rename{"users.t1", "t2", "trigger"},
                            Rename{"f", "g", "function"}, Rename{"old", "fresh", "schema"}));
}

TEST(RenameHints, OfConstraints) {
    EXPECT_THAT(hints("CREATE TABLE t (\n  a int,\n  -- quarry:renamed from=old_key\n"
                      "  CONSTRAINT new_key UNIQUE (a),\n"
                      "  CONSTRAINT c CHECK (a > 0) -- quarry:renamed from=b\n);\n"
                      "-- quarry:renamed from=x\nALTER TABLE ONLY app.t ADD CONSTRAINT y CHECK (a > 1);",
                      sql::Dialect::postgresql),
                ElementsAre(Rename{"t.old_key", "new_key", "constraint"}, Rename{"t.b", "c", "constraint"},
                            Rename{"app.t.x", "y", "constraint"}));
}

TEST(RenameHints, OfAttributesAndConstraintsOfDomains) {
    EXPECT_THAT(
        hints("-- quarry:renamed from=place\nCREATE TYPE app.address AS (\n"
              "  street text,  -- quarry:renamed from=road\n"
              "  -- quarry:renamed from=town\n  city varchar(20) COLLATE \"C\"\n);\n"
              "CREATE DOMAIN app.age AS int DEFAULT 1\n  -- quarry:renamed from=low\n"
              "  CONSTRAINT positive CHECK (VALUE > 0)\n"
              "  CONSTRAINT small CHECK (VALUE < 200) -- quarry:renamed from=high\n;\n"
              "-- quarry:renamed from=x\nALTER DOMAIN age ADD CONSTRAINT y CHECK (VALUE <> 3);\n"
              "-- quarry:renamed from=old\nCREATE DOMAIN fresh AS int;\n"
              "-- quarry:renamed from=r\nCREATE TYPE s AS RANGE (SUBTYPE = int);",
              sql::Dialect::postgresql),
        ElementsAre(Rename{"app.place", "address", "type"}, Rename{"app.address.road", "street", "attribute"},
                    Rename{"app.address.town", "city", "attribute"}, Rename{"app.age.low", "positive", "constraint"},
                    Rename{"app.age.high", "small", "constraint"}, Rename{"age.x", "y", "constraint"},
                    Rename{"old", "fresh", "domain"}, Rename{"r", "s", "type"}));
}

TEST(RenameHints, OfWhatWasInAnotherSchema) {
    EXPECT_THAT(hints("-- quarry:renamed from=archive.users\nCREATE TABLE users (id int);\n"
                      "-- quarry:renamed from=public.mood\nCREATE TYPE app.mood AS ENUM ('a');",
                      sql::Dialect::postgresql),
                ElementsAre(Rename{"archive.users", "public.users"}, Rename{"public.mood", "app.mood", "type"}));
}

TEST(RenameHints, BehindAStatementOnItsLine) {
    EXPECT_THAT(hints("CREATE SEQUENCE s2; -- quarry:renamed from=s1\n"
                      "CREATE TABLE people (\n  id int\n); -- quarry:renamed from=users\n"
                      "CREATE TRIGGER t2 AFTER INSERT ON people EXECUTE FUNCTION f(); -- quarry:renamed from=t1\n"
                      "ALTER TABLE people ADD CONSTRAINT c2 CHECK (id > 0); -- quarry:renamed from=c1\n"
                      "CREATE SEQUENCE s3;\n",
                      sql::Dialect::postgresql),
                ElementsAre(Rename{"s1", "s2", "sequence"}, Rename{"users", "people"},
                            Rename{"people.t1", "t2", "trigger"}, Rename{"people.c1", "c2", "constraint"}));
}

TEST(RenameHints, EachSaysWhereItIs) {
    const auto found = hints("CREATE TABLE a ( -- quarry:renamed from=b\n  c int -- quarry:renamed from=d\n);");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].where, "schema.sql:1:18");
    EXPECT_EQ(found[1].where, "schema.sql:2:9");
}

TEST(RenameHints, OtherCommentsAndStringsAreNone) {
    EXPECT_THAT(hints("-- renamed from=x\nCREATE TABLE a (b TEXT DEFAULT '-- quarry:renamed from=c');\n"
                      "/* -- quarry:renamed from=x */"),
                IsEmpty());
}

struct BadHint {
    const char* name;
    const char* text;
    const char* error;
};

class BadHints : public ::testing::TestWithParam<BadHint> {};

TEST_P(BadHints, AreErrorsWithTheirPlace) {
    const Error error = test::error_of([] { (void)hints(GetParam().text); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_EQ(error.message(), GetParam().error);
    EXPECT_NE(error.hint(), "");
}

constexpr const char* malformed = "schema.sql:1:1: cannot read this rename";

INSTANTIATE_TEST_SUITE_P(
    Each, BadHints,
    ::testing::Values(BadHint{"nothing", "-- quarry:renamed\nCREATE TABLE a(b);", malformed},
                      BadHint{"no_key", "-- quarry:renamed users\nCREATE TABLE a(b);", malformed},
                      BadHint{"two_names", "-- quarry:renamed from=a.b\nCREATE TABLE a(b);", malformed},
                      BadHint{"empty_name", "-- quarry:renamed from=\"\"\nCREATE TABLE a(b);", malformed},
                      BadHint{"glued", "-- quarry:renamedfrom=b\nCREATE TABLE a(b);", malformed},
                      BadHint{"before_a_view", "-- quarry:renamed from=b\nCREATE VIEW a AS SELECT 1;",
                              "schema.sql:1:1: this rename belongs to no table or column"},
                      BadHint{"at_the_end", "CREATE TABLE a(b);\n -- quarry:renamed from=b",
                              "schema.sql:2:2: this rename belongs to no table or column"},
                      BadHint{"after_the_columns", "CREATE TABLE a(\nb int,\n-- quarry:renamed from=b\nUNIQUE (b));",
                              "schema.sql:3:1: this rename belongs to no table or column"},
                      BadHint{"behind_another_statement", "DROP TABLE x; -- quarry:renamed from=b\nCREATE TABLE a(b);",
                              "schema.sql:1:15: this rename belongs to no table or column"},
                      BadHint{"twice", "-- quarry:renamed from=b\n-- quarry:renamed from=c\nCREATE TABLE a(b);",
                              "schema.sql:1:1: this rename belongs to no table or column"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace quarry::schema
