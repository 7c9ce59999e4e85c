#include "core/migrate/postgresql_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/base/error.h"
#include "core/migrate/sqlite_ledger.h"

namespace quarry::migrate {
namespace {

/// Where the ledger is, or where it would be made. One outside of the search path counts unless somebody chose that
/// path (in the URL, for the role or the database): with a schema for each customer each has a ledger of its own.
/// Names are qualified against a search path with schemas before pg_catalog.
constexpr const char* schema_sql = R"(
WITH path AS (
    SELECT setting, source IN ('default', 'configuration file') AS is_default
    FROM pg_catalog.pg_settings WHERE name = 'search_path')
SELECT pg_catalog.quote_ident(coalesce(
    (SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relname = 'quarry_migrations' AND c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%'
       AND (n.nspname = ANY (pg_catalog.current_schemas(false))
            OR path.is_default)
     ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(false), n.nspname) NULLS LAST, n.nspname LIMIT 1),
    pg_catalog.current_schema(), CASE WHEN path.is_default THEN 'public' END)), path.setting
FROM path)";

constexpr const char* postgresql_ledger_columns_sql = R"(
SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped)";
constexpr std::array<std::string_view, 6> ledger_columns_wanted = {"version",    "name",        "checksum",
                                                                   "applied_at", "duration_ms", "quarry_version"};

constexpr std::string_view create_tables_sql[] = {
    R"(CREATE TABLE IF NOT EXISTS {} (
    version bigint PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at text NOT NULL,
    duration_ms bigint NOT NULL,
    quarry_version text NOT NULL
))",
    R"(CREATE TABLE IF NOT EXISTS {} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    direction text NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    run_at text NOT NULL,
    duration_ms bigint NOT NULL,
    quarry_version text NOT NULL,
    script text
))",
    R"(CREATE TABLE IF NOT EXISTS {} (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at text NOT NULL,
    duration_ms bigint NOT NULL,
    quarry_version text NOT NULL
))",
    R"(CREATE TABLE IF NOT EXISTS {} (
    version bigint PRIMARY KEY,
    name text NOT NULL,
    direction text NOT NULL,
    statements_done bigint NOT NULL,
    done_checksum text NOT NULL,
    running boolean NOT NULL
))"};
constexpr std::array<std::string_view, 4> ledger_tables = {"quarry_migrations", "quarry_migration_history",
                                                           "quarry_migration_repeatables", "quarry_migration_progress"};

/// What a migration must leave as it is: the tables' columns, triggers and rules, as text.
constexpr const char* ledger_shape_sql = R"(
WITH own AS (SELECT pg_catalog.to_regclass(name)::oid AS id FROM pg_catalog.unnest(ARRAY[$1, $2, $3, $4]::text[]) AS name)
SELECT coalesce(pg_catalog.string_agg(line, E'\n' ORDER BY line), '') FROM (
    SELECT pg_catalog.format('%s %s %s', attrelid, attname, atttypid) AS line FROM pg_catalog.pg_attribute
    WHERE attrelid IN (SELECT id FROM own) AND attnum > 0
    UNION ALL SELECT pg_catalog.pg_get_triggerdef(t.oid) || t.tgenabled::text FROM pg_catalog.pg_trigger t
    WHERE tgrelid IN (SELECT id FROM own) AND NOT tgisinternal
    UNION ALL SELECT pg_catalog.pg_get_ruledef(r.oid) FROM pg_catalog.pg_rewrite r
    WHERE ev_class IN (SELECT id FROM own)
) AS lines)";

/// The entries of a table as one number, which changes when one of them does.
constexpr const char* entries_sql =
    "SELECT pg_catalog.format('%s %s', count(*), sum(pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', {0}, name, "
    "checksum, applied_at, duration_ms, quarry_version), 0))) FROM {1}";

std::int64_t integer(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

LedgerEntry entry_at(const db::PostgresqlResult& rows, std::size_t row) {
    return {integer(rows.text(row, 0)),     std::string(rows.text(row, 1)), std::string(rows.text(row, 2)),
            std::string(rows.text(row, 3)), integer(rows.text(row, 4)),     std::string(rows.text(row, 5))};
}

std::vector<LedgerEntry> entries_of(const db::PostgresqlResult& rows) {
    std::vector<LedgerEntry> entries;
    for (std::size_t row = 0; row < rows.rows(); ++row) entries.push_back(entry_at(rows, row));
    return entries;
}

}  // namespace

