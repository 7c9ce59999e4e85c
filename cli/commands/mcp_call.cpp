// quarry mcp call: one call of a MCP server's tool.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/mcp_service.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/mcp_json.h"

namespace quarry::cli {
namespace {

class McpCallCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "mcp call",
                .summary = "call a tool of an MCP server",
                .description = "Calls a tool with arguments as a JSON object and prints what it gives. A form that the "
                               "server wants to have filled in is declined, or with --accept-defaults accepted as the "
                               "server proposes it.",
                .examples = {{"quarry mcp call files read_file '{\"path\": \"notes.txt\"}'", "call it"},
                             {"quarry mcp call files list --json", "the whole result, for programs"}},
                .exit_codes = {{1, "the tool failed, or has changed since you allowed it"},
                               {10, "there is no such server or tool"},
                               {14, "the server does not answer"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "Name of a server").required().value("NAME").check(not_empty);
        options.add("tool", tool_, "Name of a tool, as the server calls it").required().value("TOOL").check(not_empty);
        options.add("arguments", arguments_, "A JSON object").value("JSON");
        options.flag("--accept-defaults", accept_, "Accept the server's forms as it proposes them");
    }

    [[nodiscard]] int run(Context& context) override {
        const auto arguments = parse_bounded_json<nlohmann::ordered_json>(arguments_, 32);
        if (!arguments.is_object()) {
            throw Error(ErrorCode::usage, "the arguments are not a JSON object",
                        R"(write for instance '{"path": "a"}')");
        }
        const wire::McpServer server = app::mcp_server(context, name_);
        app::McpConsent consent;
        if (accept_) consent.fill = mcp_client::filled_with_defaults;
        const auto client = app::connect_mcp_server(context, server, consent);
        const wire::McpTools review = app::review_mcp_tools(context, server, *client);
        const nlohmann::ordered_json result = client->call_tool(find(review), arguments, context.cancel);
        const bool failed = result.value("isError", nlohmann::ordered_json()) == true;
        if (context.json) {
            context.out.result() << config::dump_json(wire::mcp_call_json(name_, tool_, result));
        } else {
            const std::string text = strip_terminal_controls(replace_invalid_utf8(mcp_client::result_text(result)));
            context.out.result() << text << (text.ends_with('\n') ? "" : "\n");
        }
        return failed ? static_cast<int>(ErrorCode::failed) : 0;
    }

private:
    [[nodiscard]] const mcp_client::ToolListing& find(const wire::McpTools& review) const {
        const auto found =
            std::ranges::find_if(review.tools, [&](const wire::McpTool& tool) { return tool.listing.name == tool_; });
        if (found == review.tools.end()) {
            throw Error(ErrorCode::nothing_found,
                        fmt::format("the MCP server {} has no tool {}", name_, one_line(tool_, 60)),
                        fmt::format("quarry mcp tools {} lists them", name_));
        }
        if (found->state == wire::McpTool::State::refused) {
            throw Error(ErrorCode::failed, fmt::format("the tool {} cannot be used", tool_)).because(found->why);
        }
        if (found->state == wire::McpTool::State::changed) {
            throw Error(ErrorCode::failed, fmt::format("the tool {} has changed since you allowed it", tool_),
                        fmt::format("quarry mcp trust {} shows it, and allows it", name_));
        }
        return found->listing;
    }

    std::string name_, tool_, arguments_ = "{}";
    bool accept_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mcp_call_command() { return std::make_unique<McpCallCommand>(); }

}  // namespace quarry::cli
