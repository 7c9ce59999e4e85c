#include "core/migrate/sqlite_session.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "core/base/pinned_folder.h"
#include "core/db/sqlite.h"
#include "core/db/sqlite_script.h"
#include "core/migrate/statement_error.h"

namespace quarry::migrate {
namespace {

constexpr std::string_view locked_hint =
    "another process is using it, perhaps another `quarry migrate`: run the command again when it is done, or wait "
    "longer with --lock-wait SECONDS";

constexpr const char* has_foreign_keys_sql =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%references%')";

/// Whether a statement has the word that every foreign key has, in whatever letters.
bool mentions_references(std::string_view sql) {
    constexpr std::string_view word = "references";
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; };
    return std::search(sql.begin(), sql.end(), word.begin(), word.end(), same) != sql.end();
}

/// Whether it is about a table, a view, a column ... that is not there: SQLite has no code for that.
bool names_what_is_missing(const db::SqliteFailure& failure) {
    const auto says = [&](std::string_view words) { return failure.message.find(words) != std::string::npos; };
    return failure.code == SQLITE_ERROR && (says("no such ") || says("has no column named"));
}

std::string settings_sql(SQLite::Database& database) {
    std::string sql;
    for (const char* name : {"legacy_alter_table", "ignore_check_constraints", "recursive_triggers",
                             "case_sensitive_like", "reverse_unordered_selects", "locking_mode", "synchronous"}) {
        const std::string pragma = fmt::format("PRAGMA {}", name);
        SQLite::Statement query(database, pragma);
        const bool readable = query.executeStep();  // case_sensitive_like cannot be read; it is off by default.
        sql += fmt::format("{} = {};", pragma, readable ? query.getColumn(0).getString() : "0");
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
    : database_(database),
      guard_(database, lock_wait, cancel),
      ledger_(database),
      lock_wait_(lock_wait),
      cancel_(cancel) {
    foreign_keys_ = database_.execAndGet("PRAGMA foreign_keys").getInt() != 0;
    trusts_schema_ = trusted_schema(database_, -1);
}

SqliteSession::~SqliteSession() {
    rollback();
    if (foreign_keys_off_) database_.tryExec("PRAGMA foreign_keys = ON");
}

template <typename Work>
auto SqliteSession::translated(std::string_view doing, Work work) {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        if (guard_.cancelled()) throw Error(ErrorCode::interrupted, "interrupted");
        const Error error =
            db::sqlite_error(exception, fmt::format("{} {}", doing, shown_path(database_.getFilename()).string()));
        if (error.code() != ErrorCode::locked) throw error;
        throw Error(error.code(), error.message(), std::string(locked_hint)).because(exception.what());
    }
}

Ledger SqliteSession::read_ledger() {
    return translated("cannot read the ledger of applied migrations in", [&] {
        // First the version, then the rows: a change between the two is seen later, never missed.
        ledger_seen_ = data_version();
        return ledger_.read();
    });
}

std::vector<HistoryEntry> SqliteSession::read_history() {
    return translated("cannot read the history of migrations in", [&] { return ledger_.read_history(); });
}

void SqliteSession::lock() {
    const std::string& file = database_.getFilename();
    if (lock_ == nullptr && !file.empty() && file != ":memory:") {
        lock_ = std::make_unique<FileLock>(file + "-quarry-lock", lock_wait_, cancel_);
    }
}

void SqliteSession::begin() {
    translated("cannot begin a migration of", [&] {
        // Within a transaction the pragma does nothing, and then DROP TABLE would delete what points to the table.
        if (foreign_keys_ && !foreign_keys_off_) database_.exec("PRAGMA foreign_keys = OFF");
        foreign_keys_off_ = foreign_keys_;
        database_.exec("BEGIN IMMEDIATE");
        const std::int64_t now = data_version();
        if (foreign_keys_ && (!violations_ || violations_seen_ != now)) {
            has_foreign_keys_ = database_.execAndGet(has_foreign_keys_sql).getInt() != 0;
            violations_ = count_violations();
            violations_seen_ = now;
        }
    });
}

/// Nothing to look for where no table has a foreign key.
ForeignKeyViolations SqliteSession::count_violations() {
    return has_foreign_keys_ ? ForeignKeyViolations::count(database_) : ForeignKeyViolations();
}

bool SqliteSession::changed_by_others() {
    return translated("cannot read", [&] { return data_version() != ledger_seen_; });
}

void SqliteSession::set_timeouts(const Script& script) {
    guard_.set_timeouts(script.lock_timeout.value_or(lock_wait_), script.statement_timeout);
}

void SqliteSession::run(const Script& script, sql::Section statement, std::string_view sql) {
    if (original_settings_sql_.empty()) {
        original_settings_sql_ = translated("cannot read", [&] { return settings_sql(database_); });
    }
    // The schema is the author's own here, and its triggers may well write to an FTS5 table.
    trusted_schema(database_, 1);
    has_foreign_keys_ |= mentions_references(sql);
    guard_.begin_statement(script.transactional);
    const auto failure = db::run_sqlite_statement(database_, sql);
    guard_.end_statement();
    if (!failure) return;
    if (const auto& refusal = guard_.refusal()) {
        throw script.source().error_at(statement.start, refusal->problem, refusal->hint);
    }
    if (guard_.timed_out()) {
        throw script.source().error_at(statement.start, "the statement took longer than the statement-timeout",
                                       "give it more time: -- quarry:statement-timeout: 10min");
    }
    Error error = statement_error(script, statement, *failure, database_);
    if (names_what_is_missing(*failure)) throw MissingObject(std::move(error));
    throw error;
}

void SqliteSession::record(Action action, const LedgerEntry& entry, std::string_view text) {
    translated("cannot write the ledger of applied migrations in", [&] { ledger_.record(action, entry, text); });
    recorded_ = true;
}

void SqliteSession::write_progress(const std::optional<Progress>& progress) {
    translated("cannot write the ledger of applied migrations in", [&] { ledger_.write_progress(progress); });
}

void SqliteSession::commit(std::string_view name) {
    translated("cannot commit a migration of", [&] {
        std::optional<ForeignKeyViolations> after;
        if (foreign_keys_) {
            after = count_violations();
            require_no_new_violations(database_, *violations_, *after, name);
        }
        database_.exec("COMMIT");
        violations_ = std::move(after);
        ledger_.committed();
    });
    if (recorded_) end_migration();
}

void SqliteSession::rollback() noexcept {
    guard_.end_statement();
    if (in_transaction()) {
        database_.tryExec("ROLLBACK");
        ledger_.rolled_back();
    }
    end_migration();
}

void SqliteSession::restore_settings() noexcept {
    if (guard_.settings_changed()) database_.tryExec(original_settings_sql_.c_str());
}

/// Outside of a transaction: what a migration set ends with it.
void SqliteSession::end_migration() noexcept {
    recorded_ = false;
    restore_settings();
    guard_.forget_settings();
    guard_.set_timeouts(lock_wait_, std::nullopt);
    trusted_schema(database_, trusts_schema_ ? 1 : 0);
}

bool SqliteSession::in_transaction() const noexcept { return sqlite3_get_autocommit(database_.getHandle()) == 0; }

std::int64_t SqliteSession::data_version() { return database_.execAndGet("PRAGMA data_version").getInt64(); }

}  // namespace quarry::migrate
