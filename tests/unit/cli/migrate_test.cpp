#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/db/sqlite.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class MigrateTest : public QuarryTest {
protected:
    /// Runs `quarry migrate ...` on the project's folder and database.
    static RunResult migrate(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "migrate");
        arguments.insert(arguments.end(), {"--dir", "migrations", "--url", "sqlite:app.db"});
        return run_quarry(arguments);
    }

    void add(const std::string& name, const std::string& up, const std::string& down) const {
        write("migrations/" + name, "-- quarry:up\n" + up + "\n-- quarry:down\n" + down + "\n");
    }

    void add_tables(int count) const {
        for (int i = 1; i <= count; ++i) {
            const std::string number = std::to_string(i);
            add("00" + std::string(i < 10 ? "0" : "") + number + "_t" + number + ".sql",
                "CREATE TABLE t" + number + "(a);", "DROP TABLE t" + number + ";");
        }
    }
};

TEST_F(MigrateTest, GoesFromNothingToAMigratedDatabase) {
    const RunResult made = run_quarry({"migrate", "new", "create_users_table"});
    EXPECT_EQ(made.code, 0);
    EXPECT_EQ(made.out, "migrations/0001_create_users_table.sql\n");
    const RunResult up = migrate({"up"});
    EXPECT_EQ(up.code, 0);
    EXPECT_THAT(up.out, StartsWith("applied 0001_create_users_table ("));
    EXPECT_THAT(up.err, HasSubstr("created the database app.db"));
    EXPECT_EQ(migrate({"check"}).code, 0);
    EXPECT_EQ(migrate({"down"}).code, 0);
    EXPECT_EQ(migrate({"check"}).code, 3);
}

TEST_F(MigrateTest, ReadsTheProjectsSettingsFromASubfolder) {
    write("quarry.toml", "[migrate]\ndir = \"db/migrations\"\nurl = \"sqlite:db/app.db\"\n");
    write("db/migrations/0001_a.sql", "-- quarry:up\nCREATE TABLE a(b);\n");
    std::filesystem::create_directories(folder() / "src" / "deep");
    std::filesystem::current_path(folder() / "src" / "deep");
    EXPECT_EQ(run_quarry({"migrate", "up"}).code, 0);
    EXPECT_TRUE(std::filesystem::exists(folder() / "db" / "app.db"));
    std::filesystem::current_path(folder());
}

TEST_F(MigrateTest, ADatabaseOfTheCommandLineCountsFromTheWorkingFolder) {
    write("quarry.toml", "[migrate]\ndir = \"migrations\"\nurl = \"sqlite:app.db\"\n");
    add_tables(1);
    std::filesystem::create_directory(folder() / "sub");
    std::filesystem::current_path(folder() / "sub");
    EXPECT_EQ(run_quarry({"migrate", "up", "--url", "other.db"}).code, 0);
    std::filesystem::current_path(folder());
    EXPECT_TRUE(std::filesystem::exists(folder() / "sub" / "other.db"));
    EXPECT_FALSE(std::filesystem::exists(folder() / "app.db"));
}

TEST_F(MigrateTest, NumbersManyAndCanBeQuiet) {
    add_tables(12);
    const RunResult up = migrate({"up", "--quiet"});
    EXPECT_THAT(up.out, HasSubstr("[1/12] applied 0001_t1 ("));
    EXPECT_THAT(up.out, HasSubstr("[12/12] applied 0012_t12 ("));
    EXPECT_EQ(up.err, "");
}

TEST_F(MigrateTest, ADryRunMakesNothing) {
    add_tables(2);
    const RunResult plan = migrate({"up", "--dry-run"});
    EXPECT_EQ(plan.out, "would apply 0001_t1\nwould apply 0002_t2\n");
    EXPECT_FALSE(std::filesystem::exists("app.db"));
    migrate({"up"});
    EXPECT_EQ(migrate({"down", "base", "--dry-run"}).out, "would undo 0002_t2\nwould undo 0001_t1\n");
    EXPECT_EQ(migrate({"check"}).code, 0);
}

