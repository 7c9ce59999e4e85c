// Models and tools whose calls are kept.
#include "core/agent/journalled.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

json request_json(const llm::ChatRequest& request) {
    json messages = json::array();
    for (const llm::ChatMessage& message : request.messages) {
        json one = {{"role", llm::chat_role_name(message.role)}, {"content", message.content}};
        for (const llm::ChatToolCall& call : message.tool_calls) one["calls"].push_back({call.name, call.arguments});
        messages.push_back(std::move(one));
    }
    json all = {{"messages", std::move(messages)}};
    for (const llm::ChatTool& tool : request.tools) all["tools"].push_back(tool.name);
    if (!request.answer_schema.empty()) all["schema"] = request.answer_schema;
    return all;
}

json response_json(const llm::ChatResponse& response) {
    json all = {{"text", replace_invalid_utf8(response.text)}, {"finish", response.finish_reason}};
    for (const llm::ChatToolCall& call : response.tool_calls) {
        all["calls"].push_back({{"id", call.id},
                                {"name", replace_invalid_utf8(call.name)},
                                {"arguments", replace_invalid_utf8(call.arguments)},
                                {"signature", call.signature}});
    }
    if (response.usage) {
        all["usage"] = {response.usage->input_tokens, response.usage->output_tokens,
                        response.usage->cached_input_tokens};
    }
    if (response.cost) all["cost"] = *response.cost;
    if (!response.model.empty()) all["model"] = response.model;
    return all;
}

llm::ChatResponse response_of(const json& all) {
    llm::ChatResponse response;
    response.text = all.value("text", "");
    response.finish_reason = all.value("finish", "");
    for (const json& call : all.value("calls", json::array())) {
        response.tool_calls.push_back({call.value("id", ""), call.value("name", ""), call.value("arguments", ""),
                                       call.value("signature", "")});
    }
    if (const auto usage = all.find("usage"); usage != all.end() && usage->size() == 3) {
        response.usage = llm::ChatUsage{(*usage)[0], (*usage)[1], (*usage)[2]};
    }
    if (all.contains("cost")) response.cost = all["cost"].get<double>();
    response.model = all.value("model", "");
    return response;
}

class JournalledTool final : public tools::Tool {
public:
    JournalledTool(std::unique_ptr<tools::Tool> tool, const NodeContext& context, Journal::Task& journal)
        : tool_(std::move(tool)), context_(context), journal_(journal) {}

    [[nodiscard]] const llm::ChatTool& definition() const override { return tool_->definition(); }
    [[nodiscard]] bool read_only() const override { return tool_->read_only(); }
    [[nodiscard]] bool idempotent() const override { return tool_->idempotent(); }
    [[nodiscard]] bool concurrent() const override { return tool_->concurrent(); }
    [[nodiscard]] std::string run(const json& arguments, tools::ToolRun& run) override {
        const Journal::Task::Call call{.kind = store::AgentCallKind::tool,
                                       .name = tool_->definition().name,
                                       .input = arguments.dump(-1, ' ', false, json::error_handler_t::replace),
                                       .may_repeat = tool_->idempotent(),
                                       .number = run.place};
        const json result = journal_.call(call, [&](Spent&) {
            context_.events("call", {{"node", journal_.name()}, {"kind", "tool"}, {"name", call.name}});
            json result = replace_invalid_utf8(tool_->run(arguments, run));
            context_.events("result", {{"node", journal_.name()}, {"kind", "tool"}, {"name", call.name}});
            return result;
        });
        return result.is_string() ? result.get<std::string>() : result.dump();
    }

private:
    std::unique_ptr<tools::Tool> tool_;
    const NodeContext& context_;
    Journal::Task& journal_;
};

class ControlTool final : public tools::Tool {
public:
    ControlTool(llm::ChatTool definition, std::function<std::string(const json&, tools::ToolRun&)> run)
        : definition_(std::move(definition)), run_(std::move(run)) {}
    [[nodiscard]] const llm::ChatTool& definition() const override { return definition_; }
    [[nodiscard]] bool read_only() const override { return true; }
    [[nodiscard]] std::string run(const json& arguments, tools::ToolRun& run) override { return run_(arguments, run); }

private:
    llm::ChatTool definition_;
    std::function<std::string(const json&, tools::ToolRun&)> run_;
};

}  // namespace

llm::ChatResponse JournalledModel::chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                        const Cancellation& cancellation) {
    const Journal::Task::Call call{.kind = store::AgentCallKind::model,
                                   .name = node_.model,
                                   .input = request_json(request).dump(-1, ' ', false, json::error_handler_t::replace),
                                   .keeps_input = false,
                                   .may_repeat = true};
    return response_of(journal_.call(call, [&](Spent& spent) {
        context_.events("call", {{"node", journal_.name()}, {"kind", "model"}, {"name", call.name}});
        cancellation.check();  // a tool may have used up the time
        const llm::ChatResponse response = context_.environment.chat(node_.model, request, sink, cancellation);
        if (response.usage) spent.tokens = response.usage->input_tokens + response.usage->output_tokens;
        spent.cost = response.cost.value_or(0);
        context_.events("result", {{"node", journal_.name()},
                                   {"kind", "model"},
                                   {"name", call.name},
                                   {"tokens", spent.tokens},
                                   {"cost", spent.cost}});
        return response_json(response);
    }));
}

std::unique_ptr<tools::Tool> make_journalled_tool(std::unique_ptr<tools::Tool> tool, const NodeContext& context,
                                                  Journal::Task& journal) {
    return std::make_unique<JournalledTool>(std::move(tool), context, journal);
}

std::unique_ptr<tools::Tool> make_control_tool(llm::ChatTool definition,
                                               std::function<std::string(const json&, tools::ToolRun&)> run) {
    return std::make_unique<ControlTool>(std::move(definition), std::move(run));
}

void set_approval(tools::Toolbox& toolbox, const NodeContext& context, Journal::Task& journal) {
    toolbox.policy = [&context](const llm::ChatTool& tool, const std::string& arguments) {
        return context.environment.decide(tool, arguments);
    };
    toolbox.ask = [&journal](const llm::ChatTool& tool, const std::string& arguments) {
        const json answer = journal.ask(store::AgentCallKind::approval,
                                        {.kind = PersonRequest::Kind::approval,
                                         .question = fmt::format("May {} be called?", tool.name),
                                         .schema = {{"type", "boolean"}},
                                         .description = fmt::format("{} with {}", tool.name, arguments)});
        return answer.is_boolean() && answer.get<bool>() ? tools::Decision::allow : tools::Decision::deny;
    };
}

void allow_side_by_side(tools::Toolbox& toolbox, Journal::Task& journal) {
    // Which of them a budget has calls left for must not depend on their speed.
    if (journal.limits_calls()) return;
    toolbox.set_aside = [&journal](std::size_t calls) { return journal.set_aside(calls); };
}

std::string task_fence(const NodeContext& context, const Journal::Task& journal, std::int64_t step) {
    return sha256(fmt::format("{}\n{}\n{}", context.run_id, step, journal.name())).substr(0, 32);
}

}  // namespace quarry::agent
