// The keys of one agent or node.
#include "core/agent/node_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "core/base/json_schema.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, NodeKind>, 8> node_kinds = {{{"LlmAgent", NodeKind::llm},
                                                                              {"SequentialAgent", NodeKind::sequential},
                                                                              {"ParallelAgent", NodeKind::parallel},
                                                                              {"LoopAgent", NodeKind::loop},
                                                                              {"Workflow", NodeKind::workflow},
                                                                              {"FunctionNode", NodeKind::function},
                                                                              {"JoinNode", NodeKind::join},
                                                                              {"ToolNode", NodeKind::tool}}};

constexpr double longest_wait = 366 * 86'400.0;  // seconds

constexpr std::size_t most_callbacks = 50;

constexpr std::array<std::pair<std::string_view, Callback::When>, 6> callback_keys = {
    {{"before_agent_callbacks", Callback::When::before_agent},
     {"after_agent_callbacks", Callback::When::after_agent},
     {"before_model_callbacks", Callback::When::before_model},
     {"after_model_callbacks", Callback::When::after_model},
     {"before_tool_callbacks", Callback::When::before_tool},
     {"after_tool_callbacks", Callback::When::after_tool}}};

/// Tools of the module google.adk.tools, which ADK looks in for names without a dot.
constexpr std::array<std::string_view, 20> adk_tools = {"AgentTool",
                                                        "APIHubToolset",
                                                        "DiscoveryEngineSearchTool",
                                                        "enterprise_web_search",
                                                        "ExampleTool",
                                                        "exit_loop",
                                                        "FunctionTool",
                                                        "get_user_choice",
                                                        "google_search",
                                                        "google_maps_grounding",
                                                        "load_artifacts",
                                                        "load_memory",
                                                        "load_web_page",
                                                        "LongRunningFunctionTool",
                                                        "MCPToolset",
                                                        "McpToolset",
                                                        "preload_memory",
                                                        "transfer_to_agent",
                                                        "url_context",
                                                        "VertexAiSearchTool"};

using Read = void (*)(Definition&, const YamlNode&, std::string_view key, const ReadingFile&);

/// A key of files: which nodes have it, and how it is read.
struct Key {
    std::string_view name;
    std::vector<NodeKind> kinds;  ///< Empty: all.
    bool is_own;                  ///< quarry's, not ADK's.
    Read read;                    ///< Null: it is read elsewhere.
};

double number_of(const YamlNode& node, std::string_view key, const ReadingFile& reading, double least, double most) {
    const json value = yaml_json(node);
    if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < least ||
        value.get<double>() > most) {
        throw agent_file_error(reading.at(node), fmt::format("{} must be a number from {} to {}", key, least, most));
    }
    return value.get<double>();
}

std::int64_t whole_of(const YamlNode& node, std::string_view key, const ReadingFile& reading, std::int64_t most) {
    const json value = yaml_json(node);
    if (!value.is_number_integer() || value.get<std::int64_t>() < 1 || value.get<std::int64_t>() > most) {
        throw agent_file_error(reading.at(node), fmt::format("{} must be a whole number from 1 to {}", key, most));
    }
    return value.get<std::int64_t>();
}

bool truth_of(const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    const json value = yaml_json(node);
    if (!value.is_boolean()) throw agent_file_error(reading.at(node), fmt::format("{} must be true or false", key));
    return value.get<bool>();
}

Expression expression_of(const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    try {
        return Expression(node_text(node, key, reading));
    } catch (Error& error) {
        throw agent_file_error(reading.at(node), fmt::format("{}: {}", key, error.what()));
    }
}

void require_map(const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    if (node.kind != YamlNode::Kind::map) {
        throw agent_file_error(reading.at(node), fmt::format("{} must have names and values", key));
    }
}

/// Throws for a member that is not among `known`.
void check_members(const YamlNode& node, std::string_view key, const ReadingFile& reading,
                   const std::vector<std::string>& known) {
    require_map(node, key, reading);
    for (const auto& [name, value] : node.members) {
        if (std::ranges::find(known, name) != known.end()) continue;
        const auto nearest = closest(name, known);
        throw agent_file_error(
            reading.at(value), fmt::format("{} has no key {}", key, one_line(name, 60)),
            nearest ? fmt::format("did you mean {}?", *nearest) : fmt::format("its keys are {}", fmt::join(known, ", ")));
    }
}

