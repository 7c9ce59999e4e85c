#pragma once

#include "cli/line/command.h"
#include "core/app/migration_service.h"

namespace quarry::cli {

/// Prints what was folded into what, and what is to be done next.
void print_squash(Context& context, const app::SquashReport& report, bool dry_run);
/// The same when only a database's ledger was brought along.
void print_ledger_squash(Context& context, const app::MigrationSubject& subject, const migrate::LedgerSquash& squash,
                         bool dry_run);

}  // namespace quarry::cli
