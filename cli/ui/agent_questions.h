#pragma once

#include <functional>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cli/line/command.h"
#include "cli/ui/agent_display.h"
#include "core/app/agent_service.h"

namespace quarry::cli {

/// Shows a line that waits for an answer.
using AskLine = std::function<void(std::string_view line)>;

/// What a line that a person typed means where this JSON Schema is wanted: a text as it is, a choice by its name or its
/// number, yes or no, a number; lists, objects and what has no type as JSON. Nothing when it means none of that.
[[nodiscard]] std::optional<nlohmann::json> typed_value(const nlohmann::json& schema, std::string_view line);

/// Asks what a run waits for: an approval by yes or no, a question by a form from its schema, a line for each property.
/// Nothing when the input ends or the person answers later. The question's words are an agent's, and drive no terminal.
[[nodiscard]] std::optional<app::AgentResumeRequest> ask_person(const agent::PersonRequest& asked, std::istream& in,
                                                                const AskLine& ask);

/// Where somebody is at a terminal, asks for all that the run waits for and goes on with it, until it ends or they
/// answer later; then shows the report. Gives the exit code.
[[nodiscard]] int finish_agent_run(Context& context, app::AgentService& agents, app::AgentReport report,
                                   const AgentRunOptions& options);

}  // namespace quarry::cli
