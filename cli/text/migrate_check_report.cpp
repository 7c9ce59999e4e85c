// What quarry migrate check found, for the formats that CI systems read.
#include "cli/text/migrate_check_report.h"

#include <array>
#include <charconv>

namespace quarry::cli {
namespace {

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

}  // namespace quarry::cli
