// quarry mcp tools: what a MCP server offers to models.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/line/command.h"
#include "cli/text/mcp_text.h"
#include "cli/ui/output.h"
#include "core/app/mcp_service.h"
#include "core/config/config_json.h"
#include "core/wire/mcp_json.h"

namespace quarry::cli {
namespace {

class McpToolsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "mcp tools",
                .summary = "list the tools of an MCP server",
                .description =
                    "Starts or reaches a server that you trust and lists its tools, and which of them models are "
                    "offered. A tool that changed since you allowed it is not; quarry mcp trust allows it again. What "
                    "the server says of a tool is shown as it says it.",
                .examples = {{"quarry mcp tools files", "list them"},
                             {"quarry mcp tools files --json", "with the schemas of their arguments"}},
                .exit_codes = {{10, "there is no such server"}, {14, "the server does not answer"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "Name of a server").required().value("NAME").check(not_empty);
    }

    [[nodiscard]] int run(Context& context) override {
        const wire::McpServer server = app::mcp_server(context, name_);
        const auto client = app::connect_mcp_server(context, server);
        const wire::McpTools tools = app::review_mcp_tools(context, server, *client);
        context.out.result() << (context.json ? config::dump_json(wire::mcp_tools_json(tools)) : mcp_tools_text(tools));
        return 0;
    }

private:
    std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_mcp_tools_command() { return std::make_unique<McpToolsCommand>(); }

}  // namespace quarry::cli
