#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/agent/environment.h"
#include "core/app/agent_memory.h"
#include "core/app/mcp_service.h"
#include "core/app/workspace.h"

namespace quarry::app {

/// What an agent's models and tools are, as the settings say: chat models, the tools of [[tool]], quarry's operations
/// under the caller's rights, the memory of the caller and the agent, and, for the owner, those of MCP servers. Borrows the workspace and what the scope borrows. Thread-safe.
class AgentEnvironment final : public agent::Environment {
public:
    struct Options {
        std::string model{};                 ///< Goes before those of the files; empty: theirs.
        std::vector<std::string> allowed{};  ///< Tools that run without a question.
        /// The caller's, by scope_names(); nothing: all. quarry's operations need theirs.
        std::optional<std::set<std::string>> scopes{};
        MemoryOrigin origin{};               ///< Whose memory it is, and what entries of it come from.
    };
    AgentEnvironment(Workspace& workspace, const RequestScope& scope, Options options);

    [[nodiscard]] llm::ChatResponse chat(const std::string& model, const llm::ChatRequest& request,
                                         const llm::TextSink& sink, const Cancellation& cancellation) override;
    [[nodiscard]] std::unique_ptr<tools::Tool> tool(const std::string& name) override;
    [[nodiscard]] tools::Decision decide(const llm::ChatTool& tool, const std::string& arguments) override;

    [[nodiscard]] bool knows(const std::string& name) { return tool(name) != nullptr; }

private:
    /// One caller at a time says something.
    class LockedNotices final : public Notices {
    public:
        explicit LockedNotices(Notices& notices) : notices_(notices) {}
        void note(std::string_view line) override { tell(&Notices::note, line); }
        void warn(std::string_view line) override { tell(&Notices::warn, line); }
        void remark(std::string_view line) override { tell(&Notices::remark, line); }
        void progress(std::string_view line) override { tell(&Notices::progress, line); }

    private:
        void tell(void (Notices::*how)(std::string_view), std::string_view line) {
            const std::lock_guard lock(mutex_);
            (notices_.*how)(line);
        }
        std::mutex mutex_;
        Notices& notices_;
    };

    Workspace& workspace_;
    LockedNotices notices_;
    const RequestScope scope_;
    McpToolSource mcp_tools_;
    const Options options_;
    const std::set<std::string> allowed_;
};

}  // namespace quarry::app
