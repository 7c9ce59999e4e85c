#pragma once

#include "cli/text/findings.h"
#include "core/migrate/check.h"

namespace quarry::cli {

/// The findings of quarry migrate check as annotations, SARIF and JUnit want them; what is about the database itself is
/// in no file.
[[nodiscard]] FindingsReport check_findings(const migrate::CheckReport& report);

}  // namespace quarry::cli