/// The name of {name: CODE}.
std::string code_name(const YamlNode& node) {
    const YamlNode* const name = node.find("name");
    return name != nullptr ? name->text : node.text;
}

/// A JSON Schema that is written out, or {name: CODE} as ADK has it: the reference goes to `code` then.
json schema_of(const YamlNode& node, std::string_view key, const ReadingFile& reading, std::string* code = nullptr) {
    require_map(node, key, reading);
    const json value = yaml_json(node);
    if (value.contains("name") && !value.contains("type") && !value.contains("properties")) {
        reading.agent.code.push_back({code_name(node), reading.at(node), fmt::format("a schema ({})", key)});
        if (code != nullptr) *code = code_name(node);
        return nullptr;
    }
    reading.agent.additions.emplace_back(reading.at(node), fmt::format("{} as a JSON Schema", key));
    try {
        static_cast<void>(JsonSchema(value.dump()));
    } catch (const Error& error) {
        throw agent_file_error(reading.at(node), fmt::format("{}: {}", key, error.what()));
    }
    return value;
}

std::vector<std::pair<std::string, Expression>> expressions_of(const YamlNode& node, std::string_view key,
                                                               const ReadingFile& reading) {
    require_map(node, key, reading);
    std::vector<std::pair<std::string, Expression>> all;
    for (const auto& [name, value] : node.members) all.emplace_back(name, expression_of(value, name, reading));
    return all;
}

void read_callbacks(Definition& to, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    const auto* const kind = std::ranges::find(callback_keys, key, [](const auto& one) { return one.first; });
    const auto add = [&](const YamlNode& one) {
        if (to.callbacks.size() >= most_callbacks) throw agent_file_error(reading.at(one), "there are too many callbacks");
        to.callbacks.push_back({kind->second, code_name(one), reading.at(one)});
    };
    if (node.kind == YamlNode::Kind::list) {
        std::ranges::for_each(node.items, add);
    } else {
        add(node);
    }
}

void read_model_code(Definition& to, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    to.model_code = code_name(node);
    reading.agent.code.push_back({to.model_code, reading.at(node), fmt::format("a model ({})", key)});
}

void read_tools(Definition& to, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    if (node.kind != YamlNode::Kind::list) throw agent_file_error(reading.at(node), "tools must be a list");
    for (const YamlNode& one : node.items) {
        ToolUse tool{.args = json::object(), .place = reading.at(one)};
        if (one.kind == YamlNode::Kind::scalar) {
            tool.name = one.text;
        } else {
            check_members(one, key, reading, {"name", "args"});
            if (const YamlNode* const name = one.find("name")) tool.name = node_text(*name, "name", reading);
            if (const YamlNode* const args = one.find("args")) tool.args = yaml_json(*args);
        }
        if (tool.name.empty()) throw agent_file_error(reading.at(one), "a tool needs a name");
        if (one.kind == YamlNode::Kind::scalar) {
            reading.agent.additions.emplace_back(reading.at(one), "a tool without the key name");
        } else if (tool.name.find('.') == std::string::npos &&
                   std::ranges::find(adk_tools, tool.name) == adk_tools.end()) {
            reading.agent.additions.emplace_back(
                reading.at(one), fmt::format("the tool {}", one_line(strip_terminal_controls(tool.name), 60)));
        }
        to.tools.push_back(std::move(tool));
    }
}

void read_generation(Definition& to, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    require_map(node, key, reading);
    for (const auto& [name, value] : node.members) {
        if (name == "temperature") {
            to.temperature = number_of(value, name, reading, 0, 2);
        } else if (name == "max_output_tokens") {
            to.max_output_tokens = static_cast<int>(whole_of(value, name, reading, 1'000'000));
        } else {
            reading.agent.ignored.emplace_back(reading.at(value), fmt::format("{}.{}", key, name));
        }
    }
}

void read_interrupt(Definition& to, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    Interrupt interrupt;
    if (node.kind == YamlNode::Kind::scalar) {
        if (node.text != "before" && node.text != "after") {
            throw agent_file_error(reading.at(node), "interrupt must be before, after, or {ask: QUESTION}");
        }
        interrupt.when = node.text == "before" ? Interrupt::When::before : Interrupt::When::after;
    } else {
        check_members(node, key, reading, {"ask", "schema", "before", "after"});
        for (const auto& [name, value] : node.members) {
            if (name == "schema") {
                interrupt.schema = schema_of(value, name, reading);
                continue;
            }
            interrupt.when = name == "ask"      ? Interrupt::When::ask
                             : name == "before" ? Interrupt::When::before
                                                : Interrupt::When::after;
            interrupt.question = node_text(value, name, reading);
        }
        if (interrupt.question.empty()) throw agent_file_error(reading.at(node), "interrupt needs a question: ask");
    }
    to.interrupt = std::move(interrupt);
}

