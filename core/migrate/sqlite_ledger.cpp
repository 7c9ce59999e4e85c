#include "core/migrate/sqlite_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/error.h"

namespace quarry::migrate {
namespace {

constexpr const char* ledger_columns_sql = "SELECT name FROM pragma_table_info('quarry_migrations', 'main')";
constexpr std::array<std::string_view, 6> ledger_columns = {"version",    "name",        "checksum",
                                                            "applied_at", "duration_ms", "quarry_version"};
// Always by the schema: a table in temp of that name would take the place of the one that stays.
constexpr const char* has_table_sql = "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?";
constexpr const char* select_applied_sql = "SELECT version, name, checksum, applied_at, duration_ms, quarry_version "
                                           "FROM main.quarry_migrations ORDER BY version";
constexpr const char* select_repeatable_sql = "SELECT 0, name, checksum, applied_at, duration_ms, quarry_version FROM "
                                              "main.quarry_migration_repeatables ORDER BY name";
constexpr const char* select_progress_sql =
    "SELECT version, name, direction, statements_done, done_checksum, running FROM main.quarry_migration_progress";
constexpr const char* select_history_sql =
    "SELECT version, name, checksum, run_at, duration_ms, quarry_version, direction, script "
    "FROM main.quarry_migration_history ORDER BY id";
constexpr const char* select_old_history_sql =
    "SELECT version, name, checksum, run_at, duration_ms, quarry_version, direction, NULL "
    "FROM main.quarry_migration_history ORDER BY id";
constexpr const char* has_script_sql =
    "SELECT 1 FROM pragma_table_info('quarry_migration_history', 'main') WHERE name = 'script'";
constexpr const char* create_sql = R"(
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
    quarry_version TEXT NOT NULL,
    script TEXT
);
CREATE TABLE IF NOT EXISTS quarry_migration_repeatables (
    name TEXT PRIMARY KEY,
    checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    quarry_version TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS quarry_migration_progress (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    direction TEXT NOT NULL,
    statements_done INTEGER NOT NULL,
    done_checksum TEXT NOT NULL,
    running INTEGER NOT NULL
))";
constexpr const char* add_script_sql = "ALTER TABLE main.quarry_migration_history ADD COLUMN script TEXT";
constexpr const char* put_applied_sql =
    "INSERT INTO main.quarry_migrations (version, name, checksum, applied_at, duration_ms, quarry_version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (version) DO UPDATE SET name = ?2, checksum = ?3, applied_at = ?4, "
    "duration_ms = ?5, quarry_version = ?6";
constexpr const char* put_repeatable_sql =
    "INSERT INTO main.quarry_migration_repeatables (name, checksum, applied_at, duration_ms, quarry_version) "
    "VALUES (?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO UPDATE SET checksum = ?3, applied_at = ?4, duration_ms = ?5, "
    "quarry_version = ?6 WHERE ?1 = 0";
constexpr const char* delete_applied_sql = "DELETE FROM main.quarry_migrations WHERE version = ?";
constexpr const char* insert_history_sql = "INSERT INTO main.quarry_migration_history (version, name, checksum, "
                                           "run_at, duration_ms, quarry_version, direction, "
                                           "script) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* put_progress_sql =
    "INSERT OR REPLACE INTO main.quarry_migration_progress "
    "(version, name, direction, statements_done, done_checksum, running) VALUES (?, ?, ?, ?, ?, ?)";

constexpr const char* find_applied_sql =
    "SELECT version, name, checksum, applied_at, duration_ms, quarry_version FROM main.quarry_migrations "
    "WHERE version = ?";
constexpr const char* find_repeatable_sql =
    "SELECT 0, name, checksum, applied_at, duration_ms, quarry_version FROM main.quarry_migration_repeatables "
    "WHERE name = ?";

void bind_entry(SQLite::Statement& statement, const LedgerEntry& entry) {
    statement.bind(1, entry.version);
    statement.bind(2, entry.name);
    statement.bind(3, entry.checksum);
    statement.bind(4, entry.applied_at);
    statement.bind(5, entry.duration_ms);
    statement.bind(6, entry.quarry_version);
}

LedgerEntry entry_of(const SQLite::Statement& row) {
    return {row.getColumn(0).getInt64(),  row.getColumn(1).getString(), row.getColumn(2).getString(),
            row.getColumn(3).getString(), row.getColumn(4).getInt64(),  row.getColumn(5).getString()};
}

std::vector<LedgerEntry> select_entries(SQLite::Database& database, const char* sql) {
    std::vector<LedgerEntry> entries;
    SQLite::Statement query(database, sql);
    while (query.executeStep()) entries.push_back(entry_of(query));
    return entries;
}

/// False when there is no ledger; throws when it is of a kind that this quarry does not know.
bool find_applied(SQLite::Database& database) {
    std::vector<std::string> columns;
    SQLite::Statement query(database, ledger_columns_sql);
    while (query.executeStep()) columns.push_back(query.getColumn(0).getString());
    if (columns.empty()) return false;
    for (const std::string_view wanted : ledger_columns) {
        if (std::find(columns.begin(), columns.end(), wanted) != columns.end()) continue;
        throw Error(ErrorCode::schema_newer, "this quarry does not recognise the ledger in the table quarry_migrations",
                    "if a newer quarry made it, install that one; if it is something else, rename the table")
            .because(fmt::format("it has no column {}", wanted));
    }
    return true;
}

}  // namespace

