#include "core/trace/otlp.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/hash.h"
#include "core/base/trace.h"
#include "core/trace/run_record.h"

namespace quarry::trace {
namespace {

using json = nlohmann::ordered_json;

// Of the protocol: opentelemetry-proto, trace.proto.
constexpr int status_error = 2;
constexpr std::size_t span_id_digits = 16;
constexpr std::size_t trace_id_digits = 32;

/// 64-bit integers are texts: JSON's numbers are doubles to many readers.
std::string integer_text(std::int64_t number) { return fmt::format("{}", number); }

json any_value(const TraceValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return {{"stringValue", *text}};
    if (const auto* number = std::get_if<std::int64_t>(&value)) return {{"intValue", integer_text(*number)}};
    if (const auto* flag = std::get_if<bool>(&value)) return {{"boolValue", *flag}};
    if (const auto* number = std::get_if<double>(&value)) return {{"doubleValue", *number}};
    json values = json::array();
    for (const std::string& text : std::get<std::vector<std::string>>(value)) {
        values.push_back({{"stringValue", text}});
    }
    return {{"arrayValue", {{"values", std::move(values)}}}};
}

json key_value(std::string_view key, const TraceValue& value) { return {{"key", key}, {"value", any_value(value)}}; }

/// A hash of the run and the span's place in it, so that a run that is sent twice is the same twice.
std::string span_id(const store::StoredRun& run, std::size_t place) {
    return content_hash(fmt::format("{}/{}", run.trace_id, place)).substr(0, span_id_digits);
}

json otlp_span(const store::StoredRun& run, const Span& span, std::size_t place) {
    json out = {{"traceId", run.trace_id}, {"spanId", span_id(run, place)}};
    if (span.parent) out["parentSpanId"] = span_id(run, *span.parent);
    out["name"] = span.name;
    out["kind"] = static_cast<int>(span.kind);
    out["startTimeUnixNano"] = integer_text(span.start);
    out["endTimeUnixNano"] = integer_text(span.start + span.duration);
    json attributes = json::array();
    for (const auto& [key, value] : span.attributes) attributes.push_back(key_value(key, value));
    if (!span.error.empty()) attributes.push_back(key_value("error.type", span.error));
    out["attributes"] = std::move(attributes);
    if (!span.error.empty()) {
        out["status"] = {{"code", status_error}};
        if (!span.error_message.empty()) out["status"]["message"] = span.error_message;
    }
    return out;
}

}  // namespace

std::string otlp_traces(std::span<const store::StoredRun> runs, std::string_view version) {
    json spans = json::array();
    for (const store::StoredRun& run : runs) {
        const bool is_id = run.trace_id.size() == trace_id_digits &&
                           run.trace_id.find_first_not_of("0123456789abcdef") == std::string::npos;
        if (!is_id) throw Error(ErrorCode::failed, fmt::format("run {} has no trace id", run.id));
        const std::vector<Span> of_run = stored_spans(run);
        for (std::size_t i = 0; i < of_run.size(); ++i) spans.push_back(otlp_span(run, of_run[i], i));
    }
    const json resource = json::array(
        {key_value("service.name", std::string("quarry")), key_value("service.version", std::string(version))});
    const json scope = {{"name", "quarry"}, {"version", version}};
    const json scope_spans = json::array({{{"scope", scope}, {"spans", std::move(spans)}}});
    const json body = {
        {"resourceSpans", json::array({{{"resource", {{"attributes", resource}}}, {"scopeSpans", scope_spans}}})}};
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace quarry::trace
