#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace quarry {

/// The edition of JSON Schema that a schema is written in.
enum class SchemaDialect { draft_7, draft_2020_12 };

/// What is checked of a value, in the order in which it is: keywords that belong together are one rule.
enum class SchemaRule {
    none,  ///< Holds schemas for others to refer to.
    type,
    enumeration,
    constant,
    minimum,
    maximum,
    exclusive_minimum,
    exclusive_maximum,
    multiple,
    shortest,
    longest,
    pattern,
    format,
    fewest_items,
    most_items,
    unique_items,
    fewest_members,
    most_members,
    required,
    dependent_required,
    names,
    members,   ///< properties, patternProperties, additionalProperties
    items,     ///< prefixItems and items; of draft 7 items and additionalItems
    contains,  ///< contains, minContains, maxContains
    reference,
    dynamic_reference,
    all_of,
    any_of,
    one_of,
    negation,
    condition,  ///< if, then, else
    dependent_schemas,
    dependencies,
    unevaluated_items,
    unevaluated_members,
};

/// What a keyword's own value must look like.
enum class SchemaShape {
    schema,
    schemas,
    schema_map,
    items,
    dependencies,
    names_map,
    names,
    type,
    list,
    any,
    flag,
    text,
    pattern,
    pattern_map,
    number,
    positive,
    count,
};

struct SchemaKeyword {
    std::string_view name;
    SchemaRule rule;
    SchemaShape shape;
    std::optional<SchemaDialect> only{};  ///< Nothing for keywords of both editions.
};

/// The keyword of this name; null for what the edition does not know, which counts for nothing.
[[nodiscard]] const SchemaKeyword* find_schema_keyword(std::string_view name, SchemaDialect dialect);

/// The edition that a "$schema" names: 2020-12, or draft 7 for that and 4 and 6; nothing for any other.
[[nodiscard]] std::optional<SchemaDialect> find_schema_dialect(std::string_view address);

/// What a keyword's value must be, where it is something else; the schemas in it are not looked into.
[[nodiscard]] std::optional<std::string_view> find_misshape(SchemaShape shape, const nlohmann::json& operand);

/// Calls `visit` with each schema that a keyword's value of the right shape is, or holds.
void for_each_subschema(SchemaShape shape, const nlohmann::json& operand,
                        const std::function<void(const nlohmann::json& schema)>& visit);

}  // namespace quarry
