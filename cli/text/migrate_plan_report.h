#pragma once

#include <string>

#include "core/app/migration_service.h"

namespace quarry::cli {

/// Each migration that would run, statement by statement.
[[nodiscard]] std::string plan_text(const app::PlanReport& plan);

}  // namespace quarry::cli
