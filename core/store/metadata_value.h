#pragma once

#include <array>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::store {

/// What a filter compares of a value in metadata: the string itself, anything else as JSON writes it.
[[nodiscard]] std::string metadata_text(const nlohmann::json& value);

/// The number that the whole text is; it may be infinite, or none ("nan").
[[nodiscard]] std::optional<double> metadata_number(std::string_view text);

/// The names in metadata whose values are tags.
inline constexpr std::array<const char*, 3> tag_names = {"tags", "keywords", "categories"};

/// Each tag in such a value, a list or a text with commas between: in lower case (ASCII), without a '#' before it.
/// `visit` returns false to stop.
void for_each_tag(const nlohmann::json& value, const std::function<bool(std::string tag)>& visit);

}  // namespace quarry::store
