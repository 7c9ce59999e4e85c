#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/error.h"

namespace quarry::wire {

/// An error as every document has it under "error": code, exit_code, message, causes and hint.
[[nodiscard]] nlohmann::ordered_json error_json(const Error& error);

}  // namespace quarry::wire
