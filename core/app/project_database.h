#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/config/config.h"

namespace quarry::app {

/// Whether libpq would take a secret for a PostgreSQL address from elsewhere: a password of the environment or of
/// ~/.pgpass, a service, a client's key (its documentation, "Environment Variables", "The Password File", "Client
/// Certificates").
[[nodiscard]] bool takes_secret(const std::string& url, const config::Config::Environment& environment);

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

/// A file of a project, and what it asks for that only the user may decide.
struct ProjectAsking {
    std::filesystem::path file;
    std::string hash;  ///< As `config::TrustedProjects` keeps it.
    std::vector<config::GuardedSetting> settings;
    /// Keys of settings that are used without being allowed, as things are: PostgreSQL addresses, while connecting
    /// sends no secret from elsewhere there.
    std::set<std::string> free{};

    [[nodiscard]] bool is_free(const config::GuardedSetting& setting) const { return free.contains(setting.key); }
};

/// The project's quarry.toml, and its .env when that names a database that is asked about. Throws as
/// `find_project_database` does.
[[nodiscard]] std::vector<ProjectAsking> project_askings(const config::Config& config,
                                                         const std::filesystem::path& working_folder,
                                                         const config::Config::Environment& environment);

}  // namespace quarry::app
