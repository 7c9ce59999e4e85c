#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry::mcp_client {

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// application/x-www-form-urlencoded: all but letters, digits and -._~ in hexadecimal.
[[nodiscard]] std::string form_encoded(std::string_view text);
[[nodiscard]] std::string form_encoded(const FormFields& fields);

/// The first value of a field; nothing where it is not there, or given twice.
[[nodiscard]] std::optional<std::string> form_value(std::string_view query, std::string_view name);

}  // namespace quarry::mcp_client
