#pragma once

#include <string>
#include <string_view>

namespace quarry::migrate {

/// A name that a migration of quarry's may have: what is not a letter, digit, "_" or "-" becomes "_"; "migration" when
/// nothing is left.
[[nodiscard]] std::string importable_name(std::string_view name);

/// Digits without leading zeros; "0" when there are only zeros. Of several numbers with dots between, as Flyway has
/// them, each, and without those at the end that are 0. Other texts stay as they are.
[[nodiscard]] std::string canonical_version(std::string_view version);

/// Whether one number, of any length and without leading zeros, is at most another one.
[[nodiscard]] bool version_at_most(std::string_view version, std::string_view limit) noexcept;

/// Whether one such version comes before another one: number by number.
[[nodiscard]] bool version_before(std::string_view a, std::string_view b);

[[nodiscard]] bool all_digits(std::string_view text) noexcept;

}  // namespace quarry::migrate
