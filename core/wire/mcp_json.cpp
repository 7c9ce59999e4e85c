#include "core/wire/mcp_json.h"

#include "core/config/mcp_servers.h"

namespace quarry::wire {

using McpJson = nlohmann::ordered_json;

std::string_view mcp_state_name(McpTool::State state) noexcept {
    switch (state) {
        case McpTool::State::approved: return "approved";
        case McpTool::State::unseen: return "unseen";
        case McpTool::State::changed: return "changed";
        case McpTool::State::left_out: return "left_out";
        case McpTool::State::refused: return "refused";
    }
    return "refused";
}

McpJson mcp_servers_json(const std::vector<McpServer>& servers) {
    McpJson list = McpJson::array();
    for (const McpServer& server : servers) {
        McpJson one = config::mcp_server_json(server.configured);
        one["trusted"] = server.is_trusted;
        list.push_back(std::move(one));
    }
    return {{"schema", "quarry.mcp.ls/1"}, {"servers", std::move(list)}};
}

McpJson mcp_changed_json(const char* schema, const std::string& server, const std::string& file) {
    return {{"schema", schema}, {"server", server}, {"file", file}};
}

namespace {

McpJson tool_list(const McpTools& tools) {
    McpJson list = McpJson::array();
    for (const McpTool& tool : tools.tools) {
        list.push_back({{"name", tool.listing.name},
                        {"state", mcp_state_name(tool.state)},
                        {"title", tool.listing.title},
                        {"description", tool.listing.description},
                        {"says_read_only", tool.listing.says_read_only},
                        {"input_schema", tool.listing.input_schema},
                        {"why", tool.why}});
    }
    return list;
}

}  // namespace

McpJson mcp_tools_json(const McpTools& tools) {
    return {{"schema", "quarry.mcp.tools/1"},       {"server", tools.server},          {"server_name", tools.info.name},
            {"server_version", tools.info.version}, {"protocol", tools.info.protocol}, {"tools", tool_list(tools)}};
}

McpJson mcp_trust_json(const McpServer& server, const McpTools* tools, bool is_trusted) {
    return {{"schema", "quarry.mcp.trust/1"},
            {"server", server.configured.definition.name},
            {"definition", mcp_client::definition_text(server.configured.definition)},
            {"origin", server.configured.origin},
            {"sha256", mcp_client::definition_hash(server.configured.definition)},
            {"trusted", is_trusted},
            {"tools", tools == nullptr ? McpJson::array() : tool_list(*tools)}};
}

McpJson mcp_call_json(const std::string& server, const std::string& tool, const McpJson& result) {
    return {{"schema", "quarry.mcp.call/1"},
            {"server", server},
            {"tool", tool},
            {"is_error", result.value("isError", McpJson()) == true},
            {"content", result.value("content", McpJson::array())},
            {"structured_content", result.value("structuredContent", McpJson())}};
}

McpJson mcp_resources_json(const std::string& server, const std::vector<mcp_client::ResourceListing>& resources) {
    McpJson list = McpJson::array();
    for (const mcp_client::ResourceListing& one : resources) {
        list.push_back({{"uri", one.uri},
                        {"name", one.name},
                        {"description", one.description},
                        {"media_type", one.media_type},
                        {"is_template", one.is_template}});
    }
    return {{"schema", "quarry.mcp.resources/1"}, {"server", server}, {"resources", std::move(list)}};
}

McpJson mcp_prompts_json(const std::string& server, const std::vector<mcp_client::PromptListing>& prompts) {
    McpJson list = McpJson::array();
    for (const mcp_client::PromptListing& one : prompts) {
        McpJson arguments = McpJson::array();
        for (const mcp_client::PromptArgument& argument : one.arguments) {
            arguments.push_back(
                {{"name", argument.name}, {"description", argument.description}, {"required", argument.is_required}});
        }
        list.push_back({{"name", one.name}, {"description", one.description}, {"arguments", std::move(arguments)}});
    }
    return {{"schema", "quarry.mcp.prompts/1"}, {"server", server}, {"prompts", std::move(list)}};
}

McpJson mcp_content_json(const char* schema, const std::string& server, const std::string& name,
                         const McpJson& result) {
    return {{"schema", schema}, {"server", server}, {"name", name}, {"result", result}};
}

}  // namespace quarry::wire
