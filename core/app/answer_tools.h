#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/answer/answer.h"
#include "core/app/services.h"
#include "core/app/workspace.h"
#include "core/config/config.h"
#include "core/store/store.h"
#include "core/tools/approval.h"
#include "core/tools/toolbox.h"

namespace quarry::app {

/// What a person says of a call that does not only read.
enum class Consent {
    no,
    once,
    always,  ///< This one, and later ones of the same tool.
    later,   ///< The request ends, and the call waits.
};

/// Asks a person whether a tool may run with these arguments.
using AskConsent = std::function<Consent(const std::string& tool, const std::string& arguments)>;

/// Who decides about calls of tools that do not only read.
struct ToolApproval {
    std::vector<std::string> allowed{};  ///< Tools that run without a question.
    AskConsent ask{};                    ///< Empty where nobody can be asked: other calls are denied.
};

/// The tools that the settings offer to a model: `search`, `read_document`, `sql`, the operations that only read (those
/// on migrations where the project has any), those of [[tool]] and, for the owner, those of trusted MCP servers
/// (core/app/mcp_service.h). They keep to the filter of the options; those that
/// cannot are not among them then. What is borrowed by them (services.base_path is copied; workspace, store, tools and
/// what the scope borrows are not) must outlive the toolbox.
/// Throws Error(usage) for a name in `approval.allowed` that is no tool's, and for tools of the same name.
[[nodiscard]] std::unique_ptr<tools::Toolbox> make_toolbox(Workspace& workspace, const RequestScope& scope,
                                                           const store::Store& store, const answer::AnswerTools& tools,
                                                           const answer::AnswerOptions& options, ToolApproval approval);

}  // namespace quarry::app
