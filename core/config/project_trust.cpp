// What a project's configuration file may not decide on its own.
#include "core/config/project_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config_json.h"

namespace quarry::config {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t max_list_bytes = 10'000'000;

/// One name for a file, however it was reached.
std::string name_of(const fs::path& file) {
    std::error_code ignored;
    return fs::weakly_canonical(file, ignored).string();
}

/// http(s)://localhost, 127.0.0.1 or [::1], with a port or a path behind it but no user information in it.
bool is_local_address(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return false;
    const std::string_view rest = url.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));  // as RFC 3986 and libcurl do
    for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"}) {
        if (!authority.starts_with(host)) continue;
        const std::string_view port = authority.substr(host.size());
        const bool digits =
            port.size() > 1 && std::ranges::all_of(port.substr(1), [](char c) { return c >= '0' && c <= '9'; });
        if (port.empty() || (port.front() == ':' && digits)) return true;
    }
    return false;
}

}  // namespace

bool looks_like_secret(std::string_view key) {
    const std::string name = ascii_lower(key);
    if (name.ends_with("_env") || name.ends_with("_file")) return false;
    constexpr std::array<std::string_view, 6> words = {"api_key", "apikey", "password", "passwd", "secret", "token"};
    // "max_tokens" is a number of word pieces.
    return name.find("tokens") == std::string::npos &&
           std::ranges::any_of(words, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool is_inside(const fs::path& folder, const fs::path& path) {
    std::error_code failure;
    const fs::path real_folder = fs::weakly_canonical(folder, failure);
    const fs::path real = failure ? fs::path() : fs::weakly_canonical(path, failure);
    if (failure) return false;
    const fs::path relative = real.lexically_relative(real_folder);
    return !relative.empty() && *relative.begin() != "..";
}

std::optional<GuardedSetting> guarded_setting(const ConfigKey& key, const std::string& name, std::string_view value,
                                              const Config::Value& below, const fs::path& project_folder) {
    if (below.text == value) return std::nullopt;
    GuardedSetting guarded{name, fmt::format("{} = \"{}\"", name, value), {}, {}, false};
    if (key.name == "base") {
        if (value.empty() || is_inside(project_folder, value)) return std::nullopt;
        guarded.effect = "quarry reads and writes there, outside of the project";
    } else if (key.name.ends_with(".base_url") && is_local_address(value)) {
        guarded.effect = "your key for the provider is sent to whatever listens there";
        guarded.at_use = true;
    } else if (key.name.starts_with("migrate.") && key.name.ends_with("url")) {
        guarded.effect = "your passwords for PostgreSQL are sent there";
        guarded.at_use = true;
    } else if (key.name == "migrate.env") {
        guarded.effect = "migrations may use these of your environment variables";
    } else if (key.name == "extract.trusted" || key.name.ends_with(".command")) {
        guarded.effect = "it decides which commands are run";
    } else if (key.sensitive) {
        guarded.effect = "it decides where your key is sent";
    } else {
        return std::nullopt;
    }
    return guarded;
}

Error untrusted(const GuardedSetting& first, std::size_t count) {
    const std::string more = count > 1 ? fmt::format(" ({} of its settings are like this)", count) : "";
    const bool commands = first.key == "extract.command" || first.key == "tool";
    // The value is the stranger's, so it is no part of a line to copy into a shell.
    return Error(
        ErrorCode::usage,
        fmt::format("{}: a project's file may not set {}: {}{}", first.where, first.setting, first.effect, more),
        fmt::format("if you trust it: quarry config trust shows all that it asks for, and allows it; or {}",
                    commands ? "write the commands into your own file"
                             : fmt::format("say so in your own file: quarry config set --user {} VALUE", first.key)));
}

TrustedProjects::TrustedProjects(const Config::Environment& environment) {
    const auto settings = user_config_file(environment);
    if (!settings) return;
    list_ = settings->parent_path() / "trusted.json";
    std::error_code ignored;
    if (!fs::exists(list_, ignored)) return;
    const nlohmann::json document = parse_bounded_json(read_file(list_, max_list_bytes));
    const auto projects = document.is_object() ? document.find("projects") : document.end();
    if (!document.is_object() || projects == document.end() || !projects->is_object()) {
        throw Error(ErrorCode::failed, fmt::format("{} is no list of trusted projects", list_.string()),
                    "remove it, and trust projects again: quarry config trust");
    }
    for (const auto& [file, hash] : projects->items()) {
        if (hash.is_string()) hashes_[file] = hash.get<std::string>();
    }
}

bool TrustedProjects::holds(const fs::path& file, const std::string& hash) const {
    const auto found = hashes_.find(name_of(file));
    return found != hashes_.end() && found->second == hash;
}

void TrustedProjects::allow(const fs::path& file, const std::string& hash) {
    if (list_.empty()) {
        throw Error(ErrorCode::failed, "there is no place for what you trust", "set the environment variable HOME");
    }
    hashes_[name_of(file)] = hash;
    write();
}

bool TrustedProjects::revoke(const fs::path& file) {
    if (hashes_.erase(name_of(file)) == 0) return false;
    write();
    return true;
}

void TrustedProjects::write() const {
    const nlohmann::ordered_json document = {{"schema", "quarry.trusted/1"}, {"projects", hashes_}};
    fs::create_directories(list_.parent_path());
    write_file_atomically(list_, dump_json(document));
}

}  // namespace quarry::config
