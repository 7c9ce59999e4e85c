#include "core/base/json_schema_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "core/base/ascii.h"
#include "core/base/json_format.h"
#include "core/base/json_schema_loops.h"
#include "core/base/text.h"
#include "core/base/uri_reference.h"

namespace quarry {
namespace {

using Json = nlohmann::json;

// What patterns may take together, each of them being bounded by itself.
constexpr std::size_t most_patterns = 500;
constexpr std::size_t most_pattern_instructions = 500'000;

std::string shown_name(std::string_view text) {
    return one_line(strip_terminal_controls(replace_invalid_utf8(text)), 100);
}

std::string percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
            plain += static_cast<char>(value);
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

/// What "/definitions/a" leads to; null when there is nothing.
const Json* find_by_pointer(const Json& root, std::string_view pointer) {
    const Json* at = &root;
    for (const std::string_view each : split(pointer.substr(1), '/')) {
        std::string part;
        for (std::size_t i = 0; i < each.size(); ++i) {
            const std::string_view rest = each.substr(i, 2);
            part += rest == "~1" ? '/' : rest == "~0" ? '~' : each[i];
            if (rest == "~1" || rest == "~0") ++i;
        }
        if (at->is_object()) {
            const auto found = at->find(part);
            if (found == at->end()) return nullptr;
            at = &*found;
            continue;
        }
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
        if (!at->is_array() || error != std::errc() || *end != '\0' || index >= at->size()) return nullptr;
        at = &(*at)[index];
    }
    return at;
}

/// Finds the way to a part of some JSON: "/properties/a".
bool find_pointer(const Json& from, const Json& wanted, Json::json_pointer& way) {
    if (&from == &wanted) return true;
    if (!from.is_structured()) return false;
    std::size_t index = 0;
    for (auto each = from.begin(); each != from.end(); ++each, ++index) {
        if (from.is_object()) {
            way.push_back(each.key());
        } else {
            way.push_back(std::to_string(index));
        }
        if (find_pointer(*each, wanted, way)) return true;
        way.pop_back();
    }
    return false;
}

bool is_anchor_name(const std::string& name) {
    return !name.empty() && (is_ascii_letter(name[0]) || name[0] == '_') &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || c == '-' || c == '.';
           });
}

class SchemaReader {
public:
    explicit SchemaReader(const Json& root) : root_(root) {}

    SchemaGraph read() {
        SchemaResource& whole = graph_.resources[""];
        whole.root = &root_;
        read_node(root_, {&whole, SchemaDialect::draft_2020_12});
        for (std::size_t i = 0; i < references_.size(); ++i) follow(*references_[i]);
        if (const SchemaNode* const endless = find_endless_schema(graph_, references_)) {
            refuse(*endless->json, "its references form a loop, or too long a chain, without going into the value");
        }
        return std::move(graph_);
    }

private:
    struct Context {
        SchemaResource* resource;
        SchemaDialect dialect;
    };

    [[nodiscard]] std::string place_of(const Json& where) const {
        Json::json_pointer way;
        static_cast<void>(find_pointer(root_, where, way));
        return way.empty() ? "the schema" : shown_name(way.to_string());
    }

    [[noreturn]] void refuse(const Json& where, std::string_view why) const {
        throw unusable_schema(fmt::format("{}: {}", place_of(where), why));
    }

    void read_node(const Json& schema, Context context) {
        const auto [at, is_new] = graph_.nodes.try_emplace(&schema);
        if (!is_new) return;
        SchemaNode& node = at->second;
        node.json = &schema;
        node.resource = context.resource;
        node.dialect = context.dialect;
        if (schema.is_boolean()) return;
        // Beside a $ref of draft 7 nothing counts.
        const bool only_refers = context.dialect == SchemaDialect::draft_7 && schema.contains("$ref");
        if (&schema == &root_ || (schema.contains("$id") && !only_refers)) read_dialect(schema, context);
        node.dialect = context.dialect;
        if (!only_refers) read_identity(schema, context, node);
        for (const auto& [name, operand] : schema.items()) {
            const SchemaKeyword* const keyword = find_schema_keyword(name, context.dialect);
            if (keyword == nullptr) continue;
            if (only_refers && keyword->rule != SchemaRule::reference && keyword->rule != SchemaRule::none) continue;
            read_keyword(*keyword, operand, node, context);
        }
        std::sort(node.parts.begin(), node.parts.end(), [](auto& a, auto& b) { return a.rule < b.rule; });
        node.parts.erase(
            std::unique(node.parts.begin(), node.parts.end(), [](auto& a, auto& b) { return a.rule == b.rule; }),
            node.parts.end());
        if (std::any_of(node.parts.begin(), node.parts.end(), is_reference)) references_.push_back(&node);
    }

