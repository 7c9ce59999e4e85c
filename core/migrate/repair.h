#pragma once

#include <optional>
#include <string>

#include "core/migrate/plan.h"

namespace quarry::migrate {

/// A migration whose file is not what was applied.
struct Repair {
    MigrationStatus status;           ///< edited or missing.
    std::optional<std::string> text;  ///< As it was applied; absent when the history did not keep it.
    std::string file_text;            ///< As it is now; empty for a missing one.
};

}  // namespace quarry::migrate
