#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::cli {

/// One setting: the single table from which files are checked, the schema is made, and help is written.
struct ConfigKey {
    enum class Type { text, integer, number, boolean };
    std::string name;      ///< Dotted: "chunk.size".
    Type type = Type::text;
    std::string fallback;  ///< The default as text.
    std::string summary;
    std::vector<std::string> choices;  ///< For text: the allowed values; empty for any.
    double minimum = 0, maximum = 0;   ///< For numbers, when maximum > minimum.
};

/// Every setting, by name.
[[nodiscard]] std::span<const ConfigKey> config_keys();

/// Settings merged from layers: flag > environment (QUARRY_CHUNK_SIZE) > quarry.toml (project, nearest above the
/// working folder) > user file ($XDG_CONFIG_HOME/quarry/config.toml) > default.
class Config {
public:
    struct Value {
        std::string text;
        std::string origin;  ///< "default", "environment QUARRY_X", "/p/quarry.toml:3", "flag --size".
    };
    using Environment = std::function<std::optional<std::string>(const std::string&)>;

    /// Reads the layers for a working folder. Throws Error(usage) with file and line for an unknown key (did you
    /// mean), a wrong type, a value out of range, TOML that does not parse.
    [[nodiscard]] static Config load(const std::filesystem::path& working_folder, const Environment& environment);

    /// The highest layer; `value` is checked as if read from a file.
    void set_flag(std::string_view key, std::string_view value, std::string_view flag);

    [[nodiscard]] const Value& value(std::string_view key) const;
    [[nodiscard]] const std::string& text(std::string_view key) const { return value(key).text; }
    [[nodiscard]] std::int64_t integer(std::string_view key) const;
    [[nodiscard]] double number(std::string_view key) const;
    [[nodiscard]] bool boolean(std::string_view key) const;

    /// Folder of the project's quarry.toml, if there is one.
    [[nodiscard]] const std::optional<std::filesystem::path>& project_folder() const { return project_folder_; }

private:
    std::map<std::string, Value, std::less<>> values_;
    std::optional<std::filesystem::path> project_folder_;
};

}  // namespace quarry::cli