    static bool is_reference(const SchemaPart& part) {
        return part.rule == SchemaRule::reference || part.rule == SchemaRule::dynamic_reference;
    }

    void read_dialect(const Json& schema, Context& context) const {
        const auto named = schema.find("$schema");
        if (named == schema.end()) return;
        const std::optional<SchemaDialect> known =
            named->is_string() ? find_schema_dialect(named->get_ref<const std::string&>()) : std::nullopt;
        if (!known) {
            refuse(*named,
                   fmt::format("the $schema {} is not known: 2020-12 and draft 7 are", shown_name(text_of(*named))));
        }
        context.dialect = *known;
    }

    static std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

    /// $id, $anchor, $dynamicAnchor and $vocabulary.
    void read_identity(const Json& schema, Context& context, SchemaNode& node) {
        const bool is_new = context.dialect == SchemaDialect::draft_2020_12;
        if (const auto id = schema.find("$id"); id != schema.end()) read_id(schema, *id, context, node);
        if (!is_new) return;
        for (const char* name : {"$anchor", "$dynamicAnchor"}) {
            const auto anchor = schema.find(name);
            if (anchor == schema.end()) continue;
            const std::string text = anchor->is_string() ? anchor->get<std::string>() : "";
            if (!is_anchor_name(text)) refuse(*anchor, fmt::format("{} must be a name", name));
            add_anchor(*anchor, text, context, node);
            if (name == std::string_view("$dynamicAnchor")) context.resource->dynamic_anchors[text] = &node;
        }
        const auto vocabularies = schema.find("$vocabulary");
        if (vocabularies == schema.end()) return;
        for (const auto& [vocabulary, needed] : vocabularies->items()) {
            if (needed != false && !is_known_vocabulary(vocabulary)) {
                refuse(*vocabularies, fmt::format("the $vocabulary {} is not known", shown_name(vocabulary)));
            }
        }
    }

    static bool is_known_vocabulary(std::string_view name) {
        constexpr std::string_view home = "https://json-schema.org/draft/2020-12/vocab/";
        if (!name.starts_with(home)) return false;
        name.remove_prefix(home.size());
        return name == "core" || name == "applicator" || name == "unevaluated" || name == "validation" ||
               name == "meta-data" || name == "format-annotation" || name == "content";
    }

    void read_id(const Json& schema, const Json& id, Context& context, SchemaNode& node) {
        if (!id.is_string()) refuse(id, "$id must be a string");
        const std::string& text = id.get_ref<const std::string&>();
        const std::size_t mark = std::min(text.find('#'), text.size());
        const std::string anchor = mark < text.size() ? text.substr(mark + 1) : "";
        if (!anchor.empty() && context.dialect == SchemaDialect::draft_2020_12) {
            refuse(id, "$id must not have a fragment: use $anchor");
        }
        if (mark > 0) {
            const std::string uri =
                resolve_uri_reference(context.resource->uri, std::string_view(text).substr(0, mark));
            SchemaResource& resource = graph_.resources[uri];
            if (resource.root != nullptr && resource.root != &schema) refuse(id, "two schemas in it have this $id");
            resource.uri = uri;
            resource.root = &schema;
            context.resource = &resource;
            node.resource = &resource;
        }
        if (!anchor.empty()) add_anchor(id, anchor, context, node);
    }

    void add_anchor(const Json& where, const std::string& name, Context& context, const SchemaNode& node) const {
        const auto [at, is_new] = context.resource->anchors.try_emplace(name, &node);
        if (!is_new && at->second != &node) refuse(where, "two schemas in it have this anchor");
    }

