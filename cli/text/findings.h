#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/findings.h"

namespace quarry::cli {

class Output;

enum class FindingsFormat : std::uint8_t { text, json, github, sarif, junit };

/// The names that --format takes, in the order of the enum.
inline const std::vector<std::string> findings_formats = {"text", "json", "github", "sarif", "junit"};

/// Throws Error(usage) for a name that is none of them.
[[nodiscard]] FindingsFormat parse_findings_format(std::string_view name);

/// Writes a report to standard output. Text is for people, one finding in two lines, suppressed ones left out; GitHub's
/// annotations leave them out too; the others mark them.
void write_findings(Output& out, FindingsFormat format, const wire::FindingsReport& report);

/// "2 errors, 1 warning", "no findings"; suppressed ones are counted apart.
[[nodiscard]] std::string findings_summary(std::span<const wire::ReportedFinding> findings);

// One format each, in a file of its own.
[[nodiscard]] std::string findings_text(const Output& out, const wire::FindingsReport& report);
/// Workflow commands of GitHub Actions: ::error file=...,line=...::message
[[nodiscard]] std::string findings_github(const wire::FindingsReport& report);
/// JUnit's XML: a test case for each finding, and one for each file without any.
[[nodiscard]] std::string findings_junit(const wire::FindingsReport& report);

}  // namespace quarry::cli
