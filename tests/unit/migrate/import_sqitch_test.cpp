#include "import_fixture.h"
#include "tests/support/error_of.h"

namespace quarry::migrate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* plan = "%syntax-version=1.0.0\n%project=flipr\n%uri=https://example.org/flipr\n\n"
                             "# a comment\n"
                             "appschema 2026-01-02T03:04:05Z Ann <ann@example.org> # Schema for all.\n"
                             "data/users [appschema other:base !old] 2026-01-03T03:04:05Z Ann <ann@example.org>\n"
                             "@v1.0 2026-01-04T03:04:05Z Ann <ann@example.org> # First release.\n"
                             "data/users [data/users@v1.0] 2026-01-05T03:04:05Z Ann <ann@example.org> # Mail.\n";

/// A folder with a plan.
class ImportSqitch : public ImportTest {
protected:
    ImportSqitch() {
        for (const char* folder : {"deploy/data", "revert/data", "verify"}) {
            std::filesystem::create_directories(old() / folder);
        }
        write("sqitch.plan", plan);
        write("deploy/appschema.sql", "-- Deploy flipr:appschema to pg\nBEGIN;\nCREATE TABLE a (b INT);\nCOMMIT;\n");
        write("revert/appschema.sql", "BEGIN;\nDROP TABLE a;\nCOMMIT;\n");
        write("verify/appschema.sql", "SELECT 1/count(*) FROM a;\n");
        write("deploy/data/users@v1.0.sql", "CREATE TABLE users (id INT);\n");
        write("revert/data/users@v1.0.sql", "DROP TABLE users;\n");
        write("deploy/data/users.sql", "ALTER TABLE users ADD COLUMN mail TEXT;\n");
    }

    [[nodiscard]] std::vector<bool> applied(const ImportedFolder& folder, std::vector<std::string> versions) const {
        std::vector<ForeignVersion> foreign;
        for (const ImportedMigration& one : folder.migrations) foreign.push_back(one.foreign);
        return applied_by({ForeignTool::sqitch, "sqitch.changes", std::move(versions), false, {}}, foreign).applied;
    }
};

TEST_F(ImportSqitch, ChangesComeInTheOrderOfThePlan) {
    const ImportedFolder folder = read();
    EXPECT_EQ(folder.tool, ForeignTool::sqitch);
    EXPECT_THAT(folder.obstacles, IsEmpty());
    EXPECT_THAT(folder.left_out, ElementsAre("verify/appschema.sql"));
    EXPECT_THAT(file_names_of(folder), ElementsAre("0001_appschema.sql", "0002_data_users.sql", "0003_data_users.sql"));
    EXPECT_EQ(folder.migrations[0].text, "-- imported from sqitch: flipr:appschema\n-- Schema for all.\n-- quarry:up\n"
                                         "-- Deploy flipr:appschema to pg\nCREATE TABLE a (b INT);\n\n-- quarry:down\n"
                                         "DROP TABLE a;\n");
    EXPECT_EQ(folder.migrations[1].text,
              "-- imported from sqitch: flipr:data/users (after appschema, other:base)\n-- sqitch conflicts: old\n"
              "-- sqitch tag: @v1.0 # First release.\n-- quarry:up\nCREATE TABLE users (id INT);\n\n-- quarry:down\n"
              "DROP TABLE users;\n");
    EXPECT_THAT(folder.migrations[2].text,
                HasSubstr("-- imported from sqitch: flipr:data/users#2 (after data/users@v1.0)\n"
                          "-- Mail.\n-- quarry:up\nALTER TABLE users"));
    write_imported(fresh(), folder.migrations, {});
    const ForeignVersions versions = foreign_versions(MigrationList::from_folder(fresh()), sql::Dialect::sqlite);
    EXPECT_EQ(versions.tool, ForeignTool::sqitch);
    EXPECT_EQ(versions.versions[2].id, "flipr:data/users#2");
}

TEST_F(ImportSqitch, ItsRegistrySaysWhatIsApplied) {
    const ImportedFolder folder = read();
    EXPECT_THAT(applied(folder, {"flipr:appschema", "flipr:data/users"}), ElementsAre(true, true, false));
    EXPECT_THAT(applied(folder, {"other:base"}), ElementsAre(false, false, false));
    run_sql("CREATE TABLE changes (change_id TEXT, change TEXT, project TEXT, committed_at TEXT);"
            "INSERT INTO changes VALUES ('b', 'data/users', 'flipr', '2'), ('a', 'appschema', 'flipr', '1'),"
            "('c', 'data/users', 'flipr', '3')");
    const auto ledgers = read_foreign_ledgers(sqlite(), "changes", {});
    ASSERT_EQ(ledgers.size(), 1U);
    EXPECT_EQ(ledgers[0].tool, ForeignTool::sqitch);
    EXPECT_THAT(ledgers[0].versions, ElementsAre("flipr:appschema", "flipr:data/users", "flipr:data/users#2"));
}

TEST_F(ImportSqitch, AMissingFileIsAnObstacleOrLeftOut) {
    std::filesystem::remove(old() / "deploy/data/users.sql");
    EXPECT_THAT(obstacles_of(read()),
                ElementsAre("users.sql: the plan has the change data/users, but its file does not exist"));
    const ImportedFolder folder = read_with([](ImportSource& source) { source.left_out = {"deploy/data/users.sql"}; });
    EXPECT_THAT(folder.obstacles, IsEmpty());
    EXPECT_THAT(folder.passed_over, ElementsAre("flipr:data/users#2"));
    EXPECT_EQ(quarry::test::error_of([&] {
                  (void)read_with([](ImportSource& source) { source.left_out = {"deploy/no.sql"}; });
              }).code(),
              ErrorCode::usage);
}

TEST_F(ImportSqitch, APlanThatIsNoneIsRefusedWithItsPlace) {
    const auto problem = [&](const std::string& line) {
        write("sqitch.plan", "%project=p\n" + line + "\n");
        return quarry::test::error_of([&] { (void)read(); }).message();
    };
    EXPECT_THAT(problem("a [b] 2026 Ann"), HasSubstr("sqitch.plan:2:1: a requires b, which does not come before it"));
    EXPECT_THAT(problem("@v1 2026 Ann"), HasSubstr(":2:1: a tag comes before the first change"));
    EXPECT_THAT(problem("a 2026 Ann\na 2026 Ann"), HasSubstr(":3:1: the change a is in the plan twice"));
    EXPECT_THAT(problem("../../etc/passwd 2026 Ann"), HasSubstr("this is not the name of a change"));
    EXPECT_THAT(problem("-a 2026 Ann"), HasSubstr("the plan reverts a change"));
    EXPECT_THAT(problem("a [b 2026 Ann"), HasSubstr("has no"));
    write("sqitch.plan", "a 2026 Ann\n");
    EXPECT_THAT(quarry::test::error_of([&] { (void)read(); }).message(), HasSubstr("does not name its project"));
}

}  // namespace
}  // namespace quarry::migrate::test
