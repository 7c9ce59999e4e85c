#include "core/migrate/import_names.h"
#include "import_fixture.h"
#include "tests/support/postgresql_server.h"

namespace quarry::migrate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST_F(ImportTest, LinksAreNotFollowed) {
    write_file_atomically(root() / "secret", "-- migrate:up\nSELECT 'secret';\n");
    std::filesystem::create_symlink(root() / "secret", old() / "20240105093000_a.sql");
    EXPECT_THAT(error_of([&] { (void)read(); }).what(), HasSubstr("symbolic link"));
    EXPECT_THAT(obstacles_of(read(sql::Dialect::sqlite, ForeignTool::dbmate)), ElementsAre(HasSubstr("symbolic link")));
}

// --- dbmate ----------------------------------------------------------------------------------------------------------

TEST_F(ImportTest, DbmatesSectionsKeepEveryByteButTheirMarkers) {
    write(
        "20240105093000_create_users.sql",
        "-- who signs in\n-- migrate:up\nCREATE TABLE users (\n\tid INTEGER PRIMARY KEY, -- the key\n  mail TEXT\n);\n"
        "/* and */ CREATE INDEX by_mail ON users (mail);\n\n-- migrate:down\nDROP TABLE users;\n");
    const ImportedFolder folder = read();
    EXPECT_EQ(folder.tool, ForeignTool::dbmate);
    ASSERT_EQ(folder.migrations.size(), 1U);
    const ImportedMigration& one = folder.migrations.front();
    EXPECT_EQ(one.file_name, "20240105093000_create_users.sql");
    EXPECT_FALSE(one.renumbered);
    EXPECT_THAT(one.changes, IsEmpty());
    EXPECT_EQ(
        one.text,
        "-- who signs in\n-- quarry:up\nCREATE TABLE users (\n\tid INTEGER PRIMARY KEY, -- the key\n  mail TEXT\n);\n"
        "/* and */ CREATE INDEX by_mail ON users (mail);\n\n-- quarry:down\nDROP TABLE users;\n");
}

TEST_F(ImportTest, DbmatesOptionsBecomeDirectivesOfTheirSection) {
    write("20240105093000_i.sql",
          "-- migrate:up transaction:false\nVACUUM;\n-- migrate:down transaction:true\nSELECT 1;\n");
    EXPECT_EQ(only_text(), "-- quarry:up\n-- quarry:no-transaction\nVACUUM;\n-- quarry:down\nSELECT 1;\n");
}

TEST_F(ImportTest, AMarkerWithinAStringIsNone) {
    write("1_a.sql", "-- migrate:up\nINSERT INTO t VALUES ('\n-- migrate:down\n');\n-- migrate:down\nDELETE FROM t;\n");
    EXPECT_EQ(only_text(),
              "-- quarry:up\nINSERT INTO t VALUES ('\n-- migrate:down\n');\n-- quarry:down\nDELETE FROM t;\n");
}

TEST_F(ImportTest, WhatQuarryIsStricterInIsPutRightAndSaid) {
    write("1_a.sql",
          "-- migrate:up\nBEGIN;\nCREATE TABLE a (b);\nCREATE TABLE c (d) -- last\n;COMMIT\n-- migrate:down\n");
    const ImportedFolder folder = read();
    EXPECT_EQ(folder.migrations.front().text, "-- quarry:up\nCREATE TABLE a (b);\nCREATE TABLE c (d) -- last\n;\n"
                                              "-- quarry:down\nSELECT 1;  -- nothing to do\n");
    EXPECT_THAT(folder.migrations.front().changes, ElementsAre(StartsWith("BEGIN and COMMIT were removed"),
                                                               "its empty down section does nothing, as in dbmate"));
}

TEST_F(ImportTest, AMissingLastSemicolonIsAddedBeforeTheCommentBehindIt) {
    write("1_a.sql", "-- migrate:up\nCREATE TABLE a (b) -- no more\n-- migrate:down\nDROP TABLE a\n");
    EXPECT_EQ(only_text(), "-- quarry:up\nCREATE TABLE a (b); -- no more\n-- quarry:down\nDROP TABLE a;\n");
}

