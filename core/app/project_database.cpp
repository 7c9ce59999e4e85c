// Finds the database that a project's file .env names.
#include "core/app/project_database.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/redact_url.h"
#include "core/config/dotenv.h"
#include "core/config/project_trust.h"
#include "core/db/database_url.h"

namespace quarry::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t max_dotenv_bytes = 1 << 20;

/// The text of a folder's .env; nothing when there is none. A folder of that name is Python's.
std::optional<std::string> dotenv_of(const fs::path& folder) {
    const fs::path file = folder / ".env";
    std::error_code unknown;
    if (!fs::is_regular_file(file, unknown)) return std::nullopt;
    if (!config::is_inside(folder, file)) {
        throw Error(ErrorCode::usage, fmt::format("{} is a link that leads out of its folder", file.string()),
                    fmt::format("a folder from elsewhere could choose your files with it; name the database yourself: "
                                "--url URL, or {} in the environment",
                                config::database_variable));
    }
    return read_file(file, max_dotenv_bytes);
}

bool secret_file_exists(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Whether a setting is used without being allowed, as things are; `url` is its value.
bool is_free_now(const config::GuardedSetting& guarded, const std::string& url,
                 const config::Config::Environment& environment) {
    // What migrations put together at run time runs at a dev_url as this user: it is always asked about.
    if (guarded.key != config::database_variable && !guarded.key.ends_with(".url")) return false;
    try {
        return db::parse_database_url(url).dialect == sql::Dialect::postgresql && !takes_secret(url, environment);
    } catch (const Error&) {
        return false;  // It is refused where it is used.
    }
}

}  // namespace

bool takes_secret(const std::string& url, const config::Config::Environment& environment) {
    const std::map<std::string, std::string> settings = db::url_settings(url);
    for (const char* const name : {"service", "passfile", "sslkey"}) {
        if (settings.contains(name)) return true;
    }
    for (const char* const name : {"PGSERVICE", "PGSSLKEY", "PGSSLPASSWORD"}) {
        if (environment(name)) return true;
    }
    const fs::path home = environment("HOME").value_or("/");
    if (secret_file_exists(home / ".postgresql/postgresql.key")) return true;
    if (const auto own = settings.find("password"); own != settings.end() && !own->second.empty()) return false;
    return environment("PGPASSWORD") || environment("PGPASSFILE") || secret_file_exists(home / ".pgpass");
}

std::string ProjectDatabase::where() const { return fmt::format("{}:{}", file.string(), line); }

std::string ProjectDatabase::hash() const { return sha256(url); }

std::optional<ProjectDatabase> find_project_database(const config::Config& config, const fs::path& working_folder) {
    std::vector<fs::path> folders = {working_folder};
    if (config.project_folder() && *config.project_folder() != working_folder) {
        folders.push_back(*config.project_folder());
    }
    for (const fs::path& folder : folders) {
        const std::optional<std::string> text = dotenv_of(folder);
        if (!text) continue;
        const fs::path file = folder / ".env";
        const auto value = config::read_dotenv(*text, config::database_variable, file.string());
        if (!value) continue;
        ProjectDatabase found{value->text, file, value->line, std::nullopt};
        found.guarded = config::guarded_setting(config::config_key("migrate.url"), config::database_variable,
                                                value->text, {}, folder);
        if (found.guarded) {
            found.guarded->setting = fmt::format("{} = \"{}\"", config::database_variable, redact_url(value->text));
            found.guarded->where = found.where();
            found.guarded->covered = !config.text("migrate.url").empty();
        }
        return found;
    }
    return std::nullopt;
}

std::vector<ProjectAsking> project_askings(const config::Config& config, const fs::path& working_folder,
                                           const config::Config::Environment& environment) {
    std::vector<ProjectAsking> files;
    if (const auto file = config::find_project_file(working_folder)) {
        files.push_back({*file, config.project_hash(), config.guarded()});
        for (const config::GuardedSetting& one : files.back().settings) {
            const auto* value = config.find(one.key);
            if (value != nullptr && is_free_now(one, value->text, environment)) files.back().free.insert(one.key);
        }
    }
    const auto database = find_project_database(config, working_folder);
    if (!database || !database->guarded) return files;
    files.push_back({database->file, database->hash(), {*database->guarded}});
    const bool free = is_free_now(*database->guarded, database->url, environment);
    if (free) files.back().free.insert(database->guarded->key);
    return files;
}

}  // namespace quarry::app
