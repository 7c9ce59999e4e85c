#include "core/llm/openai_answer.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/llm/json_members.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

/// The text of a message or delta: a string, or parts of which some have text; a refusal counts as text.
std::string openai_message_text(const json& message) {
    const json* const content = find_member(message, "content");
    if (content == nullptr) return text_member(message, "refusal");
    if (!content->is_array()) return text_member(message, "content");
    std::string text;
    for (const json& part : *content) text += text_member(part, "text");
    return text;
}

ChatUsage openai_usage(const json& usage) {
    ChatUsage counts{count_member(usage, "prompt_tokens"), count_member(usage, "completion_tokens"), 0};
    if (const json* const details = find_member(usage, "prompt_tokens_details")) {
        counts.cached_input_tokens = count_member(*details, "cached_tokens");
    }
    return counts;
}

}  // namespace

void OpenAiAnswerReader::take_chunk(const json& chunk) { take(chunk, "delta", "message"); }

void OpenAiAnswerReader::take_whole(const json& body) {
    const json* const choices = find_member(body, "choices");
    if (choices == nullptr || !choices->is_array() || choices->empty()) {
        throw not_an_answer("it has no choices", body.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    take(body, "message", "delta");
}

void OpenAiAnswerReader::take(const json& completion, const char* message_name, const char* other_name) {
    if (std::string model = text_member(completion, "model"); !model.empty()) response().model = std::move(model);
    if (std::string id = text_member(completion, "id"); !id.empty()) response().id = std::move(id);
    if (const json* const usage = find_member(completion, "usage")) response().usage = openai_usage(*usage);
    const json* const choices = find_member(completion, "choices");
    // A chunk with usage only, or of a kind that is new, has none.
    if (choices == nullptr || !choices->is_array() || choices->empty()) return;
    const json& choice = choices->front();
    if (std::string reason = text_member(choice, "finish_reason"); !reason.empty()) {
        response().finish_reason = reason == "function_call" ? "tool_calls" : std::move(reason);
    }
    const json* message = find_member(choice, message_name);
    if (message == nullptr) message = find_member(choice, other_name);
    if (message == nullptr) return;
    set_begun();
    add_text(openai_message_text(*message));
    if (const json* const calls = find_member(*message, "tool_calls")) take_tool_calls(*calls);
}

void OpenAiAnswerReader::take_tool_calls(const json& calls) {
    if (!calls.is_array()) return;
    for (const json& fragment : calls) {
        if (!fragment.is_object()) continue;
        ChatToolCall& call = tool_call_of(fragment);
        if (std::string id = text_member(fragment, "id"); !id.empty()) call.id = std::move(id);
        const json* const function = find_member(fragment, "function");
        if (function == nullptr) continue;
        if (call.name.empty()) call.name = text_member(*function, "name");
        const json* const arguments = find_member(*function, "arguments");
        if (arguments == nullptr) continue;
        call.arguments += arguments->is_string() ? text_member(*function, "arguments") : json_text(*arguments);
    }
}

ChatToolCall& OpenAiAnswerReader::tool_call_of(const json& fragment) {
    std::vector<ChatToolCall>& calls = response().tool_calls;
    const std::string id = text_member(fragment, "id");
    std::optional<std::int64_t> index;
    if (find_member(fragment, "index") != nullptr) index = count_member(fragment, "index");
    // From the back: where a server gives each call the same index, another id tells that another call begins.
    for (std::size_t i = calls.size(); i-- > 0;) {
        const bool same_index = !index || call_indexes_[i] == index;
        if (same_index && (id.empty() || calls[i].id.empty() || calls[i].id == id)) return calls[i];
        if (same_index) break;
    }
    call_indexes_.push_back(index);
    return add_tool_call();
}

}  // namespace quarry::llm
