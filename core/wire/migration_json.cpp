// The states, plans and runs of migrations as JSON.
#include "core/wire/migration_json.h"

#include <fmt/format.h>

#include "core/base/line_diff.h"
#include "core/sql_lint/locks.h"

namespace quarry::wire {
namespace {

const char* direction_name(migrate::Direction direction) { return direction == migrate::Direction::up ? "up" : "down"; }

nlohmann::ordered_json state_json(const migrate::MigrationStatus& status) {
    nlohmann::ordered_json one = {{"version", status.version_text},
                                  {"name", status.name},
                                  {"state", migrate::state_name(status.state)},
                                  {"file", nullptr},
                                  {"applied_at", nullptr}};
    if (!status.path.empty()) one["file"] = status.path;
    if (status.entry) {
        one["applied_at"] = status.entry->applied_at;
        one["duration_ms"] = status.entry->duration_ms;
        one["checksum"] = status.entry->checksum;
        one["quarry_version"] = status.entry->quarry_version;
    }
    return one;
}

nlohmann::ordered_json states_json(std::string_view schema, std::string_view database,
                                   std::span<const migrate::MigrationStatus> status,
                                   const std::optional<Error>& problem) {
    nlohmann::ordered_json document = {{"schema", schema}, {"database", database}, {"ok", !problem}};
    if (problem) {
        document["problem"] = {{"code", error_code_name(problem->code())},
                               {"exit_code", static_cast<int>(problem->code())},
                               {"message", problem->message()},
                               {"hint", problem->hint()}};
    }
    document["migrations"] = nlohmann::ordered_json::array();
    for (const migrate::MigrationStatus& one : status) document["migrations"].push_back(state_json(one));
    return document;
}

nlohmann::ordered_json migration_json(const migrate::Migration& migration) {
    return {{"version", migration.version_text}, {"name", migration.name}, {"file", migration.path}};
}

nlohmann::ordered_json run_envelope(std::string_view name, std::string_view database, bool dry_run) {
    return {{"schema", fmt::format("quarry.migrate.{}/1", name)}, {"database", database}, {"dry_run", dry_run}};
}

nlohmann::ordered_json planned_statement_json(const migrate::PlannedStatement& statement) {
    nlohmann::ordered_json locks = nlohmann::ordered_json::array(), hazards = locks;
    for (const migrate::PlannedLock& one : statement.locks) {
        locks.push_back({{"table", one.lock.table},
                         {"mode", one.lock.mode},
                         {"effect", sql_lint::lock_effect(one.lock.mode)},
                         {"rows", one.rows ? nlohmann::ordered_json(*one.rows) : nlohmann::ordered_json()}});
    }
    for (const sql_lint::Finding& one : statement.hazards) {
        hazards.push_back({{"rule", one.rule},
                           {"severity", sql_lint::severity_name(one.severity)},
                           {"message", one.message},
                           {"hint", one.hint}});
    }
    return {{"line", statement.line}, {"sql", statement.sql}, {"locks", locks}, {"hazards", hazards}};
}

}  // namespace

nlohmann::ordered_json migration_status_json(std::string_view database, std::string_view named_by,
                                             std::span<const migrate::MigrationStatus> status) {
    nlohmann::ordered_json document =
        states_json("quarry.migrate.status/1", database, status, migrate::first_problem(status));
    document["database_named_by"] = nullptr;
    if (!named_by.empty()) document["database_named_by"] = named_by;
    return document;
}

nlohmann::ordered_json migration_check_json(std::string_view database, std::string_view folder,
                                            const migrate::CheckReport& report) {
    nlohmann::ordered_json findings = nlohmann::ordered_json::array();
    for (const migrate::CheckFinding& one : report.findings) {
        findings.push_back({{"rule", one.rule},
                            {"exit_code", static_cast<int>(one.code)},
                            {"message", one.message},
                            {"path", one.path},
                            {"details", one.details},
                            {"hint", one.hint}});
    }
    // What the process ends with: the worst of all findings, of which the files' states are a part.
    std::optional<Error> problem = migrate::first_problem(report.status);
    const auto error = report.error();
    if (!problem || !error || problem->code() != error->code()) problem = error;
    nlohmann::ordered_json document = states_json("quarry.migrate.check/1", database, report.status, problem);
    document["findings"] = findings;
    document["notes"] = report.notes;
    nlohmann::ordered_json& compared = document["compared"];
    compared = {{"migrations", nullptr},
                {"schema", report.compared_schema},
                {"wanted", nullptr},
                {"roundtrip", report.tried_roundtrip}};
    if (!folder.empty()) compared["migrations"] = folder;
    if (!report.compared_wanted.empty()) compared["wanted"] = report.compared_wanted;
    return document;
}

nlohmann::ordered_json database_change_json(std::string_view name, std::string_view database, std::string_view changed,
                                            bool has_changed) {
    return {{"schema", fmt::format("quarry.migrate.{}/1", name)}, {"database", database}, {changed, has_changed}};
}

nlohmann::ordered_json migration_dump_json(std::string_view sql, std::string_view file) {
    const nlohmann::ordered_json path = file.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(file);
    return {{"schema", "quarry.migrate.dump/1"}, {"file", path}, {"sql", sql}};
}

nlohmann::ordered_json migration_script_json(std::string_view sql) {
    return {{"schema", "quarry.migrate.plan.sql/1"}, {"sql", sql}};
}

nlohmann::ordered_json migration_text_json(std::size_t number, const migrate::HistoryEntry& line,
                                           std::string_view text) {
    return {{"schema", "quarry.migrate.history.text/1"},
            {"number", number},
            {"action", line.action},
            {"version", line.entry.version},
            {"name", line.entry.name},
            {"checksum", line.entry.checksum},
            {"text", text}};
}

nlohmann::ordered_json database_wait_json(std::string_view database, bool exists, std::chrono::milliseconds waited) {
    return {
        {"schema", "quarry.migrate.wait/1"}, {"database", database}, {"exists", exists}, {"waited_ms", waited.count()}};
}

nlohmann::ordered_json planned_run_json(std::string_view name, std::string_view database,
                                        std::span<const migrate::Step> steps) {
    nlohmann::ordered_json planned = nlohmann::ordered_json::array();
    for (const migrate::Step& step : steps) {
        nlohmann::ordered_json one = migration_json(step.migration);
        one["direction"] = direction_name(step.direction);
        planned.push_back(one);
    }
    nlohmann::ordered_json document = run_envelope(name, database, true);
    document["planned"] = planned;
    return document;
}

nlohmann::ordered_json finished_run_json(std::string_view name, std::string_view database,
                                         std::span<const migrate::Done> done,
                                         std::span<const migrate::Migration> done_by_others) {
    nlohmann::ordered_json document = run_envelope(name, database, false);
    for (const migrate::Direction direction : {migrate::Direction::up, migrate::Direction::down}) {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const migrate::Done& one : done) {
            if (one.step.direction != direction) continue;
            nlohmann::ordered_json entry = migration_json(one.step.migration);
            entry["duration_ms"] = one.duration_ms;
            list.push_back(entry);
        }
        document[direction == migrate::Direction::up ? "applied" : "undone"] = list;
    }
    nlohmann::ordered_json others = nlohmann::ordered_json::array();
    for (const migrate::Migration& one : done_by_others) others.push_back(migration_json(one));
    document["done_by_others"] = others;
    return document;
}

