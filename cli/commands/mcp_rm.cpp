// quarry mcp rm: takes a MCP server out of the settings.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/line/command.h"
#include "cli/ui/config_write.h"
#include "cli/ui/output.h"
#include "core/app/mcp_service.h"
#include "core/config/config_json.h"
#include "core/config/mcp_servers.h"
#include "core/wire/mcp_json.h"

namespace quarry::cli {
namespace {

class McpRmCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "mcp rm",
                .summary = "remove an MCP server from your settings",
                .description =
                    "Takes [mcp.servers.NAME] out of your own settings, or with --project out of the project's "
                    "quarry.toml, and forgets which of its tools you allowed.",
                .examples = {{"quarry mcp rm files", "remove it"}},
                .exit_codes = {{10, "there is no such server in the file"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "Name of a server").required().value("NAME").check(not_empty);
        options.flag("--project", project_, "Remove it from the project's quarry.toml");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::filesystem::path file = settings_file(context, !project_);
        const std::string before = read_settings(file);
        const std::optional<std::string> after = config::without_mcp_server(before, name_);
        if (!after) {
            throw Error(ErrorCode::nothing_found, fmt::format("{} has no MCP server {}", file.string(), name_),
                        "quarry mcp ls lists the servers");
        }
        for (const wire::McpServer& server : app::mcp_servers(context)) {
            if (server.configured.definition.name == name_) app::revoke_mcp_server(context, server);
        }
        write_settings(context, file, !project_, before, *after);
        context.out.note(fmt::format("removed {} from {}", name_, file.string()));
        if (context.json) {
            context.out.result() << config::dump_json(wire::mcp_changed_json("quarry.mcp.rm/1", name_, file.string()));
        }
        return 0;
    }

private:
    std::string name_;
    bool project_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mcp_rm_command() { return std::make_unique<McpRmCommand>(); }

}  // namespace quarry::cli