TEST_F(MigrateTest, AMalformedFileMakesNoDatabase) {
    add_tables(1);
    write("migrations/0002_bad.sql", "CREATE TABLE x(a);");
    EXPECT_EQ(migrate({"up"}).code, 1);
    EXPECT_FALSE(std::filesystem::exists("app.db"));
}

TEST_F(MigrateTest, NeverSaysThatAFailedMigrationWasApplied) {
    add_tables(1);
    add("0002_bad.sql", "CREATE TABLE x(a);\nnonsense;", "SELECT 1;");
    const RunResult up = migrate({"up"});
    EXPECT_EQ(up.code, 1);
    EXPECT_THAT(up.out, HasSubstr("applied 0001_t1"));
    EXPECT_THAT(up.out, Not(HasSubstr("0002")));
    EXPECT_THAT(up.err, HasSubstr("migrations/0002_bad.sql:3:1"));
    const RunResult again = migrate({"up", "--json"});
    EXPECT_EQ(json::parse(again.out)["applied"].size(), 0u);
    EXPECT_EQ(json::parse(again.err)["error"]["exit_code"], 1);
}

TEST_F(MigrateTest, PrintsJson) {
    add_tables(2);
    const json up = json::parse(migrate({"up", "1", "--json"}).out);
    EXPECT_EQ(up["schema"], "quarry.migrate.up/1");
    EXPECT_EQ(up["applied"][0]["version"], "0001");
    EXPECT_EQ(up["applied"][0]["file"], "migrations/0001_t1.sql");
    const json status = json::parse(migrate({"status", "--json"}).out);
    EXPECT_EQ(status["schema"], "quarry.migrate.status/1");
    EXPECT_EQ(status["ok"], false);
    EXPECT_EQ(status["migrations"][0]["state"], "applied");
    EXPECT_EQ(status["migrations"][1]["state"], "pending");
    EXPECT_TRUE(status["migrations"][1]["applied_at"].is_null());
    const RunResult check = migrate({"check", "--json"});
    EXPECT_EQ(check.code, 3);
    EXPECT_EQ(json::parse(check.out)["problem"]["code"], "migrations_pending");
    const json down = json::parse(migrate({"down", "--json"}).out);
    EXPECT_EQ(down["undone"][0]["name"], "t1");
    EXPECT_EQ(migrate({"up", "--quiet"}).code, 0);
    write("schema.sql", "CREATE TABLE another(a);");
    const RunResult drift = migrate({"check", "--json"});
    EXPECT_EQ(json::parse(drift.out)["problem"]["exit_code"], drift.code);
    EXPECT_EQ(drift.code, 4);
}

TEST_F(MigrateTest, CheckTellsCasesApart) {
    add_tables(3);
    EXPECT_EQ(migrate({"check"}).code, 3);
    migrate({"up", "2"});
    EXPECT_EQ(migrate({"check"}).code, 3);
    migrate({"up"});
    EXPECT_EQ(migrate({"check"}).code, 0);
    std::filesystem::remove("migrations/0003_t3.sql");
    EXPECT_EQ(migrate({"check"}).code, 5);
    add_tables(3);
    add("0002_t2.sql", "CREATE TABLE t2(a, b);", "DROP TABLE t2;");
    EXPECT_EQ(migrate({"check"}).code, 5);
    std::filesystem::remove("migrations/0002_t2.sql");
    EXPECT_EQ(migrate({"check"}).code, 5);
    add_tables(3);
    write("migrations/0002_again.sql", "-- quarry:up\nSELECT 1;\n");
    EXPECT_EQ(migrate({"check"}).code, 6);
    std::filesystem::remove("migrations/0002_again.sql");
    write("migrations/0004_malformed.sql", "SELECT 1;");
    EXPECT_EQ(migrate({"check"}).code, 1);
}

