// What agents work with, as it is configured.
#include "core/app/agent_environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/app/metered_model.h"
#include "core/app/operation.h"
#include "core/app/operation_tool.h"
#include "core/base/error.h"
#include "core/tools/command_tool.h"

namespace quarry::app {
namespace {

/// What a caller needs for an operation, as its routes do.
std::string_view scope_for(const Operation& operation) {
    if (operation.permission == Permission::write) return "write";
    if (operation.permission == Permission::migrations) return "migrations";
    if (operation.name == "eval") return "admin";
    if (operation.name == "search" || operation.name == "verify") return "search";
    return operation.asks_model ? "ask" : "read";
}

}  // namespace

AgentEnvironment::AgentEnvironment(Workspace& workspace, const RequestScope& scope, Options options)
    : workspace_(workspace),
      notices_(scope.notices),
      scope_{scope.cancel, notices_, scope.clock, scope.principal, scope.budget, scope.access},
      mcp_tools_(workspace.services(scope_)),
      options_(std::move(options)),
      allowed_(options_.allowed.begin(), options_.allowed.end()) {}

llm::ChatResponse AgentEnvironment::chat(const std::string& model, const llm::ChatRequest& request,
                                         const llm::TextSink& sink, const Cancellation& cancellation) {
    const std::string& name = options_.model.empty() ? model : options_.model;
    const Workspace::ModelLease lease = workspace_.lease_model(name, scope_);
    if (lease.get() == nullptr) {
        throw Error(ErrorCode::usage, "the agent needs a chat model", "name one: --model NAME, or model: in its file")
            .because("chat.provider is extractive");
    }
    const auto counted = metered(lease.get(), scope_, workspace_.config());
    llm::ChatModel& asked = counted ? *counted : *lease.get();
    return asked.chat(request, sink, cancellation);
}

std::unique_ptr<tools::Tool> AgentEnvironment::tool(const std::string& name) {
    for (const config::ConfiguredTool& one : workspace_.config().tools()) {
        if (one.options.tool.name == name) return tools::make_command_tool(one.options);
    }
    if (auto memory = make_memory_tool(name, workspace_, scope_, options_.origin)) return memory;
    const std::string_view plain = std::string_view(name).starts_with("quarry.") ? std::string_view(name).substr(7) : name;
    if (const Operation* const operation = find_operation(plain)) {
        const std::string needed(scope_for(*operation));
        if (options_.scopes && !options_.scopes->contains(needed)) {
            throw Error(ErrorCode::usage,
                        fmt::format("you may not run this agent: its tool {} needs the scope {}", name, needed));
        }
        return make_operation_tool(*operation, workspace_, scope_);
    }
    // Servers have the rights of the one who configured them.
    return scope_.principal.name == Principal{}.name ? mcp_tools_.tool(name) : nullptr;
}

tools::Decision AgentEnvironment::decide(const llm::ChatTool& tool, const std::string&) {
    return allowed_.contains(tool.name) ? tools::Decision::allow : tools::Decision::pending;
}

}  // namespace quarry::app
