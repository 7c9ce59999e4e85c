// What is made of migrations' files as JSON: new ones, differences of schemas, squashes, imports; and the lint's rules.
#include "core/sql_lint/pages.h"
#include "core/wire/migration_json.h"

namespace quarry::wire {
namespace {

nlohmann::ordered_json scripts_json(const std::vector<schema::Script>& scripts) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const schema::Script& script : scripts) {
        nlohmann::ordered_json statements = nlohmann::ordered_json::array();
        for (const schema::Statement& one : script.statements) {
            statements.push_back({{"sql", one.sql}, {"comment", one.comment}, {"destructive", one.destructive}});
        }
        list.push_back({{"transactional", script.transactional}, {"statements", statements}});
    }
    return list;
}

nlohmann::ordered_json converted_json(const migrate::ImportReport& report) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < report.converted->migrations.size(); ++i) {
        const migrate::ImportedMigration& one = report.converted->migrations[i];
        list.push_back({{"file", (report.folder / one.file_name).string()},
                        {"was", one.foreign.id},
                        {"renumbered", one.renumbered},
                        {"applied", report.taken.is_applied(i)},
                        {"sources", one.sources},
                        {"changes", one.changes}});
    }
    return list;
}

nlohmann::ordered_json obstacles_json(const std::vector<migrate::ImportObstacle>& obstacles) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const migrate::ImportObstacle& one : obstacles) {
        list.push_back({{"file", nullptr},
                        {"line", nullptr},
                        {"column", nullptr},
                        {"what", one.what},
                        {"remedy", one.remedy},
                        {"safe", one.safe},
                        {"applied", one.applied}});
        if (!one.file.empty()) list.back()["file"] = one.file;
        if (one.line == 0) continue;
        list.back()["line"] = one.line;
        list.back()["column"] = one.column;
    }
    return list;
}

nlohmann::ordered_json repeatable_json(const std::vector<migrate::RepeatableChange>& changes) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const migrate::RepeatableChange& one : changes) {
        list.push_back({{"kind", one.change.kind}, {"object", one.change.object}, {"file", one.path}});
    }
    return list;
}

}  // namespace

nlohmann::ordered_json new_migration_json(const std::vector<std::filesystem::path>& paths,
                                          const std::vector<migrate::RepeatableChange>& left) {
    nlohmann::ordered_json files = nlohmann::ordered_json::array();
    for (const std::filesystem::path& path : paths) files.push_back(path.string());
    nlohmann::ordered_json document = {{"schema", "quarry.migrate.new/1"}, {"file", nullptr}, {"files", files}};
    document["repeatable"] = repeatable_json(left);
    if (!paths.empty()) document["file"] = paths.front().string();
    return document;
}

nlohmann::ordered_json schema_diff_json(std::string_view from, std::string_view to, sql::Dialect dialect,
                                        const schema::Diff& diff, const std::vector<migrate::RepeatableChange>& left) {
    nlohmann::ordered_json changes = nlohmann::ordered_json::array();
    for (const schema::Change& one : diff.changes) {
        changes.push_back(
            {{"kind", one.kind}, {"object", one.object}, {"detail", one.detail}, {"destructive", one.destructive}, {"by_hand", one.by_hand}});
    }
    return {{"schema", "quarry.migrate.diff/1"},
            {"from", from},
            {"to", to},
            {"dialect", sql::dialect_name(dialect)},
            {"equal", diff.empty() && left.empty()},
            {"changes", changes},
            {"repeatable", repeatable_json(left)},
            {"up", scripts_json(diff.up)},
            {"down", scripts_json(diff.down)}};
}

nlohmann::ordered_json migration_squash_json(const migrate::Squash& squash, const std::optional<std::string>& database,
                                             bool ledger, bool dry_run) {
    nlohmann::ordered_json folded = nlohmann::ordered_json::array();
    for (const migrate::Migration& one : squash.folded) {
        folded.push_back({{"version", one.version_text}, {"name", one.name}, {"file", one.path}});
    }
    nlohmann::ordered_json rows = nlohmann::ordered_json::object();
    for (const auto& [table, count] : squash.rows) rows[table] = count;
    return {{"schema", "quarry.migrate.squash/1"},
            {"database", database ? nlohmann::ordered_json(*database) : nlohmann::ordered_json()},
            {"dry_run", dry_run},
            {"baseline",
             {{"version", squash.version_text}, {"name", squash.name}, {"file", squash.path.string()}, {"rows", rows}}},
            {"folded", folded},
            {"moved_to", squash.archive.string()},
            {"ledger", ledger}};
}

nlohmann::ordered_json ledger_squash_json(std::string_view database, const migrate::LedgerSquash& squash,
                                          bool dry_run) {
    nlohmann::ordered_json folded = nlohmann::ordered_json::array();
    for (const migrate::LedgerEntry& one : squash.folded) {
        folded.push_back({{"version", migrate::format_version(one.version)}, {"name", one.name}});
    }
    nlohmann::ordered_json baseline;
    if (!squash.folded.empty()) {
        baseline = {
            {"version", squash.baseline.version_text}, {"name", squash.baseline.name}, {"file", squash.baseline.path}};
    }
    return {{"schema", "quarry.migrate.squash/1"},
            {"database", database},
            {"dry_run", dry_run},
            {"baseline", baseline},
            {"folded", folded},
            {"ledger", !squash.folded.empty()}};
}

nlohmann::ordered_json migration_import_json(const migrate::ImportReport& report) {
    nlohmann::ordered_json document = {{"schema", "quarry.migrate.import/1"},
                                       {"dry_run", report.dry_run},
                                       {"folder", report.folder.string()},
                                       {"database", nullptr},
                                       {"tool", nullptr},
                                       {"ledger_table", nullptr},
                                       {"without_file", report.taken.applied.without_file}};
    if (report.database) document["database"] = *report.database;
    if (report.taken.ledger) {
        document["tool"] = migrate::foreign_tool_name(report.taken.ledger->tool);
        document["ledger_table"] = report.taken.ledger->table;
    }
    if (report.converted) {
        document["tool"] = migrate::foreign_tool_name(report.converted->tool);
        document["left_out"] = report.converted->left_out;
        document["obstacles"] = obstacles_json(report.converted->obstacles);
        document["migrations"] = converted_json(report);
        return document;
    }
    document["migrations"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < report.migrations.size(); ++i) {
        document["migrations"].push_back(
            {{"file", report.migrations[i].path}, {"applied", report.taken.is_applied(i)}});
    }
    return document;
}

nlohmann::ordered_json lint_rules_json() {
    nlohmann::ordered_json document = {{"schema", "quarry.migrate.lint.rules/1"},
                                       {"rules", nlohmann::ordered_json::array()}};
    for (const sql_lint::Rule& rule : sql_lint::rules()) {
        document["rules"].push_back({{"rule", rule.id},
                                     {"severity", sql_lint::severity_name(rule.severity)},
                                     {"engines", sql_lint::engines_text(rule.engines)},
                                     {"default", rule.by_default},
                                     {"summary", rule.summary}});
    }
    return document;
}

}  // namespace quarry::wire