TEST_F(MigrateTest, CheckSaysWhatToTypeNext) {
    add_tables(1);
    EXPECT_THAT(migrate({"check"}).err, HasSubstr("quarry migrate up --dir migrations --url sqlite:app.db"));
}

TEST_F(MigrateTest, StatusOfNothing) {
    std::filesystem::create_directory("migrations");
    const RunResult status = migrate({"status"});
    EXPECT_EQ(status.code, 0);
    EXPECT_EQ(status.out, "");
    EXPECT_THAT(status.err, HasSubstr("there are no migrations"));
}

TEST_F(MigrateTest, LeavesTheKnowledgeBaseAloneWithoutYes) {
    ASSERT_EQ(run_quarry({"ingest", "-", "--name", "moon.txt"}, "The moon is far away.\n").code, 0);
    const auto base = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "migrate");
        arguments.insert(arguments.end(), {"--database", "base"});
        return run_quarry(arguments);
    };
    EXPECT_EQ(base({"check"}).code, 0);
    const RunResult down = base({"down"});
    EXPECT_EQ(down.code, 2);
    EXPECT_THAT(down.err, HasSubstr("--yes"));
    EXPECT_EQ(base({"check"}).code, 0);
    EXPECT_EQ(base({"down", "--yes"}).code, 0);
    const RunResult pending = base({"check"});
    EXPECT_EQ(pending.code, 3);
    EXPECT_THAT(pending.err, HasSubstr("quarry migrate up --database base"));
    EXPECT_EQ(base({"up"}).code, 0);
    EXPECT_EQ(base({"check"}).code, 0);
}

TEST_F(MigrateTest, NeverTakesTheKnowledgeBaseUnasked) {
    ASSERT_EQ(run_quarry({"ingest", "-", "--name", "moon.txt"}, "The moon is far away.\n").code, 0);
    for (const char* const command : {"up", "check", "status", "plan", "history", "dump", "lint", "down"}) {
        const RunResult result = run_quarry({"migrate", command});
        EXPECT_EQ(result.code, 2) << command;
        EXPECT_THAT(result.err, HasSubstr("hint:")) << command;
    }
    add_tables(1);
    EXPECT_EQ(run_quarry({"migrate", "up"}).code, 2) << "a folder migrations, and no database";
}

