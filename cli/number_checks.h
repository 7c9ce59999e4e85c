#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <string>

namespace quarry::cli {

/// Checks that an option's value is a number, neither endless nor "nan", which is below and above no limit.
[[nodiscard]] inline CLI::Validator finite_number() {
    return CLI::Validator(
        [](const std::string& text) -> std::string {
            double value = 0;
            return CLI::detail::lexical_cast(text, value) && std::isfinite(value) ? "" : "it must be a number";
        },
        "");
}

/// Checks that an option's value is a number of at least 0, and says so in words.
[[nodiscard]] inline CLI::Validator amount() {
    return CLI::Validator(
        [](const std::string& text) -> std::string {
            double value = 0;
            const bool good = CLI::detail::lexical_cast(text, value) && std::isfinite(value) && value >= 0;
            return good ? "" : "it must be a number of at least 0";
        },
        "");
}

/// The same for what may not be 0.
[[nodiscard]] inline CLI::Validator amount_above_zero() {
    return CLI::Validator(
        [](const std::string& text) -> std::string {
            double value = 0;
            const bool good = CLI::detail::lexical_cast(text, value) && std::isfinite(value) && value > 0;
            return good ? "" : "it must be a number above 0";
        },
        "");
}

/// Checks that an option's value is digits. Of an unsigned value CLI11 would take "-1" for the greatest.
[[nodiscard]] inline CLI::Validator whole_number(unsigned least = 0) {
    return CLI::Validator(
        [least](const std::string& text) -> std::string {
            const bool digits =
                !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
            double value = 0;
            const bool good = digits && CLI::detail::lexical_cast(text, value) && value >= least;
            return good ? "" : fmt::format("it must be a whole number of at least {}", least);
        },
        "");
}

}  // namespace quarry::cli
