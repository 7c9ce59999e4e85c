// What OpenAI's clients send, as quarry's models take it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/serve/openai.h"

namespace quarry::serve {
namespace {

using llm::ChatMessage;

Error not_supported(const std::string& what) {
    return {ErrorCode::usage, fmt::format("{} is not supported by this server", what)};
}

nlohmann::json field(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? nlohmann::json() : *found;
}

std::string text_field(const nlohmann::json& object, const char* name) {
    const nlohmann::json value = field(object, name);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// A content: a text, or a list of parts that are texts.
std::string text_of(const nlohmann::json& content) {
    if (content.is_null()) return {};
    if (content.is_string()) return content;
    if (!content.is_array()) throw not_supported("content that is neither text nor a list of parts");
    std::string text;
    for (const nlohmann::json& part : content) {
        const std::string type = text_field(part, "type");
        if (type == "refusal") continue;
        if (type != "text" && type != "input_text" && type != "output_text") {
            throw not_supported(fmt::format("content of type {}", type));
        }
        text += text_field(part, "text");
    }
    return text;
}

ChatMessage::Role role_of(const std::string& name) {
    if (name == "assistant") return ChatMessage::Role::assistant;
    if (name == "tool" || name == "function") return ChatMessage::Role::tool;
    return name == "user" ? ChatMessage::Role::user : ChatMessage::Role::system;  // or "developer"
}

/// Puts a call behind what the assistant said just before.
void add_call(std::vector<ChatMessage>& messages, const nlohmann::json& item) {
    if (messages.empty() || messages.back().role != ChatMessage::Role::assistant) {
        messages.push_back({.role = ChatMessage::Role::assistant, .content = {}});
    }
    messages.back().tool_calls.push_back(
        {text_field(item, "call_id"), text_field(item, "name"), text_field(item, "arguments"), {}});
}

}  // namespace

std::vector<ChatMessage> chat_messages(const nlohmann::json& messages) {
    std::vector<ChatMessage> all;
    for (const nlohmann::json& message : messages) {
        ChatMessage made{.role = role_of(message.at("role")), .content = text_of(field(message, "content"))};
        made.tool_call_id = text_field(message, "tool_call_id");
        for (const nlohmann::json& call : field(message, "tool_calls")) {
            const nlohmann::json function = field(call, "function");
            made.tool_calls.push_back(
                {text_field(call, "id"), text_field(function, "name"), text_field(function, "arguments"), {}});
        }
        all.push_back(std::move(made));
    }
    return all;
}

std::vector<ChatMessage> item_messages(const nlohmann::json& items) {
    if (items.is_string()) return {{.role = ChatMessage::Role::user, .content = items}};
    std::vector<ChatMessage> all;
    for (const nlohmann::json& item : items) {
        const std::string type = text_field(item, "type");
        if (type.empty() || type == "message") {
            all.push_back({.role = role_of(text_field(item, "role")), .content = text_of(field(item, "content"))});
        } else if (type == "function_call") {
            add_call(all, item);
        } else if (type == "function_call_output") {
            ChatMessage result{.role = ChatMessage::Role::tool, .content = text_of(field(item, "output"))};
            result.tool_call_id = text_field(item, "call_id");
            all.push_back(std::move(result));
        } else if (type != "reasoning") {
            throw not_supported(fmt::format("an item of type {}", type));
        }
    }
    return all;
}

std::vector<llm::ChatTool> chat_tools(const nlohmann::json& body) {
    const nlohmann::json choice = field(body, "tool_choice");
    if (choice == "none") return {};
    if (!choice.is_null() && choice != "auto") throw not_supported("a tool_choice other than auto and none");
    std::vector<llm::ChatTool> tools;
    for (const nlohmann::json& tool : field(body, "tools")) {
        const std::string type = text_field(tool, "type");
        if (type != "function") throw not_supported(fmt::format("a tool of type {}", type));
        const nlohmann::json function = tool.contains("function") ? tool["function"] : tool;
        const nlohmann::json parameters = field(function, "parameters");
        tools.push_back({text_field(function, "name"), text_field(function, "description"),
                         parameters.is_object() ? parameters.dump() : R"({"type":"object"})"});
    }
    if (!field(body, "functions").empty()) throw not_supported("the old field functions (use tools)");
    return tools;
}

std::string answer_schema(const nlohmann::json& format) {
    const std::string type = format.is_object() ? text_field(format, "type") : std::string();
    if (type.empty() || type == "text") return {};
    if (type == "json_object") return R"({"type":"object"})";
    if (type != "json_schema") throw not_supported(fmt::format("an answer of type {}", type));
    const nlohmann::json& holder = format.contains("json_schema") ? format["json_schema"] : format;
    const nlohmann::json schema = field(holder, "schema");
    if (!schema.is_object()) throw Error(ErrorCode::usage, "the format json_schema needs a field schema");
    return schema.dump();
}

}  // namespace quarry::serve
