#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class MigrateSquashTest : public QuarryTest {
protected:
    MigrateSquashTest() {
        write("migrations/0001_users.sql", "-- quarry:up\nCREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);\n-- "
                                           "quarry:down\nDROP TABLE users;\n");
        write("migrations/0002_root.sql",
              "-- quarry:up\nINSERT INTO users VALUES (1, 'root');\n-- quarry:down\nDELETE FROM users;\n");
        write("migrations/0003_mail.sql",
              "-- quarry:up\nALTER TABLE users ADD COLUMN mail TEXT;\n-- quarry:down\nALTER TABLE users DROP COLUMN "
              "mail;\n");
    }

    static RunResult migrate(std::vector<std::string> arguments, const std::string& database = "app.db") {
        arguments.insert(arguments.begin(), "migrate");
        arguments.insert(arguments.end(), {"--dir", "migrations", "--url", "sqlite:" + database});
        return run_quarry(arguments);
    }
    static RunResult squash(std::vector<std::string> arguments, const std::string& database = "app.db") {
        arguments.insert(arguments.begin(), "squash");
        return migrate(std::move(arguments), database);
    }
    [[nodiscard]] bool exists(const std::string& path) const { return std::filesystem::exists(folder() / path); }
};

TEST_F(MigrateSquashTest, DescribesWhatItDidAsJson) {
    ASSERT_EQ(migrate({"up"}).code, 0);
    const RunResult result = squash({"0002", "--json"});
    ASSERT_EQ(result.code, 0) << result.err;
    const json document = json::parse(result.out);
    EXPECT_EQ(document["schema"], "quarry.migrate.squash/1");
    EXPECT_EQ(document["database"], "app.db");
    EXPECT_EQ(document["dry_run"], false);
    EXPECT_EQ(document["baseline"], json({{"version", "0002"},
                                          {"name", "baseline"},
                                          {"file", "migrations/0002_baseline.sql"},
                                          {"rows", {{"users", 1}}}}));
    EXPECT_EQ(document["folded"][1],
              json({{"version", "0002"}, {"name", "root"}, {"file", "migrations/0002_root.sql"}}));
    EXPECT_EQ(document["moved_to"], "migrations/squashed-0002");
    EXPECT_EQ(document["ledger"], true);
    EXPECT_EQ(migrate({"check"}).code, 0);
}

TEST_F(MigrateSquashTest, ADryRunChangesNothing) {
    ASSERT_EQ(migrate({"up"}).code, 0);
    const RunResult result = squash({"--dry-run"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, AllOf(HasSubstr("would be folded 0003_mail"),
                                  HasSubstr("would be written migrations/0003_baseline.sql (with 1 row)")));
    EXPECT_FALSE(exists("migrations/0003_baseline.sql"));
    EXPECT_FALSE(exists("migrations/squashed-0003"));
    EXPECT_EQ(migrate({"check"}).code, 0);
}

TEST_F(MigrateSquashTest, NeedsNoDatabase) {
    const RunResult result = run_quarry({"migrate", "squash", "--dir", "migrations", "--name", "v1"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(exists("migrations/0003_v1.sql"));
    EXPECT_TRUE(exists("migrations/squashed-0003/0001_users.sql"));
    EXPECT_EQ(migrate({"up"}).code, 0);
}

TEST_F(MigrateSquashTest, TakesAnotherDatabaseAlong) {
    ASSERT_EQ(migrate({"up"}).code, 0);
    ASSERT_EQ(migrate({"up"}, "other.db").code, 0);
    ASSERT_EQ(squash({}).code, 0);
    const RunResult before = migrate({"up"}, "other.db");
    EXPECT_EQ(before.code, 5);
    EXPECT_THAT(before.err, HasSubstr("quarry migrate squash --dir migrations --url sqlite:other.db --ledger-only"));
    const json planned = json::parse(squash({"--ledger-only", "--dry-run", "--json"}, "other.db").out);
    EXPECT_EQ(planned["folded"].size(), 3U);
    EXPECT_EQ(migrate({"check"}, "other.db").code, 5);
    const json done = json::parse(squash({"--ledger-only", "--json"}, "other.db").out);
    EXPECT_EQ(done["baseline"]["file"], "migrations/0003_baseline.sql");
    EXPECT_EQ(done["ledger"], true);
    EXPECT_EQ(migrate({"check"}, "other.db").code, 0);
    const RunResult again = squash({"--ledger-only", "--json"}, "other.db");
    EXPECT_EQ(json::parse(again.out)["ledger"], false);
    EXPECT_EQ(json::parse(again.out)["baseline"], json());
}

TEST_F(MigrateSquashTest, RefusesWhatItCannotDo) {
    EXPECT_EQ(run_quarry({"migrate", "squash", "--database", "base"}).code, 2) << "quarry's own migrations";
    EXPECT_EQ(squash({"0001"}).code, 2) << "only one";
    EXPECT_EQ(squash({"0002", "--ledger-only"}).code, 2) << "the files say the version";
    ASSERT_EQ(migrate({"up", "2"}).code, 0);
    EXPECT_EQ(squash({}).code, 3) << "not all are applied";
    EXPECT_FALSE(exists("migrations/0003_baseline.sql"));
    EXPECT_EQ(squash({"0002"}).code, 0);
}

}  // namespace
}  // namespace quarry::cli
