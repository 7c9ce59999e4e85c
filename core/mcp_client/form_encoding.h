#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry::mcp_client {

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// application/x-www-form-urlencoded.
[[nodiscard]] std::string form_encoded(const FormFields& fields);

/// The value of a field; nothing where it is not there, is given twice or is not encoded so.
[[nodiscard]] std::optional<std::string> form_value(std::string_view query, std::string_view name);

}  // namespace quarry::mcp_client
