// What stands in the way of an import, and what is done about it.
#include <sys/stat.h>

#include "import_fixture.h"

namespace quarry::migrate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

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
    std::string said;
    std::string remedy;
    std::optional<ErrorCode> code;
    try {
        const ImportedFolder folder = read();
        ASSERT_EQ(folder.obstacles.size(), 1U);
        const ImportObstacle& one = folder.obstacles.front();
        said = one.place() + ": " + one.what;
        remedy = one.remedy;
        code = one.code;
    } catch (const Error& error) {
        said = error.what();
        remedy = error.hint();
        code = error.code();
    }
    EXPECT_THAT(said, HasSubstr(GetParam().message));
    EXPECT_EQ(code, GetParam().code);
    EXPECT_NE(remedy, "");
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
        Refused{"DownWithoutUp", "1_a.down.sql", "DROP TABLE a;\n",
                "1_a.down.sql: there is no up file with its version"},
        Refused{"NobodysFiles", "1_a.sql", "SELECT 1;\n", "has no migrations of a tool that quarry knows"},
        Refused{"QuarrysOwn", "1_a.sql", "-- quarry:up\nSELECT 1;\n", "has no migrations of a tool"},
        Refused{"AlembicsPython", "1_a.py", "revision = 'a1'\ndown_revision = None\n",
                "Alembic's migrations are Python", ErrorCode::usage}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(ImportTest, MigrationsInGoAreNamedAndReplacedOrLeftOut) {
    write("00001_a.sql", "-- +goose Up\nSELECT 1;\n");
    for (const char* name : {"00002_b.go", "00003_c.go", "00004_d.go", "00005_e.go", "00005_e_test.go", "main.go"}) {
        write(name, "package migrations\n");
    }
    EXPECT_THAT(obstacles_of(read()),
                ElementsAre(StartsWith("00002_b.go: this migration is in Go"), StartsWith("00003_c.go"),
                            StartsWith("00004_d.go"), StartsWith("00005_e.go")));
    write_file_atomically(root() / "goose.sql", "-- +goose Up\nSELECT 2;\n-- +goose Down\nSELECT 3;\n");
    write_file_atomically(root() / "own.sql", "-- quarry:up\nSELECT 4;\n");
    write_file_atomically(root() / "plain.sql", "SELECT 5");
    const ImportedFolder folder = read_with([&](ImportSource& source) {
        source.left_out = {"00005_e.go"};
        source.replacements = {{"00002_b.go", root() / "goose.sql"},
                               {"00003_c.go", root() / "own.sql"},
                               {"00004_d.go", root() / "plain.sql"}};
    });
    EXPECT_THAT(folder.obstacles, IsEmpty());
    EXPECT_THAT(file_names_of(folder), ElementsAre("00001_a.sql", "00002_b.sql", "00003_c.sql", "00004_d.sql"));
    EXPECT_EQ(folder.migrations[1].text, "-- quarry:up\nSELECT 2;\n-- quarry:down\nSELECT 3;\n");
    EXPECT_EQ(folder.migrations[2].text, "-- quarry:up\nSELECT 4;\n");
    EXPECT_EQ(folder.migrations[3].text, "-- quarry:up\nSELECT 5;\n");
    EXPECT_THAT(folder.passed_over, ElementsAre("5"));
    EXPECT_EQ(error_of([&] { (void)read_with([](ImportSource& source) { source.left_out = {"9.go"}; }); }).code(),
              ErrorCode::usage);
}

