#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/config/config.h"

namespace quarry::config {

/// A setting's value with its type: a number as a number, text as text.
[[nodiscard]] nlohmann::ordered_json config_json_value(const ConfigKey& key, const std::string& text);

/// A value as it may stand on a screen and in logs: without the passwords of an address and the values of headers,
/// but for those that name an environment variable.
[[nodiscard]] std::string shown_value(const ConfigKey& key, const std::string& text);

/// A document as commands print it: indented, one line feed at the end, bytes that are not UTF-8 replaced.
[[nodiscard]] std::string dump_json(const nlohmann::ordered_json& document);

/// The JSON Schema (draft 2020-12) of a configuration file.
[[nodiscard]] nlohmann::ordered_json config_schema();

}  // namespace quarry::config
