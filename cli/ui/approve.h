#pragma once

#include <string>
#include <string_view>

#include "cli/line/command.h"
#include "core/app/answer_tools.h"
#include "core/tools/tool_call.h"

namespace quarry::cli {

/// A call as it is shown to who is asked whether it may run: in one line, with \uXXXX for what drives a terminal,
/// is invisible or turns the order of what is around it. Says so when it is too long to be shown whole.
[[nodiscard]] std::string call_to_allow(std::string_view name, std::string_view arguments);

/// "tool NAME ARGUMENTS (outcome: …)": what became of a call, as a note.
[[nodiscard]] std::string call_note(const tools::ToolCallRecord& record);

/// Asks the person at the terminal whether a call may run; empty where there is no terminal to ask at. Borrows the
/// context.
[[nodiscard]] app::AskConsent ask_at_terminal(Context& context);

}  // namespace quarry::cli
