#pragma once

#include "cli/line/command.h"
#include "core/app/migration_target.h"
#include "core/migrate/import_report.h"

namespace quarry::cli {

/// Prints what an import did: a line for each migration, then notes.
void print_import(Context& context, const migrate::ImportReport& report);

}  // namespace quarry::cli