TEST_F(ImportTest, AMigrationThatDoesNothingDoesNothing) {
    write("1_a.sql", "-- migrate:up\n\n-- migrate:down\n\n");
    EXPECT_EQ(only_text(),
              "-- quarry:up\nSELECT 1;  -- nothing to do\n\n-- quarry:down\nSELECT 1;  -- nothing to do\n\n");
}

TEST_F(ImportTest, LineEndsBecomeLf) {
    write("1_a.sql", "\xEF\xBB\xBF-- migrate:up\r\nCREATE TABLE a (b);\r\n-- migrate:down\r\nDROP TABLE a;\r\n");
    EXPECT_EQ(only_text(), "-- quarry:up\nCREATE TABLE a (b);\n-- quarry:down\nDROP TABLE a;\n");
}

// --- goose -----------------------------------------------------------------------------------------------------------

TEST_F(ImportTest, GoosesStatementBlocksAreNotNeeded) {
    write("00001_trigger.sql",
          "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
          "  DELETE FROM b;\nEND\n-- +goose StatementEnd\n-- +goose Down\nDROP TRIGGER t;\n");
    EXPECT_EQ(
        only_text(),
        "-- quarry:up\n-- quarry:no-transaction\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM b;\nEND;\n"
        "-- quarry:down\n-- quarry:no-transaction\nDROP TRIGGER t;\n");
}

TEST_F(ImportTest, GoosesVariablesAreDeclaredByName) {
    write("1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\nINSERT INTO t VALUES ('${ROLE}', '${SCHEMA}', '${ROLE}');\n"
                     "-- +goose ENVSUB OFF\nINSERT INTO t VALUES ('${OTHER}');\n-- +goose Down\nDELETE FROM t;\n");
    EXPECT_EQ(only_text(),
              "-- quarry:up\n-- quarry:env: ROLE, SCHEMA\nINSERT INTO t VALUES ('${ROLE}', '${SCHEMA}', '${ROLE}');\n"
              "INSERT INTO t VALUES ('${OTHER}');\n-- quarry:down\nDELETE FROM t;\n");
}

TEST_F(ImportTest, CommentsThatAreNoDirectivesStay) {
    write("1_a.sql",
          "-- +goose Up\n-- +goose Sideways\nSELECT 1\n-- +goose ENVSUB OFF\n;\n-- +goose Down\nSELECT 2;\n");
    EXPECT_EQ(only_text(),
              "-- quarry:up\n-- +goose Sideways\nSELECT 1\n-- +goose ENVSUB OFF\n;\n-- quarry:down\nSELECT 2;\n");
}

TEST_F(ImportTest, TwoToolsInOneFolderAreToldApart) {
    write("1_a.sql", "-- +goose Up\nSELECT 1;\n");
    write("2_b.sql", "-- migrate:up\nSELECT 1;\n");
    EXPECT_THAT(error_of([&] { (void)read(); }).what(),
                AllOf(HasSubstr("two tools"), HasSubstr("1_a.sql is written for goose, 2_b.sql for dbmate")));
    EXPECT_THAT(obstacles_of(read(sql::Dialect::sqlite, ForeignTool::goose)), ElementsAre(StartsWith("2_b.sql: ")));
}

// --- golang-migrate --------------------------------------------------------------------------------------------------

TEST_F(ImportTest, APairBecomesOneFile) {
    write("000001_users.up.sql", "BEGIN;\n-- people\nCREATE TABLE users (id INTEGER);\nCOMMIT;\n");
    write("000001_users.down.sql", "DROP TABLE users");
    write("000002_more.up.sql", "CREATE TABLE more (id INTEGER);");
    write("README.sql", "not one");
    const ImportedFolder folder = read();
    EXPECT_EQ(folder.tool, ForeignTool::golang_migrate);
    EXPECT_THAT(file_names_of(folder), ElementsAre("000001_users.sql", "000002_more.sql"));
    EXPECT_EQ(folder.migrations[0].text,
              "-- quarry:up\n-- people\nCREATE TABLE users (id INTEGER);\n\n-- quarry:down\nDROP TABLE users;\n");
    EXPECT_EQ(folder.migrations[1].text, "-- quarry:up\nCREATE TABLE more (id INTEGER);\n");
    EXPECT_THAT(folder.migrations[0].sources,
                ElementsAre((old() / "000001_users.up.sql").string(), (old() / "000001_users.down.sql").string()));
    EXPECT_THAT(folder.left_out, ElementsAre("README.sql"));
}

