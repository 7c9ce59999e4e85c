#include "core/base/json_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

// Without it the library ends the process where it would throw.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_pattern.h"
#include "core/base/json_references.h"
#include "core/base/text.h"

// The library matches patterns by std::regex, which takes stack for each byte and may take exponential time. These
// members of it do it by RE2 instead, for what it visits here: JSON, and the names of members as texts.
namespace valijson {

template <>
bool ValidationVisitor<adapters::NlohmannJsonAdapter>::visit(const PatternConstraint& constraint) {
    if (!m_target.isString()) return true;
    const std::string pattern = constraint.getPattern<std::string::allocator_type>();
    if (quarry::matches_json_pattern(pattern, m_target.asString())) return true;
    if (m_results != nullptr) m_results->pushError(m_context, "It does not match the pattern " + pattern);
    return false;
}

template <>
bool ValidationVisitor<adapters::StdStringAdapter>::visit(const PatternConstraint& constraint) {
    return quarry::matches_json_pattern(constraint.getPattern<std::string::allocator_type>(), m_target.asString());
}

template <>
template <>
bool ValidationVisitor<adapters::NlohmannJsonAdapter>::ValidatePatternPropertySubschemas::operator()(
    const constraints::PropertiesConstraint::String& pattern, const Subschema* subschema) const {
    for (const auto member : m_object) {
        if (!quarry::matches_json_pattern({pattern.data(), pattern.size()}, member.first)) continue;
        if (m_propertiesMatched != nullptr) m_propertiesMatched->insert(member.first);
        std::vector<std::string> context = m_context;
        context.push_back("[" + member.first + "]");
        ValidationVisitor validator(member.second, context, m_strictTypes, m_results, m_regexesCache);
        if (validator.validateSchema(*subschema)) continue;
        if (m_validated != nullptr) *m_validated = false;
        if (!m_continueOnFailure) return false;
    }
    return m_continueOnSuccess;
}

}  // namespace valijson

namespace quarry {
namespace {

using Json = nlohmann::json;

constexpr std::size_t max_schema_bytes = 1'000'000;
constexpr int max_depth = 100;  // the library checks by recursion
constexpr std::size_t max_problems = 10;
// The library looks for dates and times by std::regex, which takes stack for each byte.
constexpr std::size_t max_format_text = 4096;

Error no_schema(std::string why) {
    return Error(ErrorCode::usage, "this is not a JSON Schema that can be used",
                 R"(a schema looks like {"type": "object", "properties": {"city": {"type": "string"}}})")
        .because(std::move(why));
}

bool has_format(const Json& schema) {
    if (schema.is_object() && schema.contains("format")) return true;
    return schema.is_structured() && std::any_of(schema.begin(), schema.end(), has_format);
}

/// Throws Error(usage) for patterns that cannot be used, in what is no value but part of the schema.
void check_patterns(const Json& schema) {
    if (schema.is_object()) {
        const auto pattern = schema.find("pattern");
        if (pattern != schema.end() && pattern->is_string()) check_json_pattern(pattern->get_ref<const std::string&>());
        const auto names = schema.find("patternProperties");
        if (names != schema.end() && names->is_object()) {
            for (const auto& [name, inner] : names->items()) check_json_pattern(name);
        }
    }
    if (!schema.is_structured()) return;
    for (const auto& [name, inner] : schema.items()) {
        if (name != "const" && name != "default" && name != "enum" && name != "examples") check_patterns(inner);
    }
}

bool has_long_text(const Json& value) {
    if (value.is_string()) return value.get_ref<const std::string&>().size() > max_format_text;
    return value.is_structured() && std::any_of(value.begin(), value.end(), has_long_text);
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
    bool format = false;
};

JsonSchema::JsonSchema(std::string_view text) : parsed_(std::make_unique<Parsed>()) {
    if (text.size() > max_schema_bytes) throw no_schema("it is longer than a million bytes");
    const Json json = parse_bounded_json(text, max_depth);
    if (json.is_discarded()) throw no_schema(json_problem(text, max_depth));
    if (!json.is_object()) throw no_schema("it is not a JSON object");
    if (std::optional<std::string> bad = find_bad_reference(json)) throw no_schema(*std::move(bad));
    try {
        check_patterns(json);
    } catch (const Error& error) {
        throw Error(error).while_doing("this is not a JSON Schema that can be used");
    }
    try {
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        const valijson::adapters::NlohmannJsonAdapter adapter(json);
        parser.populateSchema(adapter, parsed_->schema);
    } catch (const std::exception& error) {
        throw no_schema(error.what());
    }
    const auto type = json.find("type");
    parsed_->of_object = type != json.end() && *type == "object";
    parsed_->format = has_format(json);
}

JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;
JsonSchema& JsonSchema::operator=(JsonSchema&&) noexcept = default;

bool JsonSchema::is_of_object() const noexcept { return parsed_->of_object; }

std::vector<std::string> JsonSchema::problems(const Json& value) const {
    if (parsed_->format && has_long_text(value)) {
        return {fmt::format("a text is longer than {} bytes, too long for a format", max_format_text)};
    }
    valijson::ValidationResults results;
    try {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        const valijson::adapters::NlohmannJsonAdapter adapter(value);
        if (validator.validate(parsed_->schema, adapter, &results)) return {};
    } catch (const std::exception& error) {  // such as a format of what is no text
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
