// Settings that commands write.
#include "cli/ui/config_write.h"

#include <optional>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/config/config.h"
#include "core/config/project_trust.h"

namespace quarry::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t longest_settings_file = 1 << 20;

std::optional<config::Config> examined(const Context& context) {
    try {
        return config::Config::examine(fs::current_path(), context.environment);
    } catch (const Error&) {
        return std::nullopt;  // which this very edit may mend
    }
}

/// The user's own edit of a file that was allowed, by which it asks for nothing else.
void keep_trust(const Context& context, const fs::path& file, const config::Config& old) {
    const std::optional<config::Config> edited = examined(context);
    const auto settings = [](const config::Config& config) {
        std::vector<std::string> result;
        for (const config::GuardedSetting& guarded : config.guarded()) result.push_back(guarded.setting);
        return result;
    };
    if (edited && settings(*edited) == settings(old)) {
        config::TrustedProjects(context.environment).allow(file, edited->project_hash());
    }
}

}  // namespace

fs::path settings_file(const Context& context, bool user) {
    const fs::path folder = fs::current_path();
    if (!user) return config::find_project_file(folder).value_or(folder / "quarry.toml");
    const auto file = config::user_config_file(context.environment);
    if (file) return *file;
    throw Error(ErrorCode::failed, "there is no place for your own settings", "set the environment variable HOME");
}

std::string read_settings(const fs::path& file) {
    return fs::exists(file) ? read_file(file, longest_settings_file) : "";
}

void write_settings(const Context& context, const fs::path& file, bool user, const std::string& before,
                    const std::string& after, bool has_secret) {
    if (after == before) return;
    const std::optional<config::Config> old = user || before.empty() ? std::nullopt : examined(context);
    if (user) fs::create_directories(file.parent_path());
    write_file_atomically(file, after, user);
    if (has_secret) fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    if (old && old->project_is_trusted()) keep_trust(context, file, *old);
}

}  // namespace quarry::cli
