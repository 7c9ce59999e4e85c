// quarry mcp trust: shows what a MCP server is and offers, and allows it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/text/mcp_text.h"
#include "cli/ui/confirm.h"
#include "cli/ui/output.h"
#include "core/app/mcp_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/mcp_json.h"

namespace quarry::cli {
namespace {

class McpTrustCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "mcp trust",
            .summary = "allow an MCP server and its tools as they are now",
            .description =
                "Shows what a server that a project's file names would run or reach, and asks whether to allow it: "
                "until then it is not started. Then its tools are shown, and allowed as the server describes them now. "
                "When the definition of the server changes, it is not started again; when the description of a tool "
                "changes, or there is a new one, it is not offered to models before you allow it here.\n\n"
                "The answers are kept beside your own settings, in mcp-trusted.json.",
            .examples = {{"quarry mcp trust files", "show it, and ask"},
                         {"quarry mcp trust files --yes", "allow it, such as in CI"},
                         {"quarry mcp trust files --revoke", "revoke the permission"}},
            .exit_codes = {
                {1, "it is not allowed"}, {10, "there is no such server"}, {14, "the server does not answer"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "Name of a server").required().value("NAME").check(not_empty);
        options.flag("--yes", yes_, "Allow it without asking");
        options.flag("--revoke", revoke_, "Revoke the permission").excludes("--yes");
    }

    [[nodiscard]] int run(Context& context) override {
        wire::McpServer server = app::mcp_server(context, name_);
        if (revoke_) {
            const bool was = app::revoke_mcp_server(context, server);
            context.out.note(was ? "no longer allowed" : "it was not allowed before");
            return report(context, server, nullptr, false);
        }
        if (!server.is_trusted) {
            show(context, server);
            if (!agrees(context, "Allow this server?")) return refused(context, server, nullptr);
            app::allow_mcp_server(context, server);
        }
        const auto client = app::connect_mcp_server(context, server);
        const wire::McpTools tools = app::review_mcp_tools(context, server, *client);
        if (!context.json) context.out.result() << mcp_tools_text(tools) << std::flush;
        if (!agrees(context, "Allow these tools?")) return refused(context, server, &tools);
        app::allow_mcp_tools(context, server, tools);
        context.out.note("allowed, until the server describes them otherwise");
        return report(context, server, &tools, true);
    }

private:
    static void show(Context& context, const wire::McpServer& server) {
        if (context.json) return;
        const auto& definition = server.configured.definition;
        context.out.result() << fmt::format("{} names the MCP server {}:\n  {}\n    {}\n",
                                            strip_terminal_controls(server.configured.origin), definition.name,
                                            definition_text(definition),
                                            definition.is_remote() ? "what a model gives its tools goes there"
                                                                   : "its program would be run")
                             << std::flush;
    }

    [[nodiscard]] bool agrees(const Context& context, std::string_view question) const {
        return yes_ || confirm(context, question);
    }

    [[nodiscard]] int refused(Context& context, const wire::McpServer& server, const wire::McpTools* tools) const {
        context.out.note(fmt::format("not allowed: quarry mcp trust {} --yes allows it", name_));
        static_cast<void>(report(context, server, tools, false));
        return static_cast<int>(ErrorCode::failed);
    }

    [[nodiscard]] static int report(Context& context, const wire::McpServer& server, const wire::McpTools* tools,
                                    bool is_trusted) {
        if (context.json) {
            context.out.result() << config::dump_json(wire::mcp_trust_json(server, tools, is_trusted));
        }
        return 0;
    }

    std::string name_;
    bool yes_ = false, revoke_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mcp_trust_command() { return std::make_unique<McpTrustCommand>(); }

}  // namespace quarry::cli
