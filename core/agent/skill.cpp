// Skills: instructions that are loaded when they are needed.
#include "core/agent/skill.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/agent/journalled.h"
#include "core/agent/node_reader.h"
#include "core/agent/yaml.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

constexpr std::size_t longest_skill_name = 64;
constexpr std::size_t longest_skill_description = 1024;  // characters
constexpr std::size_t most_skill_bytes = 50'000;         // of a body or a file, for the model

Error skill_error(const Place& place, const std::string& folder, std::string what) {
    return agent_file_error(place, fmt::format("the skill {}: {}", one_line(folder, 100), std::move(what)),
                            "SKILL.md begins with ---, name: NAME, description: TEXT, ---");
}

std::string shortened(std::string text) {
    text = replace_invalid_utf8(std::move(text));
    if (text.size() <= most_skill_bytes) return text;
    text.resize(floor_to_code_point(text, most_skill_bytes));
    return text + "\n(cut: there is more)";
}

bool is_skill_name(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !name.empty() && name.size() <= longest_skill_name && std::ranges::all_of(name, fits) &&
           name.front() != '-' && name.back() != '-' && name.find("--") == std::string_view::npos;
}

std::string skill_file(const Skill& skill, const std::string& file, const NodeContext& context) {
    const std::string path = resolve_path(file, {skill.folder + "/SKILL.md", 0});
    if (!path.starts_with(skill.folder + "/")) {
        throw Error(ErrorCode::failed, fmt::format("{} leads out of the skill's folder", one_line(file, 100)));
    }
    return shortened(context.agent.source(path));
}

}  // namespace

std::string resolve_path(const std::string& reference, const Place& from) {
    namespace fs = std::filesystem;
    const fs::path path = (fs::path(from.file).parent_path() / reference).lexically_normal();
    const bool escapes = fs::path(reference).is_absolute() || path.empty() || *path.begin() == ".." ||
                         reference.find('\0') != std::string::npos;
    if (escapes) {
        throw agent_file_error(from, fmt::format("{} leads out of the agent's folder", one_line(reference, 200)),
                               "put the file beside the agent, or below it");
    }
    return path.generic_string();
}

Skill read_skill(std::string_view text, const std::string& folder, const Place& place) {
    const std::string file = folder + "/SKILL.md";
    const std::size_t begin = text.find('\n');
    const bool has_front = trim(text.substr(0, begin)) == "---" && begin != std::string_view::npos;
    const std::size_t end = has_front ? text.find("\n---", begin) : std::string_view::npos;
    if (end == std::string_view::npos) throw skill_error(place, folder, "there is no front matter");
    const YamlNode front = read_yaml(text.substr(begin + 1, end + 1 - (begin + 1)), file);
    const auto value = [&](std::string_view key) {
        const YamlNode* const node = front.find(key);
        return node != nullptr && node->kind == YamlNode::Kind::scalar ? std::string(trim(node->text)) : std::string();
    };
    Skill skill{.name = value("name"), .description = value("description"), .folder = folder, .place = place};
    if (!is_skill_name(skill.name)) {
        throw skill_error(place, folder, "its name must be 1 to 64 small letters, digits and -");
    }
    if (skill.name != std::filesystem::path(folder).filename().string()) {
        throw skill_error(place, folder, fmt::format("it is named {}; a skill has the name of its folder", skill.name));
    }
    if (skill.description.empty() || count_code_points(skill.description) > longest_skill_description) {
        throw skill_error(place, folder, "its description must have 1 to 1024 characters");
    }
    const std::size_t body = text.find('\n', end + 1);
    if (body != std::string_view::npos) skill.body = shortened(std::string(trim(text.substr(body + 1))));
    return skill;
}

std::string skill_catalogue(const Definition& node) {
    if (node.skills.empty()) return {};
    std::string text =
        "\nYou have skills: instructions for certain tasks. When a task fits one, load it with load_skill and follow it.";
    for (const Skill& one : node.skills) text += fmt::format("\n- {}: {}", one.name, one_line(one.description, 2000));
    return text;
}

std::unique_ptr<tools::Tool> make_skill_tool(const Definition& node, const NodeContext& context, Journal::Task& journal) {
    json names = json::array();
    for (const Skill& one : node.skills) names.push_back(one.name);
    const json schema = {
        {"type", "object"},
        {"properties",
         {{"name", {{"type", "string"}, {"enum", names}, {"description", "The skill"}}},
          {"file",
           {{"type", "string"},
            {"description", "A text file of the skill that its instructions name; if left out, the instructions"}}}}},
        {"required", {"name"}},
        {"additionalProperties", false}};
    return make_control_tool(
        {"load_skill", "Gives the instructions of a skill, or a file that they refer to.", schema.dump()},
        [&node, &context, &journal](const json& arguments, tools::ToolRun&) {
            const Skill& skill = *std::ranges::find(node.skills, arguments.at("name").get<std::string>(), &Skill::name);
            const std::string file = arguments.value("file", std::string());
            if (file.empty() || file == "SKILL.md") return skill.body;
            const Journal::Task::Call call{.name = "load_skill", .input = arguments.dump(), .may_repeat = true};
            return journal.call(call, [&](Spent&) { return json(skill_file(skill, file, context)); })
                .get<std::string>();
        });
}

}  // namespace quarry::agent
