#include "core/migrate/sqlite_session.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "core/db/sqlite.h"
#include "core/db/sqlite_script.h"
#include "core/sql/splitter.h"
#include "core/migrate/statement_error.h"

namespace quarry::migrate {
namespace {

constexpr const char* ledger_columns_sql = "SELECT name FROM pragma_table_info('quarry_migrations')";
constexpr std::array<std::string_view, 6> ledger_columns = {"version",    "name",        "checksum",
                                                            "applied_at", "duration_ms", "quarry_version"};
constexpr const char* select_ledger_sql =
    "SELECT version, name, checksum, applied_at, duration_ms, quarry_version FROM quarry_migrations ORDER BY version";
constexpr const char* create_ledger_sql = R"(
CREATE TABLE IF NOT EXISTS quarry_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS quarry_migration_history (
    id INTEGER PRIMARY KEY,
    direction TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    run_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL
))";
constexpr const char* insert_ledger_sql =
    "INSERT INTO quarry_migrations (version, name, checksum, applied_at, duration_ms, quarry_version) "
    "VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* delete_ledger_sql = "DELETE FROM quarry_migrations WHERE version = ?";
constexpr const char* insert_history_sql =
    "INSERT INTO quarry_migration_history (version, name, checksum, run_at, duration_ms, quarry_version, direction) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";

constexpr std::string_view locked_hint =
    "another process is using it, perhaps another `quarry migrate`: run the command again when it is done, or wait "
    "longer with --lock-wait SECONDS";

void bind_entry(SQLite::Statement& statement, const LedgerEntry& entry) {
    statement.bind(1, entry.version);
    statement.bind(2, entry.name);
    statement.bind(3, entry.checksum);
    statement.bind(4, entry.applied_at);
    statement.bind(5, entry.duration_ms);
    statement.bind(6, entry.quarry_version);
}

/// False when there is no ledger; throws when it is of a kind that this quarry does not know.
bool find_ledger(SQLite::Database& database) {
    std::vector<std::string> columns;
    SQLite::Statement query(database, ledger_columns_sql);
    while (query.executeStep()) columns.push_back(query.getColumn(0).getString());
    if (columns.empty()) return false;
    for (const std::string_view wanted : ledger_columns) {
        if (std::find(columns.begin(), columns.end(), wanted) != columns.end()) continue;
        throw Error(ErrorCode::schema_newer, "the table quarry_migrations is no ledger that this quarry knows",
                    "if a newer quarry made it, install that one; if it is something else, rename the table")
            .because(fmt::format("it has no column {}", wanted));
    }
    return true;
}

std::string settings_sql(SQLite::Database& database) {
    std::string sql;
    for (const char* name : {"legacy_alter_table", "ignore_check_constraints", "recursive_triggers",
                             "case_sensitive_like", "reverse_unordered_selects"}) {
        const std::string pragma = fmt::format("PRAGMA {}", name);
        SQLite::Statement query(database, pragma);
        const bool readable = query.executeStep();  // case_sensitive_like cannot be read; it is off by default.
        sql += fmt::format("{} = {};", pragma, readable ? query.getColumn(0).getInt() : 0);
    }
    return sql;
}

/// Whether triggers and views may use any function and virtual table; sets it unless `wanted` is negative.
bool trusted_schema(SQLite::Database& database, int wanted) noexcept {
    int trusted = 0;
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, wanted, &trusted);
    return trusted != 0;
}

}  // namespace

SqliteSession::SqliteSession(SQLite::Database& database, std::chrono::milliseconds lock_wait,
                             const Cancellation* cancel)
    : database_(database), guard_(database, lock_wait, cancel) {
    foreign_keys_ = database_.execAndGet("PRAGMA foreign_keys").getInt() != 0;
    trusts_schema_ = trusted_schema(database_, -1);
}

SqliteSession::~SqliteSession() { rollback(); }

template <typename Work>
auto SqliteSession::translated(std::string_view doing, Work work) {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        if (guard_.cancelled()) throw Error(ErrorCode::interrupted, "interrupted");
        const Error error = sqlite_error(exception, fmt::format("{} {}", doing, database_.getFilename()));
        if (error.code() != ErrorCode::locked) throw error;
        throw Error(error.code(), error.message(), std::string(locked_hint)).because(exception.what());
    }
}

