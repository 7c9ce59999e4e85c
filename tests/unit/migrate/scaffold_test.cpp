#include "core/migrate/scaffold.h"

#include "core/migrate/migration_file.h"
#include "core/migrate/new_migration.h"
#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using test::Project;
using testing::HasSubstr;

const auto now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(10);

TEST(MigrationName, IsMadeFromWhatWasTyped) {
    const std::pair<const char*, const char*> cases[] = {
        {"create_users_table", "create_users_table"},
        {"Create users table", "create_users_table"},
        {"createUsersTable", "create_users_table"},
        {"add-status--to_orders!", "add_status_to_orders"},
        {"HTTPHeaders", "httpheaders"},
        {"../../etc/passwd", "etc_passwd"},
        {"größe ändern", "größe_ändern"},
    };
    for (const auto& [typed, name] : cases) EXPECT_EQ(migration_name(typed), name) << typed;
    for (const std::string& bad : {std::string(), std::string("--"), std::string(300, 'a'), std::string("a\xFF")}) {
        EXPECT_EQ(error_of([&] { (void)migration_name(bad); }).code(), ErrorCode::usage) << bad;
    }
}

struct ScaffoldCase {
    const char* name;
    const char* up;
    const char* down;
};

void PrintTo(const ScaffoldCase& c, std::ostream* out) { *out << c.name; }

class Scaffold : public testing::TestWithParam<ScaffoldCase> {};

TEST_P(Scaffold, GuessesTheSql) {
    const std::string text = scaffold(GetParam().name);
    const std::size_t down = text.find("-- quarry:down");
    EXPECT_THAT(text.substr(0, down), HasSubstr(GetParam().up));
    EXPECT_THAT(text.substr(down), HasSubstr(GetParam().down));
}

INSTANTIATE_TEST_SUITE_P(
    All, Scaffold,
    testing::Values(
        ScaffoldCase{"create_users_table", "CREATE TABLE users (", "DROP TABLE users;"},
        ScaffoldCase{"create_users", "CREATE TABLE users (", "DROP TABLE users;"},
        ScaffoldCase{"create_user", "CREATE TABLE \"user\" (", "DROP TABLE \"user\";"},
        ScaffoldCase{"create_table_users", "CREATE TABLE users (", "DROP TABLE users;"},
        ScaffoldCase{"create_order_table", "CREATE TABLE \"order\" (", "DROP TABLE \"order\";"},
        ScaffoldCase{"create_2fa_table", "CREATE TABLE \"2fa\" (", "DROP TABLE \"2fa\";"},
        ScaffoldCase{"drop_users_table", "DROP TABLE users;", "how the table was made"},
        ScaffoldCase{"add_status_to_orders", "ALTER TABLE orders ADD COLUMN status TEXT;",
                     "ALTER TABLE orders DROP COLUMN status;"},
        ScaffoldCase{"add_ship_to_to_orders", "ALTER TABLE orders ADD COLUMN ship_to TEXT;", "DROP COLUMN ship_to;"},
        ScaffoldCase{"drop_legacy_column_from_users", "ALTER TABLE users DROP COLUMN legacy;",
                     "ALTER TABLE users ADD COLUMN legacy TEXT;"},
        ScaffoldCase{"remove_status_from_orders", "ALTER TABLE orders DROP COLUMN status;", "ADD COLUMN status TEXT;"},
        ScaffoldCase{"rename_mail_to_email_in_users", "ALTER TABLE users RENAME COLUMN mail TO email;",
                     "ALTER TABLE users RENAME COLUMN email TO mail;"},
        ScaffoldCase{"rename_users_to_people", "ALTER TABLE users RENAME TO people;",
                     "ALTER TABLE people RENAME TO users;"},
        ScaffoldCase{"add_index_on_email_to_users", "CREATE INDEX users_email ON users (email);",
                     "DROP INDEX users_email;"},
        ScaffoldCase{"add_index_to_users_on_email", "CREATE INDEX users_email ON users (email);",
                     "DROP INDEX users_email;"},
        ScaffoldCase{"add_email_index_to_users", "CREATE INDEX users_email ON users (email);",
                     "DROP INDEX users_email;"},
        ScaffoldCase{"create_index_on_email_to_users", "CREATE INDEX users_email", "DROP INDEX users_email;"},
        ScaffoldCase{"create_users_email_index", "-- Write here", "-- Write here"},
        ScaffoldCase{"backfill_totals", "-- Write here", "-- Write here"},
        ScaffoldCase{"add_things", "-- Write here", "-- Write here"},
        ScaffoldCase{"rename_things", "-- Write here", "-- Write here"},
        ScaffoldCase{"create_", "-- Write here", "-- Write here"}),
    [](const auto& given) { return std::to_string(given.index) + "_" + given.param.name; });