TEST_F(ImportTest, AllObstaclesAreSaidAtOnce) {
    write("1_a.sql", "-- +goose Up\nATTACH 'x' AS x;\nSELECT 1;\n  DETACH x;\n-- +goose Down\nATTACH 'y' AS y;\n");
    write("2_b.sql", "-- +goose Up\nSELECT 'never closed;\n");
    write("3_c.go", "package migrations\n");
    write("4_d.sql", "-- migrate:up\nSELECT 1;\n");
    write("5_e.sql", "-- +goose Up\nSELECT 1;\n");
    const ImportedFolder folder = read(sql::Dialect::sqlite, ForeignTool::goose);
    EXPECT_THAT(
        obstacles_of(folder),
        ElementsAre("1_a.sql:2:1: ATTACH cannot be in a migration", "1_a.sql:4:3: DETACH cannot be in a migration",
                    "1_a.sql:6:1: ATTACH cannot be in a migration", StartsWith("2_b.sql:2:8: "), StartsWith("3_c.go: "),
                    "4_d.sql: this is not for goose"));
    EXPECT_EQ(count_open(folder.obstacles), 6U);
    EXPECT_EQ(folder.migrations.size(), 5U);
}

// --- transactions and settings ---------------------------------------------------------------------------------------

struct Boundaries {
    const char* name;
    sql::Dialect dialect;
    const char* before;
    const char* after;     ///< With the safe remedies.
    const char* obstacle;  ///< Empty when there is none.
};
void PrintTo(const Boundaries& one, std::ostream* out) { *out << one.name; }

class BoundariesTest : public ImportTest, public testing::WithParamInterface<Boundaries> {};

TEST_P(BoundariesTest, GoAndTheScriptDoesTheSame) {
    const Boundaries& one = GetParam();
    write("1_a.up.sql", one.before);
    const ImportedFolder as_it_is = read(one.dialect);
    if (*one.obstacle == '\0') {
        EXPECT_THAT(as_it_is.obstacles, IsEmpty());
    } else {
        EXPECT_THAT(obstacles_of(as_it_is), ElementsAre(HasSubstr(one.obstacle)));
        EXPECT_EQ(count_open(as_it_is.obstacles), 1U);
    }
    const ImportedFolder mended = read_with([](ImportSource& source) { source.apply_safe = true; }, one.dialect);
    EXPECT_EQ(count_open(mended.obstacles), 0U);
    EXPECT_EQ(mended.migrations.front().text, one.after);
}

