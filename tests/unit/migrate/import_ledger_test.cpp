#include <fmt/format.h>

#include "core/base/text.h"
#include "core/migrate/import.h"
#include "core/migrate/import_names.h"
#include "support.h"
#include "tests/support/postgresql_server.h"

namespace quarry::migrate::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A database of either engine, as another tool left it.
class ForeignLedgerTest : public testing::TestWithParam<sql::Dialect> {
protected:
    ForeignLedgerTest() {
        url_.dialect = GetParam();
        if (is_sqlite()) {
            url_.path = project_.database_path();
        } else {
            url_.url = quarry::test::postgresql_server().make_database();
        }
    }
    [[nodiscard]] static bool is_sqlite() { return GetParam() == sql::Dialect::sqlite; }

    void run_sql(const std::string& statements) const {
        if (is_sqlite()) {
            project_.open().exec(statements);
            return;
        }
        db::PostgresqlConnection connection = db::PostgresqlConnection::connect(url_.url);
        for (const std::string_view one : split(statements, ';')) {
            if (!trim(one).empty()) connection.query(one);
        }
    }
    [[nodiscard]] std::vector<ForeignLedger> ledgers(const std::string& table = {}) const {
        return read_foreign_ledgers(url_, table, {});
    }
    [[nodiscard]] std::optional<ForeignLedger> ledger(std::optional<ForeignTool> tool = {}) const {
        return choose_ledger(ledgers(), tool, "app.db");
    }
    [[nodiscard]] std::unique_ptr<Database> open() const {
        DatabaseOptions options;
        options.create = true;
        return open_database(url_, options);
    }

    Project project_;
    db::DatabaseUrl url_;
};

// The tables as the tools make them.
constexpr const char* dbmate_table = "CREATE TABLE schema_migrations (version varchar(128) primary key);";
constexpr const char* goose_table = "CREATE TABLE goose_db_version (id integer primary key, version_id bigint not "
                                    "null, is_applied {}, tstamp timestamp);"
                                    "INSERT INTO goose_db_version VALUES (1, 0, {}, NULL);";
constexpr const char* golang_table =
    "CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null);";
constexpr const char* alembic_table = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);";

TEST_P(ForeignLedgerTest, ADatabaseWithoutOneHasNone) {
    EXPECT_THAT(ledgers(), IsEmpty());
    run_sql("CREATE TABLE version (version integer);");
    EXPECT_THAT(ledgers(), IsEmpty());
    EXPECT_EQ(ledger(ForeignTool::goose), std::nullopt);
}

TEST_P(ForeignLedgerTest, DbmateListsEachVersion) {
    run_sql(dbmate_table + std::string("INSERT INTO schema_migrations VALUES ('20240105093000'), ('007');"));
    const auto found = ledger();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->tool, ForeignTool::dbmate);
    EXPECT_EQ(found->table, "schema_migrations");
    const ForeignApplied applied = applied_by(*found, std::vector<ForeignVersion>{{"7", {}}, {"8", {}}});
    EXPECT_THAT(applied.applied, ElementsAre(true, false));
    EXPECT_THAT(applied.without_file, ElementsAre("20240105093000"));
}

TEST_P(ForeignLedgerTest, GoosesLastRowOfAVersionCounts) {
    const char* type = is_sqlite() ? "integer" : "boolean";
    const std::string yes = is_sqlite() ? "1" : "true", no = is_sqlite() ? "0" : "false";
    run_sql(fmt::format(fmt::runtime(goose_table), type, yes) +
            fmt::format("INSERT INTO goose_db_version VALUES (2, 1, {0}, NULL), (3, 2, {0}, NULL), (4, 2, {1}, NULL), "
                        "(5, 3, {1}, NULL), (6, 3, {0}, NULL);",
                        yes, no));
    const auto found = ledger();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->tool, ForeignTool::goose);
    EXPECT_THAT(found->versions, ElementsAre("1", "3"));
}

TEST_P(ForeignLedgerTest, GolangMigratesOneVersionStandsForAllBelow) {
    run_sql(golang_table + std::string("INSERT INTO schema_migrations VALUES (10, false);"));
    const auto found = ledger();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->tool, ForeignTool::golang_migrate);
    const std::vector<ForeignVersion> files = {{"2", {}}, {"10", {}}, {"11", {}}};
    EXPECT_THAT(applied_by(*found, files).applied, ElementsAre(true, true, false));
    EXPECT_THAT(applied_by(*found, files).without_file, IsEmpty());
    EXPECT_EQ(applied_by(*found, files).gaps(), 0U);
}

TEST_P(ForeignLedgerTest, GolangMigrateWithNothingApplied) {
    run_sql(golang_table + std::string("INSERT INTO schema_migrations VALUES (-1, false);"));
    EXPECT_THAT(applied_by(*ledger(), std::vector<ForeignVersion>{{"1", {}}}).applied, ElementsAre(false));
}

TEST_P(ForeignLedgerTest, ADirtyDatabaseIsRefusedWithWhatToDo) {
    run_sql(golang_table + std::string("INSERT INTO schema_migrations VALUES (3, true);"));
    const Error error = error_of([&] { (void)ledger(); });
    EXPECT_THAT(error.message(), HasSubstr("marks app.db as dirty: migration 3 failed half way"));
    EXPECT_THAT(error.hint(), HasSubstr("force VERSION"));
}

TEST_P(ForeignLedgerTest, AlembicsHeads) {
    run_sql(alembic_table + std::string("INSERT INTO alembic_version VALUES ('bbb2'), ('aaa1');"));
    EXPECT_EQ(ledger()->tool, ForeignTool::alembic);
    EXPECT_THAT(ledger()->versions, ElementsAre("aaa1", "bbb2"));
}

