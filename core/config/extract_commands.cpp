// [[extract.command]]: the user's own ways to read files.
#include "core/config/extract_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <sstream>
#include <system_error>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* command_example =
    R"(write for instance: [[extract.command]] with extensions = ["djvu"] and command = ["djvutxt", "{file}"])";
constexpr std::size_t longest_shown = 1'000'000;  // what is allowed is shown whole
constexpr std::int64_t longest_timeout = 86'400;

Error wrong_command(const std::filesystem::path& file, const toml::node& node, std::string message,
                    std::string hint = command_example) {
    return Error(ErrorCode::usage,
                 fmt::format("{}:{}: {}", file.string(), node.source().begin.line, std::move(message)),
                 std::move(hint));
}

std::vector<std::string> text_list(std::string_view key, const toml::node& node, const std::filesystem::path& file) {
    const toml::array* const list = node.as_array();
    std::vector<std::string> texts;
    for (std::size_t index = 0; list != nullptr && index < list->size(); ++index) {
        if (const auto text = list->get(index)->value_exact<std::string>(); text && !text->empty()) {
            texts.push_back(*text);
        } else {
            texts.clear();
            break;
        }
    }
    if (texts.empty()) {
        throw wrong_command(file, node, fmt::format("extract.command: {} must be a list of texts", key));
    }
    return texts;
}

void read_key(std::string_view key, const toml::node& node, const std::filesystem::path& file,
              extract::ExtractCommand& command) {
    const std::vector<std::string> known = {"extensions", "command", "type", "timeout"};
    if (key == "extensions") {
        command.extensions = text_list(key, node, file);
        for (std::string& ending : command.extensions) {
            ending = ascii_lower(ending.starts_with('.') ? std::string_view(ending).substr(1) : ending);
        }
    } else if (key == "command") {
        command.command = text_list(key, node, file);
    } else if (key == "type") {
        const auto text = node.value_exact<std::string>();
        if (!text) throw wrong_command(file, node, "extract.command: type must be text in quotes");
        command.type = *text;
    } else if (key == "timeout") {
        const auto seconds = node.value_exact<std::int64_t>();
        if (!seconds || *seconds < 1 || *seconds > longest_timeout) {
            throw wrong_command(file, node,
                                fmt::format("extract.command: timeout must be seconds, from 1 to {}", longest_timeout));
        }
        command.timeout = std::chrono::seconds(*seconds);
    } else {
        const auto nearest = closest(key, known);
        throw wrong_command(
            file, node, fmt::format("extract.command has no key {}", key),
            nearest ? fmt::format("did you mean {}?", *nearest) : "its keys are extensions, command, type and timeout");
    }
}

/// The same folder, whatever links lead to it.
bool same_folder(const std::filesystem::path& left, const std::filesystem::path& right) {
    std::error_code unknown;
    return std::filesystem::weakly_canonical(left, unknown) == std::filesystem::weakly_canonical(right, unknown);
}

}  // namespace

std::vector<ConfiguredCommand> read_extract_commands(const toml::node& node, const std::filesystem::path& file) {
    const toml::array* const list = node.as_array();
    if (list == nullptr) throw wrong_command(file, node, "extract.command must be a list of tables");
    std::vector<ConfiguredCommand> commands;
    for (const toml::node& one : *list) {
        const toml::table* const table = one.as_table();
        if (table == nullptr) throw wrong_command(file, one, "extract.command must be a list of tables");
        ConfiguredCommand command{{}, fmt::format("{}:{}", file.string(), one.source().begin.line)};
        for (const auto& [key, value] : *table) read_key(key.str(), value, file, command.command);
        if (command.command.extensions.empty() || command.command.command.empty()) {
            throw wrong_command(file, one, "extract.command needs extensions and command");
        }
        try {
            static_cast<void>(extract::CommandExtractor(command.command));
        } catch (Error& error) {
            throw std::move(error).while_doing(fmt::format("{}: extract.command cannot be used", command.origin));
        }
        commands.push_back(std::move(command));
    }
    return commands;
}

std::optional<GuardedSetting> guarded_commands(const std::string& key, const toml::node& node, std::string_view trusted,
                                               const std::filesystem::path& file) {
    const std::filesystem::path project = file.parent_path();
    for (const std::string_view folder : split(trusted, ':')) {
        if (!folder.empty() && same_folder(folder, project)) return std::nullopt;
    }
    std::ostringstream written;
    node.visit([&](const auto& value) { written << value; });
    return GuardedSetting{key,
                          fmt::format("{} = {}", key, one_line(written.str(), longest_shown)),
                          "its commands would be run",
                          {},
                          false};
}

extract::ExtractorSet configured_extractors(const Config& config) {
    std::vector<extract::ExtractCommand> commands;
    for (const ConfiguredCommand& one : config.extract_commands()) commands.push_back(one.command);
    return extract::ExtractorSet(commands);
}

Json extract_command_json(const ConfiguredCommand& command) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(command.command.timeout).count();
    return {{"extensions", command.command.extensions},
            {"command", command.command.command},
            {"type", command.command.type},
            {"timeout", seconds},
            {"origin", command.origin}};
}

std::string extract_command_toml(const ConfiguredCommand& command) {
    const Json json = extract_command_json(command);
    std::string text = "\n[[extract.command]]\n";
    // A list of texts, and a text, is written in TOML as in JSON.
    for (const char* key : {"extensions", "command", "type", "timeout"}) {
        text += fmt::format("{} = {}\n", key, json[key].dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    return text;
}

Json extract_command_schema() {
    const Json texts = {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}};
    Json extensions = texts, command = texts;
    extensions["description"] = "File extensions that it reads";
    command["description"] = "The program and its arguments; {file} is the file, without it the file is standard input";
    const Json type = {{"description", "Format of its output: text, markdown, html or another text type"},
                       {"type", "string"},
                       {"default", "text"}};
    const Json timeout = {{"description", "Seconds after which it is terminated"},
                          {"type", "integer"},
                          {"minimum", 1},
                          {"maximum", longest_timeout},
                          {"default", 60}};
    return {
        {"description", "Commands that read other file formats; from the user's own file, or a trusted project's"},
        {"type", "array"},
        {"items",
         {{"type", "object"},
          {"additionalProperties", false},
          {"required", Json::array({"extensions", "command"})},
          {"properties", {{"extensions", extensions}, {"command", command}, {"type", type}, {"timeout", timeout}}}}}};
}

}  // namespace quarry::config
