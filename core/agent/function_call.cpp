// Functions of graphs, and callbacks.
#include "core/agent/function_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/agent/journalled.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/passages/passages.h"
#include "core/tools/toolbox.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

constexpr int deepest_output = 200;

/// What a tool wrote, without the lines that mark it as data for models.
json tool_output(std::string_view text, std::string_view fence) {
    const std::string begin = fmt::format(" {}\n", fence), end = fmt::format(" {}\n", fence);
    if (text.starts_with("BEGIN ") && text.ends_with(end)) {
        const std::size_t first = text.find('\n') + 1;
        const std::size_t last = text.rfind("\nEND ");
        if (last != std::string_view::npos && last >= first) text = text.substr(first, last - first);
    }
    json value = parse_bounded_json(trim(text), deepest_output);
    return value.is_discarded() ? json(trim(text)) : value;
}

/// What of it the tool's schema names; all where that names nothing.
json named_arguments(const json& about, const llm::ChatTool& tool) {
    const json schema = parse_bounded_json(tool.parameters);
    const json properties = schema.is_object() ? schema.value("properties", json::object()) : json::object();
    if (!properties.is_object() || properties.empty()) return about;
    json arguments = json::object();
    for (const auto& [name, value] : about.items()) {
        if (properties.contains(name)) arguments[name] = value;
    }
    return arguments;
}

std::string answer_text(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_nothing(const json& value) { return value.is_null() || value == json("") || value == json::object(); }

class ToolWithCallbacks final : public tools::Tool {
public:
    ToolWithCallbacks(std::unique_ptr<tools::Tool> tool, const Definition& node, const NodeContext& context,
                      Journal::Task& journal)
        : tool_(std::move(tool)), node_(node), context_(context), journal_(journal) {}
    [[nodiscard]] const llm::ChatTool& definition() const override { return tool_->definition(); }
    [[nodiscard]] bool read_only() const override { return tool_->read_only(); }
    [[nodiscard]] bool idempotent() const override { return tool_->idempotent(); }
    // Its callbacks have the next places in the journal.
    [[nodiscard]] bool concurrent() const override { return false; }
    [[nodiscard]] std::string run(const json& arguments, tools::ToolRun& run) override {
        json about = {{"agent", node_.name}, {"tool", definition().name}, {"arguments", arguments}};
        const json early = run_callbacks(node_, Callback::When::before_tool, about, context_, journal_);
        if (!early.is_null()) return answer_text(early);
        std::string result = tool_->run(arguments, run);
        about["result"] = tool_output(result, run.fence);
        const json late = run_callbacks(node_, Callback::When::after_tool, about, context_, journal_);
        return late.is_null() ? result : answer_text(late);
    }

private:
    std::unique_ptr<tools::Tool> tool_;
    const Definition& node_;
    const NodeContext& context_;
    Journal::Task& journal_;
};

bool has_callbacks(const Definition& node, Callback::When when) {
    return std::ranges::any_of(node.callbacks, [&](const Callback& one) { return one.when == when; });
}

}  // namespace

json call_function(const std::string& code, const Place& place,
                   const std::function<json(const llm::ChatTool&)>& arguments, const NodeContext& context,
                   Journal::Task& journal) {
    auto found = context.environment.tool(code);
    if (found == nullptr) {
        throw Error(ErrorCode::usage, fmt::format("{}: there is no function or tool {}", place.text(), code),
                    "quarry agent check FILE says how to bind it");
    }
    const std::string name = found->definition().name;
    const json given = arguments(found->definition());
    tools::Toolbox toolbox;
    toolbox.add(make_journalled_tool(std::move(found), context, journal));
    set_approval(toolbox, context, journal);
    const std::string fence = task_fence(context, journal, journal.journal().step());
    std::vector<passages::Passage> passages;
    tools::ToolRun run{passages, fence, context.cancellation};
    const tools::ToolCallRecord record =
        toolbox.call({"1", name, given.dump(-1, ' ', false, json::error_handler_t::replace), {}}, run);
    if (record.outcome != tools::ToolCallRecord::Outcome::done) {
        const std::string why = record.outcome == tools::ToolCallRecord::Outcome::denied
                                    ? "the call was not allowed"
                                    : record.result.substr(record.result.starts_with("error: ") ? 7 : 0);
        throw Error(ErrorCode::failed, fmt::format("{}: {} failed", journal.name(), name)).because(why);
    }
    return tool_output(record.result, fence);
}

FunctionReply function_reply(json said) {
    bool is_reply = said.is_object() && !said.empty();
    for (const auto& [name, part] : said.items()) {
        is_reply = is_reply &&
                   (name == "output" || (name == "route" && part.is_string()) || (name == "state" && part.is_object()));
    }
    if (!is_reply) return {.output = std::move(said)};
    FunctionReply reply{.output = said.value("output", json())};
    if (said.contains("route")) reply.route = said["route"].get<std::string>();
    reply.state = said.value("state", json::object());
    return reply;
}

json run_callbacks(const Definition& node, Callback::When when, const json& about, const NodeContext& context,
                   Journal::Task& journal, std::vector<std::pair<std::string, json>>* state) {
    for (const Callback& one : node.callbacks) {
        if (one.when != when) continue;
        const auto arguments = [&](const llm::ChatTool& tool) { return named_arguments(about, tool); };
        json given = call_function(one.code, one.place, arguments, context, journal);
        if (state != nullptr) {
            FunctionReply reply = function_reply(std::move(given));
            for (const auto& [channel, value] : reply.state.items()) state->emplace_back(channel, value);
            given = std::move(reply.output);
        }
        if (!is_nothing(given)) return given;
    }
    return nullptr;
}

std::unique_ptr<tools::Tool> with_callbacks(std::unique_ptr<tools::Tool> tool, const Definition& node,
                                            const NodeContext& context, Journal::Task& journal) {
    if (!has_callbacks(node, Callback::When::before_tool) && !has_callbacks(node, Callback::When::after_tool)) return tool;
    return std::make_unique<ToolWithCallbacks>(std::move(tool), node, context, journal);
}

llm::ChatResponse ModelWithCallbacks::chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                           const Cancellation& cancellation) {
    if (has_callbacks(node_, Callback::When::before_model)) {
        json messages = json::array();
        for (const llm::ChatMessage& one : request.messages) {
            messages.push_back({{"role", llm::chat_role_name(one.role)}, {"content", one.content}});
        }
        const json early = run_callbacks(node_, Callback::When::before_model,
                                         {{"agent", node_.name}, {"messages", std::move(messages)}}, context_, journal_);
        if (!early.is_null()) {
            llm::ChatResponse response;
            response.text = answer_text(early);
            response.finish_reason = "stop";
            return response;
        }
    }
    llm::ChatResponse response = model_.chat(request, sink, cancellation);
    if (!response.tool_calls.empty()) return response;
    const json late = run_callbacks(node_, Callback::When::after_model,
                                    {{"agent", node_.name}, {"text", response.text}}, context_, journal_);
    if (!late.is_null()) response.text = answer_text(late);
    return response;
}

}  // namespace quarry::agent
