#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/tools/toolbox.h"

namespace quarry::tools {

/// A tool of the user's own: a program.
struct CommandToolOptions {
    llm::ChatTool tool;
    /// The program and its arguments; `{city}` in an argument stands for the value of that parameter.
    std::vector<std::string> command;
    std::chrono::seconds timeout{60};
    bool read_only = false;                 ///< The user says that it changes nothing: it runs without a question.
    bool idempotent = false;                ///< And that, called twice, it does no more than once.
    std::size_t max_output_bytes = 20'000;  ///< Of what it writes, this much goes to the model.
};

/// Runs the program, without a shell, with the arguments of the call as JSON on its standard input (core/base/
/// subprocess.h tells what else it gets, and what not). What it writes is given to the model as data; a program that
/// fails is an error that the model is told.
///
/// A value that is put into an argument cannot become an option: one that would begin the argument with "-" is
/// refused, and so is a NUL byte. Throws Error(usage) when there is no program, or a place in the command is no
/// parameter of the tool.
[[nodiscard]] std::unique_ptr<Tool> make_command_tool(CommandToolOptions options);

}  // namespace quarry::tools
