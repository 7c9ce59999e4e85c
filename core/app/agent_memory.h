#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/workspace.h"
#include "core/tools/toolbox.h"

namespace quarry::app {

/// Who remembers: what an entry's origin is made of.
struct MemoryOrigin {
    std::string agent{}, run{};
};

/// The collections that hold what is remembered for a user, and for one agent of theirs: "memory.ada",
/// "memory.ada.support". Nobody else is granted them, and a search that names no collection leaves them out.
[[nodiscard]] std::string user_memory(std::string_view principal);
[[nodiscard]] std::string agent_memory(std::string_view principal, std::string_view agent);
[[nodiscard]] bool is_memory_collection(std::string_view name) noexcept;

/// The tool `remember`, which keeps a text as a document of these collections, or `recall`, which searches them as any
/// other documents; null for another name. An entry has its agent, run and time as metadata, and is listed and removed
/// as documents are. What is recalled is data. Borrows the workspace and what the scope borrows.
[[nodiscard]] std::unique_ptr<tools::Tool> make_memory_tool(std::string_view name, Workspace& workspace,
                                                            const RequestScope& scope, MemoryOrigin origin);

}  // namespace quarry::app
