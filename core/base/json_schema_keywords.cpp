#include "core/base/json_schema_keywords.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace quarry {
namespace {

using Json = nlohmann::json;

constexpr auto draft_7 = SchemaDialect::draft_7;
constexpr auto draft_2020_12 = SchemaDialect::draft_2020_12;

constexpr SchemaKeyword schema_keywords[] = {
    {"$defs", SchemaRule::none, SchemaShape::schema_map},
    {"definitions", SchemaRule::none, SchemaShape::schema_map},
    {"$ref", SchemaRule::reference, SchemaShape::text},
    {"$dynamicRef", SchemaRule::dynamic_reference, SchemaShape::text, draft_2020_12},
    {"type", SchemaRule::type, SchemaShape::type},
    {"enum", SchemaRule::enumeration, SchemaShape::list},
    {"const", SchemaRule::constant, SchemaShape::any},
    {"minimum", SchemaRule::minimum, SchemaShape::number},
    {"maximum", SchemaRule::maximum, SchemaShape::number},
    {"exclusiveMinimum", SchemaRule::exclusive_minimum, SchemaShape::number},
    {"exclusiveMaximum", SchemaRule::exclusive_maximum, SchemaShape::number},
    {"multipleOf", SchemaRule::multiple, SchemaShape::positive},
    {"minLength", SchemaRule::shortest, SchemaShape::count},
    {"maxLength", SchemaRule::longest, SchemaShape::count},
    {"pattern", SchemaRule::pattern, SchemaShape::pattern},
    {"format", SchemaRule::format, SchemaShape::text},
    {"minItems", SchemaRule::fewest_items, SchemaShape::count},
    {"maxItems", SchemaRule::most_items, SchemaShape::count},
    {"uniqueItems", SchemaRule::unique_items, SchemaShape::flag},
    {"minProperties", SchemaRule::fewest_members, SchemaShape::count},
    {"maxProperties", SchemaRule::most_members, SchemaShape::count},
    {"required", SchemaRule::required, SchemaShape::names},
    {"dependentRequired", SchemaRule::dependent_required, SchemaShape::names_map, draft_2020_12},
    {"propertyNames", SchemaRule::names, SchemaShape::schema},
    {"properties", SchemaRule::members, SchemaShape::schema_map},
    {"patternProperties", SchemaRule::members, SchemaShape::pattern_map},
    {"additionalProperties", SchemaRule::members, SchemaShape::schema},
    {"prefixItems", SchemaRule::items, SchemaShape::schemas, draft_2020_12},
    {"items", SchemaRule::items, SchemaShape::schema, draft_2020_12},
    {"items", SchemaRule::items, SchemaShape::items, draft_7},
    {"additionalItems", SchemaRule::items, SchemaShape::schema, draft_7},
    {"contains", SchemaRule::contains, SchemaShape::schema},
    {"minContains", SchemaRule::contains, SchemaShape::count, draft_2020_12},
    {"maxContains", SchemaRule::contains, SchemaShape::count, draft_2020_12},
    {"allOf", SchemaRule::all_of, SchemaShape::schemas},
    {"anyOf", SchemaRule::any_of, SchemaShape::schemas},
    {"oneOf", SchemaRule::one_of, SchemaShape::schemas},
    {"not", SchemaRule::negation, SchemaShape::schema},
    {"if", SchemaRule::condition, SchemaShape::schema},
    {"then", SchemaRule::condition, SchemaShape::schema},
    {"else", SchemaRule::condition, SchemaShape::schema},
    {"dependentSchemas", SchemaRule::dependent_schemas, SchemaShape::schema_map, draft_2020_12},
    {"dependencies", SchemaRule::dependencies, SchemaShape::dependencies},  // 2020-12 keeps it for older schemas
    {"unevaluatedItems", SchemaRule::unevaluated_items, SchemaShape::schema, draft_2020_12},
    {"unevaluatedProperties", SchemaRule::unevaluated_members, SchemaShape::schema, draft_2020_12},
};

bool is_schema(const Json& json) { return json.is_object() || json.is_boolean(); }
bool is_name_list(const Json& json) {
    return json.is_array() && std::all_of(json.begin(), json.end(), [](const Json& one) { return one.is_string(); });
}
bool is_schema_list(const Json& json) {
    return json.is_array() && !json.empty() && std::all_of(json.begin(), json.end(), is_schema);
}
template <typename Test>
bool is_map_of(const Json& json, Test test) {
    return json.is_object() && std::all_of(json.begin(), json.end(), test);
}
bool is_type_name(const Json& json) {
    constexpr std::array names = {"array", "boolean", "integer", "null", "number", "object", "string"};
    return json.is_string() && std::find(names.begin(), names.end(), json.get_ref<const std::string&>()) != names.end();
}
bool is_type_list(const Json& json) {
    return json.is_array() && !json.empty() && std::all_of(json.begin(), json.end(), is_type_name);
}

}  // namespace