void read_retry(Definition& to, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    if (node.kind == YamlNode::Kind::scalar) {
        to.attempts = static_cast<int>(whole_of(node, key, reading, 20));
        return;
    }
    check_members(node, key, reading, {"attempts", "delay"});
    if (const YamlNode* const attempts = node.find("attempts")) {
        to.attempts = static_cast<int>(whole_of(*attempts, "attempts", reading, 20));
    }
    if (const YamlNode* const delay = node.find("delay")) to.retry_delay = number_of(*delay, "delay", reading, 0, 3600);
}

void read_budget(Definition& to, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    check_members(node, key, reading, {"tokens", "calls", "cost"});
    if (const YamlNode* const tokens = node.find("tokens")) {
        to.budget.tokens = whole_of(*tokens, "tokens", reading, 1'000'000'000'000);
    }
    if (const YamlNode* const calls = node.find("calls")) to.budget.calls = whole_of(*calls, "calls", reading, 1'000'000);
    if (const YamlNode* const cost = node.find("cost")) to.budget.cost = number_of(*cost, "cost", reading, 0, 1e9);
}

void read_map(Definition& to, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    check_members(node, key, reading, {"over", "as", "most"});
    const YamlNode* const over = node.find("over");
    if (over == nullptr) throw agent_file_error(reading.at(node), "map needs a list: over");
    Map map{.over = expression_of(*over, "over", reading)};
    if (const YamlNode* const as = node.find("as")) map.as = node_text(*as, "as", reading);
    if (const YamlNode* const most = node.find("most")) map.most = whole_of(*most, "most", reading, 10'000);
    to.map = std::move(map);
}

void ignore_key(Definition&, const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    reading.agent.ignored.emplace_back(reading.at(node), std::string(key));
}

/// quarry's own keys.
std::vector<Key> own_keys() {
    using K = NodeKind;
    const std::vector<K> acts = {K::llm, K::function, K::tool}, calls = {K::function, K::tool};
    return {
        {"nodes", {K::workflow}, true, nullptr},
        {"state", {}, true, nullptr},
        {"when", {}, true, [](auto& to, auto& node, auto key, auto& in) { to.when = expression_of(node, key, in); }},
        {"route", acts, true, [](auto& to, auto& node, auto key, auto& in) { to.route = expression_of(node, key, in); }},
        {"set", acts, true, [](auto& to, auto& node, auto key, auto& in) { to.set = expressions_of(node, key, in); }},
        {"args", calls, true, [](auto& to, auto& node, auto key, auto& in) { to.args = expressions_of(node, key, in); }},
        {"interrupt", acts, true, read_interrupt},
        {"retry", acts, true, read_retry},
        {"timeout", acts, true,
         [](auto& to, auto& node, auto key, auto& in) { to.timeout = number_of(node, key, in, 0.001, 86'400); }},
        {"wait", acts, true,
         [](auto& to, auto& node, auto key, auto& in) { to.wait = number_of(node, key, in, 0, longest_wait); }},
        {"budget", {}, true, read_budget},
        {"map", acts, true, read_map},
        {"skills", {K::llm}, true, nullptr},
    };
}

/// Those of ADK that are of models.
std::vector<Key> model_keys() {
    const std::vector<NodeKind> model = {NodeKind::llm};
    return {
        {"before_model_callbacks", model, false, read_callbacks},
        {"after_model_callbacks", model, false, read_callbacks},
        {"before_tool_callbacks", model, false, read_callbacks},
        {"after_tool_callbacks", model, false, read_callbacks},
        {"model", model, false, [](auto& to, auto& node, auto key, auto& in) { to.model = node_text(node, key, in); }},
        {"model_code", model, false, read_model_code},
        {"instruction", model, false,
         [](auto& to, auto& node, auto key, auto& in) { to.instruction += node_text(node, key, in); }},
        {"static_instruction", model, false,
         [](auto& to, auto& node, auto key, auto& in) {
             to.instruction = node_text(node, key, in) + "\n" + to.instruction;
         }},
        {"include_contents", model, false,
         [](auto& to, auto& node, auto key, auto& in) {
             const std::string text = node_text(node, key, in);
             if (text != "default" && text != "none") {
                 throw agent_file_error(in.at(node), "include_contents must be default or none");
             }
             to.has_history = text == "default";
         }},
        {"generate_content_config", model, false, read_generation},
        {"tools", model, false, read_tools},
        {"disallow_transfer_to_parent", model, false,
         [](auto& to, auto& node, auto key, auto& in) { to.transfers_to_parent = !truth_of(node, key, in); }},
        {"disallow_transfer_to_peers", model, false,
         [](auto& to, auto& node, auto key, auto& in) { to.transfers_to_peers = !truth_of(node, key, in); }},
        {"mode", model, false, ignore_key},
    };
}

/// All keys of files.
const std::vector<Key>& keys() {
    static const std::vector<Key> all = [] {
        using K = NodeKind;
        const std::vector<K> acts = {K::llm, K::function, K::tool};
        std::vector<Key> made = {
            {"agent_class", {}, false, nullptr},
            {"sub_agents", {K::llm, K::sequential, K::parallel, K::loop}, false, nullptr},
            {"edges", {K::workflow}, false, nullptr},
            {"name", {}, false, [](auto& to, auto& node, auto key, auto& in) { to.name = node_text(node, key, in); }},
            {"description", {}, false,
             [](auto& to, auto& node, auto key, auto& in) { to.description = node_text(node, key, in); }},
            {"before_agent_callbacks", {}, false, read_callbacks},
            {"after_agent_callbacks", {}, false, read_callbacks},
            {"input_schema", {}, false,
             [](auto&, auto& node, auto key, auto& in) { static_cast<void>(schema_of(node, key, in)); }},
            {"output_schema", acts, false,
             [](auto& to, auto& node, auto key, auto& in) { to.output_schema = schema_of(node, key, in, &to.schema_code); }},
            {"output_key", acts, false,
             [](auto& to, auto& node, auto key, auto& in) { to.output_key = node_text(node, key, in); }},
            {"rerun_on_resume", {}, false, ignore_key},
            {"max_iterations", {K::loop}, false,
             [](auto& to, auto& node, auto key, auto& in) { to.max_iterations = whole_of(node, key, in, 100'000); }},
            {"func_code", {K::function}, false,
             [](auto& to, auto& node, auto key, auto& in) { to.code = node_text(node, key, in); }},
            {"tool_code", {K::tool}, false,
             [](auto& to, auto& node, auto key, auto& in) { to.code = node_text(node, key, in); }},
        };
        for (auto part : {model_keys(), own_keys()}) made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return all;
}

NodeKind kind_of(const YamlNode& node, const ReadingFile& reading) {
    const YamlNode* const given = node.find("agent_class");
    if (given == nullptr) {
        const auto has = [&](std::string_view key) { return node.find(key) != nullptr; };
        if (has("tool_code")) return NodeKind::tool;
        const bool acts = has("func_code") || has("set") || has("route") || has("interrupt") || has("wait");
        return acts && !has("instruction") && !has("model") ? NodeKind::function : NodeKind::llm;
    }
    std::string name = node_text(*given, "agent_class", reading);
    // ADK takes the whole name too: google.adk.agents.LoopAgent.
    if (name.starts_with("google.adk.")) name.erase(0, name.rfind('.') + 1);
    std::vector<std::string> names;
    for (const auto& [one, kind] : node_kinds) {
        if (one == name) return kind;
        names.emplace_back(one);
    }
    const auto nearest = closest(name, names);
    throw agent_file_error(reading.at(*given), fmt::format("there is no agent_class {}", one_line(name, 60)),
                           nearest ? fmt::format("did you mean {}?", *nearest)
                                   : fmt::format("it is one of {}; classes of your own are code, which is not run here",
                                                 fmt::join(names, ", ")));
}

void check_node(const Definition& made, const YamlNode& node, const ReadingFile& reading) {
    const auto valid = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    if (made.name.empty()) throw agent_file_error(reading.at(node), "an agent needs a name");
    if (made.name.size() > 64 || !std::ranges::all_of(made.name, valid) || made.name == "START" || made.name == "user") {
        throw agent_file_error(reading.at(node), fmt::format("\"{}\" cannot be a name", one_line(made.name, 80)),
                               "a name has 1 to 64 letters, digits, _ and -, and is not START or user");
    }
    // ADK's are identifiers of Python.
    if (made.name.find('-') != std::string::npos || (made.name.front() >= '0' && made.name.front() <= '9')) {
        reading.agent.additions.emplace_back(reading.at(node), fmt::format("the name {}", made.name));
    }
    const bool asks = made.interrupt && made.interrupt->when == Interrupt::When::ask;
    if (made.kind == NodeKind::function && made.code.empty() && made.set.empty() && !made.route && !asks && made.wait == 0) {
        throw agent_file_error(reading.at(node), fmt::format("the node {} does nothing", made.name),
                               "name its code: func_code, or give it set, route, wait or interrupt: {ask: QUESTION}");
    }
    if (made.kind == NodeKind::tool && made.code.empty()) {
        throw agent_file_error(reading.at(node), fmt::format("the node {} needs its tool: tool_code", made.name));
    }
}

}  // namespace

Error agent_file_error(const Place& place, std::string what, std::string hint) {
    return Error(ErrorCode::usage, fmt::format("{}: {}", place.text(), strip_terminal_controls(what)), std::move(hint));
}

std::string Place::text() const { return fmt::format("{}:{}", file, line); }

std::string_view node_kind_name(NodeKind kind) noexcept {
    for (const auto& [name, one] : node_kinds) {
        if (one == kind) return name;
    }
    return "LlmAgent";
}

std::string_view callback_key(Callback::When when) noexcept {
    for (const auto& [name, one] : callback_keys) {
        if (one == when) return name;
    }
    return {};
}

bool is_composite(NodeKind kind) noexcept {
    return kind == NodeKind::sequential || kind == NodeKind::parallel || kind == NodeKind::loop ||
           kind == NodeKind::workflow;
}

std::string node_text(const YamlNode& node, std::string_view key, const ReadingFile& reading) {
    if (node.kind != YamlNode::Kind::scalar) {
        throw agent_file_error(reading.at(node), fmt::format("{} must be a text", key));
    }
    return node.text;
}

bool is_inline_node(const YamlNode& node) {
    return node.kind == YamlNode::Kind::map && node.find("name") != nullptr &&
           std::ranges::any_of(node.members, [](const auto& member) {
               return member.first != "name" && std::ranges::find(keys(), member.first, &Key::name) != keys().end();
           });
}

Definition read_node(const YamlNode& node, const ReadingFile& reading) {
    require_map(node, "an agent", reading);
    Definition made{.kind = kind_of(node, reading), .place = reading.at(node)};
    std::vector<std::string> known;
    for (const Key& key : keys()) {
        if (key.kinds.empty() || std::ranges::find(key.kinds, made.kind) != key.kinds.end()) known.emplace_back(key.name);
    }
    check_members(node, node_kind_name(made.kind), reading, known);
    for (const auto& [name, value] : node.members) {
        const auto key = std::ranges::find(keys(), name, &Key::name);
        if (key->is_own) reading.agent.additions.emplace_back(reading.at(value), name);
        if (key->read != nullptr) key->read(made, value, name, reading);
    }
    check_node(made, node, reading);
    return made;
}

void read_channels(const YamlNode& node, const ReadingFile& reading) {
    require_map(node, "state", reading);
    for (const auto& [name, value] : node.members) {
        Channel channel{.name = name};
        if (value.kind == YamlNode::Kind::scalar) {
            channel.type = value.text;
        } else if (value.kind != YamlNode::Kind::null) {
            check_members(value, fmt::format("the channel {}", name), reading, {"type", "reducer", "default"});
            if (const YamlNode* const type = value.find("type")) channel.type = node_text(*type, "type", reading);
            if (const YamlNode* const initial = value.find("default")) channel.initial = yaml_json(*initial);
        }
        constexpr std::array<std::string_view, 7> types = {"", "string", "number", "integer", "boolean", "list", "object"};
        if (std::ranges::find(types, channel.type) == types.end()) {
            throw agent_file_error(reading.at(value), fmt::format("{} is not a type of a channel", channel.type),
                                   "a type is string, number, integer, boolean, list or object");
        }
        try {
            if (const YamlNode* const reducer = value.find("reducer")) {
                channel.reducer = reducer_by_name(node_text(*reducer, "reducer", reading));
            }
            reading.agent.channels.declare(std::move(channel));
        } catch (const Error& error) {
            throw agent_file_error(reading.at(value), error.message(), error.hint());
        }
    }
    reading.agent.channels.close();
}

}  // namespace quarry::agent
