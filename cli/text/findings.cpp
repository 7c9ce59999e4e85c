// Findings of lint and check: counting, choosing the format, and the text for people.
#include "cli/text/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

Style level_style(FindingLevel level) {
    if (level == FindingLevel::error) return Style::red;
    return level == FindingLevel::warning ? Style::yellow : Style::cyan;
}

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// "path:line:column", as far as it is known.
std::string place_text(const ReportedFinding& finding) {
    std::string place = strip_terminal_controls(finding.path);
    if (finding.line > 0) place += fmt::format(":{}:{}", finding.line, std::max<std::size_t>(finding.column, 1));
    return place.empty() ? place : place + ": ";
}

}  // namespace

std::string_view level_name(FindingLevel level) noexcept {
    if (level == FindingLevel::error) return "error";
    return level == FindingLevel::warning ? "warning" : "note";
}

FindingsFormat parse_findings_format(std::string_view name) {
    const auto found = std::find(findings_formats.begin(), findings_formats.end(), name);
    if (found != findings_formats.end()) return static_cast<FindingsFormat>(found - findings_formats.begin());
    throw Error(ErrorCode::usage, fmt::format("there is no format \"{}\"", name),
                fmt::format("it is one of {}", fmt::join(findings_formats, ", ")));
}

std::size_t count_findings(std::span<const ReportedFinding> findings, FindingLevel least) {
    return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const ReportedFinding& one) {
        return one.suppressed.empty() && one.level >= least;
    }));
}

std::string findings_summary(std::span<const ReportedFinding> findings) {
    std::string text;
    const auto add = [&](std::size_t count, std::string_view noun) {
        if (count > 0) text += (text.empty() ? "" : ", ") + counted(count, noun);
    };
    const std::size_t errors = count_findings(findings, FindingLevel::error);
    const std::size_t warnings = count_findings(findings, FindingLevel::warning);
    const std::size_t all = count_findings(findings, FindingLevel::note);
    add(errors, "error");
    add(warnings - errors, "warning");
    add(all - warnings, "note");
    if (text.empty()) text = "no findings";
    if (findings.size() > all) text += fmt::format(", {} allowed", findings.size() - all);
    return text;
}

std::string findings_text(const Output& out, const FindingsReport& report) {
    std::string text;
    for (const ReportedFinding& finding : report.findings) {
        if (!finding.suppressed.empty()) continue;
        text += fmt::format("{}{} {} {}\n", place_text(finding),
                            out.styled(level_style(finding.level), fmt::format("{}:", level_name(finding.level))),
                            strip_terminal_controls(finding.message), out.styled(Style::dim, "[" + finding.rule + "]"));
        if (!finding.hint.empty()) text += fmt::format("  hint: {}\n", strip_terminal_controls(finding.hint));
    }
    return text;
}

void write_findings(Output& out, FindingsFormat format, const FindingsReport& report) {
    switch (format) {
        case FindingsFormat::text: out.result() << findings_text(out, report); return;
        case FindingsFormat::json: out.result() << findings_json(report); return;
        case FindingsFormat::github: out.result() << findings_github(report); return;
        case FindingsFormat::sarif: out.result() << findings_sarif(report); return;
        case FindingsFormat::junit: out.result() << findings_junit(report); return;
    }
}

}  // namespace quarry::cli
