#include <gmock/gmock.h>

#include "core/db/postgresql.h"
#include "run_quarry.h"
#include "tests/support/postgresql_server.h"

namespace quarry::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class MigrateSchemaTest : public QuarryTest {
protected:
    static RunResult migrate(std::vector<std::string> arguments, const std::string& url) {
        arguments.insert(arguments.begin(), "migrate");
        arguments.insert(arguments.end(), {"--dir", "migrations", "--url", url});
        return run_quarry(arguments);
    }
};

TEST_F(MigrateSchemaTest, ConcurrentIndexesGetMigrationsOfTheirOwn) {
    const std::string url = quarry::test::postgresql_server().make_database();
    write("migrations/0001_users.sql",
          "-- quarry:up\nCREATE TABLE users (id integer, mail text);\n-- quarry:down\nDROP TABLE users;\n");
    ASSERT_EQ(migrate({"up"}, url).code, 0);
    write("schema.sql",
          "CREATE TABLE users (id integer, mail text, age integer);\nCREATE INDEX by_mail ON users (mail);\n");
    EXPECT_THAT(migrate({"diff"}, url).out, Not(HasSubstr("CONCURRENTLY")));
    EXPECT_THAT(migrate({"diff", "--concurrent-indexes"}, url).out, HasSubstr("CREATE INDEX CONCURRENTLY by_mail"));

    const RunResult written = migrate({"new", "mail", "--autogenerate", "--concurrent-indexes"}, url);
    ASSERT_EQ(written.code, 0) << written.err;
    EXPECT_THAT(read("migrations/0002_mail.sql"), Not(HasSubstr("no-transaction")));
    EXPECT_THAT(written.out, HasSubstr("0003_mail"));
    ASSERT_EQ(migrate({"up"}, url).code, 0);
    EXPECT_EQ(migrate({"check"}, url).code, 0);
    EXPECT_EQ(migrate({"down", "base"}, url).code, 0);
}

TEST_F(MigrateSchemaTest, ConcurrentIndexesAreForPostgresql) {
    write("migrations/0001_none.sql", "-- quarry:up\nSELECT 1;\n-- quarry:down\nSELECT 1;\n");
    write("schema.sql", "CREATE TABLE users (id INTEGER);\n");
    const RunResult refused = migrate({"diff", "--concurrent-indexes"}, "sqlite:app.db");
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("is for PostgreSQL"));
}

TEST_F(MigrateSchemaTest, OwnersAreComparedWhereThatIsAskedFor) {
    const std::string url = quarry::test::postgresql_server().make_database();
    write("migrations/0001_users.sql",
          "-- quarry:up\nCREATE TABLE users (id integer);\n-- quarry:down\nDROP TABLE users;\n");
    ASSERT_EQ(migrate({"up"}, url).code, 0);
    EXPECT_EQ(migrate({"check", "--owners"}, url).code, 0);
    write("schema.sql", "CREATE TABLE users (id integer);\nALTER TABLE users OWNER TO pg_monitor;\n");
    EXPECT_THAT(migrate({"diff"}, url).err, HasSubstr("the schemas are equal"));
    EXPECT_THAT(migrate({"diff", "--owners"}, url).out, HasSubstr("ALTER TABLE public.users OWNER TO pg_monitor;"));
    const RunResult written = migrate({"new", "owner", "--autogenerate", "--owners"}, url);
    EXPECT_THAT(written.err, HasSubstr("quarry migrate up --dir migrations --url")) << "up has no --owners";
    EXPECT_THAT(read("migrations/0002_owner.sql"), HasSubstr("OWNER TO pg_monitor"));
    ASSERT_EQ(migrate({"up"}, url).code, 0);
    db::PostgresqlConnection::connect(url, {}).query("ALTER TABLE users OWNER TO current_user");
    EXPECT_EQ(migrate({"check"}, url).code, 0);
    const RunResult drifted = migrate({"check", "--owners"}, url);
    EXPECT_EQ(drifted.code, 4);
    EXPECT_THAT(drifted.err, HasSubstr("change_owner users (pg_monitor -> the current user)"));
    EXPECT_THAT(drifted.err, testing::ContainsRegex("quarry migrate diff .*--owners"));
}

}  // namespace
}  // namespace quarry::cli
