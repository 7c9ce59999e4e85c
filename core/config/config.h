#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/extract/command_extractor.h"
#include "core/mcp_client/server_definition.h"
#include "core/tools/command_tool.h"

namespace quarry::config {

/// One setting: the single table from which files are checked, the schema is made, and help is written.
struct ConfigKey {
    enum class Type { text, integer, number, boolean };
    std::string name{};  ///< Dotted: "chunk.size".
    Type type = Type::text;
    std::string fallback{};  ///< The default as text.
    std::string summary{};
    std::vector<std::string> choices{};  ///< For text: the allowed values; empty for any.
    bool open = false;                ///< Values besides the choices are allowed, and are checked where they are used.
    double minimum = 0, maximum = 0;  ///< For numbers, when maximum > minimum.
    bool path = false;                ///< A path: relative to the file that sets it, "~/" is the home folder.
    bool sensitive =
        false;  ///< Decides where a key is sent: a project's file, which may be a stranger's, cannot set it.
};

/// Every setting, by name.
[[nodiscard]] std::span<const ConfigKey> config_keys();
/// Settings of sections whose name the file chooses, which stands as "*": "migrate.databases.*.url". Only files set
/// these.
[[nodiscard]] std::span<const ConfigKey> named_config_keys();

/// What quarry's own base is called among databases: no section of a file has that name.
inline constexpr std::string_view own_database = "base";

/// The setting of a name. Throws Error(usage) for an unknown one, with the nearest name; `where` is put in front.
[[nodiscard]] const ConfigKey& config_key(std::string_view name, std::string_view where = {});

/// Checks a value against its key and gives its canonical text. Throws Error(usage); `where` is put in front.
[[nodiscard]] std::string check_config_value(const ConfigKey& key, std::string_view value, std::string_view where = {});

/// The environment variable of a key: "chunk.size" is QUARRY_CHUNK_SIZE.
[[nodiscard]] std::string config_variable(std::string_view key);

/// One of [[extract.command]], and where it is set: "/p/quarry.toml:3".
struct ConfiguredCommand {
    extract::ExtractCommand command;
    std::string origin;
};

/// One of [[tool]], and where it is set.
struct ConfiguredTool {
    tools::CommandToolOptions options;
    std::string origin;
};

/// One of [mcp.servers.NAME], or of a file .mcp.json, and where it is set.
struct ConfiguredMcpServer {
    mcp_client::ServerDefinition definition{};
    std::filesystem::path file{};
    std::string origin{};
    bool from_project = false;  ///< Not from the user's own file: used only where the user trusts it.
};

/// What a project's file asks for and only the user may decide, as the file may be a stranger's.
struct GuardedSetting {
    std::string key;      ///< "chat.base_url"
    std::string setting;  ///< With its value: chat.base_url = "https://..."
    std::string effect;   ///< "it decides where your key is sent"
    std::string where;    ///< "/p/quarry.toml:3"
    bool at_use = false;  ///< Refused only where it would be used with a secret, not when it is read.
    bool covered = false;  ///< Not refused now: the environment says otherwise, or the user's own file the same.
};

/// Settings merged from layers: flag > environment (QUARRY_CHUNK_SIZE) > quarry.toml (project, nearest above the
/// working folder) > user file ($XDG_CONFIG_HOME/quarry/config.toml) > default.
class Config {
public:
    struct Value {
        std::string text;
        std::string origin;  ///< "default", "environment QUARRY_X", "/p/quarry.toml:3", "flag --size".
        bool from_project = false;
        std::string key{};  ///< Of a choice: the setting that it was taken from, "models.fast.base_url".
    };
    using Values = std::map<std::string, Value, std::less<>>;  ///< By the settings' names.
    using Environment = std::function<std::optional<std::string>(const std::string&)>;

    /// Reads the layers for a working folder. Throws Error(usage) with file and line for an unknown key (did you
    /// mean), a wrong type, a value out of range, TOML that does not parse; and for what a project's file may not
    /// decide, unless the user has allowed that file as it is (core/config/project_trust.h).
    [[nodiscard]] static Config load(const std::filesystem::path& working_folder, const Environment& environment);

    /// The same, but what a project's file may not decide is no error yet: to show it, or to set flags above it before
    /// `refuse_untrusted`.
    [[nodiscard]] static Config examine(const std::filesystem::path& working_folder, const Environment& environment);

    /// Defaults and the user's own file: what to trust when a project's file is judged.
    [[nodiscard]] static Config load_user(const Environment& environment);

    /// The defaults alone, for commands that must work while the configuration is broken.
    [[nodiscard]] static Config defaults();

    /// The highest layer; `value` is checked as if read from a file.
    void set_flag(std::string_view key, std::string_view value, std::string_view flag);

    /// Puts values over all layers, in place of the choice before: what goes together with a model that was chosen.
    void choose(Values values) { chosen_ = std::move(values); }
    [[nodiscard]] const Values& choice() const { return chosen_; }

