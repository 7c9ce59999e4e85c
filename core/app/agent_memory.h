#pragma once

#include <cstddef>
#include <cstdint>
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

/// A text that was remembered, with its origin.
struct MemoryEntry {
    std::string id{}, text{};
    std::string agent{}, run{};  ///< That remembered it.
    bool is_for_user = false;    ///< All agents of the user may recall it.
    std::int64_t kept_at = 0;    ///< Seconds since 1970.
};

/// What agents remember for the scope's principal, and for nobody else. Each call opens the base for its duration, and
/// throws what that throws. Borrows the workspace and what the scope borrows; used by one thread at a time.
class AgentMemory {
public:
    AgentMemory(Workspace& workspace, const RequestScope& scope) : workspace_(workspace), scope_(scope) {}

    /// Up to `limit` entries, in the order of their ids, behind the one `after`; of one agent where it is named.
    [[nodiscard]] std::vector<MemoryEntry> list(std::string_view agent, std::string_view after,
                                                std::size_t limit) const;
    /// Throws Error(nothing_found).
    void remove(const std::string& id) const;
    /// All of it, or what one agent remembered. Gives how many entries there were.
    std::size_t remove_all(std::string_view agent) const;

private:
    [[nodiscard]] std::vector<std::string> collections() const;
    [[nodiscard]] RequestScope scope_of(const std::vector<std::string>& collections) const;
    /// Without their texts.
    [[nodiscard]] std::vector<MemoryEntry> entries(std::string_view agent) const;
    void remove_documents(const std::vector<std::string>& uris) const;

    Workspace& workspace_;
    const RequestScope scope_;
};

}  // namespace quarry::app
