#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/migrate/migration_list.h"

namespace quarry::migrate {

/// The version after the newest one in the list, in its style; `style` decides for an empty list (numbers when absent)
/// and must agree with a list that has one. Throws Error(usage) when it does not.
[[nodiscard]] std::string next_version(const MigrationList& migrations, std::optional<VersionStyle> style,
                                       std::chrono::system_clock::time_point now);

/// Writes VERSION_name.sql with a text into the folder, which is made when missing; never overwrites. Returns the
/// file's path.
[[nodiscard]] std::filesystem::path create_migration(const std::filesystem::path& folder, std::string_view name,
                                                     std::optional<VersionStyle> style,
                                                     std::chrono::system_clock::time_point now, std::string_view text);
/// The same with sections guessed from the name.
[[nodiscard]] std::filesystem::path create_migration(const std::filesystem::path& folder, std::string_view name,
                                                     std::optional<VersionStyle> style,
                                                     std::chrono::system_clock::time_point now);

}  // namespace quarry::migrate