std::string postgresql_ledger_sql() {
    std::string sql;
    for (std::size_t i = 0; i < ledger_tables.size(); ++i) {
        sql += fmt::format(fmt::runtime(create_tables_sql[i]), ledger_tables[i]) + ";\n";
    }
    return sql;
}

void PostgresqlLedger::find_schema() {
    if (!schema_.empty()) return;
    const db::PostgresqlResult found = connection_.query(schema_sql);
    if (found.is_null(0, 0)) {
        throw Error(ErrorCode::failed,
                    fmt::format("there is no schema for quarry's own tables: no schema of the search path exists ({})",
                                found.text(0, 1)),
                    "create the schema first (CREATE SCHEMA), or leave the search path out of the URL");
    }
    schema_ = found.text(0, 0);
}

std::string PostgresqlLedger::table(std::string_view name) {
    find_schema();
    return fmt::format("{}.{}", schema_, name);
}

bool PostgresqlLedger::exists(std::string_view name) {
    return !connection_.query("SELECT pg_catalog.to_regclass($1)", {table(name)}).is_null(0, 0);
}

std::string PostgresqlLedger::state() {
    std::string state(connection_
                          .query(ledger_shape_sql, {table(ledger_tables[0]), table(ledger_tables[1]),
                                                    table(ledger_tables[2]), table(ledger_tables[3])})
                          .text(0, 0));
    if (state.empty()) return state;
    for (const auto& [name, version] : {std::pair{ledger_tables[0], "version"}, std::pair{ledger_tables[2], "0"}}) {
        if (!complete_ && !exists(name)) continue;
        const db::PostgresqlResult entries =
            connection_.query(fmt::format(fmt::runtime(entries_sql), version, table(name)));
        state.append("\n").append(entries.text(0, 0));
    }
    return state;
}

void PostgresqlLedger::verify(Action action, const LedgerEntry& entry) {
    const bool repeat = action == Action::repeat;
    const db::PostgresqlResult rows = connection_.query(
        fmt::format("SELECT {}, name, checksum, applied_at, duration_ms, quarry_version FROM {} WHERE {} = $1",
                    repeat ? "0" : "version", table(repeat ? ledger_tables[2] : ledger_tables[0]),
                    repeat ? "name" : "version"),
        {repeat ? entry.name : std::to_string(entry.version)});
    check_kept(action, entry, rows.empty() ? std::nullopt : std::optional(entry_at(rows, 0)));
}

Ledger PostgresqlLedger::read() {
    Ledger ledger;
    const db::PostgresqlResult columns = connection_.query(postgresql_ledger_columns_sql, {table("quarry_migrations")});
    if (columns.empty()) {
        state_ = state();
        return ledger;
    }
    for (const std::string_view wanted : ledger_columns_wanted) {
        bool found = false;
        for (std::size_t row = 0; row < columns.rows(); ++row) found |= columns.text(row, 0) == wanted;
        if (found) continue;
        throw Error(
            ErrorCode::schema_newer,
            fmt::format("this quarry does not recognise the ledger in the table {}", table("quarry_migrations")),
            "if a newer quarry made it, install that one; if it is something else, rename the table")
            .because(fmt::format("it has no column {}", wanted));
    }
    state_ = state();
    ledger.applied = entries_of(connection_.query(
        fmt::format("SELECT version, name, checksum, applied_at, duration_ms, quarry_version FROM {} ORDER BY version",
                    table("quarry_migrations"))));
    if (exists("quarry_migration_repeatables")) {
        ledger.repeatable = entries_of(connection_.query(fmt::format(
            "SELECT 0, name, checksum, applied_at, duration_ms, quarry_version FROM {} ORDER BY name COLLATE \"C\"",
            table("quarry_migration_repeatables"))));
    }
    if (!exists("quarry_migration_progress")) return ledger;
    const db::PostgresqlResult progress = connection_.query(
        fmt::format("SELECT version, name, direction, statements_done, done_checksum, running FROM {}",
                    table("quarry_migration_progress")));
    if (!progress.empty()) {
        ledger.progress = {integer(progress.text(0, 0)),
                           std::string(progress.text(0, 1)),
                           progress.text(0, 2) == "up" ? Direction::up : Direction::down,
                           static_cast<std::size_t>(std::max<std::int64_t>(0, integer(progress.text(0, 3)))),
                           std::string(progress.text(0, 4)),
                           progress.text(0, 5) == "t"};
    }
    return ledger;
}

