// Makes and drops databases, and waits for their server.
#include "core/migrate/make_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <thread>

#include "core/base/file.h"
#include "core/base/redact_url.h"
#include "core/base/text.h"
#include "core/db/postgresql.h"
#include "core/db/sqlite.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

namespace fs = std::filesystem;

constexpr const char* maintenance_database = "postgres";

db::PostgresqlConnection administration(const std::string& url, const DatabaseOptions& options) {
    db::PostgresqlOptions connection_options;
    connection_options.cancel = options.cancel;
    connection_options.database = maintenance_database;
    return db::PostgresqlConnection::connect(url, connection_options);
}

std::string database_of(const std::string& url) {
    const auto settings = db::url_settings(url);
    if (const auto found = settings.find("dbname"); found != settings.end() && !found->second.empty()) {
        return found->second;
    }
    throw Error(ErrorCode::usage, fmt::format("{} names no database", redact_url(url)),
                "write its name behind the host: postgresql://USER@HOST/DATABASE");
}

bool is_there(db::PostgresqlConnection& server, const std::string& name) {
    return !server.query("SELECT 1 FROM pg_database WHERE datname = $1", {name}).empty();
}

bool drop_on_server(const std::string& url, const DatabaseOptions& options) {
    const std::string name = database_of(url);
    if (name == maintenance_database) {
        throw Error(ErrorCode::usage, fmt::format("the database {} belongs to the server and is not dropped", name),
                    "name the project's database in the URL");
    }
    auto server = administration(url, options);
    if (!is_there(server, name)) return false;
    const auto failure = server.run("DROP DATABASE IF EXISTS " + sql::quote_name(sql::Dialect::postgresql, name));
    if (!failure) return true;
    Error error = db::postgresql_error(*failure, fmt::format("cannot drop {}", redact_url(url)));
    constexpr std::string_view object_in_use = "55006";
    if (failure->sqlstate != object_in_use) throw std::move(error);
    throw Error(ErrorCode::locked, error.message(), "end the other connections to it, then run the command again")
        .because(failure->message);
}

/// An exclusive lock on a database, until this goes; none on a damaged one, which is dropped, too. Another's connection
/// that has no transaction keeps nobody out, unless the database has a write-ahead log.
std::optional<SQLite::Database> lock_unused(const fs::path& path, const DatabaseOptions& options) {
    try {
        SQLite::Database database =
            db::open_sqlite(path, db::SqliteMode::read_write, static_cast<int>(options.lock_wait.count()));
        database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
        return database;
    } catch (const SQLite::Exception& exception) {
        Error error = db::sqlite_error(exception, fmt::format("cannot drop {}", path.string()));
        if (error.code() == ErrorCode::locked) throw std::move(error);
    } catch (const Error& error) {
        // A damaged one is dropped, too.
        if (error.code() == ErrorCode::locked || error.code() == ErrorCode::interrupted) throw;
    }
    return std::nullopt;
}

bool drop_file(const fs::path& given, const DatabaseOptions& options) {
    std::error_code failure;
    if (!fs::exists(given, failure)) return false;
    const fs::path path = fs::canonical(given);
    const std::string beginning = fs::is_regular_file(path, failure) ? read_beginning({}, path.string(), 16) : "no";
    if (!beginning.empty() && beginning != std::string_view("SQLite format 3\0", 16)) {
        throw Error(ErrorCode::failed, fmt::format("{} is not a SQLite database: it was not removed", given.string()),
                    "check the path");
    }
    const std::optional<SQLite::Database> lock = lock_unused(path, options);
    // What is beside it goes first: left alone, it would be taken for a part of the next database of that name.
    for (const char* const ending : {"-wal", "-shm", "-journal", "-quarry-lock", ""}) {
        fs::remove(path.string() + ending, failure);
        if (!failure) continue;
        throw Error(ErrorCode::failed, fmt::format("cannot remove {}{}", path.string(), ending),
                    "check the rights to its folder")
            .because(failure.message());
    }
    return true;
}

void pause(std::chrono::milliseconds time, const Cancellation* cancel) {
    constexpr std::chrono::milliseconds look{50};
    for (; time.count() > 0; time -= look) {
        if (cancel != nullptr) cancel->check();
        std::this_thread::sleep_for(std::min(time, look));
    }
}

}  // namespace

bool database_exists(const db::DatabaseUrl& url, const DatabaseOptions& options) {
    std::error_code ignored;
    if (url.dialect == sql::Dialect::sqlite) return fs::exists(url.path, ignored);
    const std::string name = database_of(url.url);
    auto server = administration(url.url, options);
    return is_there(server, name);
}

bool make_database(const db::DatabaseUrl& url, const DatabaseOptions& options) {
    if (url.dialect == sql::Dialect::sqlite) {
        std::error_code ignored;
        const bool was = fs::exists(url.path, ignored);
        // One that is there is proven to be a database.
        (void)db::open_sqlite(url.path, db::SqliteMode::create, static_cast<int>(options.lock_wait.count()));
        return !was;
    }
    const std::string name = database_of(url.url);
    auto server = administration(url.url, options);
    if (is_there(server, name)) return false;
    const auto failure = server.run("CREATE DATABASE " + sql::quote_name(sql::Dialect::postgresql, name));
    constexpr std::string_view duplicate_database = "42P04";
    if (!failure) return true;
    if (failure->sqlstate == duplicate_database) return false;  // another process was faster
    throw db::PostgresqlError(*failure, fmt::format("cannot make {}", redact_url(url.url)));
}

bool drop_database(const db::DatabaseUrl& url, const DatabaseOptions& options) {
    return url.dialect == sql::Dialect::sqlite ? drop_file(url.path, options) : drop_on_server(url.url, options);
}

WaitResult wait_for_server(const std::string& url, const WaitOptions& options) {
    using Clock = std::chrono::steady_clock;
    using std::chrono::milliseconds;
    constexpr milliseconds between{250};
    constexpr std::chrono::seconds longest_attempt{5};
    const Clock::time_point start = Clock::now();
    const auto waited = [&] { return std::chrono::duration_cast<milliseconds>(Clock::now() - start); };
    while (true) {
        try {
            db::PostgresqlOptions connection_options;
            connection_options.cancel = options.cancel;
            const auto left = std::chrono::ceil<std::chrono::seconds>(options.timeout - waited());
            connection_options.connect_timeout = std::clamp(left, std::chrono::seconds(1), longest_attempt);
            (void)db::PostgresqlConnection::connect(url, connection_options);
            return {waited()};
        } catch (const db::PostgresqlConnectError& error) {
            constexpr std::string_view no_such_database = "3D000";
            if (error.sqlstate() == no_such_database) return {waited(), false};
            const bool is_refused = error.sqlstate().starts_with("28");
            if (is_refused || waited() >= options.timeout) throw;
            if (options.on_attempt) options.on_attempt(waited(), error);
        }
        pause(std::min(between, options.timeout - waited()), options.cancel);
    }
}

}  // namespace quarry::migrate
