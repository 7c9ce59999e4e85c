// Who owns what, where that is compared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/schema/postgresql/postgresql_schema.h"
#include "tests/support/postgresql_schemas.h"

namespace quarry::schema {
namespace {

using test::changes_of;
using test::schema_pair;
using test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* schema =
    "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); CREATE DOMAIN app.d AS int; CREATE TABLE app.t(id serial, "
    "m app.mood, u int, v int); CREATE SEQUENCE app.s; CREATE VIEW app.v AS SELECT id FROM app.t; CREATE MATERIALIZED "
    "VIEW app.w AS SELECT id FROM app.t; CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE "
    "STATISTICS app.st ON u, v FROM app.t; CREATE INDEX i ON app.t(u); ";
constexpr const char* owned =
    "ALTER TYPE app.mood OWNER TO pg_monitor; ALTER DOMAIN app.d OWNER TO pg_monitor; ALTER TABLE app.t OWNER TO "
    "pg_monitor; ALTER SEQUENCE app.s OWNER TO pg_monitor; ALTER VIEW app.v OWNER TO pg_monitor; ALTER MATERIALIZED "
    "VIEW app.w OWNER TO pg_monitor; ALTER FUNCTION app.f(int) OWNER TO pg_monitor; ALTER STATISTICS app.st OWNER TO "
    "pg_monitor; ALTER SCHEMA app OWNER TO pg_monitor;";

std::unique_ptr<Schema> with_owners(test::ScratchDatabase& database) {
    return read_postgresql_schema(database.connection(), {}, true);
}

TEST(PostgresqlOwners, AreChangedThereAndBack) {
    test::ScratchDatabase &first = schema_pair().first, &second = schema_pair().second;
    first.load(schema);
    second.load(std::string(schema) + owned);
    EXPECT_THAT(changes_of(first.read()->diff(*second.read(), {})), IsEmpty());
    const auto before = with_owners(first), after = with_owners(second);
    const Diff diff = before->diff(*after, {});
    EXPECT_THAT(changes_of(diff), ElementsAre("change_owner app", "change_owner app.mood", "change_owner app.d",
                                              "change_owner app.s", "change_owner app.t", "change_owner app.f(integer)",
                                              "change_owner app.st", "change_owner app.v", "change_owner app.w"));
    ASSERT_EQ(first.apply(diff.up), "") << text_of(diff.up);
    EXPECT_THAT(changes_of(with_owners(first)->diff(*after, {})), IsEmpty());
    EXPECT_THAT(text_of(diff.down), HasSubstr("ALTER TABLE app.t OWNER TO CURRENT_USER;"));
    ASSERT_EQ(first.apply(diff.down), "") << text_of(diff.down);
    EXPECT_THAT(changes_of(with_owners(first)->diff(*before, {})), IsEmpty());
}

TEST(PostgresqlOwners, AreDumpedAndGivenToWhatIsMade) {
    test::ScratchDatabase &first = schema_pair().first, &second = schema_pair().second;
    second.load(std::string(schema) + owned);
    EXPECT_THAT(second.read()->dump(), Not(HasSubstr("OWNER TO")));
    const std::string dump = with_owners(second)->dump();
    first.load(dump);
    EXPECT_EQ(with_owners(first)->dump(), dump);
    EXPECT_THAT(dump, HasSubstr("ALTER VIEW app.v OWNER TO pg_monitor;"));
}

}  // namespace
}  // namespace quarry::schema
