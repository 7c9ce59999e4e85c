// Ollama's own protocol.
#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/llm/chat_tokens.h"
#include "core/llm/json_members.h"
#include "core/llm/ollama_answer.h"
#include "core/llm/protocol.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

constexpr std::uint64_t least_window = 8192;
constexpr std::uint64_t answer_room = 2048;  // kept for an answer without a limit

json ollama_arguments(const std::string& arguments) {
    json parsed = parse_bounded_json(arguments);
    return parsed.is_object() ? parsed : json::object();
}

json ollama_message(const ChatMessage& message) {
    json sent = {{"role", chat_role_name(message.role)}, {"content", message.content}};
    if (message.role == ChatMessage::Role::tool) sent["tool_name"] = message.tool_name;
    for (const ChatToolCall& call : message.tool_calls) {
        sent["tool_calls"].push_back(
            {{"function", {{"name", call.name}, {"arguments", ollama_arguments(call.arguments)}}}});
    }
    return sent;
}

/// Ollama cuts a prompt that is longer than its window of 4,096 tokens without a word, so it is told what is needed.
/// In powers of two: another size loads the model anew.
std::uint64_t window_for(const ChatRequest& request) {
    const std::uint64_t room = request.max_tokens ? static_cast<std::uint64_t>(*request.max_tokens) : answer_room;
    const std::uint64_t prompt = estimated_tokens(request);
    return std::bit_ceil(std::max(least_window, prompt + prompt / 4 + room));
}

json ollama_body(const ChatTarget& target, const ChatRequest& request) {
    json messages = json::array();
    for (const ChatMessage& message : request.messages) messages.push_back(ollama_message(message));
    json body = {{"model", target.model},
                 {"messages", std::move(messages)},
                 {"stream", true},
                 {"options", {{"num_ctx", window_for(request)}}}};
    if (request.max_tokens) body["options"]["num_predict"] = *request.max_tokens;
    if (request.temperature) body["options"]["temperature"] = *request.temperature;
    for (const ChatTool& tool : request.tools) {
        body["tools"].push_back({{"type", "function"},
                                 {"function",
                                  {{"name", tool.name},
                                   {"description", tool.description},
                                   {"parameters", parse_bounded_json(tool.parameters)}}}});
    }
    if (!request.answer_schema.empty()) body["format"] = parse_bounded_json(request.answer_schema);
    return body;
}

std::unique_ptr<AnswerReader> ollama_reader(const ChatRequest& /*request*/, const TextSink& sink) {
    return std::make_unique<OllamaAnswerReader>(sink);
}

std::string ollama_path(const ChatTarget& /*target*/) { return "api/chat"; }

}  // namespace

const ChatProtocol ollama_chat_protocol{ollama_path, ollama_body, ollama_reader, ollama_address};

}  // namespace quarry::llm
