#pragma once

#include <functional>

#include "cli/migrate_options.h"

namespace quarry::cli {

/// What a command is to run, and how.
struct MigrateRequest {
    const char* command = "up";  ///< The command's name, as in its JSON's schema.
    std::function<std::vector<migrate::Step>(migrate::Migrator&)> plan;
    bool may_create = false;  ///< A SQLite file that is missing is made.
    bool dry_run = false;
    bool single_transaction = false;
    migrate::Order order = migrate::Order::strict;
};

/// Runs migrations, or with `dry_run` only shows what it would run. Each one is printed once its transaction has been
/// committed, never before. Returns the exit code.
[[nodiscard]] int run_migrations(Context& context, const MigrateOptions& options, const MigrateSubject& subject,
                                 const MigrateRequest& request);

/// Throws before migrations of the knowledge base are undone, unless the user said --yes or only looks.
void require_consent_to_undo(const MigrateSubject& subject, bool yes, bool dry_run);

}  // namespace quarry::cli
