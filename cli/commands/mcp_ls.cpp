// quarry mcp ls: the MCP servers that are named, and whether they are trusted.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/mcp_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/mcp_json.h"

namespace quarry::cli {
namespace {

class McpLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "mcp ls",
                .summary = "list MCP servers",
                .description = "Lists the MCP servers of your own settings, of the project's quarry.toml and of "
                               ".mcp.json, and whether they are trusted. No server is started or asked.",
                .examples = {{"quarry mcp ls", "list them"}, {"quarry mcp ls --json", "for programs"}}};
    }
    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const std::vector<wire::McpServer> servers = app::mcp_servers(context);
        if (context.json) {
            context.out.result() << config::dump_json(wire::mcp_servers_json(servers));
            return 0;
        }
        for (const wire::McpServer& server : servers) {
            const auto& definition = server.configured.definition;
            context.out.result() << fmt::format(
                "{}  {}{}\n", definition.name, one_line(definition_text(definition), 200),
                server.is_trusted
                    ? ""
                    : fmt::format("  (not trusted: {})", strip_terminal_controls(server.configured.origin)));
        }
        if (servers.empty()) context.out.note("no MCP servers; quarry mcp add NAME -- COMMAND adds one");
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_mcp_ls_command() { return std::make_unique<McpLsCommand>(); }

}  // namespace quarry::cli
