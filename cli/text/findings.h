#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::cli {

class Output;

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

enum class FindingsFormat : std::uint8_t { text, json, github, sarif, junit };

/// The names that --format takes, in the order of the enum.
inline const std::vector<std::string> findings_formats = {"text", "json", "github", "sarif", "junit"};

/// Throws Error(usage) for a name that is none of them.
[[nodiscard]] FindingsFormat parse_findings_format(std::string_view name);

/// Writes a report to standard output. Text is for people, one finding in two lines, suppressed ones left out; GitHub's
/// annotations leave them out too; the others mark them.
void write_findings(Output& out, FindingsFormat format, const FindingsReport& report);

/// How many findings of at least this level count.
[[nodiscard]] std::size_t count_findings(std::span<const ReportedFinding> findings, FindingLevel least);

/// "2 errors, 1 warning", "no findings"; suppressed ones are counted apart.
[[nodiscard]] std::string findings_summary(std::span<const ReportedFinding> findings);

// One format each, in a file of its own.
[[nodiscard]] std::string findings_text(const Output& out, const FindingsReport& report);
[[nodiscard]] std::string findings_json(const FindingsReport& report);
/// Workflow commands of GitHub Actions: ::error file=...,line=...::message
[[nodiscard]] std::string findings_github(const FindingsReport& report);
/// SARIF 2.1.0 (OASIS), as code scanning takes it.
[[nodiscard]] std::string findings_sarif(const FindingsReport& report);
/// JUnit's XML: a test case for each finding, and one for each file without any.
[[nodiscard]] std::string findings_junit(const FindingsReport& report);

}  // namespace quarry::cli
