#pragma once

#include <functional>
#include <string>

#include "core/app/workspace.h"
#include "core/mcp/catalog.h"

namespace quarry::mcp {

struct DocumentsOptions {
    bool writes = false;     ///< Offer ingest and delete_document.
    bool asks_first = true;  ///< The client's user confirms each of their calls.
    /// Runs what writes to the base, and returns when it has run; empty: on the calling thread.
    std::function<void(const std::function<void()>& work)> write{};
};

/// What quarry offers of a knowledge base: its operations as tools, its documents as resources, and prompts. Borrows
/// the workspace; opens nothing before the first call.
[[nodiscard]] Catalog documents_catalog(app::Workspace& workspace, DocumentsOptions options);

/// What a server tells the client's model about itself.
[[nodiscard]] std::string instructions();

}  // namespace quarry::mcp
