#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "cli/line/options.h"

namespace quarry::cli {

/// A text that is a number from its first byte to its last; also "inf" and "nan".
[[nodiscard]] inline std::optional<double> whole_text_as_number(const std::string& text) {
    char* end = nullptr;
    const long double value = std::strtold(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
    return static_cast<double>(value);
}

/// Checks that an option's value is a number that `fits`; never an endless one or "nan", which is below and above no
/// limit. `wanted` says in words what it must be.
template <typename Fits>
[[nodiscard]] OptionCheck number_that(Fits fits, std::string wanted) {
    return [fits, wanted = std::move(wanted)](const std::string& text) -> std::string {
        const std::optional<double> value = whole_text_as_number(text);
        const bool good = value && std::isfinite(*value) && fits(*value);
        return good ? "" : "it must be " + wanted;
    };
}

[[nodiscard]] inline OptionCheck finite_number() {
    return number_that([](double) { return true; }, "a number");
}

[[nodiscard]] inline OptionCheck amount() {
    return number_that([](double value) { return value >= 0; }, "a number, 0 or more");
}

[[nodiscard]] inline OptionCheck amount_above_zero() {
    return number_that([](double value) { return value > 0; }, "a number above 0");
}

/// Checks that an option's value is digits. Of an unsigned value the parser would take "-1" for the greatest, and so
/// for what has no place in it.
[[nodiscard]] inline OptionCheck whole_number(unsigned least = 0) {
    return [least](const std::string& text) -> std::string {
        const bool digits =
            !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        const std::optional<double> value = digits ? whole_text_as_number(text) : std::nullopt;
        if (value && *value >= 0x1p63) return "it is too large";
        return value && *value >= least ? "" : fmt::format("it must be a whole number, {} or more", least);
    };
}

}  // namespace quarry::cli
