#pragma once

#include <toml++/toml.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "core/extract/command_extractor.h"

namespace quarry::config {

/// The commands of [[extract.command]] in a configuration file. Throws Error(usage) with file and line for what is no
/// such list, for unknown keys (did you mean) and for values of the wrong kind.
[[nodiscard]] std::vector<ConfiguredCommand> read_extract_commands(const toml::node& node,
                                                                   const std::filesystem::path& file);

/// What a project's file asks for that names commands in the setting `key`; nothing when `trusted`, folders with ":"
/// between, has the project's: who clones a repository must not run what it names.
[[nodiscard]] std::optional<GuardedSetting> guarded_commands(const std::string& key, const toml::node& node,
                                                             std::string_view trusted,
                                                             const std::filesystem::path& file);

/// What reads files under this configuration.
[[nodiscard]] extract::ExtractorSet configured_extractors(const Config& config);

/// A command as JSON, with its origin.
[[nodiscard]] nlohmann::ordered_json extract_command_json(const ConfiguredCommand& command);
/// A command as quarry.toml has it, with a line end behind each line.
[[nodiscard]] std::string extract_command_toml(const ConfiguredCommand& command);
/// The JSON schema of extract.command.
[[nodiscard]] nlohmann::ordered_json extract_command_schema();

}  // namespace quarry::config
