#include "core/migrate/make_database.h"

#include <fstream>
#include <thread>

#include "engines.h"

namespace quarry::migrate {
namespace {

using test::EngineProject;
using test::error_of;
using testing::HasSubstr;

std::string beside(const std::string& url, const std::string& name) { return url.substr(0, url.rfind('/') + 1) + name; }

class MakeDatabase : public test::OnEachEngine {
protected:
    MakeDatabase() : project_(GetParam()) {}
    [[nodiscard]] db::DatabaseUrl url() const {
        return db::parse_database_url(project_.is_postgresql() ? beside(project_.url(), "a%22b%20c")
                                                               : project_.files().database_path().string());
    }
    EngineProject project_;
    DatabaseOptions options_ = EngineProject::impatient();
};

TEST_P(MakeDatabase, MakesAndDropsOnce) {
    EXPECT_FALSE(database_exists(url(), options_));
    EXPECT_FALSE(drop_database(url(), options_));
    EXPECT_TRUE(make_database(url(), options_));
    EXPECT_TRUE(database_exists(url(), options_));
    EXPECT_FALSE(make_database(url(), options_));
    {
        const auto database = open_database(url(), options_);
        EXPECT_EQ(database->attempt("CREATE TABLE t(a integer)"), std::nullopt);
        database->session()->lock();
    }
    EXPECT_TRUE(drop_database(url(), options_));
    EXPECT_FALSE(database_exists(url(), options_));
    EXPECT_FALSE(std::filesystem::exists(url().path.string() + "-quarry-lock"));
}

TEST_P(MakeDatabase, OneInUseIsNotDropped) {
    ASSERT_TRUE(make_database(url(), options_));
    const auto user = open_database(url(), options_);
    ASSERT_EQ(user->attempt(project_.either("CREATE TABLE t(a)", "SELECT 1")), std::nullopt);
    ASSERT_EQ(user->attempt("BEGIN"), std::nullopt);
    ASSERT_EQ(user->attempt(project_.either("INSERT INTO t VALUES (1)", "SELECT 1")), std::nullopt);
    EXPECT_EQ(error_of([&] { drop_database(url(), options_); }).code(), ErrorCode::locked);
    ASSERT_EQ(user->attempt("ROLLBACK"), std::nullopt);
    EXPECT_TRUE(database_exists(url(), options_));
}

TEST(DropDatabase, OneWithAWriteAheadLogIsInUseWhileItIsOpen) {
    const TemporaryDirectory folder;
    const db::DatabaseUrl url{sql::Dialect::sqlite, folder.path() / "app.db", {}};
    DatabaseOptions options;
    options.lock_wait = std::chrono::milliseconds(50);
    {
        SQLite::Database user(url.path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        user.exec("PRAGMA journal_mode = WAL; CREATE TABLE t(a)");
        EXPECT_EQ(error_of([&] { drop_database(url, options); }).code(), ErrorCode::locked);
        user.exec("INSERT INTO t VALUES (1)");
    }
    EXPECT_TRUE(drop_database(url, options));
    EXPECT_FALSE(std::filesystem::exists(url.path));
    EXPECT_FALSE(std::filesystem::exists(url.path.string() + "-wal"));
}

INSTANTIATE_TEST_SUITE_P(Engines, MakeDatabase, testing::Values(test::sqlite_engine, test::postgresql_engine),
                         test::engine_name);

TEST(DropDatabase, LeavesWhatIsNoDatabase) {
    const TemporaryDirectory folder;
    const std::filesystem::path path = folder.path() / "notes.txt";
    std::ofstream(path) << "not a database at all";
    const Error error = error_of([&] { drop_database({sql::Dialect::sqlite, path, {}}, {}); });
    EXPECT_THAT(error.what(), HasSubstr("not a SQLite database"));
    EXPECT_TRUE(std::filesystem::exists(path));
    EXPECT_EQ(error_of([&] {
                  drop_database({sql::Dialect::sqlite, folder.path(), {}}, {});
              }).code(),
              ErrorCode::failed);
}

TEST(DropDatabase, TakesWhatIsBesideASqliteFile) {
    const TemporaryDirectory folder;
    const std::filesystem::path path = folder.path() / "a.db";
    db::open_sqlite(path, db::SqliteMode::create).exec("CREATE TABLE t(a)");
    std::ofstream(path.string() + "-wal") << "old";
    std::ofstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(40) << "damaged here";
    EXPECT_TRUE(drop_database({sql::Dialect::sqlite, path, {}}, EngineProject::impatient()));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(DropDatabase, LeavesTheServersOwn) {
    const std::string url = quarry::test::postgresql_server().url();
    EXPECT_EQ(error_of([&] { drop_database(db::parse_database_url(url), {}); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] { make_database(db::parse_database_url(beside(url, "")), {}); }).code(), ErrorCode::usage);
}

TEST(WaitForServer, EndsWhenItAcceptsConnections) {
    const std::string url = quarry::test::postgresql_server().url();
    EXPECT_LT(wait_for_server(url, {}).waited, std::chrono::seconds(20));
    EXPECT_TRUE(wait_for_server(url, {}).exists);
    EXPECT_FALSE(wait_for_server(beside(url, "not_there"), {}).exists) << "the server is there";
}

TEST(WaitForServer, GivesUpWhenTheTimeIsOver) {
    int attempts = 0;
    WaitOptions options;
    options.timeout = std::chrono::milliseconds(600);
    options.on_attempt = [&](std::chrono::milliseconds, const Error&) { ++attempts; };
    const std::string nowhere = "postgresql://joe:secret@127.0.0.1:1/app";
    const Error error = error_of([&] { wait_for_server(nowhere, options); });
    EXPECT_THAT(error.what(), HasSubstr("Connection refused"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("secret")));
    EXPECT_GE(attempts, 2);
    Cancellation cancel;
    options.timeout = std::chrono::seconds(60);
    options.cancel = &cancel;
    options.on_attempt = [&](std::chrono::milliseconds, const Error&) { cancel.cancel(); };
    EXPECT_EQ(error_of([&] { wait_for_server(nowhere, options); }).code(), ErrorCode::interrupted);
}

}  // namespace
}  // namespace quarry::migrate
