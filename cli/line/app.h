#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/app/own_converter.h"
#include "core/base/cancel.h"

namespace quarry::cli {

/// What a process gives to the program. `run` touches nothing outside it but files (relative to the working folder),
/// so that tests run the whole program in their own process.
struct Process {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    std::function<std::optional<std::string>(const std::string& name)> environment;
    const Cancellation& cancel;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool out_is_file = false;
    bool err_is_terminal = false;
    int width = 80;  ///< Columns of the terminal.
    /// `errno` of the write to `out` that failed, 0 when none did; tells a closed pipe from a full disk. May be empty.
    std::function<int()> out_failure{};
    /// Shows what is written from now on by a program, until what it returns is destroyed. May be empty.
    std::function<std::shared_ptr<void>(const std::string& command)> page{};
    extract::ConverterProgram converter{};  ///< What reads documents' formats; none: this process.
};

/// Runs `quarry` with the arguments after the program's name; returns the exit code. Never throws.
///
/// A closed pipe on `out` (as under `| head`) ends quietly with the code that the command gave: the reader has what it
/// wanted. Any other failure to write is an error.
[[nodiscard]] int run(std::span<const std::string> arguments, Process& process) noexcept;

}  // namespace quarry::cli
