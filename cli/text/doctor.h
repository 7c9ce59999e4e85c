#pragma once

#include <vector>

#include "cli/line/command.h"
#include "core/wire/doctor_json.h"

namespace quarry::cli {

/// What the terminal can show.
[[nodiscard]] std::vector<wire::DoctorCheck> check_terminal(const Context& context);

}  // namespace quarry::cli
