// quarry mcp add: a MCP server for the settings.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/line/command.h"
#include "cli/ui/config_write.h"
#include "cli/ui/output.h"
#include "core/config/config_json.h"
#include "core/config/mcp_servers.h"
#include "core/wire/mcp_json.h"

namespace quarry::cli {
namespace {

class McpAddCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "mcp add",
            .summary = "add an MCP server to your settings",
            .description =
                "Writes [mcp.servers.NAME] into your own settings, or with --project into the project's quarry.toml, "
                "where it is used once you trust it. The server is not started.\n\n"
                "A secret is not written: --env NAME and --header 'NAME: ${VARIABLE}' take it from the environment "
                "when "
                "the server is used.",
            .examples = {{"quarry mcp add files -- npx -y some-mcp-server /data", "a program, with its arguments"},
                         {"quarry mcp add tickets --url https://mcp.example.org/mcp", "a server over HTTP"},
                         {"quarry mcp add git --env GITHUB_TOKEN -- github-mcp-server stdio", "a variable for it"}},
            .exit_codes = {{1, "there is a server of that name in the file"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", server_.name, "Its name: letters, digits and -").required().value("NAME");
        options.add("command", server_.command, "The program and its arguments, behind --").value("COMMAND");
        options.add("--url", server_.url, "Address of a server over HTTP").value("URL");
        options.add("--env", variables_, "Environment variable that the program gets (may be given again)")
            .value("NAME");
        options.add("--header", headers_, "Header for the server: 'NAME: VALUE' (may be given again)").value("HEADER");
        options.add("--allow", server_.allow, "Offer this tool and no others (may be given again)").value("TOOL");
        options.add("--deny", server_.deny, "Do not offer this tool (may be given again)").value("TOOL");
        options
            .add("--read-only", server_.read_only,
                 "This tool changes nothing: it runs without asking (may be given again)")
            .value("TOOL");
        options.flag("--project", project_, "Write it into the project's quarry.toml");
    }

    [[nodiscard]] int run(Context& context) override {
        for (const std::string& name : variables_) server_.environment.push_back({name, fmt::format("${{{}}}", name)});
        for (const std::string& header : headers_) {
            const std::size_t colon = header.find(':');
            if (colon == std::string::npos) {
                throw Error(ErrorCode::usage, "--header has no colon",
                            "write --header 'Authorization: Bearer ${TOKEN}'");
            }
            const std::size_t value = header.find_first_not_of(' ', colon + 1);
            server_.headers.push_back(
                {header.substr(0, colon), value == std::string::npos ? "" : header.substr(value)});
        }
        mcp_client::check_definition(server_);
        const std::filesystem::path file = settings_file(context, !project_);
        const std::string before = read_settings(file);
        if (config::without_mcp_server(before, server_.name)) {
            throw Error(ErrorCode::failed, fmt::format("{} has an MCP server {}", file.string(), server_.name),
                        fmt::format("quarry mcp rm {}", server_.name));
        }
        std::string after = before;
        if (!after.empty() && !after.ends_with('\n')) after += '\n';
        after += config::mcp_server_toml(server_);
        write_settings(context, file, !project_, before, after);
        context.out.note(fmt::format("added {} to {}", server_.name, file.string()));
        if (context.json) {
            context.out.result() << config::dump_json(
                wire::mcp_changed_json("quarry.mcp.add/1", server_.name, file.string()));
        }
        return 0;
    }

private:
    mcp_client::ServerDefinition server_;
    std::vector<std::string> variables_, headers_;
    bool project_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mcp_add_command() { return std::make_unique<McpAddCommand>(); }

}  // namespace quarry::cli
