#include "core/migrate/import.h"

#include <fmt/format.h>

#include <map>

#include "core/migrate/import_names.h"
#include "support.h"
#include "tests/support/postgresql_server.h"

namespace quarry::migrate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> file_names_of(const ImportedFolder& folder) {
    std::vector<std::string> names;
    for (const ImportedMigration& one : folder.migrations) names.push_back(one.file_name);
    return names;
}

/// A folder of another tool's, and the place for its database.
class ImportTest : public testing::Test {
protected:
    ImportTest() { std::filesystem::create_directory(old()); }

    [[nodiscard]] std::filesystem::path root() const { return directory_.path(); }
    [[nodiscard]] std::filesystem::path old() const { return root() / "old"; }
    [[nodiscard]] std::filesystem::path fresh() const { return root() / "migrations"; }
    void write(const std::string& name, const std::string& text) const { write_file_atomically(old() / name, text); }

    [[nodiscard]] ImportedFolder read(std::optional<sql::Dialect> dialect = sql::Dialect::sqlite,
                                      std::optional<ForeignTool> tool = {}) const {
        return read_foreign_folder({old(), {}, {}, tool, dialect, {}});
    }
    [[nodiscard]] std::string only_text() const {
        const ImportedFolder folder = read();
        return folder.migrations.size() == 1 ? folder.migrations.front().text : std::string("not one migration");
    }

    [[nodiscard]] db::DatabaseUrl sqlite() const { return {sql::Dialect::sqlite, root() / "app.db", {}}; }
    void run_sql(const std::string& sql) const { db::open_sqlite(root() / "app.db", db::SqliteMode::create).exec(sql); }

private:
    TemporaryDirectory directory_;
};

TEST_F(ImportTest, LinksAreNotFollowed) {
    write_file_atomically(root() / "secret", "-- migrate:up\nSELECT 'secret';\n");
    std::filesystem::create_symlink(root() / "secret", old() / "20240105093000_a.sql");
    const Error error = error_of([&] { (void)read(); });
    EXPECT_THAT(error.what(), HasSubstr("symbolic link"));
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
                                              "-- quarry:irreversible: its down section was empty in dbmate\n");
    EXPECT_THAT(folder.migrations.front().changes,
                ElementsAre(StartsWith("BEGIN and COMMIT are gone"), StartsWith("its empty down section")));
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

struct Refused {
    const char* name;
    const char* file_name;
    const char* text;
    const char* message;
    ErrorCode code = ErrorCode::failed;
};
void PrintTo(const Refused& one, std::ostream* out) { *out << one.name; }

class RefusedImportTest : public ImportTest, public testing::WithParamInterface<Refused> {};

