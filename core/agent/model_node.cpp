// Agents that ask a model.
#include "core/agent/model_node.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <utility>

#include "core/agent/function_call.h"
#include "core/agent/inner_run.h"
#include "core/agent/journalled.h"
#include "core/agent/skill.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_schema.h"
#include "core/base/text.h"
#include "core/passages/passages.h"
#include "core/tools/fence.h"
#include "core/tools/tool_loop.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using llm::ChatMessage;

constexpr int most_repairs = 2;
constexpr int deepest_answer = 64;
constexpr std::size_t most_history = 200;  // messages

std::string text_of(const json& value) {
    return value.is_string() ? value.get<std::string>()
           : value.is_null() ? std::string()
                             : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What a task says to the model, and what the model did beside answering.
struct Turn {
    bool escalates = false;
    std::optional<std::string> transfer{};
};

class ModelNode {
public:
    ModelNode(const NodeTask& task, const Definition& node, const NodeContext& context, Journal::Task& journal)
        : task_(task),
          node_(node),
          context_(context),
          journal_(journal),
          fence_(task_fence(context, journal, journal.journal().step())) {}

    NodeResult run() {
        const json answer = ask(task_.scope, history());
        NodeResult result;
        result.outcome.output = answer;
        result.outcome.escalates = turn_.escalates;
        result.outcome.transfer = turn_.transfer;
        const std::string text = text_of(answer);
        if (!text.empty()) {
            result.writes.push_back(
                {"messages", {{"role", "assistant"}, {"name", node_.name}, {"content", text}}, task_.path});
        }
        return result;
    }

private:
    [[nodiscard]] std::vector<ChatMessage> history() const {
        std::vector<ChatMessage> messages;
        const json kept = task_.scope.value("messages", json::array());
        if (node_.has_history && kept.is_array()) {
            const std::size_t from = kept.size() > most_history ? kept.size() - most_history : 0;
            for (std::size_t i = from; i < kept.size(); ++i) add_message(messages, kept[i]);
        }
        const std::string input = text_of(task_.scope.contains("item") ? task_.scope["item"] : task_.input);
        const bool is_said = !messages.empty() && messages.back().role == ChatMessage::Role::user &&
                             (messages.back().content == input || messages.back().content.ends_with(input));
        if (!input.empty() && (!is_said || task_.scope.contains("item"))) {
            messages.push_back({.role = ChatMessage::Role::user, .content = input});
        }
        if (messages.empty() || messages.back().role != ChatMessage::Role::user) {
            messages.push_back({.role = ChatMessage::Role::user, .content = "Continue."});
        }
        return messages;
    }

    void add_message(std::vector<ChatMessage>& messages, const json& one) const {
        if (!one.is_object()) return;
        const std::string content = text_of(one.value("content", json()));
        const std::string name = one.value("name", json("")).is_string() ? one.value("name", "") : "";
        if (one.value("role", json("")) != "assistant") {
            messages.push_back({.role = ChatMessage::Role::user, .content = content});
        } else if (name == node_.name) {
            messages.push_back({.role = ChatMessage::Role::assistant, .content = content});
        } else {
            // What other agents say is data for this one.
            messages.push_back({.role = ChatMessage::Role::user, .content = fmt::format("[{}] said: {}", name, content)});
        }
    }

    json ask(const json& scope, std::vector<ChatMessage> messages) {
        tools::Toolbox toolbox;
        add_tools(toolbox);
        set_approval(toolbox, context_, journal_);
        allow_side_by_side(toolbox, journal_);
        llm::ChatRequest request;
        std::string system = expand_template(node_.instruction, scope);
        if (!node_.description.empty()) system = fmt::format("You are {}: {}\n{}", node_.name, node_.description, system);
        system += skill_catalogue(node_);
        if (!toolbox.empty()) system += tools::tool_rules(fence_);
        request.messages.push_back({.role = ChatMessage::Role::system, .content = std::move(system)});
        request.messages.insert(request.messages.end(), messages.begin(), messages.end());
        request.temperature = node_.temperature;
        request.max_tokens = node_.max_output_tokens;
        request.mark = fence_;
        if (!node_.output_schema.is_null()) request.answer_schema = node_.output_schema.dump();
        return answer(std::move(request), toolbox);
    }

    json answer(llm::ChatRequest request, const tools::Toolbox& toolbox) {
        JournalledModel journalled(task_, node_, context_, journal_);
        ModelWithCallbacks model(journalled, node_, context_, journal_);
        std::vector<passages::Passage> passages;
        tools::ToolRun run{passages, fence_, context_.cancellation};
        const llm::TextSink sink = [&](std::string_view piece) {
            context_.events("text", {{"node", task_.name}, {"text", piece}});
        };
        for (int repairs = 0;; ++repairs) {
            std::vector<tools::ToolCallRecord> calls;
            const llm::ChatResponse response =
                tools::run_with_tools(model, request, toolbox, run, sink, {}, calls).response;
            if (node_.output_schema.is_null() || turn_.transfer) return response.text;
            const json value = parse_bounded_json(trim(response.text), deepest_answer);
            std::vector<std::string> problems = {"it is not JSON"};
            if (!value.is_discarded()) problems = JsonSchema(node_.output_schema.dump()).problems(value);
            if (problems.empty()) return value;
            if (repairs == most_repairs) {
                throw Error(ErrorCode::failed, fmt::format("the answer of {} does not fit its output_schema", node_.name),
                            "choose a model that can answer by a schema, or a simpler schema")
                    .because(fmt::format("{}", fmt::join(problems, "; ")));
            }
            request.messages.push_back({.role = ChatMessage::Role::assistant, .content = response.text});
            request.messages.push_back(
                {.role = ChatMessage::Role::user,
                 .content = fmt::format("This does not fit: {}. Answer again, with JSON alone.", fmt::join(problems, "; "))});
        }
    }

    void add_tools(tools::Toolbox& toolbox) {
        for (const ToolUse& use : node_.tools) {
            if (use.agent) {
                add_agent_tool(toolbox, *use.agent);
            } else if (use.name == "exit_loop") {
                toolbox.add(make_control_tool(
                    {"exit_loop", "Ends the loop that you work in. Call it when the work is done.",
                     R"({"type": "object", "properties": {}})"},
                    [this](const json&, tools::ToolRun&) {
                        turn_.escalates = true;
                        return std::string("the loop ends; say a last word");
                    }));
            } else if (use.name == "get_user_choice") {
                add_choice_tool(toolbox);
            } else {
                auto tool = make_journalled_tool(find_tool(use), context_, journal_);
                toolbox.add(with_callbacks(std::move(tool), node_, context_, journal_));
            }
        }
        if (!node_.skills.empty()) toolbox.add(make_skill_tool(node_, context_, journal_));
        if (!task_.transfers.empty()) add_transfer_tool(toolbox);
    }

    [[nodiscard]] std::unique_ptr<tools::Tool> find_tool(const ToolUse& use) const {
        const bool is_long = use.name == "LongRunningFunctionTool" && use.args.contains("func") && use.args["func"].is_string();
        const std::string name = is_long ? use.args["func"].get<std::string>() : use.name;
        auto tool = context_.environment.tool(name);
        if (tool == nullptr) {
            throw Error(ErrorCode::usage, fmt::format("{}: there is no tool {}", use.place.text(), one_line(name, 80)),
                        "quarry agent check FILE says how to bind it");
        }
        return tool;
    }

    void add_agent_tool(tools::Toolbox& toolbox, std::size_t definition) {
        const Definition& agent = context_.agent.definitions[definition];
        const std::string description =
            agent.description.empty() ? fmt::format("Asks the agent {}.", agent.name) : agent.description;
        toolbox.add(make_control_tool(
            {agent.name, description,
             R"({"type": "object", "properties": {"request": {"type": "string", "description": "What the agent shall do"}},)"
             R"( "required": ["request"], "additionalProperties": false})"},
            [this, definition](const json& arguments, tools::ToolRun& run) {
                const std::string request = arguments["request"].get<std::string>();
                const json answer = run_inner_agent(definition, request, task_.scope, context_, journal_);
                return tools::fenced("RESULT", text_of(answer), run.fence);
            }));
    }

    void add_choice_tool(tools::Toolbox& toolbox) {
        toolbox.add(make_control_tool(
            {"get_user_choice", "Lets the user choose one of several options.",
             R"({"type": "object", "properties": {"options": {"type": "array", "items": {"type": "string"}, "description":)"
             R"( "What the user chooses from"}}, "required": ["options"]})"},
            [this](const json& arguments, tools::ToolRun&) {
                return text_of(journal_.ask(store::AgentCallKind::question,
                                            {.question = "Which one?",
                                             .schema = {{"enum", arguments["options"]}},
                                             .description = arguments["options"].dump()}));
            }));
    }

    void add_transfer_tool(tools::Toolbox& toolbox) {
        std::string description = "Lets another agent go on. The agents are:";
        json names = json::array();
        for (const auto& [name, about] : task_.transfers) {
            description += fmt::format("\n{}: {}", name, about);
            names.push_back(name);
        }
        const json schema = {{"type", "object"},
                             {"properties",
                              {{"agent_name", {{"type", "string"}, {"enum", names}, {"description", "Who goes on"}}}}},
                             {"required", {"agent_name"}}};
        toolbox.add(make_control_tool({"transfer_to_agent", description, schema.dump()},
                                      [this](const json& arguments, tools::ToolRun&) {
                                          turn_.transfer = arguments["agent_name"].get<std::string>();
                                          return fmt::format("{} goes on", *turn_.transfer);
                                      }));
    }

    const NodeTask& task_;
    const Definition& node_;
    const NodeContext& context_;
    Journal::Task& journal_;
    const std::string fence_;
    Turn turn_;
};

}  // namespace

NodeResult run_model_node(const NodeTask& task, const NodeContext& context, Journal::Task& journal) {
    return ModelNode(task, *task.node, context, journal).run();
}

}  // namespace quarry::agent