std::string sqlite_ledger_sql() { return std::string(create_sql).substr(1) + ";\n"; }

bool SqliteLedger::has_table(const char* name) {
    SQLite::Statement query(database_, has_table_sql);
    query.bind(1, name);
    return query.executeStep();
}

Ledger SqliteLedger::read() {
    Ledger ledger;
    if (!find_applied(database_)) return ledger;
    if (!has_table("quarry_migrations")) {
        // A view can be anything, also what never ends.
        throw Error(ErrorCode::failed, "quarry_migrations is not a table", "drop it or give it another name");
    }
    ledger.applied = select_entries(database_, select_applied_sql);
    if (has_table("quarry_migration_repeatables")) {
        ledger.repeatable = select_entries(database_, select_repeatable_sql);
    }
    if (!has_table("quarry_migration_progress")) return ledger;
    SQLite::Statement query(database_, select_progress_sql);
    if (query.executeStep()) {
        ledger.progress = {query.getColumn(0).getInt64(),
                           query.getColumn(1).getString(),
                           query.getColumn(2).getString() == "up" ? Direction::up : Direction::down,
                           static_cast<std::size_t>(std::max<std::int64_t>(0, query.getColumn(3).getInt64())),
                           query.getColumn(4).getString(),
                           query.getColumn(5).getInt() != 0};
    }
    return ledger;
}

std::vector<HistoryEntry> SqliteLedger::read_history() {
    std::vector<HistoryEntry> history;
    if (!has_table("quarry_migration_history")) return history;
    const bool has_script = SQLite::Statement(database_, has_script_sql).executeStep();
    SQLite::Statement query(database_, has_script ? select_history_sql : select_old_history_sql);
    while (query.executeStep()) {
        HistoryEntry line{query.getColumn(6).getString(), entry_of(query), std::nullopt};
        if (!query.getColumn(7).isNull()) line.text = query.getColumn(7).getString();
        history.push_back(std::move(line));
    }
    return history;
}

void SqliteLedger::create_tables() {
    if (complete_ || made_) return;
    database_.exec(create_sql);
    if (!SQLite::Statement(database_, has_script_sql).executeStep()) database_.exec(add_script_sql);
    made_ = true;
}

void SqliteLedger::verify(Action action, const LedgerEntry& entry) {
    SQLite::Statement query(database_, action == Action::repeat ? find_repeatable_sql : find_applied_sql);
    if (action == Action::repeat) {
        query.bind(1, entry.name);
    } else {
        query.bind(1, entry.version);
    }
    std::optional<LedgerEntry> kept;
    if (query.executeStep()) kept = entry_of(query);
    check_kept(action, entry, kept);
}

void SqliteLedger::record(Action action, const LedgerEntry& entry, std::string_view text) {
    create_tables();
    if (action == Action::down || action == Action::unstamp) {
        SQLite::Statement remove(database_, delete_applied_sql);
        remove.bind(1, entry.version);
        remove.exec();
    } else if (action == Action::repeat) {
        SQLite::Statement put(database_, put_repeatable_sql);
        bind_entry(put, entry);
        put.exec();
    } else {
        if (!put_applied_) put_applied_.emplace(database_, put_applied_sql);
        bind_entry(*put_applied_, entry);
        put_applied_->exec();
        put_applied_->reset();
    }
    if (!insert_history_) insert_history_.emplace(database_, insert_history_sql);
    bind_entry(*insert_history_, entry);
    insert_history_->bind(7, std::string(action_name(action)));
    const bool kept = action != Action::down && action != Action::unstamp && text.size() <= max_kept_text;
    if (kept) {
        insert_history_->bind(8, std::string(text));
    } else {
        insert_history_->bind(8);
    }
    insert_history_->exec();
    insert_history_->reset();
    verify(action, entry);
}

void SqliteLedger::write_progress(const std::optional<Progress>& progress) {
    create_tables();
    if (!progress) {
        database_.exec("DELETE FROM main.quarry_migration_progress");
        return;
    }
    SQLite::Statement put(database_, put_progress_sql);
    put.bind(1, progress->version);
    put.bind(2, progress->name);
    put.bind(3, progress->direction == Direction::up ? "up" : "down");
    put.bind(4, static_cast<std::int64_t>(progress->statements_done));
    put.bind(5, progress->done_checksum);
    put.bind(6, progress->running ? 1 : 0);
    put.exec();
}

}  // namespace quarry::migrate
