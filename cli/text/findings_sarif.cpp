// Findings as SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/line/version.h"
#include "cli/text/findings.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

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

Json rule_json(const ReportedRule& rule) {
    Json one = {{"id", rule.id},
                {"shortDescription", {{"text", rule.summary}}},
                {"defaultConfiguration", {{"level", level_name(rule.level)}}}};
    if (!rule.help.empty()) one["help"] = {{"text", rule.help}, {"markdown", rule.help}};
    return one;
}

Json location_json(const ReportedFinding& finding) {
    Json physical = {{"artifactLocation", {{"uri", uri_of(finding.path)}}}};
    if (finding.line > 0) {
        Json region = {{"startLine", finding.line}};
        if (finding.column > 0) region["startColumn"] = finding.column;
        if (finding.end_line > 0) region["endLine"] = finding.end_line;
        if (finding.end_column > 0) region["endColumn"] = finding.end_column;
        physical["region"] = std::move(region);
    }
    return {{"physicalLocation", std::move(physical)}};
}

Json result_json(const ReportedFinding& finding, const std::vector<ReportedRule>& rules) {
    const std::string hint = finding.hint.empty() ? "" : "\nhint: " + finding.hint;
    Json one = {{"ruleId", finding.rule},
                {"level", level_name(finding.level)},
                {"message", {{"text", finding.message + hint}}}};
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.id == finding.rule; });
    if (rule != rules.end()) one["ruleIndex"] = rule - rules.begin();
    one["locations"] = Json::array();
    if (!finding.path.empty()) one["locations"].push_back(location_json(finding));
    // A scanner takes an absent list for "not known", an empty one for "not suppressed".
    one["suppressions"] = Json::array();
    if (!finding.suppressed.empty()) {
        one["suppressions"].push_back({{"kind", "inSource"}, {"justification", finding.suppressed}});
    }
    return one;
}

}  // namespace

std::string findings_sarif(const FindingsReport& report) {
    Json rules = Json::array();
    for (const ReportedRule& rule : report.rules) rules.push_back(rule_json(rule));
    Json results = Json::array();
    for (const ReportedFinding& finding : report.findings) results.push_back(result_json(finding, report.rules));
    const Json driver = {{"name", report.name}, {"version", QUARRY_VERSION}, {"rules", std::move(rules)}};
    const Json run = {
        {"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
    return config::dump_json({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                              {"version", "2.1.0"},
                              {"runs", Json::array({run})}});
}

}  // namespace quarry::cli