std::vector<LedgerEntry> SqliteSession::read_ledger() {
    return translated("cannot read the ledger of applied migrations in", [&] {
        // First the version, then the rows: a change between the two is seen later, never missed.
        ledger_seen_ = data_version();
        return select_ledger();
    });
}

std::vector<LedgerEntry> SqliteSession::select_ledger() {
    std::vector<LedgerEntry> ledger;
    if (!find_ledger(database_)) return ledger;
    SQLite::Statement query(database_, select_ledger_sql);
    while (query.executeStep()) {
        ledger.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(), query.getColumn(2).getString(),
                          query.getColumn(3).getString(), query.getColumn(4).getInt64(),
                          query.getColumn(5).getString()});
    }
    return ledger;
}

void SqliteSession::validate(const sql::SourceText& source, sql::Section section) const {
    sql::Splitter splitter(sql::Dialect::sqlite, source, section);
    while (const auto statement = splitter.next()) {
        const auto text = source.text.substr(statement->start, statement->end - statement->start);
        if (auto refusal = refuse_statement(text)) {
            throw source.error_at(statement->start, refusal->problem, std::move(refusal->hint));
        }
    }
}

void SqliteSession::begin() {
    translated("cannot begin a migration of", [&] {
        // Within a transaction the pragma does nothing, and then DROP TABLE would delete what points to the table.
        if (foreign_keys_) database_.exec("PRAGMA foreign_keys = OFF");
        database_.exec("BEGIN IMMEDIATE");
        const std::int64_t now = data_version();
        if (foreign_keys_ && (!violations_ || violations_seen_ != now)) {
            violations_ = ForeignKeyViolations::count(database_);
            violations_seen_ = now;
        }
    });
}

bool SqliteSession::changed_by_others() {
    return translated("cannot read", [&] { return data_version() != ledger_seen_; });
}

void SqliteSession::run(const sql::SourceText& source, sql::Section section) {
    if (original_settings_sql_.empty()) {
        original_settings_sql_ = translated("cannot read", [&] { return settings_sql(database_); });
    }
    // The schema is the author's own here, and its triggers may well write to an FTS5 table.
    trusted_schema(database_, 1);
    guard_.begin_statements();
    sql::Splitter splitter(sql::Dialect::sqlite, source, section);
    while (const auto statement = splitter.next()) {
        const auto text = source.text.substr(statement->start, statement->end - statement->start);
        const auto failure = run_sqlite_statement(database_, text);
        if (!failure) continue;
        guard_.end_statements();
        if (const auto& refusal = guard_.refusal()) {
            throw source.error_at(statement->start, refusal->problem, refusal->hint);
        }
        throw statement_error(source, *statement, *failure, database_);
    }
    guard_.end_statements();
}

void SqliteSession::record(const LedgerEntry& entry, Direction direction) {
    translated("cannot write the ledger of applied migrations in", [&] {
        database_.exec(create_ledger_sql);
        SQLite::Statement change(database_, direction == Direction::up ? insert_ledger_sql : delete_ledger_sql);
        if (direction == Direction::up) {
            bind_entry(change, entry);
        } else {
            change.bind(1, entry.version);
        }
        change.exec();
        SQLite::Statement history(database_, insert_history_sql);
        bind_entry(history, entry);
        history.bind(7, direction == Direction::up ? "up" : "down");
        history.exec();
    });
}

void SqliteSession::commit(const sql::SourceText& source) {
    translated("cannot commit a migration of", [&] {
        std::optional<ForeignKeyViolations> after;
        if (foreign_keys_) {
            after = ForeignKeyViolations::count(database_);
            require_no_new_violations(database_, *violations_, *after, source);
        }
        database_.exec("COMMIT");
        violations_ = std::move(after);
    });
    restore_settings();
}

void SqliteSession::rollback() noexcept {
    guard_.end_statements();
    if (sqlite3_get_autocommit(database_.getHandle()) == 0) database_.tryExec("ROLLBACK");
    restore_settings();
}

void SqliteSession::restore_settings() noexcept {
    if (guard_.settings_changed()) database_.tryExec(original_settings_sql_.c_str());
    trusted_schema(database_, trusts_schema_ ? 1 : 0);
    if (foreign_keys_) database_.tryExec("PRAGMA foreign_keys = ON");
}

std::int64_t SqliteSession::data_version() { return database_.execAndGet("PRAGMA data_version").getInt64(); }

}  // namespace quarry::migrate