    [[nodiscard]] const Value& value(std::string_view key) const;
    /// A setting that may be one of a named section ("migrate.databases.app.url"); null when it is set nowhere.
    [[nodiscard]] const Value* find(std::string_view key) const;
    /// The names of the sections of a kind, such as "app" of migrate.databases; sorted.
    [[nodiscard]] std::vector<std::string> names_in(std::string_view section) const;
    /// The settings of named sections that a layer has, by their whole names; sorted.
    [[nodiscard]] std::vector<std::string> named_settings() const;
    /// Throws Error(usage) when no layer has a section of that name, such as "app" in migrate.databases.
    void require_named(std::string_view section, std::string_view name) const;
    [[nodiscard]] const std::string& text(std::string_view key) const { return value(key).text; }
    [[nodiscard]] std::int64_t integer(std::string_view key) const;
    [[nodiscard]] double number(std::string_view key) const;
    [[nodiscard]] bool boolean(std::string_view key) const;

    /// The commands of [[extract.command]], the project's before the user's: the first with a file's ending reads it.
    [[nodiscard]] const std::vector<ConfiguredCommand>& extract_commands() const { return extract_commands_; }

    /// The user's own tools of [[tool]], the project's before the user's.
    [[nodiscard]] const std::vector<ConfiguredTool>& tools() const { return tools_; }

    /// What references to code in agent files stand for: [agent.bindings], the project's over the user's.
    [[nodiscard]] const std::map<std::string, std::string>& agent_bindings() const { return agent_bindings_; }
    /// The MCP servers of [mcp.servers], the user's own before the project's; not those of .mcp.json.
    [[nodiscard]] const std::vector<ConfiguredMcpServer>& mcp_servers() const { return mcp_servers_; }

    /// Folder of the project's quarry.toml, if there is one.
    [[nodiscard]] const std::optional<std::filesystem::path>& project_folder() const { return project_folder_; }

    /// What the project's file asks for and may not decide on its own, in the file's order.
    [[nodiscard]] const std::vector<GuardedSetting>& guarded() const { return guarded_; }
    /// SHA-256 of what the project's file held when it was read.
    [[nodiscard]] const std::string& project_hash() const { return project_hash_; }
    /// Whether the user has allowed that.
    [[nodiscard]] bool project_is_trusted() const { return trusted_; }
    /// Throws Error(usage) for the first guarded setting that holds and is not allowed.
    void refuse_untrusted() const;
    /// Throws Error(usage) when a setting is the project's, is guarded, and is not allowed: before it is used with a
    /// secret.
    void require_trusted(std::string_view key) const;

private:
    void apply_file(const std::filesystem::path& file, std::string_view content, bool is_project,
                    const Environment& environment);
    /// The sections ("chat") whose key the user has named: it is for the provider that the user had in mind.
    [[nodiscard]] std::vector<std::string> sections_with_key(const Environment& environment) const;
    [[nodiscard]] std::optional<GuardedSetting> guarded_provider(const std::string& name, const std::string& text,
                                                                 const std::vector<std::string>& with_key) const;
    void apply_environment(const std::filesystem::path& working_folder, const Environment& environment);

    Values values_;
    Values chosen_;  ///< Over `values_`.
    std::vector<ConfiguredCommand> extract_commands_;
    std::vector<ConfiguredTool> tools_;
    std::map<std::string, std::string> agent_bindings_;
    std::vector<ConfiguredMcpServer> mcp_servers_;
    std::optional<std::filesystem::path> project_folder_;
    std::string project_hash_;
    std::vector<GuardedSetting> guarded_;
    bool trusted_ = false;
};

/// quarry's own folder of a kind for the user, whether it exists or not, by the XDG Base Directory Specification: below
/// the folder of the variable ("XDG_CACHE_HOME"), else of the home folder (".cache"); nothing when neither is set.
[[nodiscard]] std::optional<std::filesystem::path> user_folder(const Config::Environment& environment,
                                                               const std::string& variable,
                                                               const std::filesystem::path& below_home);

/// The user's own file, whether it exists or not; nothing when neither XDG_CONFIG_HOME nor HOME is set.
[[nodiscard]] std::optional<std::filesystem::path> user_config_file(const Config::Environment& environment);

/// The nearest quarry.toml in a folder or above it.
[[nodiscard]] std::optional<std::filesystem::path> find_project_file(const std::filesystem::path& folder);

/// The knowledge base's file: the `base` setting, else the nearest .quarry/ in the folder or above, else where `ingest`
/// would make it (beside quarry.toml, or in the folder). Need not exist.
[[nodiscard]] std::filesystem::path resolve_base_path(const Config& config, const std::filesystem::path& folder);

/// The same file, to which no symbolic link leads: where those on the way lead now. Whoever opens it follows none that
/// is put there later.
///
/// Throws Error(usage) when the nearest .quarry/base.db that was found so is a symbolic link, or below one, that leads
/// out of its folder: whoever made the folder would choose which of the user's files are read and written.
[[nodiscard]] std::filesystem::path own_base_path(const Config& config, const std::filesystem::path& path);

}  // namespace quarry::config
