// quarry mcp login: the right to use a MCP server, given in the browser.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/mcp_service.h"
#include "core/config/config_json.h"
#include "core/wire/mcp_json.h"

namespace quarry::cli {
namespace {

class McpLoginCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "mcp login",
                .summary = "log in at an MCP server",
                .description =
                    "Prints the address of the page where you allow quarry to use the server, and waits until you have "
                    "done so in a browser on this machine. The token is kept in a file that only you can read, and "
                    "renewed from then on. Where there is no terminal, --wait is needed.",
                .examples = {{"quarry mcp login tickets", "log in"},
                             {"quarry mcp login tickets --wait 60", "wait for a minute, also without a terminal"}},
                .exit_codes = {{1, "nobody logged in, or the server refused"}, {10, "there is no such server"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "Name of a server").required().value("NAME").check(not_empty);
        options.add("--wait", wait_, "Seconds to wait for the browser (default: 300)").range(1, 3600).value("SECONDS");
    }

    [[nodiscard]] int run(Context& context) override {
        if (!context.stdin_is_terminal && !wait_) {
            throw Error(ErrorCode::usage, "there is no terminal, so probably nobody to log in",
                        fmt::format("quarry mcp login {} --wait 300 waits all the same", name_));
        }
        const wire::McpServer server = app::mcp_server(context, name_);
        const auto show = [&](const std::string& url) {
            context.out.note("open this page in a browser on this machine:");
            context.out.note(url);
        };
        const auto browser = mcp_client::make_loopback_browser(show, std::chrono::seconds(wait_.value_or(300)));
        app::log_in_to_mcp_server(context, server, *browser);
        context.out.note(fmt::format("logged in at {}", name_));
        if (context.json) {
            context.out.result() << config::dump_json(
                wire::mcp_changed_json("quarry.mcp.login/1", name_, server.configured.origin));
        }
        return 0;
    }

private:
    std::string name_;
    std::optional<int> wait_;
};

}  // namespace

std::unique_ptr<Command> make_mcp_login_command() { return std::make_unique<McpLoginCommand>(); }

}  // namespace quarry::cli
