#pragma once

#include <string>
#include <string_view>

#include "cli/line/command.h"
#include "core/app/migration_target.h"

namespace quarry::cli {

/// Declares the options that the migrate commands share: --database, --dir, --url, --lock-wait, --env.
void declare_migration_target(OptionTable& options, app::MigrationTarget& target);

/// Declares --schema, --dev-url and --dialect; `with_diff`: also --rename, --not-renamed, --backfill and
/// --concurrent-indexes, which decide a difference.
void declare_schema_choice(OptionTable& options, app::SchemaChoice& choice, bool with_diff);

/// "quarry migrate up" with the same --database, --dir and --url, to be typed next.
[[nodiscard]] std::string migrate_command(const app::MigrationTarget& target, std::string_view name);

/// What the help of each migrate command says of files and databases.
[[nodiscard]] std::string_view migrate_help_note();

}  // namespace quarry::cli
