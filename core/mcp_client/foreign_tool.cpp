#include "core/mcp_client/foreign_tool.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tools/fence.h"

namespace quarry::mcp_client {
namespace {

constexpr std::size_t longest_model_name = 64;
constexpr std::size_t most_parts = 1'000;

std::string part_member(const Json& part, const char* key) {
    const auto value = part.find(key);
    return value != part.end() && value->is_string() ? value->get<std::string>() : std::string();
}

std::string part_text(const Json& part) {
    const std::string type = part_member(part, "type");
    if (type == "text") return part_member(part, "text");
    if (type == "resource_link") return fmt::format("[{}: {}]", part_member(part, "name"), part_member(part, "uri"));
    if (type == "resource" && part.contains("resource") && part["resource"].is_object()) {
        const Json& resource = part["resource"];
        const std::string text = part_member(resource, "text");
        return text.empty() ? fmt::format("[{}: {} that is not text]", part_member(resource, "uri"),
                                          human_bytes(part_member(resource, "blob").size() / 4 * 3))
                            : fmt::format("[{}]\n{}", part_member(resource, "uri"), text);
    }
    return fmt::format("[{} {}, {}]", type.empty() ? "part" : type, part_member(part, "mimeType"),
                       human_bytes(part_member(part, "data").size() / 4 * 3));
}

class ForeignTool final : public tools::Tool {
public:
    ForeignTool(const ToolListing& tool, std::shared_ptr<Connection> connection)
        : tool_(tool), connection_(std::move(connection)) {
        const ServerDefinition& server = connection_->server();
        read_only_ = std::ranges::find(server.read_only, tool.name) != server.read_only.end();
        definition_.name = foreign_tool_name(server, tool.name);
        const std::string described = tool.description.empty() ? tool.title : tool.description;
        definition_.description = described.empty() ? fmt::format("{} of {}", tool.name, server.name) : described;
        definition_.parameters = tool.input_schema.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    [[nodiscard]] const llm::ChatTool& definition() const override { return definition_; }
    [[nodiscard]] bool read_only() const override { return read_only_; }
    [[nodiscard]] bool idempotent() const override { return read_only_ || tool_.says_idempotent; }
    [[nodiscard]] bool concurrent() const override { return true; }

    [[nodiscard]] std::string run(const nlohmann::json& arguments, tools::ToolRun& run) override {
        const Json result = connection_->call(tool_, Json(arguments), run.cancellation);
        std::string text = strip_terminal_controls(replace_invalid_utf8(result_text(result)));
        const std::size_t most = connection_->server().max_output_bytes;
        if (text.size() > most) {
            text.resize(floor_to_code_point(text, most));
            text += "\n(cut: it gave more)";
        }
        std::string data = tools::fenced("RESULT", text, run.fence);
        if (result.value("isError", Json()) == true) {
            throw Error(ErrorCode::failed, fmt::format("the tool {} failed", definition_.name))
                .because(std::move(data));
        }
        return data;
    }

private:
    ToolListing tool_;
    std::shared_ptr<Connection> connection_;  ///< Shared by the server's tools, none of which owns it alone.
    llm::ChatTool definition_;
    bool read_only_ = false;
};

}  // namespace

Json Connection::call(const ToolListing& tool, const Json& arguments, const Cancellation& cancel) {
    const std::lock_guard lock(mutex_);
    if (!client_) client_ = connect_(cancel);
    try {
        return client_->call_tool(tool, arguments, cancel);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::provider_failed) client_.reset();
        throw;
    }
}

std::string foreign_tool_name(const ServerDefinition& server, const std::string& tool) {
    std::string name = fmt::format("{}__{}", server.name, tool);
    std::ranges::replace(name, '.', '_');
    if (name.size() > longest_model_name) {
        throw Error(ErrorCode::failed, fmt::format("the tool {} cannot be offered", name))
            .because(fmt::format("its name has more than {} characters", longest_model_name));
    }
    return name;
}

std::unique_ptr<tools::Tool> make_foreign_tool(const ToolListing& tool, std::shared_ptr<Connection> connection) {
    return std::make_unique<ForeignTool>(tool, std::move(connection));
}

std::string result_text(const Json& result) {
    const Json parts = result.value("content", Json::array());
    std::string text;
    for (std::size_t i = 0; parts.is_array() && i < std::min(parts.size(), most_parts); ++i) {
        if (parts[i].is_object()) text += (text.empty() ? "" : "\n") + part_text(parts[i]);
    }
    if (text.empty() && result.contains("structuredContent")) {
        text = result["structuredContent"].dump(2, ' ', false, Json::error_handler_t::replace);
    }
    return text;
}

}  // namespace quarry::mcp_client