    void read_keyword(const SchemaKeyword& keyword, const Json& operand, SchemaNode& node, Context context) {
        if (const auto wanted = find_misshape(keyword.shape, operand)) {
            const bool is_old = keyword.rule == SchemaRule::items && operand.is_array() && keyword.name == "items";
            refuse(operand,
                   fmt::format("{} must be {}{}", keyword.name, *wanted,
                               is_old ? "; a list of schemas is prefixItems, or needs the $schema of draft 7" : ""));
        }
        for_each_subschema(keyword.shape, operand, [&](const Json& schema) { read_node(schema, context); });
        SchemaPart part{.rule = keyword.rule, .operand = &operand};
        if (keyword.shape == SchemaShape::pattern)
            part.pattern = &pattern(operand.get_ref<const std::string&>(), operand);
        if (keyword.shape == SchemaShape::pattern_map) {
            for (const auto& [text, schema] : operand.items()) {
                node.patterns.emplace_back(&pattern(text, schema), &graph_.nodes.at(&schema));
            }
        }
        const bool is_remark =
            part.rule == SchemaRule::none ||
            (part.rule == SchemaRule::format && !is_checked_format(operand.get_ref<const std::string&>()));
        if (!is_remark) node.parts.push_back(std::move(part));
        graph_.has_unevaluated |= keyword.rule >= SchemaRule::unevaluated_items;
    }

    const JsonPattern& pattern(const std::string& text, const Json& where) {
        const auto known = graph_.patterns.find(text);
        if (known != graph_.patterns.end()) return known->second;
        const JsonPattern& added = graph_.patterns.emplace(text, compiled(text, where)).first->second;
        pattern_instructions_ += added.size();
        if (graph_.patterns.size() > most_patterns || pattern_instructions_ > most_pattern_instructions) {
            refuse(where,
                   fmt::format("there are more than {} patterns, or they are too large together", most_patterns));
        }
        return added;
    }

    [[nodiscard]] JsonPattern compiled(const std::string& text, const Json& where) const {
        try {
            return JsonPattern(text);
        } catch (const Error& error) {
            throw Error(error).while_doing(place_of(where)).while_doing(unusable_schema("").message());
        }
    }

    void follow(SchemaNode& node) {
        for (SchemaPart& part : node.parts) {
            if (is_reference(part)) follow(part, node);
        }
    }

    void follow(SchemaPart& part, const SchemaNode& node) {
        const std::string& text = part.operand->get_ref<const std::string&>();
        const std::size_t mark = std::min(text.find('#'), text.size());
        const std::string uri = resolve_uri_reference(node.resource->uri, std::string_view(text).substr(0, mark));
        const std::string fragment = mark < text.size() ? percent_decoded(std::string_view(text).substr(mark + 1)) : "";
        const auto resource = graph_.resources.find(mark == 0 ? node.resource->uri : uri);
        if (resource == graph_.resources.end() || resource->second.root == nullptr) {
            refuse(*part.operand,
                   fmt::format("\"{}\" is in another document, which is never fetched: put it into $defs",
                               shown_name(text)));
        }
        SchemaResource& there = resource->second;
        if (fragment.empty() || fragment[0] == '/') {
            const Json* const target = fragment.empty() ? there.root : find_by_pointer(*there.root, fragment);
            if (target == nullptr || (!target->is_object() && !target->is_boolean())) {
                refuse(*part.operand, fmt::format("\"{}\" does not lead to a schema", shown_name(text)));
            }
            read_node(*target, {&there, graph_.nodes.at(there.root).dialect});
            part.target = &graph_.nodes.at(target);
            return;
        }
        const auto anchor = there.anchors.find(fragment);
        if (anchor == there.anchors.end()) {
            refuse(*part.operand, fmt::format("\"{}\" does not lead to a schema", shown_name(text)));
        }
        part.target = anchor->second;
        if (part.rule == SchemaRule::dynamic_reference && there.dynamic_anchors.contains(fragment)) {
            part.dynamic_anchor = fragment;
        }
    }

    const Json& root_;
    SchemaGraph graph_;
    std::vector<SchemaNode*> references_;
    std::size_t pattern_instructions_ = 0;
};

}  // namespace

Error unusable_schema(std::string why) {
    return Error(ErrorCode::usage, "this is not a JSON Schema that can be used",
                 R"(a schema looks like {"type": "object", "properties": {"city": {"type": "string"}}})")
        .because(std::move(why));
}

SchemaGraph read_schema(const Json& root) { return SchemaReader(root).read(); }

}  // namespace quarry
