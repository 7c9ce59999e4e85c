#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/check_report.h"
#include "core/sql_lint/lint.h"

namespace quarry::wire {

/// How bad a finding is, in the words of SARIF and of GitHub.
enum class FindingLevel : std::uint8_t { note, warning, error };

/// "note", "warning", "error"
[[nodiscard]] std::string_view level_name(FindingLevel level) noexcept;

/// Something that a check of files or of a database found.
struct ReportedFinding {
    std::string rule;  ///< Stable kebab-case: "drop-table", "pending".
    FindingLevel level = FindingLevel::note;
    std::string message;
    std::string hint;      ///< May be empty.
    std::string path;      ///< Of the file it is in; empty when it is in none.
    std::size_t line = 0;  ///< 1-based; 0 when it is the file as a whole.
    std::size_t column = 0;
    std::size_t end_line = 0;
    std::size_t end_column = 0;  ///< Just past the last character; 0 when not known.
    std::string suppressed;      ///< Why it does not count; empty when it does.
};

/// What a rule is, for formats that describe the rules as well.
struct ReportedRule {
    std::string id;
    FindingLevel level = FindingLevel::note;
    std::string summary;
    std::string help;  ///< Markdown; may be empty.
};

/// The result of one run of a check.
struct FindingsReport {
    std::string schema;  ///< "quarry.migrate.lint/1", of the JSON document.
    std::string name;    ///< "quarry migrate lint": the suite of JUnit.
    std::vector<ReportedFinding> findings;
    std::vector<ReportedRule> rules;  ///< Those that were asked.
    std::vector<std::string> files;   ///< Those that were read, found in or not.
};

/// How many findings of at least this level count.
[[nodiscard]] std::size_t count_findings(std::span<const ReportedFinding> findings, FindingLevel least);

/// The findings of `migrate lint` on `files`, for a dialect's rules.
[[nodiscard]] FindingsReport lint_findings(sql::Dialect dialect, std::span<const sql_lint::Finding> findings,
                                           std::vector<std::string> files);

/// The findings of `migrate check`; what is about the database itself is in no file.
[[nodiscard]] FindingsReport check_findings(const migrate::CheckReport& report);

/// As one document with the report's schema.
[[nodiscard]] nlohmann::ordered_json findings_json(const FindingsReport& report);
/// As SARIF 2.1.0 (OASIS), which code scanning takes; `version` is that of the program.
[[nodiscard]] nlohmann::ordered_json findings_sarif(const FindingsReport& report, std::string_view version);

}  // namespace quarry::wire
