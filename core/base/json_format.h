#pragma once

#include <string_view>

namespace quarry {

/// Whether a JSON Schema's "format" of this name is checked: date, time and date-time.
[[nodiscard]] bool is_checked_format(std::string_view format) noexcept;

/// Whether a text is of a checked format, as RFC 3339 has it: "2026-11-21", "16:52:45+02:00", both around a "T". Days
/// that a month does not have and leap seconds that cannot be are not.
[[nodiscard]] bool fits_json_format(std::string_view format, std::string_view text) noexcept;

}  // namespace quarry
