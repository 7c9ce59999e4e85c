#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/config/config.h"
#include "core/extract/converter.h"

namespace quarry::app {

/// What a `main` does before anything else: serves, when this process was started as a converter, and gives its exit
/// status; nothing in any other process. `arguments` are those after the program's name.
[[nodiscard]] std::optional<int> serve_as_converter(std::span<const std::string> arguments);

/// This program as a converter, for a `main` that calls `serve_as_converter`; none where a process cannot start its own
/// program again.
[[nodiscard]] extract::ConverterProgram own_converter(const config::Config::Environment& environment);

}  // namespace quarry::app
