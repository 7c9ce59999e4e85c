// Agents as models for OpenAI's clients.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/serve/agent_parts.h"
#include "core/serve/openai.h"
#include "core/serve/openai_parts.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

constexpr std::string_view agent_model = "agent/";  ///< Before the agent's name.
constexpr double longest_wait_of_model = 30;        ///< Seconds: a client of a model waits with its run.

/// What the agent is told: the last message of the user, and what was said before where its state has messages.
nlohmann::json agent_input(const ModelRequest& asked, const agent::AgentFile& agent) {
    if (!asked.chat.tools.empty() || !asked.chat.answer_schema.empty()) {
        throw Error(ErrorCode::usage, "this model is an agent, and takes neither tools nor a response format");
    }
    using Role = llm::ChatMessage::Role;
    const auto& messages = asked.chat.messages;
    if (messages.empty() || messages.back().role != Role::user) {
        throw Error(ErrorCode::usage, "the last message must be the user's");
    }
    nlohmann::json earlier = nlohmann::json::array();
    for (std::size_t i = 0; i + 1 < messages.size(); ++i) {
        const bool is_said = messages[i].role == Role::user || messages[i].role == Role::assistant;
        if (is_said) {
            earlier.push_back({{"role", llm::chat_role_name(messages[i].role)}, {"content", messages[i].content}});
        }
    }
    if (earlier.empty() || !agent.channels.has("messages")) return messages.back().content;
    return {{"input", messages.back().content}, {"messages", std::move(earlier)}};
}

/// Whether what its model says is its output, so that it can be told as it comes.
bool is_one_model(const agent::Definition& top) {
    return top.kind == agent::NodeKind::llm && top.children.empty() && top.tools.empty() && top.callbacks.empty() &&
           top.output_schema.is_null() && top.attempts == 1 && !top.map;
}

std::string output_text(const nlohmann::json& output) {
    if (output.is_null()) return {};
    return output.is_string() ? output.get<std::string>() : json_line(Json(output));
}

/// What is said instead of an output by a run that waits.
std::string waiting_message(const Json& run) {
    const std::string id = run.at("run");
    std::string text = fmt::format("The run {} of the agent {} waits for a person.\n", id, run.at("agent").get<std::string>());
    for (const Json& one : run.at("waiting")) {
        text += fmt::format("\n{} asks: {}\n", one.at("task").get<std::string>(), one.at("question").get<std::string>());
        const std::string description = one.value("description", "");
        if (!description.empty()) text += description + "\n";
    }
    if (run.at("wakes_at").is_string()) {
        text += fmt::format("\nIt also waits until {}.\n", run.at("wakes_at").get<std::string>());
    }
    const bool is_question = !run.at("waiting").empty() && run.at("waiting")[0].value("kind", "") == "question";
    return text + fmt::format("\nAnswer with POST /api/v1/agent-runs/{0}/resume and {1}, or at a terminal: quarry agent "
                              "resume {0} {2}",
                              id, is_question ? R"({"answer": ...})" : R"({"approve": true} or {"reject": true})",
                              is_question ? "--answer JSON" : "--approve, or --reject");
}

/// What is said instead of an output by a run that goes on by itself later.
std::string sleeping_message(const Json& run) {
    const Json& at = run.at("wakes_at");
    return fmt::format("The run {0} of the agent {1} goes on by itself at {2}: GET /api/v1/agent-runs/{0} shows it.",
                       run.at("run").get<std::string>(), run.at("agent").get<std::string>(),
                       at.is_string() ? at.get<std::string>() : "its time");
}

Json usage_of(const Json& run) {
    std::int64_t in = 0, out = 0;
    for (const Json& call : run.at("journal")) {
        const Json result = call.value("result", Json());
        if (!result.is_object() || !result.contains("usage") || result["usage"].size() < 2) continue;
        in += result["usage"][0].get<std::int64_t>();
        out += result["usage"][1].get<std::int64_t>();
    }
    return {{"input_tokens", in}, {"output_tokens", out}};
}

}  // namespace

bool is_agent_model(std::string_view model) { return model.starts_with(agent_model); }

std::vector<std::string> agent_model_names(const Call& call) {
    std::vector<std::string> names;
    if (!call.caller.scopes.contains("agents")) return names;
    AgentCall use(call);
    for (const auto& one : app::offered_agents(call.service.workspace(), use.agents(), use.scope())) {
        if (one.problem.empty()) names.push_back(std::string(agent_model) + one.name);
    }
    return names;
}

Json ask_agent(const Call& call, const ModelRequest& request, const std::function<void(std::string_view)>& sink) {
    if (!call.caller.scopes.contains("agents")) {
        throw Error(ErrorCode::usage, "you may not run agents: this needs the scope agents");
    }
    const app::OfferedAgent offered = offered_agent(call.service, request.model.substr(agent_model.size()));
    const bool streams = is_one_model(offered.agent.top());
    const app::AgentRunRequest wanted{
        .file = offered.file,
        .input = agent_input(request, offered.agent),
        .flags = {.longest_wait = longest_wait_of_model, .scopes = scopes_of(call.caller)}};
    std::string told;
    const app::AgentReport report = call.service.agents().perform(
        call.caller, {},
        [&](const std::shared_ptr<Run>& run, std::uint64_t /*after*/) {
            note_agent(call, "agent.run", fmt::format("{} {}", run->id(), offered.name));
        },
        [&](app::AgentService& agents, const agent::EventSink& events, const app::RequestScope& scope) {
            const agent::EventSink both = [&](std::string_view name, const nlohmann::json& data) {
                events(name, data);
                if (!streams || name != "text") return;
                const std::string text = data.value("text", "");
                told += text;
                sink(text);
            };
            return agents.run(wanted, both, scope);
        });
    if (report.error) throw Error(*report.error);
    Json run = run_document(call.service, call.caller, report.run.id);
    const bool waits = run.at("state") == "waiting";
    // What its model has said is told already.
    std::string rest = waits             ? waiting_message(run)
                       : report.wakes_at ? sleeping_message(run)
                       : told.empty()    ? output_text(report.output)
                                         : std::string();
    if ((waits || report.wakes_at) && !told.empty()) rest.insert(0, "\n\n");
    sink(rest);
    Json usage = usage_of(run);
    run.erase("journal");
    return {{"text", told + rest},
            {"annotations", Json::array()},
            {"tool_calls", Json::array()},
            {"finish_reason", "stop"},
            {"usage", std::move(usage)},
            {"quarry", std::move(run)}};
}

}  // namespace quarry::serve
