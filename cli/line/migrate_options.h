#pragma once

#include <string>
#include <string_view>

#include "cli/line/command.h"
#include "core/app/migration_target.h"

namespace quarry::cli {

/// Declares the options that the migrate commands share: --database, --dir, --url, --lock-wait, --env.
void declare_migration_target(OptionTable& options, app::MigrationTarget& target);

/// Declares --schema, --dev-url and --dialect; `with_diff`: also --rename, --not-renamed, --backfill, --time-zone and
/// --concurrent-indexes, which decide a difference.
void declare_schema_choice(OptionTable& options, app::SchemaChoice& choice, bool with_diff);

/// Declares --owners, for what compares or writes schemas.
void declare_owners(OptionTable& options, app::MigrationTarget& target);

/// A command on what `declare_migration_target` names. Its hints name it, too.
class MigrationCommand : public Command {
public:
    [[nodiscard]] std::string hint_options() const override;

protected:
    app::MigrationTarget target_;
};

/// " --config KEY=VALUE" as a hint repeats it: without a password.
[[nodiscard]] std::string hint_setting(const std::string& assignment);

/// What the help of each migrate command says of files and databases.
[[nodiscard]] std::string_view migrate_help_note();

}  // namespace quarry::cli