TEST_F(MigrateTest, ReadsTheDatabasesUrlFromEnvironmentAndDotenv) {
    add_tables(1);
    write(".env", "# the database\nexport DATABASE_URL='sqlite:dotenv.db'\nOTHER=${HOME}\n");
    const RunResult dotenv = run_quarry({"migrate", "up"});
    EXPECT_EQ(dotenv.code, 0) << dotenv.err;
    EXPECT_TRUE(std::filesystem::exists("dotenv.db"));
    EXPECT_THAT(run_quarry({"migrate", "status"}).err, HasSubstr("/.env:2"));
    EXPECT_THAT(json::parse(run_quarry({"migrate", "status", "--json"}).out)["database_named_by"].get<std::string>(),
                HasSubstr("/.env:2"));
    const std::map<std::string, std::string> variable = {{"DATABASE_URL", "sqlite:environment.db"}};
    EXPECT_EQ(run_quarry({"migrate", "up"}, {}, variable).code, 0);
    EXPECT_TRUE(std::filesystem::exists("environment.db"));
    EXPECT_EQ(run_quarry({"migrate", "check"}, {}, {{"DATABASE_URL", ""}}).code, 0) << "an empty one is none";
    EXPECT_EQ(run_quarry({"migrate", "up", "--url", "sqlite:flag.db"}, {}, variable).code, 0);
    EXPECT_TRUE(std::filesystem::exists("flag.db"));
    write("quarry.toml", "migrate.url = \"sqlite:setting.db\"\n[migrate.databases.a]\ndir = \"migrations\"\n");
    EXPECT_EQ(run_quarry({"migrate", "up"}, {}, variable).code, 0);
    EXPECT_TRUE(std::filesystem::exists("setting.db"));
    const RunResult section = run_quarry({"migrate", "up", "--database", "a"}, {}, variable);
    EXPECT_EQ(section.code, 2) << "one of several has its own url";
    EXPECT_THAT(section.err, HasSubstr("migrate.databases.a.url is not set"));
    write("quarry.toml", "[migrate.databases.a]\nurl = \"sqlite:section.db\"\n");
    EXPECT_THAT(run_quarry({"migrate", "up", "--database", "a"}).err, HasSubstr("migrate.databases.a.dir is not set"));
    EXPECT_FALSE(std::filesystem::exists("section.db")) << "the folder migrations may be another one's";
    EXPECT_EQ(run_quarry({"migrate", "up", "--url", ""}, {}, variable).code, 2) << "an empty one is no choice";
    const RunResult bad =
        run_quarry({"migrate", "up", "--config", "migrate.url="}, {}, {{"DATABASE_URL", "mysql://u:pw@h/d"}});
    EXPECT_EQ(bad.code, 2);
    EXPECT_THAT(bad.err, HasSubstr("environment DATABASE_URL"));
    EXPECT_THAT(bad.err, Not(HasSubstr("pw")));
    write("quarry.toml", "[migrate.databases.base]\nurl = \"sqlite:x.db\"\n");
    const RunResult reserved = run_quarry({"migrate", "status"});
    EXPECT_EQ(reserved.code, 2);
    EXPECT_THAT(reserved.err, HasSubstr("quarry.toml:2: a database may not be called base"));
}

TEST_F(MigrateTest, MakesAndDropsADatabase) {
    EXPECT_EQ(run_quarry({"migrate", "create", "--url", "app.db"}).code, 0);
    EXPECT_THAT(run_quarry({"migrate", "create", "--url", "app.db"}).err, HasSubstr("exists already"));
    const RunResult unasked = run_quarry({"migrate", "drop", "--url", "app.db"}, "y\n");
    EXPECT_EQ(unasked.code, 2) << "nobody can be asked";
    EXPECT_THAT(unasked.err, HasSubstr("--yes"));
    EXPECT_TRUE(std::filesystem::exists("app.db"));
    EXPECT_EQ(json::parse(run_quarry({"migrate", "drop", "--url", "app.db", "--yes", "--json"}).out)["dropped"], true);
    EXPECT_FALSE(std::filesystem::exists("app.db"));
    const RunResult gone = run_quarry({"migrate", "drop", "--url", "app.db"});
    EXPECT_EQ(gone.code, 0) << "a missing one is no failure";
    EXPECT_EQ(json::parse(run_quarry({"migrate", "create", "--url", "app.db", "--json"}).out)["created"], true);
    EXPECT_EQ(json::parse(run_quarry({"migrate", "wait", "--url", "app.db", "--json"}).out)["waited_ms"], 0);
    EXPECT_EQ(run_quarry({"migrate", "wait", "--url", "postgresql://127.0.0.1:1/a", "--timeout", "0"}).code, 1);
    EXPECT_EQ(run_quarry({"migrate", "create"}).code, 2) << "none is named";
}

TEST_F(MigrateTest, DropsNoKnowledgeBase) {
    ASSERT_EQ(run_quarry({"ingest", "-", "--name", "moon.txt"}, "The moon is far away.\n").code, 0);
    for (const char* const command : {"create", "drop", "wait"}) {
        EXPECT_EQ(run_quarry({"migrate", command, "--database", "base"}).code, 2) << command;
    }
    EXPECT_EQ(run_quarry({"migrate", "drop", "--database", "base", "--yes"}).code, 2);
    EXPECT_EQ(run_quarry({"migrate", "drop", "--url", ".quarry/base.db", "--yes"}).code, 2) << "by its path";
    EXPECT_TRUE(std::filesystem::exists(".quarry/base.db"));
}

