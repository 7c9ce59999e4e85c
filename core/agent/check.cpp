// References to code, and what is wrong with an agent beside its form.
#include "core/agent/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

constexpr std::array<std::string_view, 4> built_in = {"exit_loop", "AgentTool", "get_user_choice", "transfer_to_agent"};

/// What a tool of a model is looked for under.
std::string tool_name(const ToolUse& use) {
    const bool is_long = use.name == "LongRunningFunctionTool" && use.args.contains("func") && use.args["func"].is_string();
    return is_long ? use.args["func"].get<std::string>() : use.name;
}

std::string toml_key(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// "none", or a JSON Schema in a text.
nlohmann::json bound_schema(const Definition& one, const std::string& text) {
    if (text == "none") return nullptr;
    nlohmann::json schema = parse_bounded_json(text);
    if (schema.is_object()) return schema;
    throw Error(ErrorCode::usage, fmt::format("the schema {} is bound to what is not a JSON Schema", one.schema_code),
                fmt::format(R"(write {} = '{{"type": "object"}}', or "none")", toml_key(one.schema_code)));
}

}  // namespace

bool is_built_in_tool(std::string_view name) noexcept { return std::ranges::find(built_in, name) != built_in.end(); }

void bind(AgentFile& agent, const Bindings& bindings) {
    const auto bound = [&](std::string& name) {
        const auto found = bindings.find(name);
        if (found != bindings.end()) name = found->second;
    };
    for (Definition& one : agent.definitions) {
        if (!one.code.empty()) bound(one.code);
        for (ToolUse& use : one.tools) {
            if (use.name == "LongRunningFunctionTool" && use.args.contains("func") && use.args["func"].is_string()) {
                use.name = use.args["func"].get<std::string>();
            }
            bound(use.name);
        }
    }
    for (Definition& one : agent.definitions) {
        std::erase_if(one.callbacks, [&](const Callback& callback) {
            const auto found = bindings.find(callback.code);
            return found != bindings.end() && found->second == "none";
        });
        for (Callback& callback : one.callbacks) bound(callback.code);
        const auto model = bindings.find(one.model_code);
        if (!one.model_code.empty() && model != bindings.end()) one.model = model->second == "none" ? "" : model->second;
        const auto schema = bindings.find(one.schema_code);
        if (!one.schema_code.empty() && schema != bindings.end()) one.output_schema = bound_schema(one, schema->second);
    }
    std::erase_if(agent.code, [&](const CodeReference& one) { return bindings.contains(one.name); });
}

std::vector<CodeReference> unbound(const AgentFile& agent, const std::function<bool(const std::string&)>& knows) {
    std::vector<CodeReference> all = agent.code;
    for (const Definition& one : agent.definitions) {
        for (const Callback& callback : one.callbacks) {
            if (knows(callback.code)) continue;
            all.push_back({callback.code, callback.place, fmt::format("a callback ({})", callback_key(callback.when))});
        }
        if (!one.code.empty() && !knows(one.code)) {
            all.push_back({one.code, one.place, one.kind == NodeKind::tool ? "a tool" : "a function"});
        }
        for (const ToolUse& use : one.tools) {
            const std::string name = tool_name(use);
            if (!use.agent && !is_built_in_tool(name) && !knows(name)) all.push_back({name, use.place, "a tool"});
        }
    }
    std::set<std::string> seen;
    std::erase_if(all, [&](const CodeReference& one) { return !seen.insert(one.name).second; });
    return all;
}

void require_bound(const std::vector<CodeReference>& references) {
    if (references.empty()) return;
    std::string lines = "[agent.bindings]";
    std::vector<std::string> places;
    for (const CodeReference& one : references) {
        const bool is_code = one.what == "a tool" || one.what == "a function";
        lines += fmt::format("\n{} = \"{}\"", toml_key(one.name), is_code ? "TOOL" : "none");
        places.push_back(fmt::format("{}: {} {}", one.place.text(), one.what, one_line(one.name, 80)));
    }
    Error error(ErrorCode::usage,
                fmt::format("the agent refers to code in {} place{} that nothing stands for", references.size(),
                            references.size() == 1 ? "" : "s"),
                fmt::format("put this into quarry.toml, where TOOL is a [[tool]], an operation such as search, or "
                            "server__tool of an MCP server:\n{}",
                            lines));
    for (std::string& place : places) error = std::move(error).because(std::move(place));
    throw std::move(error);
}

std::vector<std::string> unknown_channels(const AgentFile& agent) {
    std::vector<std::string> findings;
    if (!agent.channels.is_closed()) return findings;
    for (const Definition& one : agent.definitions) {
        std::set<std::string> written, read;
        if (!one.output_key.empty()) written.insert(one.output_key);
        for (const auto& [channel, value] : one.set) {
            written.insert(channel);
            read.merge(value.names());
        }
        for (const auto& [name, value] : one.args) read.merge(value.names());
        if (one.when) read.merge(one.when->names());
        if (one.route) read.merge(one.route->names());
        if (one.map) read.merge(one.map->over.names());
        for (const Edge& edge : one.edges) {
            if (edge.when) read.merge(edge.when->names());
        }
        for (const char* const own : {"node_input", "output", "item"}) read.erase(own);
        if (one.map) read.erase(one.map->as);
        for (const std::string& name : written) {
            if (!agent.channels.has(name)) {
                findings.push_back(fmt::format("{}: {} writes the channel {}, which state: does not declare",
                                               one.place.text(), one.name, name));
            }
        }
        for (const std::string& name : read) {
            if (!agent.channels.has(name) && !written.contains(name)) {
                findings.push_back(fmt::format("{}: {} reads the channel {}, which state: does not declare",
                                               one.place.text(), one.name, name));
            }
        }
    }
    return findings;
}

}  // namespace quarry::agent
