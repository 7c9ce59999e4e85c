#include "import_fixture.h"

namespace quarry::migrate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<ForeignVersion> versions_in(const ImportedFolder& folder) {
    std::vector<ForeignVersion> versions;
    for (const auto& one : folder.migrations) versions.push_back(one.foreign);
    return versions;
}

TEST_F(ImportTest, FlywaysFilesAreTakenInOrderOfTheirVersions) {
    write("V1__Create_users.sql", "CREATE TABLE users (id INTEGER)");
    write("U1__Create_users.sql", "DROP TABLE users;\n");
    write("V2__mail.sql", "ALTER TABLE users ADD COLUMN ${column} TEXT;\n");
    write("R__active.sql", "CREATE VIEW active AS SELECT * FROM users");
    write("beforeMigrate.sql", "SELECT 1;");
    const ImportedFolder folder = read();
    EXPECT_EQ(folder.tool, ForeignTool::flyway);
    EXPECT_THAT(folder.obstacles, IsEmpty());
    EXPECT_THAT(folder.left_out, ElementsAre("beforeMigrate.sql"));
    EXPECT_THAT(file_names_of(folder), ElementsAre("1_Create_users.sql", "2_mail.sql", "R_active.sql"));
    EXPECT_EQ(folder.migrations[0].text,
              "-- quarry:up\nCREATE TABLE users (id INTEGER);\n\n-- quarry:down\nDROP TABLE users;\n");
    EXPECT_EQ(folder.migrations[1].text,
              "-- quarry:up\n-- quarry:env: column\nALTER TABLE users ADD COLUMN ${column} TEXT;\n");
    EXPECT_EQ(folder.migrations[2].text, "CREATE VIEW active AS SELECT * FROM users;\n");
    write_imported(fresh(), folder.migrations, {});
    EXPECT_EQ(MigrationList::from_folder(fresh()).repeatable().size(), 1U);
}

TEST_F(ImportTest, FlywaysVersionsWithDotsAreCountedAnew) {
    for (const char* name : {"V1.10__c.sql", "V1_2__b.sql", "V1.0__a.sql", "V2__d.sql"}) write(name, "SELECT 1;");
    const ImportedFolder folder = read();
    EXPECT_THAT(file_names_of(folder), ElementsAre("0001_a.sql", "0002_b.sql", "0003_c.sql", "0004_d.sql"));
    EXPECT_THAT(folder.migrations[2].text, HasSubstr("-- imported from flyway: 1.10\n"));
    const auto applied = [&](ForeignLedger ledger) { return applied_by(ledger, versions_in(folder)).applied; };
    EXPECT_THAT(applied({ForeignTool::flyway, "h", {"1", "1.2"}, false, {}}), ElementsAre(true, true, false, false));
    EXPECT_THAT(applied({ForeignTool::flyway, "h", {"2"}, false, "1.2"}), ElementsAre(true, true, false, true));
}

TEST_F(ImportTest, FlywaysHistoryIsReadInItsOrder) {
    run_sql("CREATE TABLE flyway_schema_history (installed_rank INT, version TEXT, type TEXT, success BOOLEAN);"
            "INSERT INTO flyway_schema_history VALUES (1, '1', 'BASELINE', 1), (2, '2', 'SQL', 1), (3, '3', 'SQL', 1),"
            "(4, '3', 'UNDO_SQL', 1), (5, '4', 'SQL', 0), (6, NULL, 'SQL', 1)");
    const auto ledgers = read_foreign_ledgers(sqlite(), {}, {});
    ASSERT_EQ(ledgers.size(), 1U);
    EXPECT_EQ(ledgers[0].tool, ForeignTool::flyway);
    EXPECT_EQ(ledgers[0].baseline, "1");
    EXPECT_THAT(ledgers[0].versions, ElementsAre("2"));
}

TEST_F(ImportTest, APlaceholderThatQuarryCannotNameIsSaid) {
    write("V1__a.sql", "SELECT 1;\nSELECT '${flyway:user}';");
    EXPECT_THAT(obstacles_of(read()), ElementsAre(HasSubstr("V1__a.sql:2:9: quarry replaces ${NAME} only")));
}

TEST_F(ImportTest, WhatDjangoPrintsIsTakenOver) {
    write("001_auth.0001_initial.sql",
          "BEGIN;\n--\n-- Create model User\n--\nCREATE TABLE user (id integer);\nCOMMIT;\n");
    write("001_auth.0001_initial.down.sql", "BEGIN;\nDROP TABLE user;\nCOMMIT;\n");
    write("002_shop.0001_initial.sql", "BEGIN;\n--\n-- Raw Python operation\n--\n"
                                       "-- THIS OPERATION CANNOT BE WRITTEN AS SQL\nCOMMIT;\n");
    const ImportedFolder folder = read(sql::Dialect::sqlite, ForeignTool::django);
    EXPECT_THAT(obstacles_of(folder), ElementsAre(HasSubstr("002_shop.0001_initial.sql:5:1: Django runs Python here")));
    EXPECT_THAT(file_names_of(folder), ElementsAre("001_auth_0001_initial.sql", "002_shop_0001_initial.sql"));
    EXPECT_EQ(folder.migrations[0].text,
              "-- imported from django: auth.0001_initial\n-- quarry:up\n--\n-- Create model User\n--\n"
              "CREATE TABLE user (id integer);\n\n-- quarry:down\nDROP TABLE user;\n");
    run_sql("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT);"
            "INSERT INTO django_migrations VALUES (1, 'auth', '0001_initial', '2024-01-05')");
    const auto ledgers = read_foreign_ledgers(sqlite(), {}, {});
    ASSERT_EQ(ledgers.size(), 1U);
    EXPECT_THAT(applied_by(ledgers[0], versions_in(folder)).applied, ElementsAre(true, false));
}

}  // namespace
}  // namespace quarry::migrate::test