std::vector<HistoryEntry> PostgresqlLedger::read_history() {
    std::vector<HistoryEntry> history;
    if (!exists("quarry_migration_history")) return history;
    const db::PostgresqlResult rows = connection_.query(
        fmt::format("SELECT version, name, checksum, run_at, duration_ms, quarry_version, direction, script FROM {} "
                    "ORDER BY id",
                    table("quarry_migration_history")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        history.push_back({std::string(rows.text(row, 6)), entry_at(rows, row), rows.cell(row, 7)});
    }
    return history;
}

void PostgresqlLedger::create_tables() {
    if (complete_) return;
    for (std::size_t i = 0; i < ledger_tables.size(); ++i) {
        if (!exists(ledger_tables[i])) {
            connection_.query(fmt::format(fmt::runtime(create_tables_sql[i]), table(ledger_tables[i])));
        }
    }
    complete_ = true;
    state_ = state();
}

void PostgresqlLedger::record(Action action, const LedgerEntry& entry, std::string_view text) {
    if (!recorded_ && state_ && state() != *state_) throw ledger_changed();
    create_tables();
    const bool removes = action == Action::down || action == Action::unstamp;
    const std::string version = std::to_string(entry.version), duration = std::to_string(entry.duration_ms);
    if (removes) {
        connection_.query(fmt::format("DELETE FROM {} WHERE version = $1", table("quarry_migrations")), {version});
    } else if (action == Action::repeat) {
        connection_.query(
            fmt::format("INSERT INTO {} (name, checksum, applied_at, duration_ms, quarry_version) "
                        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO UPDATE SET checksum = $2, applied_at = $3, "
                        "duration_ms = $4, quarry_version = $5",
                        table("quarry_migration_repeatables")),
            {entry.name, entry.checksum, entry.applied_at, duration, entry.quarry_version});
    } else {
        connection_.query(
            fmt::format("INSERT INTO {} (version, name, checksum, applied_at, duration_ms, quarry_version) "
                        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (version) DO UPDATE SET name = $2, checksum = $3, "
                        "applied_at = $4, duration_ms = $5, quarry_version = $6",
                        table("quarry_migrations")),
            {version, entry.name, entry.checksum, entry.applied_at, duration, entry.quarry_version});
    }
    const bool kept = !removes && text.size() <= max_kept_text;
    connection_.query(
        fmt::format("INSERT INTO {} (version, name, checksum, run_at, duration_ms, quarry_version, direction, script) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    table("quarry_migration_history")),
        {version, entry.name, entry.checksum, entry.applied_at, duration, entry.quarry_version,
         std::string(action_name(action)), kept ? db::PostgresqlResult::Cell(std::string(text)) : std::nullopt});
    verify(action, entry);
    recorded_ = state();
}

void PostgresqlLedger::require_unchanged() {
    if (recorded_ && state() != *recorded_) throw ledger_changed();
}

void PostgresqlLedger::committed() noexcept {
    if (recorded_) state_ = std::exchange(recorded_, std::nullopt);
}

void PostgresqlLedger::rolled_back() noexcept {
    recorded_.reset();
    if (complete_) state_.reset();
    complete_ = false;
}

void PostgresqlLedger::write_progress(const std::optional<Progress>& progress) {
    create_tables();
    const std::string progress_table = table("quarry_migration_progress");
    connection_.query(fmt::format("DELETE FROM {}", progress_table));
    if (!progress) return;
    connection_.query(
        fmt::format("INSERT INTO {} (version, name, direction, statements_done, done_checksum, running) "
                    "VALUES ($1, $2, $3, $4, $5, $6)",
                    progress_table),
        {std::to_string(progress->version), progress->name, progress->direction == Direction::up ? "up" : "down",
         std::to_string(progress->statements_done), progress->done_checksum, progress->running ? "t" : "f"});
}

}  // namespace quarry::migrate
