#include "core/migrate/offline.h"

#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using test::Project;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> titles_of(const std::vector<Step>& steps) {
    std::vector<std::string> titles;
    for (const Step& one : steps) {
        titles.push_back((one.direction == Direction::up ? "up " : "down ") + one.migration.title());
    }
    return titles;
}

TEST(Offline, PlansFromWhatTheUserSays) {
    const Project project;
    project.add_tables(3);
    const MigrationList list = project.list();
    const auto plan = [&](const char* from, const char* to) {
        return titles_of(plan_offline(list, assumed_ledger(list, from), to, sql::Dialect::sqlite));
    };
    EXPECT_THAT(plan("base", "head"), ElementsAre("up 0001_t1", "up 0002_t2", "up 0003_t3"));
    EXPECT_THAT(plan("0001", "0002"), ElementsAre("up 0002_t2"));
    EXPECT_THAT(plan("head", "0001"), ElementsAre("down 0003_t3", "down 0002_t2"));
    EXPECT_THAT(plan("head", "-1"), ElementsAre("down 0003_t3"));
    EXPECT_THAT(plan("head", "head"), ElementsAre());
    EXPECT_EQ(error_of([&] { (void)assumed_ledger(list, "0009"); }).code(), ErrorCode::usage);
}

TEST(Offline, TheScriptDoesWhatQuarryDoes) {
    const Project project;
    project.add("0001_a.sql", "CREATE TABLE a(b);\nINSERT INTO a VALUES ('it''s');", "DROP TABLE a;");
    project.add("0002_b.sql", "CREATE TABLE b(c)", "DROP TABLE b");
    project.write("0002_b.sql", "-- migrate:up\nCREATE TABLE b(c)\n-- migrate:down\nDROP TABLE b");
    project.write("R_v.sql", "CREATE VIEW IF NOT EXISTS v AS SELECT b FROM a;\n");
    const MigrationList list = project.list();
    const std::vector<Step> steps = plan_offline(list, Ledger{}, "head", sql::Dialect::sqlite);
    SQLite::Database database = project.open();
    database.exec(offline_script(list, steps, sql::Dialect::sqlite, {}, "1.2.3"));
    EXPECT_NO_THROW(Migrator(database, list, Project::options()).check());
    EXPECT_EQ(project.query("SELECT b FROM v"), "it's");
    EXPECT_EQ(project.query("SELECT count(*) FROM quarry_migration_history WHERE quarry_version = '1.2.3'"), "3");
    const Ledger ledger = assumed_ledger(list, "head");
    database.exec(offline_script(list, plan_offline(list, ledger, "0001", sql::Dialect::sqlite), sql::Dialect::sqlite,
                                 {}, "1.2.3"));
    EXPECT_EQ(project.applied(), "a");
}

TEST(Offline, AWayBackThatIsNotThereIsSaid) {
    const Project project;
    project.write("0001_a.sql", "-- quarry:up\nCREATE TABLE a(b);\n");
    const MigrationList list = project.list();
    const Error error =
        error_of([&] { (void)plan_offline(list, assumed_ledger(list, "head"), "base", sql::Dialect::postgresql); });
    EXPECT_THAT(error.message(), HasSubstr("has no down section"));
}

}  // namespace
}  // namespace quarry::migrate
