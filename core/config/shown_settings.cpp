#include "core/config/shown_settings.h"

#include <string>
#include <vector>

#include "core/config/config_json.h"
#include "core/config/extract_commands.h"
#include "core/config/mcp_servers.h"
#include "core/config/tool_settings.h"

namespace quarry::config {

nlohmann::ordered_json settings_json(const Config& config, bool changed_only) {
    using Json = nlohmann::ordered_json;
    std::vector<std::string> names;
    for (const ConfigKey& key : config_keys()) names.push_back(key.name);
    for (std::string& name : config.named_settings()) names.push_back(std::move(name));
    Json settings = Json::object(), commands = Json::array(), tools = Json::array(),
         servers = Json::array();
    for (const std::string& name : names) {
        const ConfigKey& key = config_key(name);
        const Config::Value& value = config.value(name);
        if (changed_only && config_json_value(key, value.text) == config_json_value(key, key.fallback)) continue;
        settings[name] = {{"value", config_json_value(key, shown_value(key, value.text))}, {"origin", value.origin}};
    }
    for (const ConfiguredCommand& command : config.extract_commands())
        commands.push_back(extract_command_json(command));
    for (const ConfiguredTool& tool : config.tools()) tools.push_back(tool_json(tool));
    for (const ConfiguredMcpServer& server : config.mcp_servers()) servers.push_back(mcp_server_json(server));
    return {{"schema", "quarry.config.show/1"},
            {"settings", std::move(settings)},
            {"extract_commands", std::move(commands)},
            {"tools", std::move(tools)},
            {"mcp_servers", std::move(servers)}};
}

}  // namespace quarry::config
