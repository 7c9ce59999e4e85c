#include "core/llm/tool_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"

namespace quarry::llm {
namespace {

constexpr std::string_view call_begin = "<tool_call>";
constexpr std::string_view call_end = "</tool_call>";
constexpr std::string_view blanks = " \t\r\n";
constexpr int deepest_call = 100;

using OrderedJson = nlohmann::ordered_json;

std::string json_line(const OrderedJson& json) {
    return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string tool_prompt(std::span<const ChatTool> tools) {
    std::string told =
        "You may call functions. These are they, each with a JSON Schema of its arguments, within <tools>:\n<tools>\n";
    for (const ChatTool& tool : tools) {
        const OrderedJson function = {{"name", tool.name},
                                      {"description", tool.description},
                                      {"parameters", parse_bounded_json<OrderedJson>(tool.parameters)}};
        told += json_line({{"type", "function"}, {"function", function}}) + '\n';
    }
    told +=
        "</tools>\nTo call one, answer with a JSON object of its name and its arguments within <tool_call>, and "
        "nothing "
        "behind it:\n<tool_call>\n{\"name\": NAME, \"arguments\": {ARGUMENTS}}\n</tool_call>\nThe result comes back "
        "within <tool_response>. When you need no call, answer in words.";
    return told;
}

/// What others wrote, in which no mark of ours is one: a model that repeats it calls nothing.
std::string without_marks(std::string_view text) {
    std::string safe;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("<tool_") || rest.starts_with("</tool_")) {
            safe += "&lt;";
        } else {
            safe += text[at];
        }
    }
    return safe;
}

std::string format_call(const ChatToolCall& call) {
    OrderedJson arguments = parse_bounded_json<OrderedJson>(call.arguments, deepest_call);
    if (arguments.is_discarded()) arguments = call.arguments;
    return fmt::format("{}\n{}\n{}", call_begin, json_line({{"name", call.name}, {"arguments", std::move(arguments)}}),
                       call_end);
}

/// How many bytes at the end of `text` may be the beginning of `mark`.
std::size_t begun_mark(std::string_view text, std::string_view mark) {
    for (std::size_t size = std::min(text.size(), mark.size() - 1); size > 0; --size) {
        if (mark.starts_with(text.substr(text.size() - size))) return size;
    }
    return 0;
}

}  // namespace

std::vector<ChatMessage> tools_as_text(std::span<const ChatMessage> messages, std::span<const ChatTool> tools) {
    std::vector<ChatMessage> told;
    for (const ChatMessage& message : messages) {
        const bool joins = message.role == ChatMessage::Role::tool && !told.empty() && !told.back().tool_name.empty();
        if (message.role == ChatMessage::Role::tool) {
            const std::string result =
                fmt::format("<tool_response>\n{}\n</tool_response>", without_marks(message.content));
            // Templates want the user and the assistant in turn.
            if (joins) {
                told.back().content += '\n' + result;
            } else {
                told.push_back({ChatMessage::Role::user, result});
                told.back().tool_name = "results";
            }
            continue;
        }
        const bool is_others = message.role == ChatMessage::Role::user;
        told.push_back({message.role, is_others ? without_marks(message.content) : message.content, message.sources});
        for (const ChatToolCall& call : message.tool_calls) {
            std::string& content = told.back().content;
            if (!content.empty()) content += '\n';
            content += format_call(call);
        }
    }
    for (ChatMessage& message : told) message.tool_name.clear();
    if (!tools.empty()) {
        const auto last_system = std::find_if_not(told.begin(), told.end(), [](const ChatMessage& message) {
            return message.role == ChatMessage::Role::system;
        });
        told.insert(last_system, {ChatMessage::Role::system, tool_prompt(tools)});
    }
    return told;
}

bool ToolCallText::add_call(std::string_view json, bool only_known) {
    const auto call = parse_bounded_json<OrderedJson>(json, deepest_call);
    if (!call.is_object() || !call.contains("name") || !call["name"].is_string()) return false;
    ChatToolCall wish;
    wish.name = call["name"].get<std::string>();
    const bool is_known =
        std::any_of(tools_.begin(), tools_.end(), [&](const ChatTool& tool) { return tool.name == wish.name; });
    if (only_known && !is_known) return false;
    // Llama's models say "parameters".
    const auto arguments = call.contains("arguments") ? call.find("arguments") : call.find("parameters");
    if (arguments == call.end()) {
        wish.arguments = "{}";
    } else {
        wish.arguments = arguments->is_string() ? arguments->get<std::string>() : json_line(*arguments);
    }
    wish.id = fmt::format("call_{}", calls_.size() + 1);
    calls_.push_back(std::move(wish));
    return true;
}

std::string ToolCallText::feed(std::string_view piece) {
    if (tools_.empty()) return std::string(piece);
    held_ += piece;
    if (!begun_) {
        const std::size_t first = held_.find_first_not_of(blanks);
        if (first == std::string::npos) return {};
        begun_ = true;
        is_json_ = held_[first] == '{';
    }
    if (is_json_) return {};
    std::string shown;
    const auto show = [&](std::string_view text) {
        // Blanks around calls are nothing to show.
        const std::size_t first = behind_call_ ? std::min(text.find_first_not_of(blanks), text.size()) : 0;
        if (first < text.size()) behind_call_ = false;
        shown += text.substr(first);
    };
    for (;;) {
        const std::size_t begin = held_.find(call_begin);
        if (begin == std::string::npos) {
            const std::size_t sure = held_.size() - begun_mark(held_, call_begin);
            show(std::string_view(held_).substr(0, sure));
            held_.erase(0, sure);
            return shown;
        }
        show(std::string_view(held_).substr(0, begin));
        held_.erase(0, begin);
        const std::size_t end = held_.find(call_end, looked_at_);
        if (end == std::string::npos) {
            looked_at_ = std::max(held_.size(), call_end.size()) - call_end.size();
            return shown;
        }
        looked_at_ = 0;
        const std::string_view inside = std::string_view(held_).substr(call_begin.size(), end - call_begin.size());
        behind_call_ = add_call(inside, false);
        if (!behind_call_) show(std::string_view(held_).substr(0, end + call_end.size()));
        held_.erase(0, end + call_end.size());
    }
}

std::string ToolCallText::finish() {
    std::string rest = std::exchange(held_, {});
    // Its end may be missing: some models end their answer instead.
    const bool is_marked = rest.starts_with(call_begin);
    const bool is_call = is_marked ? add_call(std::string_view(rest).substr(call_begin.size()), false)
                                   : is_json_ && add_call(rest, true);
    return is_call ? std::string() : rest;
}

}  // namespace quarry::llm
