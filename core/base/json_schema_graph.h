#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/json_pattern.h"
#include "core/base/json_schema_keywords.h"

namespace quarry {

struct SchemaNode;

/// A rule of a schema, with what its keyword says.
struct SchemaPart {
    SchemaRule rule = SchemaRule::none;
    const nlohmann::json* operand = nullptr;
    const SchemaNode* target = nullptr;  ///< Where a reference leads.
    std::string dynamic_anchor{};        ///< Of a $dynamicRef that goes by who refers; "" when it is a plain $ref.
    const JsonPattern* pattern = nullptr;
};

/// A schema of its own, with a URI that references are relative to, or a whole document.
struct SchemaResource {
    std::string uri;  ///< Without fragment; "" when nothing gives it one.
    const nlohmann::json* root = nullptr;
    std::map<std::string, const SchemaNode*> anchors{}, dynamic_anchors{};
};

/// A schema, or part of one that is a schema itself.
struct SchemaNode {
    const nlohmann::json* json = nullptr;  ///< An object or a boolean.
    const SchemaResource* resource = nullptr;
    SchemaDialect dialect{};
    std::vector<SchemaPart> parts{};                                           ///< One of each rule, in their order.
    std::vector<std::pair<const JsonPattern*, const SchemaNode*>> patterns{};  ///< patternProperties
};

/// A JSON Schema whose keywords were checked and whose references were followed. Points into the JSON that it was read
/// from, which must outlive it unmoved.
struct SchemaGraph {
    std::unordered_map<const nlohmann::json*, SchemaNode> nodes{};
    std::map<std::string, SchemaResource> resources{};
    std::map<std::string, JsonPattern> patterns{};
    bool has_unevaluated = false;  ///< Whether what was looked at must be kept in mind.
};

/// Error(usage) for what is not a JSON Schema that can be used.
[[nodiscard]] Error unusable_schema(std::string why);

/// Reads a schema of at most a hundred levels. Throws Error(usage), with the place, for a keyword whose value it cannot
/// have, a $schema or $vocabulary that is not known, a pattern that cannot be used, and a reference that leads nowhere,
/// into another document (nothing is ever fetched), or back to itself before a value was gone into.
[[nodiscard]] SchemaGraph read_schema(const nlohmann::json& root);

}  // namespace quarry
