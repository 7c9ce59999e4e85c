// quarry mcp: the group, and the server for MCP hosts.
#include <ostream>
#include <string>
#include <vector>

#include "cli/line/command.h"
#include "cli/line/version.h"
#include "cli/ui/output.h"
#include "core/app/identity.h"
#include "core/app/workspace.h"
#include "core/mcp/documents.h"
#include "core/mcp/server.h"
#include "core/mcp/stdio.h"

namespace quarry::cli {
namespace {

class McpCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "mcp",
            .summary = "serve the documents to assistants (Model Context Protocol)",
            .description =
                "Without a sub-command: serves the knowledge base to the program that started it, over standard input "
                "and output, until the input ends. Assistants such as Claude Desktop, VS Code or Cursor start it so; "
                "quarry mcp install HOST says how they are told.\n\n"
                "Tools: search, ask, read_document, list_documents, verify, list_collections, and migrate_status, "
                "_check, _lint and _plan, which change nothing. Documents are resources, quarry://doc/NAME, whole or "
                "by lines or pages; a client can subscribe to them. Prompts: answer-with-sources, summarise-document "
                "and compare.\n\n"
                "--write adds the tools ingest and delete_document. Each of their calls is confirmed by the user of "
                "the assistant; a client that cannot ask its user is refused.\n\n"
                "quarry serve offers the same over HTTP, at /mcp.\n\n"
                "The other sub-commands are about servers of others, whose tools ask --tools and chat --tools may use: "
                "[mcp.servers.NAME] in the settings, or a project's .mcp.json. A server that a project's file names is "
                "not started before you trust it, and a tool whose description changes is not offered before you allow "
                "it again.",
            .examples = {{"quarry mcp", "what an assistant starts"},
                         {"quarry mcp --write", "documents can be added and removed, after a question"},
                         {"quarry mcp install claude-desktop", "what to put into the configuration of Claude Desktop"},
                         {"quarry mcp add files -- npx -y some-mcp-server", "use another server's tools"}}};
    }
    void setup(OptionTable& options) override {
        options.flag("--write", write_, "Offer ingest and delete_document too (default: mcp.write)");
    }
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] bool runs_alone() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        if (context.stdin_is_terminal) {
            context.out.note("waiting for messages of a client, a line each; end with Ctrl-D");
        }
        app::Workspace workspace(context);
        const mcp::DocumentsOptions offered{.writes = write_ || context.config.boolean("mcp.write")};
        mcp::Server server(mcp::documents_catalog(workspace, offered),
                           {.version = QUARRY_VERSION, .instructions = mcp::instructions()});
        const std::vector<std::string>& scopes = app::scope_names();
        mcp::serve_stdio(server, {.clock = context.clock, .scopes = {scopes.begin(), scopes.end()}}, context.in,
                         context.out.result());
        return 0;
    }

private:
    bool write_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mcp_command() { return std::make_unique<McpCommand>(); }

}  // namespace quarry::cli