TEST(ScaffoldFiles, RunThereAndBack) {
    const Project project;
    for (const char* name : {"create_users_table", "add_mail_to_users", "add_index_on_mail_to_users",
                             "rename_mail_to_email_in_users", "rename_users_to_people"}) {
        (void)create_migration(project.folder(), name, std::nullopt, now);
    }
    EXPECT_EQ(project.up().done.size(), 5u);
    EXPECT_EQ(project.tables(), "people");
    project.down({});
    EXPECT_EQ(project.tables(), "");
}

TEST(ScaffoldFiles, AreRefusedUntilTheyAreFilled) {
    for (const char* name : {"backfill_totals", "drop_users_table"}) {
        const std::string text = scaffold(name);
        EXPECT_THAT(error_of([&] {
                        (void)parse_migration(sql::Dialect::sqlite,
                                              {"f.sql", text, std::nullopt, {}, MigrationText::Kind::sections});
                    }).message(),
                    HasSubstr("section is empty"));
    }
}

TEST(NextVersion, FollowsTheFolder) {
    const Project project;
    EXPECT_EQ(next_version(project.list(), std::nullopt, now), "0001");
    EXPECT_EQ(next_version(project.list(), VersionStyle::timestamp, now), "20261121100000");
    project.add("009_a.sql", "a;", "b;");
    EXPECT_EQ(next_version(project.list(), std::nullopt, now), "010");
    EXPECT_EQ(error_of([&] { (void)next_version(project.list(), VersionStyle::timestamp, now); }).code(),
              ErrorCode::usage);
    const Project timed;
    timed.add("20250101000000_a.sql", "a;", "b;");
    EXPECT_EQ(next_version(timed.list(), std::nullopt, now), "20261121100000");
    timed.add("20271231235959_b.sql", "a;", "b;");
    EXPECT_EQ(next_version(timed.list(), std::nullopt, now), "20280101000000") << "always above the newest";
}

TEST(CreateMigration, MakesTheFolderAndNeverOverwrites) {
    const Project project;
    const auto folder = project.root() / "db" / "migrations";
    EXPECT_EQ(create_migration(folder, "create_a", std::nullopt, now), folder / "0001_create_a.sql");
    EXPECT_EQ(create_migration(folder, "create_a", std::nullopt, now), folder / "0002_create_a.sql");
    EXPECT_EQ(read_file(folder / "0001_create_a.sql", 1000), scaffold("create_a"));
    std::filesystem::create_directory(folder / "0003_taken.sql");  // No migration, but the name is taken.
    EXPECT_THAT(error_of([&] { (void)create_migration(folder, "taken", std::nullopt, now); }).what(),
                HasSubstr("File exists"));
    write_file_atomically(project.root() / "file", "");
    EXPECT_THAT(error_of([&] { (void)create_migration(project.root() / "file", "a", std::nullopt, now); }).message(),
                HasSubstr("cannot make the folder"));
}

}  // namespace
}  // namespace quarry::migrate
