#include "core/llm/command_answer.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/llm/json_members.h"
#include "core/llm/lenient_json.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

Error no_command_answer(std::string why) {
    return Error(ErrorCode::provider_failed, "cannot use what the program wrote as an answer",
                 R"(it writes lines of JSON to its standard output, such as {"text": "The moon"})")
        .because(std::move(why));
}

}  // namespace

void CommandAnswerReader::feed(std::string_view piece) {
    lines_.feed(piece, [this](std::string_view line) { take_line(line); });
}

void CommandAnswerReader::take_line(std::string_view line) {
    const json parsed = parse_lenient_json(line);
    if (!parsed.is_object()) {
        throw no_command_answer("a line is not a JSON object: " +
                                one_line(strip_terminal_controls(replace_invalid_utf8(line.substr(0, 800))), 100));
    }
    check_error(parsed, line);
    if (find_member(parsed, "text") != nullptr) {
        set_begun();
        add_text(text_member(parsed, "text"));
    }
    if (const json* const call = find_member(parsed, "tool_call")) {
        ChatToolCall& wish = add_tool_call();
        wish.id = text_member(*call, "id");
        wish.name = text_member(*call, "name");
        const json* const arguments = find_member(*call, "arguments");
        wish.arguments = arguments == nullptr     ? "{}"
                         : arguments->is_string() ? text_member(*call, "arguments")
                                                  : json_text(*arguments);
    }
    if (std::string reason = text_member(parsed, "finish_reason"); !reason.empty()) {
        response().finish_reason = std::move(reason);
    }
    if (std::string model = text_member(parsed, "model"); !model.empty()) response().model = std::move(model);
    if (const json* const usage = find_member(parsed, "usage")) {
        response().usage = ChatUsage{count_member(*usage, "input_tokens"), count_member(*usage, "output_tokens"),
                                     count_member(*usage, "cached_input_tokens")};
    }
}

ChatResponse CommandAnswerReader::finish() {
    lines_.finish([this](std::string_view line) { take_line(line); });
    if (!begun()) throw no_command_answer("it wrote no text");
    return take_response();
}

}  // namespace quarry::llm
