#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/config/config.h"

namespace quarry::config {

/// Whether a name is one that people give to secrets, such as "chat.api_key" or "password".
[[nodiscard]] bool looks_like_secret(std::string_view key);

/// What a setting of a project's file, `name` of the kind `key`, would do that only the user may decide. Nothing for
/// any other setting. `below` is what the user's own file says, else the default: `covered` when it is the same.
/// `where` is left empty.
///
/// A repository that was just cloned may be a stranger's. Were its quarry.toml free to choose the server, or the
/// variable whose value is sent there, any secret in the environment could be had by it.
[[nodiscard]] std::optional<GuardedSetting> guarded_setting(const ConfigKey& key, const std::string& name,
                                                            std::string_view value, const Config::Value& below,
                                                            const std::filesystem::path& project_folder);

/// Whether what a setting calls a model of the provider gguf is a file's path: it begins with "/", "./" or "../", or
/// ends in ".gguf". Any other name is that of a model that the user added.
[[nodiscard]] bool is_model_path(std::string_view model);

/// Where a path leads when all links on it are followed, also those to what is not there: whoever opens it makes that.
/// Nothing for links that go in circles.
[[nodiscard]] std::optional<std::filesystem::path> follow_links(const std::filesystem::path& path);

/// Whether a path stays below a folder when the symbolic links that are there now are followed.
[[nodiscard]] bool is_inside(const std::filesystem::path& folder, const std::filesystem::path& path);

/// What refuses guarded settings: names the first, how many there are, and how to allow them.
[[nodiscard]] Error untrusted(const GuardedSetting& first, std::size_t count);
/// Why a value with a password (`shown_value` hides something) is not written into a project's file, and where it goes.
[[nodiscard]] Error secret_in_project(const ConfigKey& key);

/// The projects' files that the user has looked at and allowed, each with the SHA-256 of what it held then: an edit,
/// such as by `git pull`, asks again. Kept beside the user's own settings, in trusted.json.
class TrustedProjects {
public:
    /// Reads the list; empty when there is none. Throws Error(failed) for one that cannot be read.
    explicit TrustedProjects(const Config::Environment& environment);

    [[nodiscard]] bool holds(const std::filesystem::path& file, const std::string& hash) const;
    /// Throws Error(failed) when the list cannot be written.
    void allow(const std::filesystem::path& file, const std::string& hash);
    /// Whether it was there. Throws like `allow`.
    bool revoke(const std::filesystem::path& file);

private:
    void write() const;

    std::filesystem::path list_;
    std::map<std::string, std::string> hashes_;
};

}  // namespace quarry::config
