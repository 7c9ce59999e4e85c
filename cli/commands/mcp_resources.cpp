// quarry mcp resources: the resources of a MCP server.
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

class McpResourcesCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "mcp resources",
                .summary = "list the resources of an MCP server, or show one",
                .description = "Starts or reaches a server that you trust and lists its resources; with URI shows that "
                               "resource as text.",
                .examples = {{"quarry mcp resources files", "list them"},
                             {"quarry mcp resources files file:///notes.txt", "show one"}},
                .exit_codes = {
                    {1, "the server refuses"}, {10, "there is no such server"}, {14, "the server does not answer"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "Name of a server").required().value("NAME").check(not_empty);
        options.add("resource", one_, "The resource to show").value("URI");
    }

    [[nodiscard]] int run(Context& context) override {
        const wire::McpServer server = app::mcp_server(context, name_);
        const auto client = app::connect_mcp_server(context, server);
        if (one_.empty()) {
            const auto listed = client->resources(context.cancel);
            context.out.result() << (context.json ? config::dump_json(wire::mcp_resources_json(name_, listed))
                                                  : mcp_resources_text(listed));
            return 0;
        }
        const nlohmann::ordered_json result = client->read_resource(one_, context.cancel);
        context.out.result() << (context.json ? config::dump_json(wire::mcp_content_json("quarry.mcp.resource/1", name_,
                                                                                         one_, result))
                                              : mcp_resource_text(result));
        return 0;
    }

private:
    std::string name_, one_;
};

}  // namespace

std::unique_ptr<Command> make_mcp_resources_command() { return std::make_unique<McpResourcesCommand>(); }

}  // namespace quarry::cli
