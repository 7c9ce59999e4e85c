#include "core/migrate/autogenerate.h"

#include "core/migrate/check.h"
#include "core/migrate/diff_text.h"
#include "support.h"
#include "tests/support/postgresql_server.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// A folder of migrations, a wanted schema, and what makes scratch databases.
class AutogenerateTest : public testing::Test {
protected:
    AutogenerateTest() {
        loader_.scratch = [] { return sqlite_scratch_database({}); };
        loader_.migrator_options = test::Project::options();
    }

    [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "migrations"; }

    [[nodiscard]] SchemaSource wanted(const std::string& sql) const {
        write_file_atomically(directory_.path() / "schema.sql", sql);
        return SchemaSource::parse((directory_.path() / "schema.sql").string());
    }
    [[nodiscard]] MigrationList list() const {
        return std::filesystem::exists(folder()) ? MigrationList::from_folder(folder()) : MigrationList();
    }
    std::vector<std::string> generate(const std::string& sql, const schema::DiffOptions& options = {},
                                      bool allow_destructive = false) const {
        const AutogenerateOptions how{folder(), "sync", std::nullopt, std::chrono::system_clock::now(),
                                      allow_destructive};
        std::vector<std::string> names;
        for (const auto& path : autogenerate(loader_, list(), *loader_.load(wanted(sql)), options, how)) {
            names.push_back(path.filename().string());
        }
        return names;
    }

    TemporaryDirectory directory_;
    SchemaLoader loader_;
};

TEST_F(AutogenerateTest, WritesWhatIsMissingAndThenNothing) {
    const std::string schema = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);";
    EXPECT_THAT(generate(schema), ElementsAre("0001_sync.sql"));
    EXPECT_THAT(generate(schema), SizeIs(0));
    EXPECT_THAT(generate("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, mail TEXT);"),
                ElementsAre("0002_sync.sql"));
}

TEST_F(AutogenerateTest, DestroysNothingUnlessAllowed) {
    (void)generate("CREATE TABLE a (b, c);");
    const Error error = error_of([&] { (void)generate("CREATE TABLE a (b);"); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.causes(), ElementsAre(HasSubstr("drop_column a.c")));
    EXPECT_THAT(list().all(), SizeIs(1)) << "nothing was written";
    EXPECT_THAT(generate("CREATE TABLE a (b);", {}, true), ElementsAre("0002_sync.sql"));
    EXPECT_THAT(list().read(list().all()[1]).text, HasSubstr("-- destroys data"));
}

TEST_F(AutogenerateTest, KeepsARenameBothWays) {
    (void)generate("CREATE TABLE a (b TEXT);");
    schema::DiffOptions options;
    options.renames = {{"a.b", "c"}};
    (void)generate("CREATE TABLE a (c TEXT);", options);
    const MigrationFile file = list().load(list().all()[1], sql::Dialect::sqlite);
    EXPECT_THAT(file.up.sql_of(file.up.statements[0]), HasSubstr("RENAME COLUMN b TO c"));
    EXPECT_THAT(file.down->sql_of(file.down->statements[0]), HasSubstr("RENAME COLUMN c TO b"));
}

TEST_F(AutogenerateTest, SeveralMigrationsEachGoBackToWhereTheyBegan) {
    const std::string url = quarry::test::postgresql_server().make_database();
    loader_.scratch = [url] { return postgresql_scratch_database({url, {}, nullptr}, false, {}); };
    (void)generate("CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE t (a int, m mood);");
    EXPECT_THAT(generate("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
                         "CREATE TABLE t (a int, m mood DEFAULT 'ok');"),
                ElementsAre("0002_sync.sql", "0003_sync_2.sql"));
    const auto database = open_postgresql_database(url, {});
    Migrator(database->session(), list(), test::Project::options()).up();
    CheckOptions options;
    options.roundtrip = true;
    const CheckReport report = check(*database, list(), loader_, options);
    EXPECT_THAT(report.findings, SizeIs(0)) << report.findings.front().message;
}

TEST(MigrationText, SaysWhyLintMayLetItPass) {
    const schema::Script both{{{"ALTER TABLE t ADD COLUMN a int;", {}, false},
                               {"UPDATE t SET a = 0 WHERE a IS NULL;", {}, false},
                               {"ALTER TABLE t VALIDATE CONSTRAINT c;", {}, false}},
                              true};
    const std::string text = migration_text(both, {{{{"SELECT 1;", {}, false}}, true}});
    EXPECT_THAT(text, HasSubstr("-- quarry:allow backfill-in-transaction: "));
    EXPECT_THAT(text, HasSubstr("-- quarry:allow validate-in-same-transaction: "));
    const MigrationFile file = parse_migration(sql::Dialect::postgresql,
                                               {"0001_a.sql", text, std::nullopt, {}, MigrationText::Kind::sections});
    EXPECT_THAT(file.allowed, SizeIs(2));
    EXPECT_THAT(migration_text({{{"UPDATE t SET a = 0;", {}, false}}, true}, {}),
                testing::Not(HasSubstr("quarry:allow")));
}

TEST_F(AutogenerateTest, NamesWhatItHasNoSqlFor) {
    const std::string url = quarry::test::postgresql_server().make_database();
    loader_.scratch = [url] { return postgresql_scratch_database({url, {}, nullptr}, false, {}); };
    const std::string table = "CREATE TABLE t (a int);";
    const std::string search = "CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);";
    EXPECT_THAT(generate(table + search), ElementsAre("0001_sync.sql"));
    const std::string text = list().read(list().all()[0]).text;
    EXPECT_THAT(text, HasSubstr("-- not written, as quarry has no SQL for it: "));
    EXPECT_THAT(text, HasSubstr("text search configuration public.words"));
    const Error error = error_of([&] { (void)generate(table + search); });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_THAT(error.causes(), ElementsAre(HasSubstr("text search configuration public.words")));
    EXPECT_THAT(list().all(), SizeIs(1)) << "nothing was written";
}

}  // namespace
}  // namespace quarry::migrate