TEST_F(ImportTest, PairsAreThoseOfOneVersion) {
    write("001_users.up.sql", "SELECT 1;");
    write("1_user.down.sql", "SELECT -1;");
    write("2_a.up.sql", "SELECT 2;");
    write("2_b.up.sql", "SELECT 3;");
    write("2_b.down.sql", "SELECT -3;");
    write("2_c.down.sql", "SELECT -2;");
    const ImportedFolder folder = read();
    EXPECT_THAT(file_names_of(folder), ElementsAre("001_users.sql", "2_a.sql", "3_b.sql"));
    EXPECT_EQ(folder.migrations[0].text, "-- quarry:up\nSELECT 1;\n\n-- quarry:down\nSELECT -1;\n");
    EXPECT_EQ(folder.migrations[1].text, "-- quarry:up\nSELECT 2;\n\n-- quarry:down\nSELECT -2;\n");
    EXPECT_EQ(folder.migrations[2].text,
              "-- imported from golang-migrate: 2\n-- quarry:up\nSELECT 3;\n\n-- quarry:down\nSELECT -3;\n");
}

TEST_F(ImportTest, AWayBackAloneIsThereWhenThatIsAccepted) {
    write("1_a.up.sql", "SELECT 1;");
    write("2_b.down.sql", "SELECT -2;");
    EXPECT_EQ(count_open(read().obstacles), 1U);
    const ImportedFolder folder = read_with([](ImportSource& source) { source.apply_safe = true; });
    EXPECT_EQ(folder.migrations[1].text, "-- quarry:up\nSELECT 1;  -- nothing to do\n\n-- quarry:down\nSELECT -2;\n");
}

TEST_F(ImportTest, ALeftOutPairIsGone) {
    write("1_a.up.sql", "SELECT 1;");
    write("2_b.up.sql", "SELECT 2;");
    write("2_b.down.sql", "SELECT -2;");
    const ImportedFolder folder = read_with([](ImportSource& source) { source.left_out = {"2_b.up.sql"}; });
    EXPECT_THAT(file_names_of(folder), ElementsAre("1_a.sql"));
    EXPECT_THAT(folder.obstacles, IsEmpty());
}

TEST_F(ImportTest, WhatNoTransactionCanHoldIsSaidToBeNone) {
    write("1_i.up.sql", "CREATE INDEX CONCURRENTLY i ON t (a);\n");
    write("1_i.down.sql", "DROP INDEX CONCURRENTLY i;\n");
    EXPECT_EQ(read(sql::Dialect::postgresql).migrations[0].text,
              "-- quarry:up\n-- quarry:no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a);\n\n"
              "-- quarry:down\n-- quarry:no-transaction\nDROP INDEX CONCURRENTLY i;\n");
}

// --- versions and names ----------------------------------------------------------------------------------------------

struct Versions {
    const char* name;
    std::vector<std::string> before;
    std::vector<std::string> after;
};
void PrintTo(const Versions& one, std::ostream* out) { *out << one.name; }

class VersionsTest : public ImportTest, public testing::WithParamInterface<Versions> {};

