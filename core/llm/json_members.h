#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace quarry::llm {

/// The member of an object; null when the value is no object, has no such member, or the member is null.
[[nodiscard]] const nlohmann::json* find_member(const nlohmann::json& object, std::string_view name);

/// A member that is a text; empty when there is none. Its bytes are as a server sent them (`original_bytes`).
[[nodiscard]] std::string text_member(const nlohmann::json& object, std::string_view name);

/// A member that counts something; 0 when there is none, or it is negative.
[[nodiscard]] std::int64_t count_member(const nlohmann::json& object, std::string_view name);

/// The value as JSON text on one line; what is no UTF-8 in it becomes U+FFFD.
[[nodiscard]] std::string json_text(const nlohmann::json& value);

}  // namespace quarry::llm
