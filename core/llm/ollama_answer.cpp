#include "core/llm/ollama_answer.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/llm/json_members.h"
#include "core/llm/lenient_json.h"

namespace quarry::llm {

using nlohmann::json;

void OllamaAnswerReader::feed(std::string_view piece) {
    lines_.feed(piece, [this](std::string_view line) { take_line(line); });
}

void OllamaAnswerReader::take_line(std::string_view line) {
    const json parsed = parse_lenient_json(line);
    if (!parsed.is_object()) throw not_an_answer(line.starts_with('<') ? "it is a web page" : "it is not JSON", line);
    check_error(parsed, line);
    if (std::string model = text_member(parsed, "model"); !model.empty()) response().model = std::move(model);
    if (const json* const message = find_member(parsed, "message"); message != nullptr && message->is_object()) {
        set_begun();
        add_text(text_member(*message, "content"));
        if (const json* const calls = find_member(*message, "tool_calls")) take_tool_calls(*calls);
    }
    if (const json* const done = find_member(parsed, "done"); done == nullptr || *done != true) return;
    const std::string reason = text_member(parsed, "done_reason");
    response().finish_reason = reason.empty() ? "stop" : reason;
    response().usage = ChatUsage{count_member(parsed, "prompt_eval_count"), count_member(parsed, "eval_count"), 0};
}

void OllamaAnswerReader::take_tool_calls(const json& calls) {
    if (!calls.is_array()) return;
    for (const json& one : calls) {
        const json* const function = find_member(one, "function");
        if (function == nullptr) continue;
        ChatToolCall& call = add_tool_call();
        call.id = text_member(one, "id");
        call.name = text_member(*function, "name");
        const json* const arguments = find_member(*function, "arguments");
        if (arguments == nullptr) {
            call.arguments = "{}";
        } else {
            call.arguments = arguments->is_string() ? text_member(*function, "arguments") : json_text(*arguments);
        }
    }
}

ChatResponse OllamaAnswerReader::finish() {
    lines_.finish([this](std::string_view line) { take_line(line); });
    ChatResponse response = take_response();
    if (!begun()) throw not_an_answer("there is no answer in it", {});
    return response;
}

}  // namespace quarry::llm
