// Findings as GitHub's workflow commands, which it shows beside the lines of a pull request.
#include <fmt/format.h>

#include "cli/text/findings.h"

namespace quarry::cli {
namespace {

/// GitHub's escapes (actions/toolkit, command.ts): of the message, and of a property, in which "," and ":" end it.
std::string escaped(std::string_view text, bool property) {
    std::string result;
    for (const char c : text) {
        if (c == '%') {
            result += "%25";
        } else if (c == '\r') {
            result += "%0D";
        } else if (c == '\n') {
            result += "%0A";
        } else if (property && c == ':') {
            result += "%3A";
        } else if (property && c == ',') {
            result += "%2C";
        } else {
            result += c;
        }
    }
    return result;
}

std::string_view command_name(wire::FindingLevel level) {
    if (level == wire::FindingLevel::error) return "error";
    return level == wire::FindingLevel::warning ? "warning" : "notice";
}

}  // namespace

std::string findings_github(const wire::FindingsReport& report) {
    std::string text;
    for (const wire::ReportedFinding& finding : report.findings) {
        if (!finding.suppressed.empty()) continue;
        std::string properties;
        const auto add = [&](std::string_view name, std::string_view value) {
            properties += fmt::format("{}{}={}", properties.empty() ? " " : ",", name, escaped(value, true));
        };
        if (!finding.path.empty()) add("file", finding.path);
        if (finding.line > 0) add("line", std::to_string(finding.line));
        if (finding.end_line > 0) add("endLine", std::to_string(finding.end_line));
        // Columns are only allowed when the finding is in one line.
        const bool one_line = finding.end_line == 0 || finding.end_line == finding.line;
        if (finding.column > 0 && one_line) add("col", std::to_string(finding.column));
        if (finding.end_column > 0 && one_line) add("endColumn", std::to_string(finding.end_column));
        add("title", finding.rule);
        std::string message = finding.message;
        if (!finding.hint.empty()) message += "\nhint: " + finding.hint;
        text += fmt::format("::{}{}::{}\n", command_name(finding.level), properties, escaped(message, false));
    }
    return text;
}

}  // namespace quarry::cli
