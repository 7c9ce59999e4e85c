// A settings file and an empty base for a folder.
#include "core/app/project.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/config/config.h"
#include "core/store/store.h"
#include "core/wire/display_uri.h"

namespace quarry::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view config_file = "quarry.toml";

/// Every setting with what it does and its default, commented out, in its section.
std::string settings_template() {
    std::string text =
        "# Settings of quarry for this folder and those below. Every one has a default, shown here behind a #;\n"
        "# remove the # and change the value. quarry config show prints the current settings.\n"
        "# Keys of servers do not belong here: name the environment variable that holds them.\n";
    std::string section;
    // Settings without a section come first: after a [section] line they would belong to it.
    for (const bool sectioned : {false, true}) {
        for (const config::ConfigKey& key : config::config_keys()) {
            const std::size_t dot = key.name.find('.');
            if ((dot != std::string::npos) != sectioned) continue;
            if (sectioned && key.name.substr(0, dot) != section) {
                section = key.name.substr(0, dot);
                text += fmt::format("\n[{}]\n", section);
            } else if (!sectioned) {
                text += '\n';
            }
            const std::string value =
                key.type == config::ConfigKey::Type::text ? fmt::format("\"{}\"", key.fallback) : key.fallback;
            text +=
                fmt::format("# {}\n# {} = {}\n", key.summary, sectioned ? key.name.substr(dot + 1) : key.name, value);
        }
    }
    return text;
}

bool is_there(const fs::path& path) {
    std::error_code unknown;
    return fs::exists(fs::symlink_status(path, unknown));
}

}  // namespace

Project make_project(const fs::path& folder) {
    const fs::path absolute = fs::absolute(folder).lexically_normal();
    Project project{absolute / config_file, absolute / ".quarry" / "base.db"};
    project.made_settings = !is_there(project.settings);
    project.made_base = !is_there(project.base);
    if (!project.made_settings && !project.made_base) {
        throw Error(ErrorCode::failed,
                    fmt::format("{} and {} exist already", wire::display_uri(project.settings.string()),
                                wire::display_uri(project.base.string())),
                    "nothing was changed; to start again, move them away first");
    }
    std::error_code failure;
    fs::create_directories(absolute, failure);
    if (failure) {
        throw Error(ErrorCode::failed, fmt::format("cannot create the folder {}", wire::display_uri(absolute.string())))
            .because(failure.message());
    }
    if (project.made_settings) write_file_atomically(project.settings, settings_template());
    if (project.made_base) {
        const fs::path real = fs::canonical(absolute) / project.base.lexically_relative(absolute);
        static_cast<void>(store::open_store(real, store::StoreMode::create));
    }
    return project;
}

}  // namespace quarry::app
