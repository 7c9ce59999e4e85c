#include "cli/text/mcp_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::size_t shown_columns = 100;

std::string mcp_line(const std::string& text) { return one_line(strip_terminal_controls(text), shown_columns); }

std::string mcp_member(const nlohmann::ordered_json& value, const char* key) {
    if (!value.is_object()) return {};
    const auto found = value.find(key);
    return found != value.end() && found->is_string()
               ? strip_terminal_controls(replace_invalid_utf8(found->get<std::string>()))
               : std::string();
}

std::string with_line_end(std::string text) {
    if (!text.ends_with('\n')) text += '\n';
    return text;
}

const char* note_of(const wire::McpTool& tool) {
    switch (tool.state) {
        case wire::McpTool::State::approved: return "";
        case wire::McpTool::State::unseen: return " (new)";
        case wire::McpTool::State::changed: return " (changed: not offered)";
        case wire::McpTool::State::left_out: return " (left out by the settings)";
        case wire::McpTool::State::refused: return " (cannot be used)";
    }
    return "";
}

}  // namespace

std::string mcp_tools_text(const wire::McpTools& tools) {
    std::string text;
    for (const wire::McpTool& tool : tools.tools) {
        const auto& listing = tool.listing;
        const std::string about =
            tool.why.empty() ? (listing.description.empty() ? listing.title : listing.description) : tool.why;
        text += fmt::format("{}__{}{}  {}\n", tools.server, mcp_line(listing.name), note_of(tool), mcp_line(about));
    }
    return text;
}

std::string mcp_resources_text(const std::vector<mcp_client::ResourceListing>& resources) {
    std::string text;
    for (const mcp_client::ResourceListing& one : resources) {
        const std::string& about = one.description.empty() ? one.name : one.description;
        text += fmt::format("{}  {}\n", mcp_line(one.uri), mcp_line(about));
    }
    return text;
}

std::string mcp_prompts_text(const std::vector<mcp_client::PromptListing>& prompts) {
    std::string text;
    for (const mcp_client::PromptListing& one : prompts) {
        std::string arguments;
        for (const mcp_client::PromptArgument& argument : one.arguments) {
            const std::string name = mcp_line(argument.name);
            arguments += argument.is_required ? " " + name : fmt::format(" [{}]", name);
        }
        text += fmt::format("{}{}  {}\n", mcp_line(one.name), arguments, mcp_line(one.description));
    }
    return text;
}

std::string mcp_resource_text(const nlohmann::ordered_json& result) {
    std::string text;
    const auto contents = result.value("contents", nlohmann::ordered_json::array());
    for (const auto& one : contents) {
        const std::string body = mcp_member(one, "text");
        const std::size_t bytes = mcp_member(one, "blob").size() / 4 * 3;
        text += bytes == 0 ? with_line_end(body)
                           : fmt::format("({}: {} that is not text)\n", mcp_member(one, "uri"), human_bytes(bytes));
    }
    return text;
}

std::string mcp_prompt_text(const nlohmann::ordered_json& result) {
    std::string text;
    const auto messages = result.value("messages", nlohmann::ordered_json::array());
    for (const auto& message : messages) {
        if (!message.is_object() || !message.contains("content")) continue;
        const std::string body = mcp_member(message["content"], "text");
        const std::string shown = body.empty() ? fmt::format("({})", mcp_member(message["content"], "type")) : body;
        text += fmt::format("{}: {}", mcp_member(message, "role"), with_line_end(shown));
    }
    return text;
}

}  // namespace quarry::cli
