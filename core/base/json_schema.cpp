#include "core/base/json_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <utility>

// Without it the library ends the process where it would throw.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry {
namespace {

using Json = nlohmann::json;

constexpr std::size_t max_schema_bytes = 1'000'000;
constexpr int max_depth = 100;  // the library checks by recursion
constexpr std::size_t max_problems = 10;
// std::regex takes stack for each byte of what it looks through.
constexpr std::size_t max_pattern_text = 4096;

Error no_schema(std::string why) {
    return Error(ErrorCode::usage, "this is not a JSON Schema that can be used",
                 R"(a schema looks like {"type": "object", "properties": {"city": {"type": "string"}}})")
        .because(std::move(why));
}

/// JSON of at most `max_depth` levels; nothing for what is none.
Json parse_bounded(std::string_view text) {
    return Json::parse(
        text, [](int depth, Json::parse_event_t, Json&) { return depth <= max_depth; }, false);
}

bool has_pattern(const Json& schema) {
    if (schema.is_object() && (schema.contains("pattern") || schema.contains("patternProperties"))) return true;
    return schema.is_structured() && std::any_of(schema.begin(), schema.end(), has_pattern);
}

bool has_long_text(const Json& value) {
    if (value.is_string()) return value.get_ref<const std::string&>().size() > max_pattern_text;
    return value.is_structured() && std::any_of(value.begin(), value.end(), has_long_text);
}

/// References to what would have to be fetched.
void refuse_remote_references(const Json& schema) {
    if (schema.is_object()) {
        const auto reference = schema.find("$ref");
        if (reference != schema.end() && reference->is_string() &&
            !reference->get_ref<const std::string&>().starts_with('#')) {
            throw no_schema(fmt::format("its $ref \"{}\" is not in the schema itself",
                                        one_line(strip_terminal_controls(reference->get<std::string>()), 100)));
        }
    }
    if (!schema.is_structured()) return;
    for (const Json& inner : schema) refuse_remote_references(inner);
}

/// "[city]" of the library's path as "/city".
std::string place_of(const std::vector<std::string>& context) {
    std::string place;
    for (std::size_t i = 1; i < context.size(); ++i) {
        std::string_view part = context[i];
        if (part.starts_with('[') && part.ends_with(']')) part = part.substr(1, part.size() - 2);
        place += fmt::format("/{}", part);
    }
    return place;
}

}  // namespace

struct JsonSchema::Parsed {
    valijson::Schema schema;
    bool of_object = false;
    bool pattern = false;
};

JsonSchema::JsonSchema(std::string_view text) : parsed_(std::make_unique<Parsed>()) {
    if (text.size() > max_schema_bytes) throw no_schema("it is longer than a million bytes");
    const Json json = parse_bounded(text);
    if (!json.is_object()) throw no_schema("it is not a JSON object");
    refuse_remote_references(json);
    try {
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        const valijson::adapters::NlohmannJsonAdapter adapter(json);
        parser.populateSchema(adapter, parsed_->schema);
    } catch (const std::exception& error) {
        throw no_schema(error.what());
    }
    const auto type = json.find("type");
    parsed_->of_object = type != json.end() && *type == "object";
    parsed_->pattern = has_pattern(json);
}

JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;
JsonSchema& JsonSchema::operator=(JsonSchema&&) noexcept = default;

bool JsonSchema::is_of_object() const noexcept { return parsed_->of_object; }

std::vector<std::string> JsonSchema::problems(const Json& value) const {
    if (parsed_->pattern && has_long_text(value)) {
        return {fmt::format("a text is longer than {} bytes, too long for a pattern", max_pattern_text)};
    }
    valijson::ValidationResults results;
    try {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        const valijson::adapters::NlohmannJsonAdapter adapter(value);
        if (validator.validate(parsed_->schema, adapter, &results)) return {};
    } catch (const std::exception& error) {  // a pattern that is too complex
        return {fmt::format("it cannot be checked: {}", error.what())};
    }
    std::vector<std::string> problems;
    valijson::ValidationResults::Error error;
    while (problems.size() < max_problems && results.popError(error)) {
        const std::string place = place_of(error.context);
        std::string problem = place.empty() ? error.description : fmt::format("{}: {}", place, error.description);
        problems.push_back(one_line(strip_terminal_controls(replace_invalid_utf8(problem)), 300));
    }
    if (problems.empty()) problems.emplace_back("it does not fit the schema");
    return problems;
}

}  // namespace quarry
