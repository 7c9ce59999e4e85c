#include "core/migrate/ledger_changes.h"

#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using test::Project;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> described(const std::vector<Migrator::LedgerChange>& changes) {
    std::vector<std::string> lines;
    for (const auto& one : changes) lines.push_back(std::string(action_name(one.action)) + " " + one.entry.name);
    return lines;
}

TEST(Stamp, MakesTheLedgerSaySo) {
    const Project project;
    project.add_tables(3);
    SQLite::Database database = project.open();
    Migrator migrator(database, project.list(), Project::options());
    migrator.change_ledger(stamp_changes(project.list(), Ledger{}, "0002"));
    EXPECT_EQ(project.applied(), "t1 t2");
    EXPECT_EQ(project.tables(), "") << "nothing is run";
    Ledger ledger;
    ledger.applied = {{1, "t1", "", "", 0, ""}, {2, "t2", "", "", 0, ""}};
    EXPECT_THAT(described(stamp_changes(project.list(), ledger, "0001")), ElementsAre("unstamp t2"));
    EXPECT_THAT(described(stamp_changes(project.list(), ledger, "head")), ElementsAre("stamp t3"));
    EXPECT_THAT(described(stamp_changes(project.list(), ledger, "base")), ElementsAre("unstamp t1", "unstamp t2"));
    EXPECT_EQ(error_of([&] { (void)stamp_changes(project.list(), ledger, "0007"); }).code(), ErrorCode::usage);
}

class RepairTest : public testing::Test {
protected:
    RepairTest() {
        project_.add_tables(3);
        project_.up();
        project_.add("0002_t2.sql", "CREATE TABLE t2(a, b);", "DROP TABLE t2;");
        std::filesystem::remove(project_.folder() / "0003_t3.sql");
    }

    Project project_;
};

TEST_F(RepairTest, ShowsTheTextThatWasApplied) {
    SQLite::Database database = project_.open();
    Migrator migrator(database, project_.list(), Project::options());
    const std::vector<Repair> repairs = find_repairs(migrator, {});
    ASSERT_EQ(repairs.size(), 2U);
    EXPECT_EQ(repairs[0].status.state, MigrationState::edited);
    EXPECT_THAT(repairs[0].text.value_or(""), HasSubstr("CREATE TABLE t2(a);"));
    EXPECT_THAT(repairs[0].file_text, HasSubstr("CREATE TABLE t2(a, b);"));
    EXPECT_EQ(repairs[1].status.state, MigrationState::missing);
    EXPECT_THAT(repairs[1].text.value_or(""), HasSubstr("CREATE TABLE t3"));
    EXPECT_EQ(path_of_missing("m", repairs[1].status, project_.list()), "m/0003_t3.sql");
    EXPECT_EQ(find_repairs(migrator, {"0003_t3"}).size(), 1U);
    EXPECT_EQ(error_of([&] { (void)find_repairs(migrator, {"0001"}); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] { (void)find_repairs(migrator, {"0009"}); }).code(), ErrorCode::usage);
}

TEST_F(RepairTest, AcceptsTheFilesAsTheyAre) {
    SQLite::Database database = project_.open();
    Migrator migrator(database, project_.list(), Project::options());
    std::vector<Migrator::LedgerChange> changes;
    for (const Repair& one : find_repairs(migrator, {})) changes.push_back(accept(project_.list(), one));
    migrator.change_ledger(changes);
    EXPECT_NO_THROW(Migrator(database, project_.list(), Project::options()).check());
    EXPECT_EQ(migrator.history().back().action, "unstamp");
}

}  // namespace
}  // namespace quarry::migrate
