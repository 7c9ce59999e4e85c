#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/migrate/new_migration.h"
#include "core/migrate/replay.h"

namespace quarry::migrate {

/// What is to be written.
struct AutogenerateOptions {
    std::filesystem::path folder;
    std::string name;  ///< Of the migration; several of them are NAME, NAME_2, ...
    std::optional<VersionStyle> style;
    std::chrono::system_clock::time_point now;
    bool allow_destructive = false;
};

/// Throws Error(usage) that lists what a diff would destroy, unless nothing.
void require_nothing_destroyed(const schema::Diff& diff);

/// Writes migrations that bring the folder's schema to a wanted one, and returns their paths; none when it is there
/// already. Before a file is written, the migrations are run on a scratch database behind those of the folder, and
/// their result is proved to be the wanted schema. Throws Error: what a diff throws, usage when data would be destroyed
/// and that is not allowed, failed when the result is another schema.
[[nodiscard]] std::vector<std::filesystem::path> autogenerate(const SchemaLoader& loader,
                                                              const MigrationList& migrations,
                                                              const schema::Schema& wanted,
                                                              const schema::DiffOptions& diff_options,
                                                              const AutogenerateOptions& options);

}  // namespace quarry::migrate
