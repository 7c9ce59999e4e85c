// Findings as one JSON document.
#include "core/wire/findings.h"

namespace quarry::wire {
namespace {

nlohmann::ordered_json finding_json(const ReportedFinding& finding) {
    nlohmann::ordered_json one = {{"rule", finding.rule},
                                  {"severity", level_name(finding.level)},
                                  {"message", finding.message},
                                  {"hint", finding.hint},
                                  {"file", nullptr},
                                  {"line", nullptr},
                                  {"column", nullptr},
                                  {"end_line", nullptr},
                                  {"end_column", nullptr},
                                  {"suppressed", nullptr}};
    if (!finding.path.empty()) one["file"] = finding.path;
    if (finding.line > 0) one["line"] = finding.line;
    if (finding.column > 0) one["column"] = finding.column;
    if (finding.end_line > 0) one["end_line"] = finding.end_line;
    if (finding.end_column > 0) one["end_column"] = finding.end_column;
    if (!finding.suppressed.empty()) one["suppressed"] = finding.suppressed;
    return one;
}

}  // namespace

nlohmann::ordered_json findings_json(const FindingsReport& report) {
    const auto& findings = report.findings;
    const std::size_t errors = count_findings(findings, FindingLevel::error);
    const std::size_t warnings = count_findings(findings, FindingLevel::warning);
    const std::size_t all = count_findings(findings, FindingLevel::note);
    nlohmann::ordered_json document = {{"schema", report.schema},
                                       {"files", report.files.size()},
                                       {"errors", errors},
                                       {"warnings", warnings - errors},
                                       {"notes", all - warnings},
                                       {"suppressed", findings.size() - all},
                                       {"findings", nlohmann::ordered_json::array()}};
    for (const ReportedFinding& finding : findings) document["findings"].push_back(finding_json(finding));
    return document;
}

}  // namespace quarry::wire
