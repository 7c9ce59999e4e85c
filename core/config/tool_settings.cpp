// [[tool]]: the user's own programs that a model may have called.
#include "core/config/tool_settings.h"

#include <fmt/format.h>

#include <cstdint>
#include <sstream>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* tool_example =
    R"(write for instance: [[tool]] with name = "weather", description = "…", command = ["weather", "{city}"] and )"
    R"(parameters = {type = "object", properties = {city = {type = "string"}}})";
constexpr std::int64_t longest_tool_timeout = 3600;
constexpr std::int64_t most_tool_output = 1'000'000;

Error wrong_tool(const std::filesystem::path& file, const toml::node& node, std::string message,
                 std::string hint = tool_example) {
    return Error(ErrorCode::usage,
                 fmt::format("{}:{}: {}", file.string(), node.source().begin.line, std::move(message)),
                 std::move(hint));
}

std::string tool_text(std::string_view key, const toml::node& node, const std::filesystem::path& file) {
    const auto text = node.value_exact<std::string>();
    if (!text || text->empty()) throw wrong_tool(file, node, fmt::format("tool: {} must be text in quotes", key));
    return *text;
}

std::vector<std::string> command_words(const toml::node& node, const std::filesystem::path& file) {
    const toml::array* const list = node.as_array();
    std::vector<std::string> words;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const auto word = list->get(i)->value_exact<std::string>();
        if (!word) throw wrong_tool(file, node, "tool: command must be a list of texts");
        words.push_back(*word);
    }
    if (words.empty() || words.front().empty()) throw wrong_tool(file, node, "tool: command must be a list of texts");
    return words;
}

std::int64_t tool_number(std::string_view key, const toml::node& node, const std::filesystem::path& file,
                         std::int64_t most) {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 1 || *number > most) {
        throw wrong_tool(file, node, fmt::format("tool: {} must be a whole number from 1 to {}", key, most));
    }
    return *number;
}

/// The JSON Schema, written as a table or as JSON in a text.
std::string parameters_json(const toml::node& node, const std::filesystem::path& file) {
    if (const auto text = node.value_exact<std::string>()) return *text;
    const toml::table* const table = node.as_table();
    if (table == nullptr) throw wrong_tool(file, node, "tool: parameters must be a table, or JSON in quotes");
    std::ostringstream json;
    json << toml::json_formatter(*table);
    return json.str();
}

void read_tool_key(std::string_view key, const toml::node& node, const std::filesystem::path& file,
                   tools::CommandToolOptions& tool) {
    const std::vector<std::string> known = {"name",    "description", "parameters",      "command",
                                            "timeout", "read_only",   "idempotent", "max_output_bytes"};
    if (key == "name") {
        tool.tool.name = tool_text(key, node, file);
    } else if (key == "description") {
        tool.tool.description = tool_text(key, node, file);
    } else if (key == "parameters") {
        tool.tool.parameters = parameters_json(node, file);
    } else if (key == "command") {
        tool.command = command_words(node, file);
    } else if (key == "timeout") {
        tool.timeout = std::chrono::seconds(tool_number(key, node, file, longest_tool_timeout));
    } else if (key == "max_output_bytes") {
        tool.max_output_bytes = static_cast<std::size_t>(tool_number(key, node, file, most_tool_output));
    } else if (key == "read_only") {
        const auto yes = node.value_exact<bool>();
        if (!yes) throw wrong_tool(file, node, "tool: read_only must be true or false");
        tool.read_only = *yes;
    } else if (key == "idempotent") {
        const auto yes = node.value_exact<bool>();
        if (!yes) throw wrong_tool(file, node, "tool: idempotent must be true or false");
        tool.idempotent = *yes;
    } else {
        const auto nearest = closest(key, known);
        throw wrong_tool(file, node, fmt::format("tool has no key {}", key),
                         nearest ? fmt::format("did you mean {}?", *nearest)
                                 : "its keys are name, description, parameters, command, timeout, read_only, "
                                   "idempotent and max_output_bytes");
    }
}

}  // namespace

