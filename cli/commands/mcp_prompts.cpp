// quarry mcp prompts: the prompts of a MCP server.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/line/command.h"
#include "cli/text/mcp_text.h"
#include "cli/ui/output.h"
#include "core/app/mcp_service.h"
#include "core/base/bounded_json.h"
#include "core/config/config_json.h"
#include "core/wire/mcp_json.h"

namespace quarry::cli {
namespace {

class McpPromptsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "mcp prompts",
            .summary = "list the prompts of an MCP server, or show one",
            .description = "Starts or reaches a server that you trust and lists its prompts; with PROMPT shows that "
                           "prompt as text.",
            .examples = {{"quarry mcp prompts files", "list them"}, {"quarry mcp prompts files summarise", "show one"}},
            .exit_codes = {
                {1, "the server refuses"}, {10, "there is no such server"}, {14, "the server does not answer"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "Name of a server").required().value("NAME").check(not_empty);
        options.add("prompt", one_, "The prompt to show").value("PROMPT");
        options.add("arguments", arguments_, "Its arguments, a JSON object of texts").value("JSON");
    }

    [[nodiscard]] int run(Context& context) override {
        const wire::McpServer server = app::mcp_server(context, name_);
        const auto arguments = parse_bounded_json<nlohmann::ordered_json>(arguments_, 8);
        if (!arguments.is_object()) throw Error(ErrorCode::usage, "the arguments are not a JSON object");
        const auto client = app::connect_mcp_server(context, server);
        if (one_.empty()) {
            const auto listed = client->prompts(context.cancel);
            context.out.result() << (context.json ? config::dump_json(wire::mcp_prompts_json(name_, listed))
                                                  : mcp_prompts_text(listed));
            return 0;
        }
        const nlohmann::ordered_json result = client->get_prompt(one_, arguments, context.cancel);
        context.out.result() << (context.json ? config::dump_json(
                                                    wire::mcp_content_json("quarry.mcp.prompt/1", name_, one_, result))
                                              : mcp_prompt_text(result));
        return 0;
    }

private:
    std::string name_, one_, arguments_ = "{}";
};

}  // namespace

std::unique_ptr<Command> make_mcp_prompts_command() { return std::make_unique<McpPromptsCommand>(); }

}  // namespace quarry::cli
