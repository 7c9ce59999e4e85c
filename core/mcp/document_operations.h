#pragma once

// What the parts of documents_catalog share. Internal to core/mcp.

#include <string>
#include <string_view>
#include <vector>

#include "core/app/workspace.h"
#include "core/mcp/catalog.h"

namespace quarry::mcp {

/// Whether the base is there: lists are empty before it is made.
[[nodiscard]] bool has_base(const app::Workspace& workspace);

/// Runs one of core/app's operations for a call: its notices and events become log messages and progress.
[[nodiscard]] Json run_operation(std::string_view name, const Json& arguments, app::Workspace& workspace, Call& call);

/// The contents of a document's resource; null if there is no such document.
[[nodiscard]] Json read_document(const std::string& uri, app::Workspace& workspace, Call& call);

[[nodiscard]] std::vector<Prompt> document_prompts(app::Workspace& workspace);
/// Values for an argument of a prompt or a template: names of documents or of collections.
[[nodiscard]] std::vector<std::string> completions(const Completion& wanted, app::Workspace& workspace, Call& call);

}  // namespace quarry::mcp