TEST_P(RefusedImportTest, IsSaidWithItsPlace) {
    write(GetParam().file_name, GetParam().text);
    const Error error = error_of([&] { (void)read(); });
    EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
    EXPECT_EQ(error.code(), GetParam().code);
    EXPECT_NE(error.hint(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RefusedImportTest,
    testing::Values(
        Refused{"DefaultOfAVariable", "1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${A:-b}';\n",
                "1_a.sql:3:9: quarry replaces ${NAME} only, and this is \"${A:-b}\""},
        Refused{"BareVariable", "1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '$A';\n",
                "1_a.sql:3:9: quarry replaces ${NAME} only, and this is \"$A\""},
        Refused{"VariableNotReplacedElsewhere", "1_a.sql",
                "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${A}';\n-- +goose ENVSUB OFF\nSELECT '${A}';\n",
                "1_a.sql:5:9: ${A} is replaced elsewhere in this section"},
        Refused{"UnclosedString", "1_a.sql", "-- migrate:up\nSELECT 'a;\n", "1_a.sql:2:8"},
        Refused{"StatementBeforeTheMarker", "1_a.sql", "SELECT 1;\n-- migrate:up\nSELECT 1;\n", "1_a.sql:1:1"},
        Refused{"InvalidUtf8", "1_a.sql", "-- migrate:up\nSELECT '\xff';\n", "1_a.sql:2:9"},
        Refused{"TwoUpSections", "1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:up\nSELECT 2;\n", "1_a.sql:3:1"},
        Refused{"DownWithoutUp", "1_a.down.sql", "DROP TABLE a;\n", "1_a.down.sql has no 1_a.up.sql beside it"},
        Refused{"NobodysFiles", "1_a.sql", "SELECT 1;\n", "holds no migrations of a tool that quarry knows"},
        Refused{"QuarrysOwn", "1_a.sql", "-- quarry:up\nSELECT 1;\n", "holds no migrations of a tool"},
        Refused{"AlembicsPython", "1_a.py", "revision = 'a1'\ndown_revision = None\n",
                "Alembic's migrations are Python", ErrorCode::usage}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(ImportTest, AMigrationInGoIsRefusedByName) {
    write("00001_a.sql", "-- +goose Up\nSELECT 1;\n");
    write("00002_b.go", "package migrations\n");
    const Error error = error_of([&] { (void)read(); });
    EXPECT_THAT(error.message(), HasSubstr("00002_b.go is a migration in Go"));
}

TEST_F(ImportTest, TwoToolsInOneFolderAreToldApart) {
    write("1_a.sql", "-- +goose Up\nSELECT 1;\n");
    write("2_b.sql", "-- migrate:up\nSELECT 1;\n");
    EXPECT_THAT(error_of([&] { (void)read(); }).what(),
                AllOf(HasSubstr("two tools"), HasSubstr("1_a.sql is written for goose, 2_b.sql for dbmate")));
    EXPECT_THAT(error_of([&] { (void)read(sql::Dialect::sqlite, ForeignTool::goose); }).message(),
                HasSubstr("2_b.sql"));
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

TEST_F(ImportTest, TwoFilesOfOneVersionAreRefused) {
    write("1_a.sql", "-- migrate:up\nSELECT 1;\n");
    write("001_b.sql", "-- migrate:up\nSELECT 1;\n");
    EXPECT_EQ(error_of([&] { (void)read(); }).code(), ErrorCode::migration_order);
}

TEST_F(ImportTest, TheDialectIsAskedForOnlyWhereItMatters) {
    write("1_a.sql", "-- migrate:up\nSELECT 1;\n");
    EXPECT_EQ(read(std::nullopt).migrations.size(), 1U);
    write("2_b.sql", "-- migrate:up\nSELECT $$a;b$$;\nDO $$ BEGIN NULL; END $$;\n");  // PostgreSQL's alone
    EXPECT_EQ(read(std::nullopt).migrations.size(), 2U);
}

// --- Alembic ---------------------------------------------------------------------------------------------------------

constexpr const char* alembic_up = R"(BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> aaa1

CREATE TABLE users (
    id SERIAL NOT NULL
);

INSERT INTO alembic_version (version_num) VALUES ('aaa1') RETURNING alembic_version.version_num;

-- Running upgrade aaa1 -> bbb2

COMMIT;

CREATE INDEX CONCURRENTLY by_id ON users (id);

BEGIN;

UPDATE alembic_version SET version_num='bbb2' WHERE alembic_version.version_num = 'aaa1';

-- Running upgrade aaa1 -> ccc3

ALTER TABLE users ADD COLUMN mail TEXT;

INSERT INTO alembic_version (version_num) VALUES ('ccc3');

-- Running upgrade bbb2, ccc3 -> ddd4

DELETE FROM alembic_version WHERE alembic_version.version_num = 'bbb2';

UPDATE alembic_version SET version_num='ddd4' WHERE alembic_version.version_num = 'ccc3';

COMMIT;

)";

constexpr const char* alembic_down = R"(-- Running downgrade ddd4 -> bbb2, ccc3

UPDATE alembic_version SET version_num='ccc3' WHERE alembic_version.version_num = 'ddd4';

-- Running downgrade ccc3 -> aaa1

ALTER TABLE users DROP COLUMN mail;

DELETE FROM alembic_version WHERE alembic_version.version_num = 'ccc3';

-- Running downgrade bbb2 -> aaa1

UPDATE alembic_version SET version_num='aaa1' WHERE alembic_version.version_num = 'bbb2';

-- Running downgrade aaa1 ->

DROP TABLE users;

DELETE FROM alembic_version WHERE alembic_version.version_num = 'aaa1';

DROP TABLE alembic_version;

)";

class AlembicTest : public ImportTest {
protected:
    [[nodiscard]] ImportedFolder read_sql(const std::string& up, const std::string& down) const {
        write_file_atomically(root() / "up.sql", up);
        write_file_atomically(root() / "down.sql", down);
        return read_foreign_folder(
            {old(), root() / "up.sql", down.empty() ? "" : root() / "down.sql", {}, sql::Dialect::postgresql, {}});
    }
    void add_python(const std::string& name, const std::string& revision) const {
        write(name, "\"\"\"words\"\"\"\nrevision: str = \"" + revision + "\"\ndown_revision = None\n");
    }
};

TEST_F(AlembicTest, EachRevisionIsAMigrationWithoutAlembicsOwnStatements) {
    add_python("aaa1_create_users.py", "aaa1");
    add_python("2024_01_05_bbb2_by_id.py", "bbb2");
    const ImportedFolder folder = read_sql(alembic_up, alembic_down);
    EXPECT_EQ(folder.tool, ForeignTool::alembic);
    EXPECT_THAT(file_names_of(folder), ElementsAre("0001_create_users.sql", "0002_2024_01_05_by_id.sql",
                                                   "0003_revision_ccc3.sql", "0004_revision_ddd4.sql"));
    EXPECT_EQ(folder.migrations[0].text,
              "-- imported from alembic: aaa1\n-- quarry:up\nCREATE TABLE users (\n    id SERIAL NOT NULL\n);\n\n"
              "-- quarry:down\nDROP TABLE users;\n");
    EXPECT_EQ(folder.migrations[1].text,
              "-- imported from alembic: bbb2 (after aaa1)\n-- quarry:up\n-- quarry:no-transaction\n"
              "CREATE INDEX CONCURRENTLY by_id ON users (id);\n\n"
              "-- quarry:irreversible: its down section was empty in alembic\n");
    EXPECT_EQ(folder.migrations[3].text,
              "-- imported from alembic: ddd4 (after bbb2, ccc3)\n-- quarry:up\nSELECT 1;  -- nothing to do\n\n"
              "-- quarry:down\nSELECT 1;  -- nothing to do\n");
}

TEST_F(AlembicTest, WithoutTheWayBackThereIsNone) {
    EXPECT_THAT(read_sql(alembic_up, "").migrations[0].text, Not(HasSubstr("quarry:down")));
}

TEST_F(AlembicTest, AHeadStandsForAllBelowIt) {
    const ImportedFolder folder = read_sql(alembic_up, "");
    std::vector<ForeignVersion> versions;
    for (const auto& one : folder.migrations) versions.push_back(one.foreign);
    const auto applied = [&](std::vector<std::string> heads) {
        return applied_by({ForeignTool::alembic, "alembic_version", std::move(heads), false}, versions);
    };
    EXPECT_THAT(applied({"ccc3"}).applied, ElementsAre(true, false, true, false));
    EXPECT_EQ(applied({"ccc3"}).gaps(), 1U);
    EXPECT_THAT(applied({"bbb2", "ccc3"}).applied, ElementsAre(true, true, true, false));
    EXPECT_THAT(applied({"ddd4"}).applied, ElementsAre(true, true, true, true));
    EXPECT_THAT(applied({}).applied, ElementsAre(false, false, false, false));
    EXPECT_THAT(applied({"fff6"}).without_file, ElementsAre("fff6"));
}

TEST_F(AlembicTest, RefusesWhatDoesNotFitTogether) {
    const std::map<std::string, std::pair<std::string, std::string>> cases = {
        {"there is no line \"-- Running upgrade A -> B\"", {"SELECT 1;\n", ""}},
        {"this statement belongs to no revision", {std::string("SELECT 1;\n") + alembic_up, ""}},
        {"the revision aaa1 comes twice", {std::string(alembic_up) + "-- Running upgrade  -> aaa1\n", ""}},
        {"this undoes a revision that the way up does not have",
         {"-- Running upgrade  -> aaa1\nSELECT 1;\n", alembic_down}},
        {"0001_revision_aaa1.sql:3:1: ROLLBACK", {"-- Running upgrade  -> aaa1\nROLLBACK;\n", ""}},
        {"this line does not say which revision", {"-- Running upgrade a ->\nSELECT 1;\n", ""}}};
    for (const auto& [message, texts] : cases) {
        EXPECT_THAT(error_of([&, &up = texts.first, &down = texts.second] { (void)read_sql(up, down); }).what(),
                    HasSubstr(message));
    }
    add_python("eee5_late.py", "eee5");
    EXPECT_THAT(error_of([&] { (void)read_sql(alembic_up, ""); }).what(),
                AllOf(HasSubstr("does not have the revision eee5"), HasSubstr("eee5_late.py")));
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
                HasSubstr("is there already; nothing was written"));
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
