#include "core/migrate/offline.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/migrate/postgresql_ledger.h"
#include "core/migrate/sqlite_ledger.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

/// Now, as the ledger writes it, by the database's own clock.
std::string_view now_sql(sql::Dialect dialect) {
    return dialect == sql::Dialect::sqlite ? R"(strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"
                                           : R"(to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))";
}

std::string ledger_statements(const Step& step, const std::string& kept, sql::Dialect dialect,
                              const std::string& quarry_version) {
    const Migration& migration = step.migration;
    const std::string name = sql::quote_string(migration.name), checksum = sql::quote_string(migration.checksum);
    const std::string version = sql::quote_string(quarry_version);
    const std::string_view now = now_sql(dialect);
    std::string sql;
    switch (step.action()) {
        case Action::down:
            sql = fmt::format("DELETE FROM quarry_migrations WHERE version = {};\n", migration.version);
            break;
        case Action::repeat:
            sql = fmt::format("DELETE FROM quarry_migration_repeatables WHERE name = {0};\n"
                              "INSERT INTO quarry_migration_repeatables (name, checksum, applied_at, duration_ms, "
                              "quarry_version) VALUES ({0}, {1}, {2}, 0, {3});\n",
                              name, checksum, now, version);
            break;
        default:
            sql = fmt::format("INSERT INTO quarry_migrations (version, name, checksum, applied_at, duration_ms, "
                              "quarry_version) VALUES ({}, {}, {}, {}, 0, {});\n",
                              migration.version, name, checksum, now, version);
    }
    const bool keeps = step.action() != Action::down && kept.size() <= max_kept_text;
    return sql + fmt::format("INSERT INTO quarry_migration_history (direction, version, name, checksum, run_at, "
                             "duration_ms, quarry_version, script) VALUES ({}, {}, {}, {}, {}, 0, {}, {});\n",
                             sql::quote_string(action_name(step.action())), migration.version, name, checksum, now,
                             version, keeps ? sql::quote_string(kept) : "NULL");
}

std::string timeouts(const Script& script) {
    std::string sql;
    const std::string_view scope = script.transactional ? "LOCAL " : "";
    if (script.lock_timeout) sql += fmt::format("SET {}lock_timeout = '{}ms';\n", scope, script.lock_timeout->count());
    if (script.statement_timeout) {
        sql += fmt::format("SET {}statement_timeout = '{}ms';\n", scope, script.statement_timeout->count());
    }
    return sql;
}

std::string with_semicolon(std::string sql) {
    if (!sql.ends_with(';')) sql += ';';
    return sql += '\n';
}

}  // namespace

Ledger assumed_ledger(const MigrationList& migrations, std::string_view place) {
    std::int64_t last = 0;
    if (place == "head") {
        last = migrations.all().empty() ? 0 : migrations.all().back().version;
    } else if (place != "base") {
        last = find_version(compare(migrations, Ledger{}), place).version;
    }
    Ledger ledger;
    for (const Migration& one : migrations.all()) {
        if (one.version <= last) ledger.applied.push_back({one.version, one.name, one.checksum, {}, 0, {}});
    }
    return ledger;
}

std::vector<Step> plan_offline(const MigrationList& migrations, const Ledger& ledger, std::string_view place,
                               sql::Dialect dialect) {
    const Course course = course_to(migrations, ledger.applied, place);
    std::vector<Step> steps;
    const std::vector<Migration> plan = course.direction == Direction::up
                                            ? plan_up(migrations, ledger.applied, course.goal)
                                            : plan_down(migrations, ledger.applied, course.goal);
    for (const Migration& migration : plan) steps.push_back({migration, course.direction});
    if (course.direction == Direction::up && course.goal.kind == Goal::Kind::everything) {
        for (const Migration& migration : plan_repeatable(migrations, ledger)) {
            steps.push_back({migration, Direction::up});
        }
    }
    for (const Step& step : steps) {
        const Script script = script_of(migrations.load(step.migration, dialect), step.migration, step.direction);
        if (step.direction == Direction::up) require_filled_in(dialect, script);
    }
    return steps;
}

std::string offline_script(const MigrationList& migrations, const std::vector<Step>& steps, sql::Dialect dialect,
                           const Environment& environment, const std::string& quarry_version) {
    if (steps.empty()) return "-- nothing would run\n";
    const bool sqlite = dialect == sql::Dialect::sqlite;
    std::string sql = sqlite ? "-- run it with: sqlite3 -bail DATABASE < THIS_FILE\nPRAGMA foreign_keys = OFF;\n"
                             : "-- run it with: psql -v ON_ERROR_STOP=1 -f THIS_FILE DATABASE\n";
    sql += sqlite ? sqlite_ledger_sql() : postgresql_ledger_sql();
    for (const Step& step : steps) {
        MigrationText text = migrations.read(step.migration);
        const std::string kept = kept_text(text);
        const Script script = script_of(parse_migration(dialect, std::move(text)), step.migration, step.direction);
        const std::string_view begin = sqlite ? "BEGIN IMMEDIATE;\n" : "BEGIN;\n";
        sql += fmt::format("\n-- {} {}\n", action_name(step.action()), step.migration.title());
        if (script.transactional) sql += begin;
        if (!sqlite) sql += timeouts(script);
        for (const sql::Section& one : script.statements) {
            sql += with_semicolon(replace_variables(script, one, environment));
        }
        if (!script.transactional) sql += begin;
        sql += ledger_statements(step, kept, dialect, quarry_version);
        sql += "COMMIT;\n";
    }
    if (sqlite) sql += "\nPRAGMA foreign_key_check;\nPRAGMA foreign_keys = ON;\n";
    return sql;
}

}  // namespace quarry::migrate
