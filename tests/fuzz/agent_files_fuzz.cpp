// Agent files as anybody may write them: YAML, the agents in it, and skills. Whatever their bytes, reading ends with an
// agent or an error that names file and line; the values of a file are bounded, its aliases included; and an agent that
// was read has a graph that can be drawn and begun.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/agent/agent_reader.h"
#include "core/agent/check.h"
#include "core/agent/flow.h"
#include "core/agent/yaml.h"
#include "core/base/error.h"

namespace {

using namespace quarry::agent;  // NOLINT(google-build-using-namespace): the target's own module

void require_sound(bool holds) {
    if (!holds) std::abort();
}

std::size_t count_values(const YamlNode& node, std::size_t depth = 0) {
    require_sound(depth <= 100 && node.line >= 1);
    std::size_t count = 1;
    for (const YamlNode& one : node.items) count += count_values(one, depth + 1);
    for (const auto& [name, value] : node.members) count += 1 + count_values(value, depth + 1);
    return count;
}

void check_yaml(const std::string& text) {
    try {
        const YamlNode root = read_yaml(text, "root.yaml");
        require_sound(count_values(root) <= 100'000);
        static_cast<void>(yaml_json(root));
    } catch (const quarry::Error& error) {
        require_sound(error.code() == quarry::ErrorCode::usage);
        require_sound(std::string_view(error.what()).starts_with("root.yaml:"));
    }
}

void check_agent(const std::string& text) {
    // Every reference is to the input itself, or to a skill with the same bytes.
    const FileSource source = [&](const std::string&) { return text; };
    try {
        const AgentFile agent = read_agent("root.yaml", source);
        require_sound(agent.root < agent.definitions.size() && !agent.digest.empty());
        for (const std::string& file : agent.files) require_sound(!file.starts_with("/") && !file.starts_with(".."));
        static_cast<void>(unknown_channels(agent));
        static_cast<void>(mermaid_text(agent));
        const Flow flow(agent);
        const Position position = flow.start(agent.channels.initial_state(), "go");
        require_sound(Position::from_json(position.to_json()).ready.size() == position.ready.size());
    } catch (const quarry::Error&) {
        // It says what is wrong.
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_yaml(text);
    check_agent(text);
    return 0;
}