std::vector<ConfiguredTool> read_tools(const toml::node& node, const std::filesystem::path& file) {
    const toml::array* const list = node.as_array();
    if (list == nullptr) throw wrong_tool(file, node, "tool must be a list of tables: [[tool]]");
    std::vector<ConfiguredTool> tools;
    tools::Toolbox together;  // what cannot be offered is found here, and not at the first question
    for (const toml::node& one : *list) {
        const toml::table* const table = one.as_table();
        if (table == nullptr) throw wrong_tool(file, one, "tool must be a list of tables: [[tool]]");
        ConfiguredTool tool{{}, fmt::format("{}:{}", file.string(), one.source().begin.line)};
        tool.options.tool.parameters = R"({"type": "object", "properties": {}})";
        for (const auto& [key, value] : *table) read_tool_key(key.str(), value, file, tool.options);
        if (tool.options.tool.name.empty() || tool.options.tool.description.empty() || tool.options.command.empty()) {
            throw wrong_tool(file, one, "tool needs name, description and command");
        }
        try {
            together.add(tools::make_command_tool(tool.options));
        } catch (Error& error) {
            throw std::move(error).while_doing(fmt::format("{}: this tool cannot be used", tool.origin));
        }
        tools.push_back(std::move(tool));
    }
    return tools;
}

Json tool_json(const ConfiguredTool& tool) {
    const tools::CommandToolOptions& options = tool.options;
    return {{"name", options.tool.name},
            {"description", options.tool.description},
            {"parameters", parse_bounded_json<Json>(options.tool.parameters)},
            {"command", options.command},
            {"timeout", options.timeout.count()},
            {"read_only", options.read_only},
            {"idempotent", options.idempotent},
            {"max_output_bytes", options.max_output_bytes},
            {"origin", tool.origin}};
}

std::string tool_toml(const ConfiguredTool& tool) {
    Json json = tool_json(tool);
    json["parameters"] = tool.options.tool.parameters;
    std::string text = "\n[[tool]]\n";
    // A list of texts, a text and a number are written in TOML as in JSON.
    for (const char* key :
         {"name", "description", "parameters", "command", "timeout", "read_only", "idempotent", "max_output_bytes"}) {
        text += fmt::format("{} = {}\n", key, json[key].dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    return text;
}

Json tool_schema() {
    const auto described = [](const char* type, const char* description) {
        return Json{{"description", description}, {"type", type}};
    };
    Json command = described("array", "The program and its arguments; {city} is the value of the parameter city");
    command["items"] = {{"type", "string"}};
    command["minItems"] = 1;
    Json timeout = described("integer", "Seconds after which it is terminated");
    timeout.update({{"minimum", 1}, {"maximum", longest_tool_timeout}, {"default", 60}});
    Json output = described("integer", "Maximum bytes of its output for the model");
    output.update({{"minimum", 1}, {"maximum", most_tool_output}, {"default", 20'000}});
    Json read_only = described("boolean", "It changes nothing and may run without asking");
    read_only["default"] = false;
    Json idempotent = described("boolean", "Called twice it does no more than once: one that was cut off may be repeated");
    idempotent["default"] = false;
    Json parameters = {{"description", "JSON Schema of its arguments, as a table or as JSON in a text"},
                       {"type", Json::array({"object", "string"})}};
    return {{"description", "Programs that a model may call; from the user's own file, or a trusted project's"},
            {"type", "array"},
            {"items",
             {{"type", "object"},
              {"additionalProperties", false},
              {"required", Json::array({"name", "description", "command"})},
              {"properties",
               {{"name", described("string", "Its name for the model: letters, digits, _ and -")},
                {"description", described("string", "Description for the model")},
                {"parameters", parameters},
                {"command", command},
                {"timeout", timeout},
                {"read_only", read_only},
                {"idempotent", idempotent},
                {"max_output_bytes", output}}}}}};
}

}  // namespace quarry::config
