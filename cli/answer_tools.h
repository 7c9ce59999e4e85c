#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line/command.h"
#include "core/answer/answer.h"
#include "core/config/config.h"
#include "core/tools/toolbox.h"

namespace quarry::cli {

/// Puts `search`, `read_document`, `sql` and the tools of [[tool]] into a toolbox; what is borrowed by them must
/// outlive it. Throws Error(usage) for an `allowed` name that is no tool's, and for tools of the same name.
///
/// Every call is shown as a note on standard error. One that does not only read is allowed when its name is in
/// `allowed`, else asked for on the terminal, else denied. `pause` is called before anything is printed.
void fill_toolbox(tools::Toolbox& toolbox, Context& context, const config::Config& config, const store::Store& store,
                  const answer::AnswerTools& tools, const answer::AnswerOptions& options,
                  const std::vector<std::string>& allowed, std::function<void()> pause);

/// A call as it is shown to who is asked whether it may run: in one line, with \uXXXX for what drives a terminal,
/// is invisible or turns the order of what is around it. Says so when it is too long to be shown whole.
[[nodiscard]] std::string call_to_allow(std::string_view name, std::string_view arguments);

}  // namespace quarry::cli
