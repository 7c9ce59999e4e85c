#pragma once

#include <CLI/App.hpp>

#include <span>
#include <string>

#include "cli/command_table.h"

namespace quarry::cli {

/// Turns what CLI11 reports into quarry's error, with the nearest option or value.
[[nodiscard]] Error usage_error(CLI::App& app, const CommandTable::Entry& entry, const CLI::ParseError& error);

/// The error for an option that there is not. `command` is as typed: "quarry migrate up".
[[nodiscard]] Error unknown_option(const CLI::App& app, const std::string& command, const std::string& argument);

}  // namespace quarry::cli
