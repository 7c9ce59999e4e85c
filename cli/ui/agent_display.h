#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/line/command.h"
#include "core/app/agent_service.h"

namespace quarry::cli {

/// The options that all commands which run an agent have.
struct AgentRunOptions {
    app::AgentFlags flags{};
    std::vector<std::string> streams{};  ///< "values", "updates", "messages", "tasks"

    void declare(OptionTable& options);
    /// `flags` as the service takes them.
    [[nodiscard]] app::AgentFlags used() const;
};

/// What of a run is shown while it goes on: notes on standard error, or, with --stream, lines of JSON on standard
/// output. Borrows both.
[[nodiscard]] agent::EventSink show_agent_events(Context& context, const AgentRunOptions& options);

/// Shows what became of a run, and gives the exit code. Throws the run's error.
[[nodiscard]] int show_agent_report(Context& context, const app::AgentReport& report, const AgentRunOptions& options);

/// What a person is asked, and how to answer: lines for standard error.
[[nodiscard]] std::string waiting_text(const std::string& run, const agent::PersonRequest& asked);

/// A value as people read it: a text as it is, else JSON.
[[nodiscard]] std::string agent_value_text(const nlohmann::json& value);

/// The exit codes of commands that run an agent.
[[nodiscard]] std::vector<std::pair<int, std::string>> agent_exit_codes();

}  // namespace quarry::cli
