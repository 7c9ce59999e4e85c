#include "core/trace/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"

namespace quarry::trace {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t max_text_bytes = 256 << 10;

/// Redacts and cuts what goes into the record.
class RecordTexts {
public:
    explicit RecordTexts(const redact::Redactor* redactor) : redactor_(redactor) {}

    [[nodiscard]] std::string clean(std::string_view text) const {
        std::string valid = find_invalid_utf8(text) ? replace_invalid_utf8(text) : std::string(text);
        if (redactor_ != nullptr) {
            redact::RedactionCounts counts;
            valid = redactor_->redact(valid, counts);
        }
        if (valid.size() > max_text_bytes) {
            valid.resize(floor_to_code_point(valid, max_text_bytes));
            valid += " …";
        }
        return valid;
    }

    [[nodiscard]] json value(const TraceValue& value) const {
        if (const auto* text = std::get_if<std::string>(&value)) return clean(*text);
        if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
            json array = json::array();
            for (const std::string& text : *texts) array.push_back(clean(text));
            return array;
        }
        if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
        if (const auto* flag = std::get_if<bool>(&value)) return *flag;
        return std::get<double>(value);
    }

private:
    const redact::Redactor* redactor_;
};

json span_record(const Span& span, const RecordTexts& texts) {
    json record = {{"name", texts.clean(span.name)},
                   {"kind", static_cast<int>(span.kind)},
                   {"parent", span.parent ? json(*span.parent) : json(nullptr)},
                   {"start", span.start},
                   {"duration", span.duration},
                   {"attributes", json::object()}};
    for (const auto& [key, value] : span.attributes) record["attributes"][key] = texts.value(value);
    if (!span.error.empty()) {
        record["error"] = span.error;
        record["error_message"] = texts.clean(span.error_message);
    }
    return record;
}

const TraceValue* attribute_of(const Span& span, std::string_view key) {
    const auto at = std::find_if(span.attributes.begin(), span.attributes.end(),
                                 [key](const auto& attribute) { return attribute.first == key; });
    return at == span.attributes.end() ? nullptr : &at->second;
}

std::int64_t integer_of(const Span& span, std::string_view key) {
    const TraceValue* const value = attribute_of(span, key);
    const auto* const number = value != nullptr ? std::get_if<std::int64_t>(value) : nullptr;
    return number != nullptr ? *number : 0;
}

/// Adds a call of a model to the sums; the cost of all is known only when that of each one is.
void add_call(const Span& span, store::StoredRun& run, bool& cost_known) {
    const TraceValue* const cached = attribute_of(span, attribute::cached);
    const bool from_cache = cached != nullptr && std::get_if<bool>(cached) != nullptr && std::get<bool>(*cached);
    ++run.calls;
    if (from_cache) ++run.cached_calls;
    if (const TraceValue* const model = attribute_of(span, attribute::request_model);
        model != nullptr && run.model.empty() && std::holds_alternative<std::string>(*model)) {
        run.model = std::get<std::string>(*model);
    }
    if (from_cache) {
        run.cost = run.cost.value_or(0);  // nobody was asked, and nothing was paid
        return;
    }
    run.input_tokens += integer_of(span, attribute::input_tokens);
    run.output_tokens += integer_of(span, attribute::output_tokens);
    const TraceValue* const cost = attribute_of(span, attribute::cost);
    if (cost != nullptr && std::holds_alternative<double>(*cost)) {
        run.cost = run.cost.value_or(0) + std::get<double>(*cost);
    } else {
        cost_known = false;
    }
}

TraceValue read_value(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_number()) return value.get<double>();
    if (value.is_array()) return value.get<std::vector<std::string>>();
    return value.get<std::string>();
}

Span read_span(const json& record) {
    Span span;
    span.name = record.at("name").get<std::string>();
    span.kind =
        record.at("kind").get<int>() == static_cast<int>(SpanKind::client) ? SpanKind::client : SpanKind::internal;
    if (!record.at("parent").is_null()) span.parent = record.at("parent").get<std::size_t>();
    span.start = record.at("start").get<std::int64_t>();
    span.duration = record.at("duration").get<std::int64_t>();
    for (const auto& [key, value] : record.at("attributes").items()) {
        span.attributes.emplace_back(key, read_value(value));
    }
    span.error = record.value("error", "");
    span.error_message = record.value("error_message", "");
    return span;
}

}  // namespace

store::StoredRun run_record(const FinishedTrace& trace, const redact::Redactor* redactor) {
    const RecordTexts texts(redactor);
    store::StoredRun run;
    run.trace_id = trace.id;
    json spans = json::array();
    bool cost_known = true;
    for (const Span& span : trace.spans) {
        spans.push_back(span_record(span, texts));
        const TraceValue* const operation = attribute_of(span, attribute::operation);
        if (operation != nullptr && *operation == TraceValue(std::string("chat"))) add_call(span, run, cost_known);
    }
    if (!cost_known) run.cost.reset();
    if (!trace.spans.empty()) {
        const Span& root = trace.spans.front();
        run.name = root.name;
        run.started_at = root.start;
        run.duration = root.duration;
        run.error = root.error;
    }
    run.spans = spans.dump(-1, ' ', false, json::error_handler_t::replace);
    return run;
}

bool holds_texts(const FinishedTrace& trace, bool content) {
    return content || std::any_of(trace.spans.begin(), trace.spans.end(),
                                  [](const Span& span) { return !span.error_message.empty(); });
}

std::vector<Span> stored_spans(const store::StoredRun& run) {
    try {
        std::vector<Span> spans;
        const json records = parse_bounded_json<json>(run.spans);
        if (!records.is_array()) throw Error(ErrorCode::failed, "its parts are not a JSON array");
        for (const json& record : records) {
            spans.push_back(read_span(record));
            if (spans.back().parent && *spans.back().parent >= spans.size() - 1) {
                throw Error(ErrorCode::failed, "a part begins before its parent");
            }
        }
        return spans;
    } catch (const json::exception& exception) {
        throw Error(ErrorCode::failed, fmt::format("cannot read run {}", run.id)).because(exception.what());
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot read run {}", run.id));
    }
}

}  // namespace quarry::trace