TEST_F(MigrateTest, HintsCanBeTypedAsTheyStand) {
    std::filesystem::create_directory("my migrations");
    write("my migrations/0001_a.sql", "-- quarry:up\nCREATE TABLE a(b);\n");
    const RunResult check = run_quarry({"migrate", "check", "--dir", "my migrations", "--url", "sqlite:it's.db",
                                        "--env", "ROLE", "--config", "migrate.lock_wait=1"});
    EXPECT_THAT(check.err, HasSubstr("quarry migrate up --dir 'my migrations' --url 'sqlite:it'\\''s.db' --env ROLE "
                                     "--config migrate.lock_wait=1\n"));
    const RunResult json_check =
        run_quarry({"migrate", "check", "--dir", "my migrations", "--url", "app.db", "--json"});
    const json document = json::parse(json_check.out);
    EXPECT_EQ(document["problem"]["hint"], "apply them with: quarry migrate up --dir 'my migrations' --url app.db");
    EXPECT_EQ(document["findings"][0]["hint"], document["problem"]["hint"]);
    EXPECT_EQ(document["compared"]["migrations"], "my migrations");
    const RunResult secret =
        run_quarry({"migrate", "up", "--dir", "nowhere", "--url", "postgresql://joe:secret@127.0.0.1:1/app"});
    EXPECT_THAT(secret.err, HasSubstr("--url \"$DATABASE_URL\" create_users_table"));
    EXPECT_THAT(secret.err, HasSubstr("with the URL in the variable DATABASE_URL"));
    EXPECT_THAT(secret.err, Not(HasSubstr("secret")));
}

TEST_F(MigrateTest, RefusesWhatIsTypedWrong) {
    std::filesystem::create_directory("migrations");
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"migrate"},
             {"migrate", "new"},
             {"migrate", "new", "!!!"},
             {"migrate", "up", "--dir", "migrations"},
             {"migrate", "up", "--dir", "migrations", "--url", "app.db", "--lock-wait", "-1"},
             {"migrate", "up", "-3", "--dir", "migrations", "--url", "app.db"},
             {"migrate", "up", "base", "--dir", "migrations", "--url", "app.db"},
             {"migrate", "up", "2", "--dir", "migrations", "--url", "app.db"}}) {
        const RunResult result = run_quarry(arguments);
        EXPECT_EQ(result.code, 2) << testing::PrintToString(arguments);
        EXPECT_THAT(result.err, HasSubstr("hint:")) << testing::PrintToString(arguments);
        EXPECT_THAT(result.err, Not(HasSubstr("secret")));
    }
}

TEST_F(MigrateTest, PrintsNoTerminalControlsOfTheLedger) {
    add_tables(1);
    migrate({"up"});
    db::open_sqlite("app.db", db::SqliteMode::read_write)
        .exec("INSERT INTO quarry_migrations VALUES (9, 'x' || char(27) || '[2J', '', char(7), 0, '')");
    EXPECT_THAT(migrate({"status"}).out, Not(HasSubstr("\x1b")));
    EXPECT_THAT(migrate({"status"}).out, Not(HasSubstr("\x07")));
    EXPECT_THAT(migrate({"check"}).err, Not(HasSubstr("\x1b")));
}

TEST_F(MigrateTest, WaitsForALockAndGivesUp) {
    add_tables(1);
    SQLite::Database holder = db::open_sqlite("app.db", db::SqliteMode::create);
    holder.exec("BEGIN IMMEDIATE");
    const RunResult up = migrate({"up", "--lock-wait", "0"});
    EXPECT_EQ(up.code, 7);
    EXPECT_THAT(up.err, HasSubstr("--lock-wait"));
}

}  // namespace
}  // namespace quarry::cli
