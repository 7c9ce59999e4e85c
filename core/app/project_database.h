#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "core/config/config.h"

namespace quarry::app {

/// The database that a project's file .env names.
struct ProjectDatabase {
    std::string url;
    std::filesystem::path file;
    std::size_t line = 0;  ///< 1-based.
    /// What connecting could do that only the user may decide; nothing for a file in the project. Without a password.
    std::optional<config::GuardedSetting> guarded{};

    /// "/p/.env:3"
    [[nodiscard]] std::string where() const;
    /// What `config::TrustedProjects` keeps for the file: its other variables may change.
    [[nodiscard]] std::string hash() const;
};

/// DATABASE_URL of the file .env in a working folder, else in the folder of quarry.toml. Throws Error: usage for a file
/// that is a link out of its folder, and as `config::read_dotenv` does; failed when it cannot be read.
[[nodiscard]] std::optional<ProjectDatabase> find_project_database(const config::Config& config,
                                                                   const std::filesystem::path& working_folder);

}  // namespace quarry::app
