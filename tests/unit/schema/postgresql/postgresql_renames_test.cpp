#include "core/schema/postgresql/postgresql_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.h"
#include "tests/support/postgresql_schemas.h"

namespace quarry::schema {
namespace {

using test::error_of;
using test::schema_pair;
using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;

struct RenameCase {
    const char* name;
    const char* from;
    const char* to;
    std::vector<Rename> renames;
    std::vector<std::string> changes;
};

class PostgresqlRenames : public testing::TestWithParam<RenameCase> {};

TEST_P(PostgresqlRenames, KeepWhatIsRenamedBothWays) {
    DiffOptions options;
    options.renames = GetParam().renames;
    const Diff diff = schema_pair().expect_there_and_back(GetParam().from, GetParam().to, options);
    EXPECT_THAT(test::changes_of(diff), ElementsAreArray(GetParam().changes)) << test::text_of(diff.up);
    EXPECT_THAT(test::text_of(diff.up), AllOf(Not(HasSubstr("DROP ")), Not(HasSubstr("CREATE TABLE"))));
}

INSTANTIATE_TEST_SUITE_P(
    Each, PostgresqlRenames,
    testing::Values(
        RenameCase{"schema",
                   "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad'); CREATE SEQUENCE app.ids; CREATE TABLE "
                   "app.users(id int PRIMARY KEY DEFAULT nextval('app.ids'), m app.mood DEFAULT 'sad', CHECK (m <> "
                   "'sad'::app.mood)); CREATE TABLE app.posts(u int REFERENCES app.users); CREATE INDEX i ON "
                   "app.users(m); CREATE VIEW app.v AS SELECT id FROM app.users;",
                   "CREATE SCHEMA core; CREATE TYPE core.mood AS ENUM ('sad'); CREATE SEQUENCE core.ids; CREATE TABLE "
                   "core.users(id int PRIMARY KEY DEFAULT nextval('core.ids'), m core.mood DEFAULT 'sad', CHECK (m <> "
                   "'sad'::core.mood)); CREATE TABLE core.posts(u int REFERENCES core.users); CREATE INDEX i ON "
                   "core.users(m); CREATE VIEW core.v AS SELECT id FROM core.users;",
                   {{"app", "core", "schema"}},
                   {"rename_schema app"}},
        RenameCase{"type",
                   "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok'); CREATE TABLE t(m app.mood DEFAULT "
                   "'ok', n app.mood[]); CREATE FUNCTION f(app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';",
                   "CREATE SCHEMA app; CREATE TYPE app.feeling AS ENUM ('sad', 'ok'); CREATE TABLE t(m app.feeling "
                   "DEFAULT 'ok', n app.feeling[]); CREATE FUNCTION f(app.feeling) RETURNS int LANGUAGE sql AS "
                   "'SELECT 1';",
                   {{"app.mood", "feeling", "type"}},
                   {"rename_type app.mood"}},
        RenameCase{"type_with_a_new_value",
                   "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t(m mood);",
                   "CREATE TYPE feeling AS ENUM ('sad', 'fine', 'ok'); CREATE TABLE t(m feeling);",
                   {{"mood", "feeling", "type"}},
                   {"rename_type mood", "change_type feeling"}},
        RenameCase{"value",
                   "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t(m mood DEFAULT 'sad' CHECK (m <> 'ok'));",
                   "CREATE TYPE mood AS ENUM ('blue', 'ok'); CREATE TABLE t(m mood DEFAULT 'blue' CHECK (m <> 'ok'));",
                   {{"mood.sad", "blue", "value"}},
                   {"rename_value mood.sad"}},
        RenameCase{"domain",
                   "CREATE DOMAIN age AS int CHECK (VALUE > 0); CREATE TABLE t(a age);",
                   "CREATE DOMAIN years AS int CONSTRAINT age_check CHECK (VALUE > 0); CREATE TABLE t(a years);",
                   {{"age", "years", "domain"}},
                   {"rename_domain age"}},
        RenameCase{
            "domain_constraint",
            "CREATE DOMAIN age AS int CONSTRAINT a CHECK (VALUE > 0) CONSTRAINT b CHECK (VALUE < 9); CREATE TABLE "
            "t(a age); COMMENT ON CONSTRAINT b ON DOMAIN age IS 'x';",
            "CREATE DOMAIN years AS int CONSTRAINT c CHECK (VALUE > 0) CONSTRAINT d CHECK (VALUE < 9); CREATE "
            "TABLE t(a years); COMMENT ON CONSTRAINT d ON DOMAIN years IS 'x';",
            {{"age", "years", "domain"}, {"age.a", "c", "constraint"}},
            {"rename_domain age", "rename_constraint age.a", "rename_constraint age.b"}},
        RenameCase{"attribute",
                   "CREATE TYPE address AS (road text, city text); CREATE TABLE t(a address); COMMENT ON COLUMN "
                   "address.road IS 'x'; CREATE FUNCTION f(a address) RETURNS text LANGUAGE sql AS 'SELECT (a).city';",
                   "CREATE TYPE address AS (street text, city text); CREATE TABLE t(a address); COMMENT ON COLUMN "
                   "address.street IS 'x'; CREATE FUNCTION f(a address) RETURNS text LANGUAGE sql AS 'SELECT "
                   "(a).city';",
                   {{"address.road", "street", "attribute"}},
                   {"rename_attribute address.road"}},
        RenameCase{"sequence",
                   "CREATE SEQUENCE a; CREATE TABLE t(i bigint DEFAULT nextval('a'));",
                   "CREATE SEQUENCE b; CREATE TABLE t(i bigint DEFAULT nextval('b'));",
                   {{"a", "b", "sequence"}},
                   {"rename_sequence a"}},
        RenameCase{"function_and_trigger",
                   "CREATE TABLE t(a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; "
                   "END'; CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
                   "CREATE TABLE t(a int); CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; "
                   "END'; CREATE TRIGGER two BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g();",
                   {{"f", "g", "function"}, {"t.one", "two", "trigger"}},
                   {"rename_function f()", "rename_trigger t.one"}},
        RenameCase{"policy_index_constraint",
                   "CREATE TABLE t(a int, CONSTRAINT c CHECK (a > 0)); CREATE INDEX i ON t(a); CREATE POLICY p ON t "
                   "USING (a > 1);",
                   "CREATE TABLE t(a int, CONSTRAINT d CHECK (a > 0)); CREATE INDEX j ON t(a); CREATE POLICY q ON t "
                   "USING (a > 1);",
                   {{"t.p", "q", "policy"}, {"i", "j", "index"}, {"t.c", "d", "constraint"}},
                   {"rename_constraint t.c", "rename_index i", "rename_policy t.p"}},
        RenameCase{"view_and_its_column",
                   "CREATE TABLE t(a int); CREATE VIEW v AS SELECT a AS x FROM t; COMMENT ON VIEW v IS 'kept';",
                   "CREATE TABLE t(a int); CREATE VIEW w AS SELECT a AS y FROM t; COMMENT ON VIEW w IS 'kept';",
                   {{"v", "w", "view"}, {"v.x", "y", "column"}},
                   {"rename_view v", "rename_column v.x", "change_view w"}},
        RenameCase{"table_to_a_new_schema",
                   "CREATE TABLE users(id serial PRIMARY KEY, name text); CREATE INDEX i ON users(name); CREATE TABLE "
                   "posts(u int REFERENCES users);",
                   "CREATE SCHEMA archive; CREATE TABLE archive.people(id int NOT NULL, name text, CONSTRAINT "
                   "users_pkey PRIMARY KEY (id)); CREATE SEQUENCE archive.users_id_seq AS int OWNED BY "
                   "archive.people.id; ALTER TABLE archive.people ALTER id SET DEFAULT nextval('archive.users_id_seq');"
                   "CREATE INDEX i ON archive.people(name); CREATE TABLE posts(u int REFERENCES archive.people);",
                   {{"users", "archive.people"}},
                   {"rename_table users", "add_schema archive"}},
        RenameCase{"type_and_function_to_another_schema",
                   "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TYPE a.m AS ENUM ('x'); CREATE FUNCTION a.f(int) RETURNS "
                   "int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t(m a.m, n int DEFAULT a.f(1));",
                   "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TYPE b.m AS ENUM ('x'); CREATE FUNCTION b.f(int) RETURNS "
                   "int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t(m b.m, n int DEFAULT b.f(1));",
                   {{"a.m", "b.m", "type"}, {"a.f", "b.f", "function"}},
                   {"rename_type a.m", "rename_function a.f(integer)"}}),
    [](const auto& tested) { return std::string(tested.param.name); });

std::string rename_error(const char* from, const char* to, std::vector<Rename> renames) {
    DiffOptions options;
    options.renames = std::move(renames);
    schema_pair().first.load(from);
    schema_pair().second.load(to);
    const auto before = schema_pair().first.read(), after = schema_pair().second.read();
    const Error error = error_of([&] { (void)before->diff(*after, options); });
    return error.message() + " | " + error.hint();
}

TEST(PostgresqlRenameErrors, NothingIsGuessed) {
    EXPECT_THAT(rename_error("CREATE TYPE mood AS ENUM ('a');", "CREATE TYPE m AS ENUM ('a');", {}),
                AllOf(HasSubstr("the type mood is gone and m is new"), HasSubstr("--rename type:mood=m"),
                      HasSubstr("--not-renamed type:mood")));
    EXPECT_THAT(rename_error("CREATE TABLE users(a int); CREATE SCHEMA s;",
                             "CREATE SCHEMA s; CREATE TABLE s.users(a int);", {}),
                AllOf(HasSubstr("the table users is gone and s.users is new"), HasSubstr("--rename users:s.users")));
}

TEST(PostgresqlRenameErrors, AttributesAreAskedAbout) {
    EXPECT_THAT(rename_error("CREATE TYPE a AS (x text, y int);", "CREATE TYPE a AS (z text, y int);", {}),
                AllOf(HasSubstr("the attribute a.x is gone and a.z is new"), HasSubstr("--rename attribute:a.x=z"),
                      HasSubstr("--not-renamed attribute:a.x")));
}

TEST(PostgresqlRenameErrors, OfNothingOrOfSeveral) {
    EXPECT_THAT(
        rename_error("CREATE TYPE mood AS ENUM ('a');", "CREATE TYPE m AS ENUM ('a');", {{"moot", "m", "type"}}),
        AllOf(HasSubstr("the old schema has no type moot"), HasSubstr("did you mean type:mood?")));
    EXPECT_THAT(rename_error("CREATE VIEW v AS SELECT 1 AS a;", "CREATE VIEW w AS SELECT 1 AS a;", {{"v", "w"}}),
                HasSubstr("write view:v"));
    EXPECT_THAT(
        rename_error("CREATE VIEW v AS SELECT 1 AS a;", "CREATE VIEW w AS SELECT 1 AS a;", {{"v", "x", "view"}}),
        HasSubstr("the wanted schema has no such view"));
    const char* functions = "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; "
                            "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1';";
    EXPECT_THAT(rename_error(functions, "CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
                             {{"f", "g", "function"}}),
                AllOf(HasSubstr("several of f"), HasSubstr("f(integer) or f(text)")));
}

}  // namespace
}  // namespace quarry::schema
