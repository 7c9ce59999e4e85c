// Findings as JUnit's XML, which most CI servers show as tests.
#include <fmt/format.h>

#include <algorithm>

#include "cli/text/findings.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

/// Text for XML 1.0: markup escaped, white space of attributes kept, what XML cannot hold (invalid UTF-8, other
/// controls, U+FFFE and U+FFFF) replaced or left out.
std::string xml(std::string_view raw) {
    const std::string text = replace_invalid_utf8(raw);
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '&') {
            result += "&amp;";
        } else if (c == '<') {
            result += "&lt;";
        } else if (c == '>') {
            result += "&gt;";
        } else if (c == '"') {
            result += "&quot;";
        } else if (c == '\n' || c == '\t' || c == '\r') {
            result += fmt::format("&#{};", c);
        } else if (text.compare(i, 3, "\xEF\xBF\xBE") == 0 || text.compare(i, 3, "\xEF\xBF\xBF") == 0) {
            result += "\xEF\xBF\xBD";
            i += 2;
        } else if (c >= 0x20) {
            result += text[i];
        }
    }
    return result;
}

std::string place_of(const wire::ReportedFinding& finding) {
    return finding.line == 0 ? finding.path : fmt::format("{}:{}:{}", finding.path, finding.line, finding.column);
}

std::string finding_case(const wire::ReportedFinding& finding, std::string_view suite) {
    const std::string file = finding.path.empty() ? std::string(suite) : finding.path;
    std::string text =
        fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(file),
                    xml(place_of(finding).empty() ? finding.rule : place_of(finding) + " " + finding.rule));
    if (!finding.path.empty()) text += fmt::format(" file=\"{}\"", xml(finding.path));
    if (finding.line > 0) text += fmt::format(" line=\"{}\"", finding.line);
    if (!finding.suppressed.empty()) {
        return text + fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", xml(finding.suppressed));
    }
    // Advice is no failure.
    if (finding.level == wire::FindingLevel::note) {
        return text + fmt::format(">\n      <system-out>note: {} {}</system-out>\n    </testcase>\n",
                                  xml(finding.message), xml(finding.hint));
    }
    return text +
           fmt::format(">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
                       wire::level_name(finding.level), xml(finding.message),
                       xml(finding.hint.empty() ? place_of(finding) : place_of(finding) + "\nhint: " + finding.hint));
}

}  // namespace

std::string findings_junit(const wire::FindingsReport& report) {
    std::string cases;
    std::size_t count = report.findings.size();
    for (const wire::ReportedFinding& finding : report.findings) cases += finding_case(finding, report.name);
    for (const std::string& file : report.files) {
        const bool found = std::any_of(report.findings.begin(), report.findings.end(),
                                       [&](const wire::ReportedFinding& finding) { return finding.path == file; });
        if (found) continue;
        ++count;
        cases += fmt::format("    <testcase classname=\"{0}\" name=\"{0}\" file=\"{0}\"/>\n", xml(file));
    }
    const std::size_t failures = wire::count_findings(report.findings, wire::FindingLevel::warning);
    const std::size_t skipped =
        report.findings.size() - wire::count_findings(report.findings, wire::FindingLevel::note);
    const std::string totals = fmt::format("name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"",
                                           xml(report.name), count, failures, skipped);
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n  <testsuite {0}>\n{1}"
                       "  </testsuite>\n</testsuites>\n",
                       totals, cases);
}

}  // namespace quarry::cli
