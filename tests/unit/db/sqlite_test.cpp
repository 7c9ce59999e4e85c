#include "core/db/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>

#include "core/base/file.h"
#include "core/db/sqlite_script.h"
#include "tests/support/error_of.h"

namespace quarry::db {
namespace {

using test::error_of;
using testing::HasSubstr;

TEST(OpenSqlite, MakesAFileOnlyWhenAsked) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "a.db";
    for (const SqliteMode mode : {SqliteMode::read_only, SqliteMode::read_write}) {
        EXPECT_THAT(error_of([&] { (void)open_sqlite(path, mode); }).what(), HasSubstr("No such file"));
        EXPECT_FALSE(std::filesystem::exists(path));
    }
    open_sqlite(path, SqliteMode::create).exec("CREATE TABLE t(a)");
    EXPECT_TRUE(open_sqlite(path, SqliteMode::read_only).tableExists("t"));
    EXPECT_THROW(open_sqlite(path, SqliteMode::read_only).exec("CREATE TABLE u(a)"), SQLite::Exception);
}

TEST(OpenSqlite, EnforcesForeignKeys) {
    SQLite::Database database = open_sqlite_memory();
    database.exec("CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p)");
    EXPECT_THROW(database.exec("INSERT INTO c VALUES (1)"), SQLite::Exception);
}

TEST(OpenSqlite, TellsFailuresApart) {
    const TemporaryDirectory folder;
    EXPECT_THAT(error_of([&] { (void)open_sqlite(folder.path(), SqliteMode::create); }).what(),
                HasSubstr("Is a directory"));
    const Error no_folder = error_of([&] { (void)open_sqlite(folder.path() / "no" / "a.db", SqliteMode::create); });
    EXPECT_THAT(no_folder.what(), HasSubstr("No such file or directory"));
    EXPECT_THAT(no_folder.hint(), HasSubstr("folder"));
    write_file_atomically(folder.path() / "text.db", std::string(4096, 'x'));
    const Error no_database = error_of([&] { (void)open_sqlite(folder.path() / "text.db", SqliteMode::read_write); });
    EXPECT_THAT(no_database.what(), HasSubstr("not a database"));
    EXPECT_THAT(no_database.hint(), HasSubstr("not a SQLite database"));
}

/// Runs `work` without root's rights and gives its exit code.
int as_nobody(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(99);
        int code = 98;
        try {
            code = work();
        } catch (const std::exception& error) {
            ::fprintf(stderr, "%s\n", error.what());
        }
        ::_exit(code);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// What a killed writer left is in the log beside the file, whose index is gone: as after a copy to a read-only disk.
TEST(OpenSqlite, ReadsWhereNothingCanBeWritten) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "a%20b#.db", copy = folder.path() / "ro" / "a%20b#.db";
    SQLite::Database writer = open_sqlite(path, SqliteMode::create);
    writer.exec(
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    std::filesystem::create_directory(folder.path() / "ro");
    std::filesystem::copy_file(path, copy);
    std::filesystem::copy_file(path.string() + "-wal", copy.string() + "-wal");
    std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(0755));
    std::filesystem::permissions(folder.path() / "ro", static_cast<std::filesystem::perms>(0555));
    for (const char* const ending : {"", "-wal"}) {
        std::filesystem::permissions(copy.string() + ending, static_cast<std::filesystem::perms>(0444));
    }
    EXPECT_EQ(
        as_nobody([&] { return open_sqlite(copy, SqliteMode::read_only).execAndGet("SELECT a FROM t").getInt(); }), 1);
    std::filesystem::permissions(folder.path() / "ro", static_cast<std::filesystem::perms>(0755));
}

TEST(OpenSqlite, HalfATransactionIsUndoneAndNotRead) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "a.db", copy = folder.path() / "b.db";
    SQLite::Database writer = open_sqlite(path, SqliteMode::create);
    writer.exec("CREATE TABLE t(a); INSERT INTO t VALUES (1); PRAGMA cache_size = 1; BEGIN; UPDATE t SET a = 2;"
                "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
                "SELECT i, hex(randomblob(50)) AS h FROM n");
    std::filesystem::copy_file(path, copy);
    std::filesystem::copy_file(path.string() + "-journal", copy.string() + "-journal");
    std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(0755));
    EXPECT_EQ(as_nobody([&] {
                  const Error error = error_of([&] { (void)open_sqlite(copy, SqliteMode::read_only); });
                  const bool told =
                      std::string_view(error.what()).find("was stopped while it wrote") != std::string::npos &&
                      error.hint().find("sqlite3 " + copy.string() + " .tables") != std::string::npos;
                  return told ? 0 : 1;
              }),
              0)
        << "who may not write is told what to run";
    std::filesystem::copy_file(copy, folder.path() / "c.db");
    std::filesystem::copy_file(copy.string() + "-journal", folder.path() / "c.db-journal");
    std::ofstream(folder.path() / "c.db-journal", std::ios::app | std::ios::binary)
        << "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
    EXPECT_THAT(error_of([&] { (void)open_sqlite(folder.path() / "c.db", SqliteMode::read_only); }).what(),
                HasSubstr("a process was stopped while it wrote"))
        << "its journal names another one";
    EXPECT_EQ(open_sqlite(copy, SqliteMode::read_only).execAndGet("SELECT a FROM t").getInt(), 1);
    EXPECT_FALSE(std::filesystem::exists(copy.string() + "-journal"));
    EXPECT_EQ(writer.execAndGet("SELECT a FROM t").getInt(), 2) << "a live writer is left alone";
}

