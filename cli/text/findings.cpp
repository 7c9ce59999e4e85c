// Findings of lint and check: choosing the format, and the text for people.
#include "cli/text/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/line/version.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

Style level_style(wire::FindingLevel level) {
    if (level == wire::FindingLevel::error) return Style::red;
    return level == wire::FindingLevel::warning ? Style::yellow : Style::cyan;
}

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// "path:line:column", as far as it is known.
std::string place_text(const wire::ReportedFinding& finding) {
    std::string place = strip_terminal_controls(finding.path);
    if (finding.line > 0) place += fmt::format(":{}:{}", finding.line, std::max<std::size_t>(finding.column, 1));
    return place.empty() ? place : place + ": ";
}

}  // namespace

FindingsFormat parse_findings_format(std::string_view name) {
    const auto found = std::find(findings_formats.begin(), findings_formats.end(), name);
    if (found != findings_formats.end()) return static_cast<FindingsFormat>(found - findings_formats.begin());
    throw Error(ErrorCode::usage, fmt::format("there is no format \"{}\"", name),
                fmt::format("it is one of {}", fmt::join(findings_formats, ", ")));
}

std::string findings_summary(std::span<const wire::ReportedFinding> findings) {
    std::string text;
    const auto add = [&](std::size_t count, std::string_view noun) {
        if (count > 0) text += (text.empty() ? "" : ", ") + counted(count, noun);
    };
    const std::size_t errors = wire::count_findings(findings, wire::FindingLevel::error);
    const std::size_t warnings = wire::count_findings(findings, wire::FindingLevel::warning);
    const std::size_t all = wire::count_findings(findings, wire::FindingLevel::note);
    add(errors, "error");
    add(warnings - errors, "warning");
    add(all - warnings, "note");
    if (text.empty()) text = "no findings";
    if (findings.size() > all) text += fmt::format(", {} allowed", findings.size() - all);
    return text;
}

std::string findings_text(const Output& out, const wire::FindingsReport& report) {
    std::string text;
    for (const wire::ReportedFinding& finding : report.findings) {
        if (!finding.suppressed.empty()) continue;
        text += fmt::format("{}{} {} {}\n", place_text(finding),
                            out.styled(level_style(finding.level), fmt::format("{}:", wire::level_name(finding.level))),
                            strip_terminal_controls(finding.message), out.styled(Style::dim, "[" + finding.rule + "]"));
        if (!finding.hint.empty()) text += fmt::format("  hint: {}\n", strip_terminal_controls(finding.hint));
    }
    return text;
}

void write_findings(Output& out, FindingsFormat format, const wire::FindingsReport& report) {
    switch (format) {
        case FindingsFormat::text: out.result() << findings_text(out, report); return;
        case FindingsFormat::json: out.result() << config::dump_json(wire::findings_json(report)); return;
        case FindingsFormat::github: out.workflow_result() << findings_github(report); return;
        case FindingsFormat::sarif:
            out.result() << config::dump_json(wire::findings_sarif(report, QUARRY_VERSION));
            return;
        case FindingsFormat::junit: out.result() << findings_junit(report); return;
    }
}

}  // namespace quarry::cli