TEST_P(ForeignLedgerTest, AnotherToolsLedgerIsNotTakenForIt) {
    run_sql(alembic_table);
    const Error error = error_of([&] { (void)ledger(ForeignTool::dbmate); });
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("app.db has no ledger of dbmate"), HasSubstr("alembic_version (alembic)")));
    run_sql(dbmate_table);
    EXPECT_EQ(error_of([&] { (void)ledger(); }).code(), ErrorCode::usage);
    EXPECT_EQ(ledger(ForeignTool::dbmate)->table, "schema_migrations");
}

TEST_P(ForeignLedgerTest, TheTableMayHaveAnotherName) {
    run_sql("CREATE TABLE \"my versions\" (version varchar(10)); INSERT INTO \"my versions\" VALUES ('1');");
    const std::string name = is_sqlite() ? "my versions" : "public.\"my versions\"";
    ASSERT_THAT(ledgers(name), SizeIs(1));
    EXPECT_THAT(ledgers(name)[0].versions, ElementsAre("1"));
    EXPECT_THAT(error_of([&] { (void)ledgers("nowhere"); }).message(), HasSubstr("no ledger in a table nowhere"));
}

TEST_P(ForeignLedgerTest, TakingOverStampsWithTheFilesChecksums) {
    project_.write("1_a.sql", "-- migrate:up\nCREATE TABLE a (b integer);\n-- migrate:down\nDROP TABLE a;\n");
    project_.write("2_b.sql", "-- migrate:up\nCREATE TABLE b (b integer);\n-- migrate:down\nDROP TABLE b;\n");
    run_sql("CREATE TABLE a (b integer);" + std::string(dbmate_table) + "INSERT INTO schema_migrations VALUES ('1');");
    const MigrationList list = project_.list();
    const ForeignVersions foreign = foreign_versions(list, GetParam());
    EXPECT_EQ(foreign.tool, ForeignTool::dbmate);
    const ForeignApplied applied = applied_by(*ledger(foreign.tool), foreign.versions);
    const auto database = open();
    EXPECT_EQ(take_over_ledger(database->session(), list, applied.applied, Project::options()), 1U);

    Migrator migrator(database->session(), list, Project::options());
    const auto status = migrator.status();
    EXPECT_EQ(status[0].state, MigrationState::applied);
    EXPECT_EQ(status[0].entry->checksum, list.all()[0].checksum);
    EXPECT_EQ(status[1].state, MigrationState::pending);
    EXPECT_THAT(titles(migrator.up().done), ElementsAre("2_b"));
    EXPECT_EQ(migrator.history().front().action, "stamp");
    EXPECT_THAT(titles(migrator.down({Goal::Kind::everything, 0, {}}).done), ElementsAre("2_b", "1_a"));
}

TEST_P(ForeignLedgerTest, QuarrysOwnLedgerIsNeverWrittenOver) {
    project_.write("1_a.sql", "-- migrate:up\nCREATE TABLE a (b integer);\n");
    const auto database = open();
    Migrator(database->session(), project_.list(), Project::options()).up();
    EXPECT_THAT(error_of([&] {
                    (void)take_over_ledger(database->session(), project_.list(), {true}, Project::options());
                }).message(),
                HasSubstr("has a list of applied migrations in this database already: 1"));
}

INSTANTIATE_TEST_SUITE_P(Engines, ForeignLedgerTest, testing::Values(sql::Dialect::sqlite, sql::Dialect::postgresql),
                         [](const auto& one) { return std::string(sql::dialect_name(one.param)); });

TEST(ImportedVersionsTest, AreReadBackFromTheFirstLine) {
    const Project project;
    project.write("0001_a.sql", "-- imported from alembic: aaa1\n-- quarry:up\nSELECT 1;\n");
    project.write("0002_b.sql", "-- imported from alembic: bbb2 (after aaa1, ccc3)\n-- quarry:up\nSELECT 1;\n");
    project.write("0003_c.sql", "-- imported from elsewhere: x\n-- quarry:up\nSELECT 1;\n");
    const ForeignVersions foreign = foreign_versions(project.list(), sql::Dialect::sqlite);
    EXPECT_EQ(foreign.tool, ForeignTool::alembic);
    EXPECT_EQ(foreign.versions[0].id, "aaa1");
    EXPECT_EQ(foreign.versions[1].id, "bbb2");
    EXPECT_THAT(foreign.versions[1].parents, ElementsAre("aaa1", "ccc3"));
    EXPECT_EQ(foreign.versions[2].id, "3");
}

TEST(ForeignToolTest, NamesAndTables) {
    for (const auto tool :
         {ForeignTool::dbmate, ForeignTool::goose, ForeignTool::golang_migrate, ForeignTool::alembic}) {
        EXPECT_EQ(find_foreign_tool(foreign_tool_name(tool)), tool);
    }
    EXPECT_EQ(find_foreign_tool("liquibase"), std::nullopt);
    EXPECT_THAT(foreign_ledger_tables(), Contains("schema_migrations"));
    EXPECT_THAT(foreign_ledger_tables(), Contains("flyway_schema_history"));
}

TEST(ForeignNumbersTest, OfAnyLength) {
    EXPECT_EQ(canonical_version("0007"), "7");
    EXPECT_EQ(canonical_version("000"), "0");
    EXPECT_EQ(canonical_version("abc"), "abc");
    EXPECT_TRUE(version_at_most("9", "10"));
    EXPECT_FALSE(version_at_most("99999999999999999999999", "10"));
    EXPECT_TRUE(version_at_most("10", "10"));
}

}  // namespace
}  // namespace quarry::migrate::test
