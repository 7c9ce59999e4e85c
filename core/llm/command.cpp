// Answers from any program, by lines of JSON.
#include "core/llm/command.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/subprocess.h"
#include "core/llm/command_answer.h"
#include "core/llm/json_members.h"

namespace quarry::llm {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t most_output_bytes = 16 << 20;

json command_message(const ChatMessage& message) {
    json sent = {{"role", chat_role_name(message.role)}, {"content", message.content}};
    for (const ChatToolCall& call : message.tool_calls) {
        sent["tool_calls"].push_back({{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
    }
    if (message.role == ChatMessage::Role::tool) {
        sent["tool_call_id"] = message.tool_call_id;
        sent["tool_name"] = message.tool_name;
    }
    return sent;
}

std::string command_input(const std::string& model, const ChatRequest& request) {
    json messages = json::array();
    for (const ChatMessage& message : request.messages) messages.push_back(command_message(message));
    json line = {{"model", model}, {"messages", std::move(messages)}};
    if (request.max_tokens) line["max_tokens"] = *request.max_tokens;
    if (request.temperature) line["temperature"] = *request.temperature;
    for (const ChatTool& tool : request.tools) {
        line["tools"].push_back({{"name", tool.name},
                                 {"description", tool.description},
                                 {"parameters", parse_bounded_json(tool.parameters)}});
    }
    if (!request.answer_schema.empty()) line["answer_schema"] = parse_bounded_json(request.answer_schema);
    return json_text(line) + '\n';
}

class CommandChatModel final : public ChatModel {
public:
    explicit CommandChatModel(CommandChatOptions options) : options_(std::move(options)) {
        if (options_.command.empty() || options_.command.front().empty()) {
            throw Error(ErrorCode::usage, "no answering program is configured",
                        "set it in your own settings: quarry config set --user chat.command 'PROGRAM ARGUMENT'");
        }
    }

    [[nodiscard]] std::string name() const override {
        return options_.model.empty() ? options_.command.front() : options_.model;
    }
    [[nodiscard]] std::string provider() const override { return "command"; }

    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                    const Cancellation& cancellation) override {
        const Clock::time_point start = Clock::now();
        std::optional<std::chrono::milliseconds> first_byte;
        const TextSink timed = [&](std::string_view piece) {
            if (!first_byte) first_byte = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
            if (sink) sink(piece);
        };
        CommandAnswerReader reader(timed);
        const SubprocessOptions limits{.max_time = options_.timeout, .max_output_bytes = most_output_bytes};
        const SubprocessResult result =
            run_subprocess(options_.command, command_input(options_.model, request), limits, &cancellation,
                           [&](std::string_view piece) { reader.feed(piece); });
        if (!result.succeeded()) {
            throw Error(ErrorCode::provider_failed, fmt::format("cannot ask the program {}", options_.command.front()),
                        "run the program by hand; the setting chat.command names it")
                .because(subprocess_cause(result));
        }
        ChatResponse response = reader.finish();
        if (response.finish_reason.empty()) response.finish_reason = "stop";
        response.first_byte = first_byte;
        return response;
    }

private:
    CommandChatOptions options_;
};

}  // namespace

std::unique_ptr<ChatModel> make_command_chat_model(CommandChatOptions options) {
    return std::make_unique<CommandChatModel>(std::move(options));
}

}  // namespace quarry::llm
