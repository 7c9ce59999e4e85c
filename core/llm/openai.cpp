// The chat completions protocol of OpenAI, which many servers speak.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/llm/json_members.h"
#include "core/llm/openai_answer.h"
#include "core/llm/protocol.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

json openai_message(const ChatMessage& message) {
    json sent = {{"role", chat_role_name(message.role)}, {"content", message.content}};
    if (message.role == ChatMessage::Role::tool) sent["tool_call_id"] = message.tool_call_id;
    for (const ChatToolCall& call : message.tool_calls) {
        sent["tool_calls"].push_back({{"id", call.id},
                                      {"type", "function"},
                                      {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
    }
    if (!message.tool_calls.empty() && message.content.empty()) sent["content"] = nullptr;
    return sent;
}

/// Whether OpenAI's strict mode takes a schema: each object closes itself and requires all that it has.
bool is_strict_schema(const json& schema) {
    if (schema.is_array()) return std::all_of(schema.begin(), schema.end(), is_strict_schema);
    if (!schema.is_object()) return true;
    if (const json* const properties = find_member(schema, "properties")) {
        const json* const required = find_member(schema, "required");
        const json* const more = find_member(schema, "additionalProperties");
        if (more == nullptr || *more != false || required == nullptr || required->size() != properties->size()) {
            return false;
        }
    }
    return std::all_of(schema.begin(), schema.end(), is_strict_schema);
}

json openai_body(const ChatTarget& target, const ChatRequest& request) {
    json messages = json::array();
    for (const ChatMessage& message : request.messages) messages.push_back(openai_message(message));
    json body = {{"model", target.model}, {"messages", std::move(messages)}, {"stream", true}};
    if (target.asks_for_usage) body["stream_options"] = {{"include_usage", true}};
    if (request.max_tokens) {
        body[target.newer_limit_name ? "max_completion_tokens" : "max_tokens"] = *request.max_tokens;
    }
    if (request.temperature) body["temperature"] = *request.temperature;
    for (const ChatTool& tool : request.tools) {
        body["tools"].push_back({{"type", "function"},
                                 {"function",
                                  {{"name", tool.name},
                                   {"description", tool.description},
                                   {"parameters", parse_bounded_json(tool.parameters)}}}});
    }
    if (!request.answer_schema.empty()) {
        json schema = parse_bounded_json(request.answer_schema);
        const bool strict = is_strict_schema(schema);
        body["response_format"] = {
            {"type", "json_schema"},
            {"json_schema", {{"name", "answer"}, {"schema", std::move(schema)}, {"strict", strict}}}};
    }
    return body;
}

std::unique_ptr<AnswerReader> openai_reader(const ChatRequest& /*request*/, const TextSink& sink) {
    return std::make_unique<OpenAiAnswerReader>(sink);
}

std::unique_ptr<AnswerReader> azure_reader(const ChatRequest& /*request*/, const TextSink& sink) {
    return std::make_unique<OpenAiAnswerReader>(sink, azure_address);
}

std::string openai_path(const ChatTarget& /*target*/) { return "chat/completions"; }

// With a version, a deployment's name is in the path; without one the address is that of OpenAI's protocol.
std::string azure_path(const ChatTarget& target) {
    if (target.api_version.empty()) return "openai/v1/chat/completions";
    return fmt::format("openai/deployments/{}/chat/completions?api-version={}", target.model, target.api_version);
}

}  // namespace

const ChatProtocol openai_chat_protocol{openai_path, openai_body, openai_reader, openai_address};
const ChatProtocol azure_chat_protocol{azure_path, openai_body, azure_reader, azure_address};

}  // namespace quarry::llm