const SchemaKeyword* find_schema_keyword(std::string_view name, SchemaDialect dialect) {
    const auto* const found = std::find_if(
        std::begin(schema_keywords), std::end(schema_keywords),
        [&](const SchemaKeyword& one) { return one.name == name && one.only.value_or(dialect) == dialect; });
    return found != std::end(schema_keywords) ? found : nullptr;
}

std::optional<SchemaDialect> find_schema_dialect(std::string_view address) {
    if (address.ends_with('#')) address.remove_suffix(1);
    if (const std::size_t start = address.find("://"); start != std::string_view::npos)
        address.remove_prefix(start + 3);
    if (address == "json-schema.org/draft/2020-12/schema") return SchemaDialect::draft_2020_12;
    for (const std::string_view draft : {"04", "06", "07"}) {
        if (address == std::string("json-schema.org/draft-").append(draft).append("/schema")) {
            return SchemaDialect::draft_7;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> find_misshape(SchemaShape shape, const Json& operand) {
    const auto unless = [](bool fits, std::string_view wanted) {
        return fits ? std::nullopt : std::optional<std::string_view>(wanted);
    };
    switch (shape) {
        case SchemaShape::schema: return unless(is_schema(operand), "a schema: an object, true or false");
        case SchemaShape::schemas: return unless(is_schema_list(operand), "a list of at least one schema");
        case SchemaShape::schema_map:
        case SchemaShape::pattern_map: return unless(is_map_of(operand, is_schema), "an object of schemas");
        case SchemaShape::items:
            return unless(is_schema(operand) || is_schema_list(operand) || operand == Json::array(),
                          "a schema or a list of schemas");
        case SchemaShape::dependencies:
            return unless(is_map_of(operand, [](const Json& one) { return is_schema(one) || is_name_list(one); }),
                          "an object of schemas and lists of names");
        case SchemaShape::names_map: return unless(is_map_of(operand, is_name_list), "an object of lists of names");
        case SchemaShape::names: return unless(is_name_list(operand), "a list of names");
        case SchemaShape::type:
            return unless(is_type_name(operand) || is_type_list(operand),
                          "array, boolean, integer, null, number, object or string, or a list of these");
        case SchemaShape::list: return unless(operand.is_array(), "a list");
        case SchemaShape::any: return std::nullopt;
        case SchemaShape::flag: return unless(operand.is_boolean(), "true or false");
        case SchemaShape::text:
        case SchemaShape::pattern: return unless(operand.is_string(), "a string");
        case SchemaShape::number: return unless(operand.is_number(), "a number");
        case SchemaShape::positive:
            return unless(operand.is_number() && operand.get<double>() > 0, "a number greater than 0");
        case SchemaShape::count: break;
    }
    const bool is_count =
        operand.is_number() && operand.get<double>() >= 0 && operand.get<double>() == std::floor(operand.get<double>());
    return unless(is_count, "a whole number, 0 or more");
}

void for_each_subschema(SchemaShape shape, const Json& operand, const std::function<void(const Json& schema)>& visit) {
    switch (shape) {
        case SchemaShape::schema: visit(operand); break;
        case SchemaShape::items:
            if (is_schema(operand)) return visit(operand);
            [[fallthrough]];
        case SchemaShape::schemas:
        case SchemaShape::schema_map:
        case SchemaShape::pattern_map:
        case SchemaShape::dependencies:
            for (const Json& one : operand) {
                if (is_schema(one)) visit(one);
            }
            break;
        default: break;
    }
}

}  // namespace quarry
