// The messages protocol of Anthropic.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/llm/anthropic_answer.h"
#include "core/llm/json_members.h"
#include "core/llm/lenient_json.h"
#include "core/llm/protocol.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

// The protocol wants a limit. The least that any of its models takes is enough for an answer from documents.
constexpr int anthropic_default_tokens = 4096;

json text_block(const std::string& text) { return {{"type", "text"}, {"text", text}}; }

/// Arguments as the object that the protocol wants: what is none is shown to the model as it was.
json anthropic_arguments(const std::string& arguments) {
    json parsed = parse_bounded_json(arguments);
    if (parsed.is_object()) return parsed;
    return trim(arguments).empty() ? json::object() : json{{"arguments", arguments}};
}

json search_result_block(const ChatSource& source, bool cite) {
    json content = json::array({text_block(source.text)});
    return {{"type", "search_result"},
            {"source", source.name},
            {"title", source.name},
            {"content", std::move(content)},
            {"citations", {{"enabled", cite}}}};
}

/// The blocks of a message; there is none for what is empty, which the protocol refuses.
json message_blocks(const ChatMessage& message, bool cite) {
    json blocks = json::array();
    if (message.role == ChatMessage::Role::tool) {
        blocks.push_back(
            {{"type", "tool_result"}, {"tool_use_id", message.tool_call_id}, {"content", message.content}});
        return blocks;
    }
    for (const ChatSource& source : message.sources) {
        if (!trim(source.text).empty()) blocks.push_back(search_result_block(source, cite));
    }
    if (!trim(message.content).empty()) blocks.push_back(text_block(message.content));
    for (const ChatToolCall& call : message.tool_calls) {
        blocks.push_back({{"type", "tool_use"},
                          {"id", call.id},
                          {"name", call.name},
                          {"input", anthropic_arguments(call.arguments)}});
    }
    return blocks;
}

/// The turns without the system's: results of tools are the user's, and all of one round are in one turn.
json anthropic_turns(const ChatRequest& request) {
    // The protocol does not cite in answers of a given form.
    const bool cite = request.answer_schema.empty();
    json turns = json::array();
    for (const ChatMessage& message : request.messages) {
        if (message.role == ChatMessage::Role::system) continue;
        const char* const role = message.role == ChatMessage::Role::assistant ? "assistant" : "user";
        json blocks = message_blocks(message, cite);
        if (blocks.empty()) continue;
        if (turns.empty() || turns.back()["role"] != role)
            turns.push_back({{"role", role}, {"content", json::array()}});
        for (json& block : blocks) turns.back()["content"].push_back(std::move(block));
    }
    return turns;
}

void add_answer_tool(json& body, const ChatRequest& request) {
    body["tools"].push_back({{"name", anthropic_answer_tool},
                             {"description", "Gives the answer. To be called once, when the answer is known."},
                             {"input_schema", parse_bounded_json(request.answer_schema)}});
    // With other tools at hand the model may look things up first.
    if (request.tools.empty()) {
        body["tool_choice"] = {{"type", "tool"}, {"name", anthropic_answer_tool}};
    } else {
        body["tool_choice"] = {{"type", "any"}};
    }
}

// No temperature: the newer models refuse it, and the provider's types have it no more (npm @anthropic-ai/sdk 1.12.0).
json anthropic_body(const ChatTarget& target, const ChatRequest& request) {
    json body = {{"model", target.model},
                 {"max_tokens", request.max_tokens.value_or(anthropic_default_tokens)},
                 {"stream", true},
                 {"messages", anthropic_turns(request)}};
    json system = json::array();
    for (const ChatMessage& message : request.messages) {
        if (message.role != ChatMessage::Role::system || trim(message.content).empty()) continue;
        system.push_back(text_block(message.content));
    }
    if (!system.empty()) body["system"] = std::move(system);
    for (const ChatTool& tool : request.tools) {
        body["tools"].push_back({{"name", tool.name},
                                 {"description", tool.description},
                                 {"input_schema", parse_bounded_json(tool.parameters)}});
    }
    if (!request.answer_schema.empty()) add_answer_tool(body, request);
    // With tools, all of this comes again with the next round: the provider shall keep it until then.
    json& turns = body["messages"];
    if (!request.tools.empty() && !turns.empty()) {
        turns.back()["content"].back()["cache_control"] = {{"type", "ephemeral"}};
    }
    return body;
}

std::unique_ptr<AnswerReader> anthropic_reader(const ChatRequest& request, const TextSink& sink) {
    std::vector<std::size_t> numbers;
    for (const ChatMessage& message : request.messages) {
        for (std::size_t i = 0; i < message.sources.size(); ++i) {
            if (!trim(message.sources[i].text).empty()) numbers.push_back(i + 1);
        }
    }
    return std::make_unique<AnthropicAnswerReader>(sink, std::move(numbers), !request.answer_schema.empty());
}

std::string anthropic_path(const ChatTarget& /*target*/) { return "v1/messages"; }

}  // namespace

const ChatProtocol anthropic_chat_protocol{anthropic_path, anthropic_body, anthropic_reader, anthropic_address, true};

}  // namespace quarry::llm
