#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/config/config.h"

namespace quarry::config {

/// The text of a TOML file with one setting changed or added; comments, order and spacing of the rest stay.
///
/// `key` has the setting's whole name, also for one of a named section. Replaces the value where the key stands, as
/// `chunk.size = …` or as `size = …` under [chunk]; else adds a line to its section, else a section at the end. Throws
/// Error(failed) when the file says it in a form that cannot be edited safely (an inline table, a value over several
/// lines).
[[nodiscard]] std::string edit_config(std::string_view content, const ConfigKey& key, std::string_view value);

/// The text without that setting: its line is taken out. The same text when the file does not have it. Throws as
/// `edit_config` does.
[[nodiscard]] std::string remove_setting(std::string_view content, const ConfigKey& key);
[[nodiscard]] std::string remove_setting_of(const std::filesystem::path& file, std::string_view content,
                                            const ConfigKey& key);

/// The same of the text of `file`, for errors: names the file, and where its text is not TOML (usage).
[[nodiscard]] std::string edit_config_file(const std::filesystem::path& file, std::string_view content,
                                           const ConfigKey& key, std::string_view value);

}  // namespace quarry::config