constexpr const char* not_around = "BEGIN and COMMIT are not around the whole script";
INSTANTIATE_TEST_SUITE_P(
    Cases, BoundariesTest,
    testing::Values(
        Boundaries{"SeveralOnPostgresqlAreSteps", sql::Dialect::postgresql,
                   "-- one\nBEGIN;\nALTER TYPE t ADD VALUE 'a';\nCOMMIT;\n-- two\nBEGIN;\nINSERT INTO u VALUES ('a');\n"
                   "COMMIT;\n",
                   "-- quarry:up\n-- quarry:no-transaction\n-- one\nALTER TYPE t ADD VALUE 'a';\n-- two\n"
                   "INSERT INTO u VALUES ('a');\n",
                   "safe: 1_a.up.sql:2:1: BEGIN and COMMIT are not around"},
        Boundaries{"SeveralOnSqliteAreOne", sql::Dialect::sqlite,
                   "BEGIN; CREATE TABLE a (b); COMMIT;\nBEGIN TRANSACTION;\nDROP TABLE a;\nEND;\n",
                   "-- quarry:up\n CREATE TABLE a (b); \nDROP TABLE a;\n", not_around},
        Boundaries{"WhatNoTransactionHoldsIsAStep", sql::Dialect::sqlite, "BEGIN;\nDROP TABLE a;\nCOMMIT;\nVACUUM;\n",
                   "-- quarry:up\n-- quarry:no-transaction\nDROP TABLE a;\nVACUUM;\n", not_around},
        Boundaries{"ALoneCommit", sql::Dialect::postgresql,
                   "COMMIT;\nCREATE INDEX CONCURRENTLY i ON t (a);\nSELECT 1;\n",
                   "-- quarry:up\n-- quarry:no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a);\nSELECT 1;\n",
                   "1_a.up.sql:1:1"},
        Boundaries{"SettingsBeforeTheOnlyOne", sql::Dialect::postgresql,
                   "SET lock_timeout = '1s';\nBEGIN;\nSELECT 1;\nCOMMIT;\n",
                   "-- quarry:up\nSET lock_timeout = '1s';\nSELECT 1;\n", ""},
        Boundaries{"ForeignKeysOffAndOn", sql::Dialect::sqlite,
                   "PRAGMA foreign_keys = OFF;\nBEGIN;\nDROP TABLE a;\nCOMMIT;\nPRAGMA foreign_keys(1);\n",
                   "-- quarry:up\nDROP TABLE a;\n", ""},
        Boundaries{"ForeignKeysAlone", sql::Dialect::sqlite, "PRAGMA foreign_keys=ON;\n",
                   "-- quarry:up\nSELECT 1;  -- nothing to do\n", ""}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(ImportTest, ATransactionThatIsNeverCommittedIsNotRunUnasked) {
    write("1_a.up.sql", "BEGIN;\nDELETE FROM t;\n");
    const ImportedFolder folder = read_with([](ImportSource& source) { source.apply_safe = true; });
    EXPECT_EQ(count_open(folder.obstacles), 1U);
    EXPECT_THAT(obstacles_of(folder),
                ElementsAre(HasSubstr(not_around), HasSubstr("1_a.up.sql:1:1: this transaction")));
}

TEST_F(ImportTest, WhatCannotBeReadIsAnObstacleToo) {
    write("1_a.up.sql", "SELECT 1;");
    ASSERT_EQ(::mkfifo((old() / "2_b.up.sql").c_str(), 0600), 0);
    write("3_c.up.sql", "SELECT '\xff';");
    const ImportedFolder folder = read(sql::Dialect::sqlite, ForeignTool::golang_migrate);
    EXPECT_THAT(obstacles_of(folder), ElementsAre(HasSubstr("not a regular file"), HasSubstr("3_c.up.sql:1:9")));
}

TEST_F(ImportTest, AFileThatIsAllObstaclesIsNotListedInFull) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += "DETACH a;\n";
    write("1_a.up.sql", text);
    const auto obstacles = obstacles_of(read());
    EXPECT_EQ(obstacles.size(), 50U);
    EXPECT_EQ(obstacles.front(), "1_a.up.sql: more statements of this file cannot be in a migration");
}

TEST_F(ImportTest, WhatNeedsItsOwnOfSeveralTransactionsIsSaid) {
    write("1_a.up.sql", "BEGIN;\nLOCK TABLE t;\nDELETE FROM t;\nCOMMIT;\nBEGIN;\nSELECT 1;\nCOMMIT;\n");
    EXPECT_THAT(obstacles_of(read(sql::Dialect::postgresql)),
                ElementsAre(HasSubstr(not_around), HasSubstr("1_a.up.sql:2:1: this needs a transaction")));
}

TEST_F(ImportTest, APragmaSaysThatTheFilesAreForSqlite) {
    write("1_a.up.sql", "PRAGMA foreign_keys = OFF;\nDROP TABLE a;\n");
    EXPECT_EQ(read(std::nullopt).migrations.front().text, "-- quarry:up\nDROP TABLE a;\n");
    EXPECT_THAT(obstacles_of(read(sql::Dialect::postgresql)),
                ElementsAre("1_a.up.sql:1:1: PRAGMA is a command of SQLite's"));
}

TEST_F(ImportTest, WithoutThePragmaAGooseMigrationNeedsNoException) {
    write("1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nPRAGMA foreign_keys = OFF;\nDROP TABLE a;\n"
                     "PRAGMA foreign_keys = ON;\n-- +goose Down\nVACUUM;\nPRAGMA foreign_keys = ON;\n");
    EXPECT_EQ(only_text(), "-- quarry:up\nDROP TABLE a;\n-- quarry:down\n-- quarry:no-transaction\nVACUUM;\n");
}

}  // namespace
}  // namespace quarry::migrate::test
