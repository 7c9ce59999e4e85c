// Where the configuration files and the knowledge base are.
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/project_trust.h"
#include "core/store/base_address.h"

namespace quarry::config {
namespace {

namespace fs = std::filesystem;

/// The nearest folder, from `folder` upwards, for which `holds` is true.
std::optional<fs::path> find_upwards(fs::path folder, const std::function<bool(const fs::path&)>& holds) {
    while (true) {
        if (holds(folder)) return folder;
        const fs::path parent = folder.parent_path();
        if (parent == folder || parent.empty()) return std::nullopt;
        folder = parent;
    }
}

bool is_folder(const fs::path& path) {
    std::error_code ignored;  // what cannot be looked at is not there for us
    return fs::is_directory(path, ignored);
}

}  // namespace

std::optional<fs::path> user_folder(const Config::Environment& environment, const std::string& variable,
                                    const fs::path& below_home) {
    const auto xdg = environment(variable);
    // The XDG Base Directory Specification: a relative path is ignored.
    if (xdg && fs::path(*xdg).is_absolute()) return fs::path(*xdg) / "quarry";
    const auto home = environment("HOME");
    if (home && !home->empty()) return fs::path(*home) / below_home / "quarry";
    return std::nullopt;
}

std::optional<fs::path> user_config_file(const Config::Environment& environment) {
    const auto folder = user_folder(environment, "XDG_CONFIG_HOME", ".config");
    return folder ? std::optional(*folder / "config.toml") : std::nullopt;
}

std::optional<fs::path> find_project_file(const fs::path& folder) {
    const auto found = find_upwards(folder, [](const fs::path& candidate) {
        // A link that leads nowhere, or to itself, is there too: reading it says what is wrong with it.
        std::error_code ignored;
        return fs::symlink_status(candidate / "quarry.toml", ignored).type() != fs::file_type::not_found &&
               ignored != std::errc::permission_denied;
    });
    if (!found) return std::nullopt;
    return *found / "quarry.toml";
}

fs::path resolve_base_path(const Config& config, const fs::path& folder) {
    if (const std::string& given = config.text("base"); !given.empty()) {
        if (store::names_server_base(given)) return given;
        const fs::path path = (folder / given).lexically_normal();
        if (!is_folder(path)) return path;
        const fs::path name = path.has_filename() ? path.filename() : path.parent_path().filename();
        return name == ".quarry" ? path / "base.db" : path / ".quarry" / "base.db";
    }
    const auto found = find_upwards(folder, [](const fs::path& candidate) { return is_folder(candidate / ".quarry"); });
    return found.value_or(config.project_folder().value_or(folder)) / ".quarry" / "base.db";
}

fs::path own_base_path(const Config& config, const fs::path& path) {
    if (store::is_server_base(path)) {
        store::check_server_base(path.native());
        return path;
    }
    const std::optional<fs::path> real = follow_links(path);
    // What the user's settings, a variable or an option name was chosen, and what was allowed was looked at.
    const Config::Value& setting = config.value("base");
    const bool is_chosen = !setting.text.empty() && (!setting.from_project || config.project_is_trusted());
    const fs::path folder =
        setting.text.empty() ? path.parent_path().parent_path() : config.project_folder().value_or(path.parent_path());
    if (real && (is_chosen || is_inside(folder, *real))) return *real;
    if (!real) {
        throw Error(ErrorCode::usage, fmt::format("the links of {} go in circles", path.string()),
                    "name the base by its own path: --base PATH");
    }
    throw Error(ErrorCode::usage, fmt::format("{} is a link that leads out of its folder", path.string()),
                "a folder from elsewhere could choose your files with it; if the base is yours, name it: --base PATH");
}

}  // namespace quarry::config
