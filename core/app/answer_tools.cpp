// The tools that the settings offer to a model, and who allows its calls.
#include "core/app/answer_tools.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/app/mcp_service.h"
#include "core/app/migration_databases.h"
#include "core/app/operation_tool.h"
#include "core/app/search_tool.h"
#include "core/app/sql_tool.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/base_address.h"
#include "core/tools/command_tool.h"

namespace quarry::app {
namespace {

void check_allowed(const std::vector<std::string>& allowed, const std::vector<std::string>& names) {
    for (const std::string& name : allowed) {
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        const auto nearest = closest(name, names);
        throw Error(
            ErrorCode::usage, fmt::format("--allow-tool {}: there is no such tool", name),
            nearest ? fmt::format("did you mean {}?", *nearest) : fmt::format("there are: {}", fmt::join(names, ", ")));
    }
}

/// The operations that only read, but for those that would ask a model in turn, and those that have tools of their own.
void add_operations(tools::Toolbox& toolbox, Workspace& workspace, const RequestScope& scope, bool sees_everything) {
    const bool has_migrations = !MigrationDatabases(workspace.services(scope), {}).folder().empty();
    for (const Operation& operation : operations()) {
        if (operation.effect != Effect::none || operation.asks_model || operation.name == "search" ||
            operation.name == "read_document") {
            continue;
        }
        if (operation.permission == Permission::migrations ? has_migrations : sees_everything) {
            toolbox.add(make_operation_tool(operation, workspace, scope));
        }
    }
}

/// What is allowed without a question, and, from then on, what a person has allowed always.
void set_approval(tools::Toolbox& toolbox, ToolApproval approval) {
    const auto always = std::make_shared<std::set<std::string>>(approval.allowed.begin(), approval.allowed.end());
    const tools::Decision otherwise = approval.ask ? tools::Decision::pending : tools::Decision::deny;
    toolbox.policy = [always, otherwise](const llm::ChatTool& tool, const std::string&) {
        return always->contains(tool.name) ? tools::Decision::allow : otherwise;
    };
    if (!approval.ask) return;
    toolbox.ask = [always, ask = std::move(approval.ask)](const llm::ChatTool& tool, const std::string& arguments) {
        const Consent consent = ask(tool.name, arguments);
        if (consent == Consent::later) return tools::Decision::pending;
        if (consent == Consent::always) always->insert(tool.name);
        return consent == Consent::no ? tools::Decision::deny : tools::Decision::allow;
    };
}

}  // namespace

std::unique_ptr<tools::Toolbox> make_toolbox(Workspace& workspace, const RequestScope& scope, const store::Store& store,
                                             const answer::AnswerTools& tools, const answer::AnswerOptions& options,
                                             ToolApproval approval) {
    const Services services = workspace.services(scope);
    const config::Config& config = services.config;
    auto toolbox = std::make_unique<tools::Toolbox>();
    toolbox->add(make_search_tool(store, tools, options));
    toolbox->add(make_read_document_tool(store, options.filter));
    const bool has_sql = options.filter.empty() && !store::is_server_base(services.base_path);
    if (has_sql) toolbox->add(make_sql_tool(services.base_path));
    add_operations(*toolbox, workspace, scope, options.filter.empty());
    std::set<std::string> own;
    for (const config::ConfiguredTool& tool : config.tools()) {
        // The project's go before the user's.
        if (own.insert(tool.options.tool.name).second) toolbox->add(tools::make_command_tool(tool.options));
    }
    // Servers run and are logged in to as the owner: nobody else's models reach them.
    if (scope.principal.name == Principal{}.name) add_mcp_tools(*toolbox, services);
    check_allowed(approval.allowed, toolbox->names());
    toolbox->max_rounds = static_cast<std::size_t>(config.integer("chat.max_tool_rounds"));
    set_approval(*toolbox, std::move(approval));
    return toolbox;
}

}  // namespace quarry::app
