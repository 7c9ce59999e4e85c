// What a project's configuration file may not decide on its own.
#include "core/config/project_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/config/dotenv.h"
#include "core/store/base_address.h"

namespace quarry::config {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t max_list_bytes = 10'000'000;

/// What keeps the user's words and money: a project may choose it where the user has not.
constexpr std::array<std::string_view, 7> protections = {
    "ask.redact", "chat.max_cost", "ingest.redact", "trace.content", "trace.enabled", "trace.max_age", "trace.redact"};

/// One name for a file, however it was reached.
std::string name_of(const fs::path& file) {
    std::error_code ignored;
    // Not what a link leads to: a project that links to another one's file has other scripts.
    return (fs::weakly_canonical(file.parent_path(), ignored) / file.filename()).string();
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

/// The path of "sqlite:app.db"; anything else is one.
std::string_view sqlite_path(std::string_view url) {
    for (const std::string_view scheme : {"sqlite:", "sqlite3:"}) {
        if (ascii_lower(url.substr(0, scheme.size())) != scheme) continue;
        url.remove_prefix(scheme.size());
        if (url.starts_with("//")) url.remove_prefix(2);
        break;
    }
    return url;
}

/// Whether a setting's value names a file that llama.cpp would read.
bool names_model_file(std::string_view key, std::string_view value) {
    constexpr std::string_view prefix = "gguf:";
    const bool has_prefix = value.starts_with(prefix);
    if (key == "chunk.unit" || key == "chunk.encoding") return has_prefix;
    if (key != "chat.model" && key != "embed.model" && key != "rerank.model" && key != "models.*.model") return false;
    return is_model_path(has_prefix ? value.substr(prefix.size()) : value);
}

}  // namespace

std::optional<fs::path> follow_links(const fs::path& path) {
    constexpr int most_links = 40;  // as Linux has it
    const fs::path whole = fs::absolute(path);
    std::deque<fs::path> rest(whole.begin(), whole.end());
    fs::path real = "/";
    for (int links = 0; !rest.empty();) {
        const fs::path part = rest.front();
        rest.pop_front();
        if (part.empty() || part == "." || part == "/") continue;
        if (part == "..") {
            real = real.parent_path();
            continue;
        }
        std::error_code unknown;
        if (!fs::is_symlink(fs::symlink_status(real / part, unknown))) {
            real /= part;
            continue;
        }
        const fs::path target = fs::read_symlink(real / part, unknown);
        if (unknown || ++links > most_links) return std::nullopt;
        if (target.is_absolute()) real = "/";
        rest.insert(rest.begin(), target.begin(), target.end());
    }
    return real;
}

bool is_model_path(std::string_view model) {
    return model.starts_with('/') || model.starts_with("./") || model.starts_with("../") || model.ends_with(".gguf");
}

bool looks_like_secret(std::string_view key) {
    const std::string name = ascii_lower(key);
    if (name.ends_with("_env") || name.ends_with("_file")) return false;
    constexpr std::array<std::string_view, 6> words = {"api_key", "apikey", "password", "passwd", "secret", "token"};
    // "max_tokens" is a number of word pieces.
    return name.find("tokens") == std::string::npos &&
           std::ranges::any_of(words, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool is_inside(const fs::path& folder, const fs::path& path) {
    const std::optional<fs::path> real_folder = follow_links(folder), real = follow_links(path);
    if (!real_folder || !real) return false;
    const fs::path relative = real->lexically_relative(*real_folder);
    return !relative.empty() && *relative.begin() != "..";
}

std::optional<GuardedSetting> guarded_setting(const ConfigKey& key, const std::string& name, std::string_view value,
                                              const Config::Value& below, const fs::path& project_folder) {
    if (below.text == value && below.origin == "default") return std::nullopt;
    const std::string shown = shown_value(key, std::string(value));
    const std::string written = key.type == ConfigKey::Type::text ? fmt::format("\"{}\"", shown) : shown;
    GuardedSetting guarded{name, fmt::format("{} = {}", name, written), {}, {}, false, below.text == value};
    if (key.name == "base") {
        const bool server = store::names_server_base(value);
        if (value.empty() || (!server && is_inside(project_folder, value))) return std::nullopt;
        guarded.effect = server ? "your documents, and your password for PostgreSQL, are sent there"
                                : "quarry reads and writes there, outside of the project";
    } else if (key.name.ends_with(".base_url") && is_local_address(value)) {
        guarded.effect = "your key for the provider is sent to whatever listens there";
        guarded.at_use = true;
    } else if (key.name.starts_with("migrate.") && key.name.ends_with("url")) {
        const bool server = ascii_lower(value.substr(0, 8)) == "postgres";
        if (!server && (value.empty() || is_inside(project_folder, project_folder / sqlite_path(value))))
            return std::nullopt;
        guarded.effect = server ? "your passwords for PostgreSQL are sent there"
                                : "migrations change that database, outside of the project";
        guarded.at_use = true;
    } else if (key.name == "migrate.env") {
        guarded.effect = "migrations may use these of your environment variables";
    } else if (key.name == "extract.trusted" || key.name.ends_with(".command")) {
        guarded.effect = "it determines which commands run";
    } else if (names_model_file(key.name, value)) {
        guarded.effect = "a file from an unknown source is loaded as a model";
    } else if (key.name == "ingest.allow_private") {
        guarded.effect = "pages on this machine and in private networks are read";
    } else if (std::ranges::find(protections, key.name) != protections.end()) {
        if (below.origin == "default") return std::nullopt;
        guarded.effect = "it replaces your own setting";
    } else if (key.sensitive) {
        guarded.effect = "it determines where your key is sent";
    } else {
        return std::nullopt;
    }
    return guarded;
}

Error untrusted(const GuardedSetting& first, std::size_t count) {
    const std::string more = count > 1 ? fmt::format(" ({} of its settings are like this)", count) : "";
    const bool commands = first.key == "extract.command" || first.key == "tool";
    const bool one_projects =
        first.key == "base" || first.key == database_variable || first.key.starts_with("migrate.");
    // The value is the stranger's, so it is no part of a line to copy into a shell.
    return Error(ErrorCode::usage,
                 fmt::format("{}: a project's file may not set {}: {}{}", first.where, one_line(first.setting, 200),
                             first.effect, more),
                 fmt::format("if you trust it: quarry config trust shows all that it asks for, and allows it{}",
                             one_projects ? ""
                             : commands   ? "; or write the commands into your own file"
                                        : fmt::format("; or say so in your own file: quarry config set --user {} VALUE",
                                                      first.key)));
}

Error secret_in_project(const ConfigKey& key) {
    std::string place = "keep it in your own file, which only you can read: quarry config set --user";
    if (key.name.ends_with(".headers")) {
        place = "write \"$NAME\" for the value, and put it into that environment variable";
    } else if (key.name.starts_with("migrate.")) {
        place = "leave it out; PGPASSWORD or ~/.pgpass has it, or your own file: quarry config set --user";
    }
    return Error(ErrorCode::usage, fmt::format("a password must not be in a project's file ({})", key.name),
                 std::move(place))
        .because("others can read the file, and it is committed with the project");
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
        throw Error(ErrorCode::failed, fmt::format("{} is not a list of trusted projects", list_.string()),
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
