// Settings as JSON, and the schema of their file.
#include "core/config/config_json.h"

#include <charconv>

#include "core/base/bounded_json.h"
#include "core/base/redact_url.h"
#include "core/base/text.h"
#include "core/config/extract_commands.h"
#include "core/config/mcp_servers.h"
#include "core/config/tool_settings.h"

namespace quarry::config {
namespace {

using Json = nlohmann::ordered_json;

template <class Number>
Json number_or_text(const std::string& text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? Json(number) : Json(text);
}

Json key_schema(const ConfigKey& key) {
    Json schema;
    schema["description"] = key.summary;
    switch (key.type) {
        case ConfigKey::Type::text: schema["type"] = "string"; break;
        case ConfigKey::Type::integer: schema["type"] = "integer"; break;
        case ConfigKey::Type::number: schema["type"] = "number"; break;
        case ConfigKey::Type::boolean: schema["type"] = "boolean"; break;
    }
    if (!key.choices.empty() && !key.open) schema["enum"] = key.choices;
    if (key.maximum > key.minimum) {
        const bool whole = key.type == ConfigKey::Type::integer;
        schema["minimum"] = whole ? Json(static_cast<std::int64_t>(key.minimum)) : Json(key.minimum);
        schema["maximum"] = whole ? Json(static_cast<std::int64_t>(key.maximum)) : Json(key.maximum);
    }
    schema["default"] = config_json_value(key, key.fallback);
    return schema;
}

/// "migrate.databases.*.url" as a property of every object in migrate.databases.
void add_named(Json& properties, const ConfigKey& key) {
    const std::size_t star = key.name.find(".*.");
    Json* sections = nullptr;
    for (const std::string_view part : split(std::string_view(key.name).substr(0, star), '.')) {
        sections = sections == nullptr ? &properties[part] : &(*sections)["properties"][part];
    }
    (*sections)["type"] = "object";
    Json& section = (*sections)["additionalProperties"];
    section["type"] = "object";
    section["additionalProperties"] = false;
    section["properties"][key.name.substr(star + 3)] = key_schema(key);
}

}  // namespace

Json config_json_value(const ConfigKey& key, const std::string& text) {
    switch (key.type) {
        case ConfigKey::Type::integer: return number_or_text<std::int64_t>(text);
        case ConfigKey::Type::number: return number_or_text<double>(text);
        case ConfigKey::Type::boolean: return text == "true";
        case ConfigKey::Type::text: break;
    }
    return replace_invalid_utf8(text);
}

std::string shown_value(const ConfigKey& key, const std::string& text) {
    if (key.name.ends_with("url") || key.name.ends_with("proxy")) return redact_url(text);
    if (!key.name.ends_with(".headers") || text.empty()) return text;
    auto headers = parse_bounded_json<Json>(text);
    if (!headers.is_object()) return "***";
    bool hidden = false;
    for (auto& [name, value] : headers.items()) {
        if (value.is_string() && value.get_ref<const std::string&>().starts_with('$')) continue;
        value = "***";
        hidden = true;
    }
    return hidden ? headers.dump() : text;
}

std::string dump_json(const Json& document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json config_schema() {
    Json properties = Json::object();
    for (const ConfigKey& key : config_keys()) {
        const std::size_t dot = key.name.find('.');
        if (dot == std::string::npos) {
            properties[key.name] = key_schema(key);
            continue;
        }
        Json& section = properties[key.name.substr(0, dot)];
        section["type"] = "object";
        section["additionalProperties"] = false;
        section["properties"][key.name.substr(dot + 1)] = key_schema(key);
    }
    for (const ConfigKey& key : named_config_keys()) add_named(properties, key);
    properties["extract"]["properties"]["command"] = extract_command_schema();
    properties["tool"] = tool_schema();
    properties["agent"]["properties"]["bindings"] = {
        {"description", "What references to code in agent files stand for: names of tools, or none"},
        {"type", "object"},
        {"additionalProperties", {{"type", "string"}}}};
    properties["mcp"]["properties"]["servers"] = mcp_servers_schema();
    return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "quarry.toml"},
            {"description", "Settings of quarry, for a project (quarry.toml) or a user (config.toml)"},
            {"type", "object"},
            {"additionalProperties", false},
            {"properties", properties}};
}

}  // namespace quarry::config