TEST_P(VersionsTest, StayOrAreAllCountedAnew) {
    for (const std::string& name : GetParam().before) write(name, "-- migrate:up\nSELECT 1;\n");
    const ImportedFolder folder = read();
    EXPECT_EQ(file_names_of(folder), GetParam().after);
    for (const ImportedMigration& one : folder.migrations) {
        const bool said = one.text.starts_with("-- imported from dbmate: " + one.foreign.id + "\n");
        EXPECT_EQ(said, one.renumbered);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, VersionsTest,
    testing::Values(Versions{"NumbersStay", {"1_a.sql", "002_b.sql", "10_c.sql"}, {"1_a.sql", "002_b.sql", "10_c.sql"}},
                    Versions{"MixedWithTimes", {"20240105093000_b.sql", "7_a.sql"}, {"0001_a.sql", "0002_b.sql"}},
                    Versions{"NoSuchTime", {"20241305093000_a.sql"}, {"0001_a.sql"}},
                    Versions{"Zero", {"000_a.sql", "1_b.sql"}, {"0001_a.sql", "0002_b.sql"}},
                    Versions{"MoreThanFourteenDigits",
                             {"20240105093000123_b.sql", "99999999999999999999999_c.sql", "5_a.sql"},
                             {"0001_a.sql", "0002_b.sql", "0003_c.sql"}},
                    Versions{
                        "NamesAreMadeToFit",
                        {"1 with space.sql", "2-dash.sql", "3.sql", "4_a\x1b[31mred.sql", "5_\xff.sql"},
                        {"1_with_space.sql", "2_dash.sql", "3_migration.sql", "4_a_31mred.sql", "5_migration.sql"}}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(ImportTest, OfTwoFilesWithOneVersionTheSecondGetsTheNext) {
    for (const char* name :
         {"20240105093059_a.sql", "20240105093059_b.sql", "20240105093100_c.sql", "20240106000000_d.sql"}) {
        write(name, "-- migrate:up\nSELECT 1;\n");
    }
    const ImportedFolder folder = read();
    EXPECT_THAT(file_names_of(folder), ElementsAre("20240105093059_a.sql", "20240105093100_b.sql",
                                                   "20240105093101_c.sql", "20240106000000_d.sql"));
    EXPECT_THAT(folder.migrations[1].text, StartsWith("-- imported from dbmate: 20240105093059\n"));
    EXPECT_THAT(folder.migrations[1].changes,
                ElementsAre(StartsWith("another file has the version 20240105093059, too")));
    std::vector<ForeignVersion> versions;
    for (const auto& one : folder.migrations) versions.push_back(one.foreign);
    EXPECT_THAT(applied_by({ForeignTool::dbmate, "schema_migrations", {"20240105093059"}, false}, versions).applied,
                ElementsAre(true, true, false, false));
}

TEST_F(ImportTest, VersionZeroIsTheFirst) {
    write("000_a.up.sql", "SELECT 0;");
    write("001_b.up.sql", "SELECT 1;");
    const ImportedFolder folder = read();
    EXPECT_THAT(file_names_of(folder), ElementsAre("0001_a.sql", "0002_b.sql"));
    std::vector<ForeignVersion> versions;
    for (const auto& one : folder.migrations) versions.push_back(one.foreign);
    const ForeignApplied applied =
        applied_by({ForeignTool::golang_migrate, "schema_migrations", {"0"}, false}, versions);
    EXPECT_THAT(applied.applied, ElementsAre(true, false));
    EXPECT_THAT(applied.without_file, IsEmpty());
}

TEST_F(ImportTest, TheDialectIsAskedForOnlyWhereItMatters) {
    write("1_a.sql", "-- migrate:up\nSELECT 1;\n");
    EXPECT_EQ(read(std::nullopt).migrations.size(), 1U);
    write("2_b.sql", "-- migrate:up\nSELECT $$a;b$$;\nDO $$ BEGIN NULL; END $$;\n");  // PostgreSQL's alone
    EXPECT_EQ(read(std::nullopt).migrations.size(), 2U);
}

// --- writing ---------------------------------------------------------------------------------------------------------

TEST_F(ImportTest, AllFilesAreWrittenOrNone) {
    write("1_a.sql", "-- migrate:up\nSELECT 1;\n");
    write("2_b.sql", "-- migrate:up\nSELECT 2;\n");
    const ImportedFolder folder = read();
    const auto fail = [] { throw Error(ErrorCode::locked, "the ledger could not be written"); };
    EXPECT_EQ(error_of([&] { write_imported(fresh(), folder.migrations, fail); }).code(), ErrorCode::locked);
    EXPECT_FALSE(std::filesystem::exists(fresh()));
    write_imported(fresh() / "", folder.migrations, {});
    EXPECT_EQ(MigrationList::from_folder(fresh()).all().size(), 2U);
    EXPECT_THAT(error_of([&] { write_imported(fresh(), folder.migrations, {}); }).message(),
                HasSubstr("exists already; nothing was written"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(root()), {}), 2);  // old and migrations, no leftovers
}

TEST_F(ImportTest, AnEmptyFolderMayBeFilled) {
    write("1_a.sql", "-- migrate:up\nSELECT 1;\n");
    std::filesystem::create_directory(fresh());
    write_imported(fresh(), read().migrations, {});
    EXPECT_TRUE(std::filesystem::exists(fresh() / "1_a.sql"));
}

}  // namespace
}  // namespace quarry::migrate::test
