// What lint and check found, as every format reports it.
#include "core/wire/findings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/sql_lint/pages.h"

namespace quarry::wire {
namespace {

FindingLevel level_of(sql_lint::Severity severity) {
    if (severity == sql_lint::Severity::error) return FindingLevel::error;
    return severity == sql_lint::Severity::warning ? FindingLevel::warning : FindingLevel::note;
}

/// Takes "path:3:7: " off a message; line and column go into the finding.
void take_place(ReportedFinding& finding) {
    const std::string prefix = finding.path + ":";
    if (finding.path.empty() || !finding.message.starts_with(prefix)) return;
    const char* at = finding.message.data() + prefix.size();
    const char* const end = finding.message.data() + finding.message.size();
    const auto line = std::from_chars(at, end, finding.line);
    if (line.ec != std::errc() || line.ptr == end || *line.ptr != ':') return;
    const auto column = std::from_chars(line.ptr + 1, end, finding.column);
    if (column.ec != std::errc() || end - column.ptr < 2 || *column.ptr != ':') return;
    finding.message.erase(0, static_cast<std::size_t>(column.ptr - finding.message.data()) + 2);
}

const std::array<ReportedRule, 14>& check_rules() {
    constexpr FindingLevel error = FindingLevel::error;
    static const std::array<ReportedRule, 14> rules = {{
        {"migration-malformed", error, "A migration file cannot be read", ""},
        {"migration-newer", error, "The database was migrated by a newer program", ""},
        {"migration-edited", error, "An applied migration's file was edited", ""},
        {"migration-missing", error, "An applied migration's file is gone", ""},
        {"migration-out-of-order", error, "A migration is older than one that is applied", ""},
        {"migration-pending", error, "A migration is not applied", ""},
        {"migration-half-applied", error, "A migration without a transaction was not finished", ""},
        {"migrations-do-not-run", error, "The migrations do not run on an empty database", ""},
        {"schema-drift", error, "The database's schema is not what its migrations give", ""},
        {"schema-file", error, "The migrations do not give the wanted schema", ""},
        {"roundtrip-schema", error, "Up and down do not give the schema from before", ""},
        {"roundtrip-rows", error, "Up and down lose rows", ""},
        {"roundtrip-down-failed", error, "A way back fails on a database with rows", ""},
        {"roundtrip-up-failed", error, "A migration fails on a database with rows", ""},
    }};
    return rules;
}

}  // namespace

std::string_view level_name(FindingLevel level) noexcept {
    if (level == FindingLevel::error) return "error";
    return level == FindingLevel::warning ? "warning" : "note";
}

std::size_t count_findings(std::span<const ReportedFinding> findings, FindingLevel least) {
    return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const ReportedFinding& one) {
        return one.suppressed.empty() && one.level >= least;
    }));
}

FindingsReport lint_findings(sql::Dialect dialect, std::span<const sql_lint::Finding> findings,
                             std::vector<std::string> files) {
    FindingsReport report;
    report.schema = "quarry.migrate.lint/1";
    report.name = "quarry migrate lint";
    report.files = std::move(files);
    for (const sql_lint::Finding& one : findings) {
        report.findings.push_back({one.rule, level_of(one.severity), one.message, one.hint, one.path, one.start.line,
                                   one.start.column, one.end.line, one.end.column, one.suppressed});
    }
    for (const sql_lint::Rule& rule : sql_lint::rules()) {
        if (!sql_lint::applies_to(rule, dialect)) continue;
        report.rules.push_back(
            {std::string(rule.id), level_of(rule.severity), std::string(rule.summary), sql_lint::rule_page(rule)});
    }
    return report;
}

FindingsReport check_findings(const migrate::CheckReport& report) {
    FindingsReport findings;
    findings.schema = "quarry.migrate.check/1";
    findings.name = "quarry migrate check";
    findings.rules.assign(check_rules().begin(), check_rules().end());
    for (const migrate::MigrationStatus& one : report.status) {
        if (!one.path.empty()) findings.files.push_back(one.path);
    }
    for (const migrate::CheckFinding& one : report.findings) {
        ReportedFinding& finding = findings.findings.emplace_back();
        finding.rule = one.rule;
        finding.level = FindingLevel::error;
        finding.message = one.message;
        finding.hint = one.hint;
        finding.path = one.path;
        take_place(finding);
        for (const std::string& detail : one.details) finding.message += "\n" + detail;
    }
    return findings;
}

}  // namespace quarry::wire