nlohmann::ordered_json migration_plan_json(sql::Dialect dialect, std::span<const migrate::PlannedMigration> plan) {
    nlohmann::ordered_json migrations = nlohmann::ordered_json::array();
    for (const migrate::PlannedMigration& migration : plan) {
        nlohmann::ordered_json statements = nlohmann::ordered_json::array();
        for (const migrate::PlannedStatement& one : migration.statements) {
            statements.push_back(planned_statement_json(one));
        }
        migrations.push_back({{"version", migration.step.migration.version_text},
                              {"name", migration.step.migration.name},
                              {"file", migration.path},
                              {"direction", direction_name(migration.step.direction)},
                              {"transactional", migration.transactional},
                              {"statements", statements}});
    }
    return {{"schema", "quarry.migrate.plan/1"}, {"dialect", sql::dialect_name(dialect)}, {"migrations", migrations}};
}

nlohmann::ordered_json migration_history_json(std::string_view database, std::span<const migrate::HistoryEntry> history,
                                              std::size_t skipped) {
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    for (std::size_t i = skipped; i < history.size(); ++i) {
        const migrate::LedgerEntry& entry = history[i].entry;
        lines.push_back({{"number", i + 1},
                         {"run_at", entry.applied_at},
                         {"action", history[i].action},
                         {"version", entry.version},
                         {"name", entry.name},
                         {"duration_ms", entry.duration_ms},
                         {"quarry_version", entry.quarry_version},
                         {"checksum", entry.checksum}});
    }
    return {{"schema", "quarry.migrate.history/1"}, {"database", database}, {"history", lines}};
}

nlohmann::ordered_json migration_stamp_json(std::string_view database, std::span<const migrate::LedgerChange> changes,
                                            bool dry_run) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const migrate::LedgerChange& one : changes) {
        list.push_back({{"version", migrate::format_version(one.entry.version)},
                        {"name", one.entry.name},
                        {"action", migrate::action_name(one.action)}});
    }
    return {{"schema", "quarry.migrate.stamp/1"}, {"database", database}, {"dry_run", dry_run}, {"changes", list}};
}

nlohmann::ordered_json migration_repair_json(std::string_view database, std::span<const migrate::Repair> repairs,
                                             bool repaired) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const migrate::Repair& one : repairs) {
        list.push_back({{"version", one.status.version_text},
                        {"name", one.status.name},
                        {"state", migrate::state_name(one.status.state)},
                        {"diff", one.text ? nlohmann::ordered_json(line_diff(*one.text, one.file_text))
                                          : nlohmann::ordered_json(nullptr)}});
    }
    return {
        {"schema", "quarry.migrate.repair/1"}, {"database", database}, {"repaired", repaired}, {"migrations", list}};
}

}  // namespace quarry::wire
