#include <map>

#include "import_fixture.h"

namespace quarry::migrate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

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
              "-- quarry:down\nSELECT 1;  -- nothing to do\n");
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
        {"this line does not say which revision", {"-- Running upgrade a ->\nSELECT 1;\n", ""}}};
    for (const auto& [message, texts] : cases) {
        EXPECT_THAT(error_of([&, &up = texts.first, &down = texts.second] { (void)read_sql(up, down); }).what(),
                    HasSubstr(message));
    }
    EXPECT_THAT(obstacles_of(read_sql("-- Running upgrade  -> aaa1\nROLLBACK;\n", "")),
                ElementsAre("0001_revision_aaa1.sql:3:1: ROLLBACK cannot be in a migration"));
}

TEST_F(AlembicTest, RevisionsThatWereNotPrintedAreNamedAndReplacedOrLeftOut) {
    write("aaa1_a.py", "revision = 'aaa1'\ndown_revision = None\n");
    write("eee5_rows.py", "revision = 'eee5'\ndown_revision: Union[str, None] = 'ddd4'  # 'no'\n");
    write("fff6_last.py", "revision = 'fff6'\ndown_revision = (\n    'eee5',\n    \"aaa1\")\n");
    EXPECT_THAT(obstacles_of(read_sql(alembic_up, "")),
                ElementsAre(AllOf(StartsWith("eee5_rows.py: "), HasSubstr("does not have this revision, eee5")),
                            StartsWith("fff6_last.py: ")));
    write_file_atomically(root() / "rows.sql", "UPDATE users SET mail = ''");
    const ImportedFolder folder = read_with(
        [&](ImportSource& source) {
            source.up_sql = root() / "up.sql";
            source.left_out = {"fff6_last.py"};
            source.replacements = {{"eee5_rows.py", root() / "rows.sql"}};
        },
        sql::Dialect::postgresql);
    EXPECT_THAT(folder.obstacles, IsEmpty());
    ASSERT_EQ(folder.migrations.size(), 6U);
    EXPECT_EQ(folder.migrations[4].text,
              "-- imported from alembic: eee5 (after ddd4)\n-- quarry:up\nUPDATE users SET mail = '';\n");
    EXPECT_EQ(folder.migrations[5].text,
              "-- imported from alembic: fff6 (after eee5, aaa1)\n-- quarry:up\nSELECT 1;  -- nothing to do\n\n"
              "-- quarry:down\nSELECT 1;  -- nothing to do\n");
}

}  // namespace
}  // namespace quarry::migrate::test