TEST(OpenSqlite, SaysWhichRightIsMissing) {
    const TemporaryDirectory folder;
    const auto inner = folder.path() / "inner", path = inner / "a.db";
    std::filesystem::create_directory(inner);
    open_sqlite(path, SqliteMode::create).exec("CREATE TABLE t(a)");
    std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(0755));
    const auto said = [&](unsigned of_folder, unsigned of_file, SqliteMode mode, std::string_view hint) {
        std::filesystem::permissions(path, static_cast<std::filesystem::perms>(of_file));
        std::filesystem::permissions(inner, static_cast<std::filesystem::perms>(of_folder));
        const int code = as_nobody([&] {
            const Error error = error_of([&] { (void)open_sqlite(path, mode); });
            const bool is_said = std::string_view(error.what()).find("Permission denied") != std::string_view::npos &&
                                 error.hint().find(hint) != std::string::npos;
            if (!is_said) ::fprintf(stderr, "%s; %s\n", error.what(), error.hint().c_str());
            return is_said ? 0 : 1;
        });
        std::filesystem::permissions(inner, static_cast<std::filesystem::perms>(0755));
        return code;
    };
    EXPECT_EQ(said(0700, 0644, SqliteMode::read_only, "the folders above it"), 0);
    EXPECT_EQ(said(0755, 0600, SqliteMode::read_only, "check that you may read"), 0);
    EXPECT_EQ(said(0755, 0600, SqliteMode::read_write, "check that you may read"), 0);
}

TEST(OpenSqlite, ReportsALock) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "a.db";
    SQLite::Database holder = open_sqlite(path, SqliteMode::create);
    holder.exec("BEGIN EXCLUSIVE");
    const Error error = error_of([&] { (void)open_sqlite(path, SqliteMode::read_only, 10); });
    EXPECT_EQ(error.code(), ErrorCode::locked);
    EXPECT_FALSE(error.hint().empty());
}

TEST(SqliteError, GivesEachFailureItsCodeAndHint) {
    const std::tuple<int, ErrorCode, const char*> cases[] = {
        {SQLITE_BUSY, ErrorCode::locked, "another process"},      {SQLITE_LOCKED, ErrorCode::locked, "another process"},
        {SQLITE_FULL, ErrorCode::failed, "disk is full"},         {SQLITE_READONLY, ErrorCode::failed, "may write"},
        {SQLITE_NOTADB, ErrorCode::failed, "not a SQLite database"}, {SQLITE_CORRUPT, ErrorCode::failed, "backup"},
    };
    for (const auto& [code, expected, hint] : cases) {
        const Error error = sqlite_error(SQLite::Exception("cause", code), "doing this");
        EXPECT_EQ(error.code(), expected) << code;
        EXPECT_THAT(error.hint(), HasSubstr(hint)) << code;
        EXPECT_STREQ(error.what(), "doing this: cause");
    }
    EXPECT_EQ(sqlite_error(SQLite::Exception("x", SQLITE_MISMATCH), "y").hint(), "");
}

TEST(RunSqliteStatement, RunsOneToItsEnd) {
    SQLite::Database database = open_sqlite_memory();
    EXPECT_FALSE(run_sqlite_statement(database, "CREATE TABLE t(a);"));
    EXPECT_FALSE(run_sqlite_statement(database, "INSERT INTO t VALUES (1), (2);"));
    EXPECT_FALSE(run_sqlite_statement(database, "SELECT * FROM t;"));
    EXPECT_FALSE(run_sqlite_statement(database, "INSERT INTO t SELECT a + 2 FROM t RETURNING a;"));
    EXPECT_EQ(database.execAndGet("SELECT sum(a) FROM t").getInt(), 10);
}

TEST(RunSqliteStatement, PointsToTheFailure) {
    SQLite::Database database = open_sqlite_memory();
    const auto syntax = run_sqlite_statement(database, "CREATE TABLE t(a FOO BAR;");
    ASSERT_TRUE(syntax);
    EXPECT_THAT(syntax->message, HasSubstr("near \";\""));
    EXPECT_EQ(syntax->offset, 24u);
    EXPECT_FALSE(run_sqlite_statement(database, "CREATE TABLE t(a NOT NULL);"));
    const auto constraint = run_sqlite_statement(database, "INSERT INTO t VALUES (NULL);");
    ASSERT_TRUE(constraint);
    EXPECT_EQ(constraint->code & 0xFF, SQLITE_CONSTRAINT);
    EXPECT_EQ(constraint->offset, std::nullopt);
}

TEST(RunSqliteStatement, RefusesWhatWouldSilentlyBeLost) {
    SQLite::Database database = open_sqlite_memory();
    EXPECT_FALSE(run_sqlite_statement(database, "CREATE TABLE t(a);"));
    const std::pair<const char*, const char*> cases[] = {
        {"SELECT 1; SELECT 2;", "more than one statement"},
        {"-- nothing", "no statement"},
        {"", "no statement"},
        {"INSERT INTO t VALUES (?);", "parameter, ?"},
        {"INSERT INTO t VALUES (:name);", "parameter, :name"},
    };
    for (const auto& [sql, message] : cases) {
        const auto failure = run_sqlite_statement(database, sql);
        ASSERT_TRUE(failure) << sql;
        EXPECT_THAT(failure->message, HasSubstr(message)) << sql;
    }
    EXPECT_EQ(database.execAndGet("SELECT count(*) FROM t").getInt(), 0);
}

}  // namespace
}  // namespace quarry::db
