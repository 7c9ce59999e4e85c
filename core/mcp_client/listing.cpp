#include "core/mcp_client/listing.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::mcp_client {
namespace {

using json_rpc::Json;

constexpr std::size_t longest_tool_name = 128, longest_description = 10'000, longest_schema = 100'000;
constexpr std::size_t longest_uri = 2'048, most_arguments = 100;

/// Foreign text for people and models: without what drives a terminal or is not seen, and cut.
std::string listed_text(const Json& entry, const char* key, std::size_t most) {
    const auto value = entry.find(key);
    if (value == entry.end() || !value->is_string()) return {};
    std::string text = strip_terminal_controls(replace_invalid_utf8(value->get<std::string>()));
    if (text.size() > most) text.resize(floor_to_code_point(text, most));
    return text;
}

bool is_tool_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_tool_name && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    });
}

/// What is pinned: with sorted names, so that the order in which a server writes does not matter.
std::string hash_of(const Json& entry) {
    nlohmann::json pinned;
    for (const char* key : {"name", "title", "description", "inputSchema", "outputSchema", "annotations"}) {
        if (const auto value = entry.find(key); value != entry.end()) pinned[key] = nlohmann::json(*value);
    }
    return sha256(pinned.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

void read_tool(const Json& entry, ToolListings& into) {
    const Json name = entry.is_object() ? entry.value("name", Json()) : Json();
    if (!name.is_string() || !is_tool_name(name.get_ref<const std::string&>())) {
        const std::string shown = name.is_string() ? name.get<std::string>() : name.dump();
        into.refused.push_back({one_line(strip_terminal_controls(replace_invalid_utf8(shown)), 60),
                                "its name is not 1 to 128 letters, digits, _, - and ."});
        return;
    }
    ToolListing tool{.name = name.get<std::string>()};
    tool.title = listed_text(entry, "title", longest_description);
    tool.description = listed_text(entry, "description", longest_description);
    tool.input_schema = entry.value("inputSchema", Json());
    tool.output_schema = entry.value("outputSchema", Json());
    if (!tool.input_schema.is_object() || tool.input_schema.value("type", Json()) != "object") {
        into.refused.push_back({tool.name, "its inputSchema is not the schema of an object"});
        return;
    }
    if (tool.input_schema.dump(-1, ' ', false, Json::error_handler_t::replace).size() > longest_schema) {
        into.refused.push_back({tool.name, "its inputSchema is too large"});
        return;
    }
    const Json annotations = entry.value("annotations", Json());
    const auto says = [&](const char* hint) { return annotations.is_object() && annotations.value(hint, Json()) == true; };
    tool.says_read_only = says("readOnlyHint");
    tool.says_idempotent = says("idempotentHint");
    try {
        tool.headers = param_headers(tool.input_schema);
    } catch (const Error& error) {
        into.refused.push_back({tool.name, error.what()});
        return;
    }
    tool.hash = hash_of(entry);
    into.tools.push_back(std::move(tool));
}

void read_resource(const Json& entry, bool is_template, std::vector<ResourceListing>& into) {
    if (!entry.is_object()) return;
    ResourceListing one{.uri = listed_text(entry, is_template ? "uriTemplate" : "uri", longest_uri)};
    if (one.uri.empty()) return;
    one.name = listed_text(entry, "name", longest_description);
    one.description = listed_text(entry, "description", longest_description);
    one.media_type = listed_text(entry, "mimeType", longest_tool_name);
    one.is_template = is_template;
    into.push_back(std::move(one));
}

void read_prompt(const Json& entry, std::vector<PromptListing>& into) {
    if (!entry.is_object()) return;
    PromptListing one{.name = listed_text(entry, "name", longest_tool_name)};
    if (one.name.empty()) return;
    one.description = listed_text(entry, "description", longest_description);
    const Json arguments = entry.value("arguments", Json());
    for (std::size_t i = 0; arguments.is_array() && i < std::min(arguments.size(), most_arguments); ++i) {
        if (!arguments[i].is_object()) continue;
        one.arguments.push_back({listed_text(arguments[i], "name", longest_tool_name),
                                 listed_text(arguments[i], "description", longest_description),
                                 arguments[i].value("required", Json()) == true});
    }
    into.push_back(std::move(one));
}

}  // namespace quarry::mcp_client
