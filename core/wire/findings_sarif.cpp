// Findings as SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0
#include <algorithm>

#include "core/wire/findings.h"

namespace quarry::wire {
namespace {

/// A path as a URI reference: "/" between names, other than unreserved bytes as %XX (RFC 3986).
std::string uri_of(std::string_view path) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string uri;
    for (const char c : path) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || c == '-' || c == '.' || c == '_' || c == '~' || c == '/') {
            uri += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            uri += '%';
            uri += digits[byte >> 4U];
            uri += digits[byte & 15U];
        }
    }
    return uri;
}

nlohmann::ordered_json rule_json(const ReportedRule& rule) {
    nlohmann::ordered_json one = {{"id", rule.id},
                                  {"shortDescription", {{"text", rule.summary}}},
                                  {"defaultConfiguration", {{"level", level_name(rule.level)}}}};
    if (!rule.help.empty()) one["help"] = {{"text", rule.help}, {"markdown", rule.help}};
    return one;
}

nlohmann::ordered_json location_json(const ReportedFinding& finding) {
    nlohmann::ordered_json physical = {{"artifactLocation", {{"uri", uri_of(finding.path)}}}};
    if (finding.line > 0) {
        nlohmann::ordered_json region = {{"startLine", finding.line}};
        if (finding.column > 0) region["startColumn"] = finding.column;
        if (finding.end_line > 0) region["endLine"] = finding.end_line;
        if (finding.end_column > 0) region["endColumn"] = finding.end_column;
        physical["region"] = std::move(region);
    }
    return {{"physicalLocation", std::move(physical)}};
}

nlohmann::ordered_json result_json(const ReportedFinding& finding, const std::vector<ReportedRule>& rules) {
    const std::string hint = finding.hint.empty() ? "" : "\nhint: " + finding.hint;
    nlohmann::ordered_json one = {{"ruleId", finding.rule},
                                  {"level", level_name(finding.level)},
                                  {"message", {{"text", finding.message + hint}}}};
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.id == finding.rule; });
    if (rule != rules.end()) one["ruleIndex"] = rule - rules.begin();
    one["locations"] = nlohmann::ordered_json::array();
    if (!finding.path.empty()) one["locations"].push_back(location_json(finding));
    // A scanner takes an absent list for "not known", an empty one for "not suppressed".
    one["suppressions"] = nlohmann::ordered_json::array();
    if (!finding.suppressed.empty()) {
        one["suppressions"].push_back({{"kind", "inSource"}, {"justification", finding.suppressed}});
    }
    return one;
}

}  // namespace

nlohmann::ordered_json findings_sarif(const FindingsReport& report, std::string_view version) {
    nlohmann::ordered_json rules = nlohmann::ordered_json::array();
    for (const ReportedRule& rule : report.rules) rules.push_back(rule_json(rule));
    nlohmann::ordered_json results = nlohmann::ordered_json::array();
    for (const ReportedFinding& finding : report.findings) results.push_back(result_json(finding, report.rules));
    const nlohmann::ordered_json driver = {{"name", report.name}, {"version", version}, {"rules", std::move(rules)}};
    const nlohmann::ordered_json run = {
        {"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", nlohmann::ordered_json::array({run})}};
}

}  // namespace quarry::wire
