#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace quarry::cli {

/// Checks that an option's value is a number that `fits`; never an endless one or "nan", which is below and above no
/// limit. `wanted` says in words what it must be.
template <typename Fits>
[[nodiscard]] CLI::Validator number_that(Fits fits, std::string wanted) {
    return CLI::Validator(
        [fits, wanted = std::move(wanted)](const std::string& text) -> std::string {
            double value = 0;
            const bool good = CLI::detail::lexical_cast(text, value) && std::isfinite(value) && fits(value);
            return good ? "" : "it must be " + wanted;
        },
        "");
}

[[nodiscard]] inline CLI::Validator finite_number() {
    return number_that([](double) { return true; }, "a number");
}

[[nodiscard]] inline CLI::Validator amount() {
    return number_that([](double value) { return value >= 0; }, "a number of at least 0");
}

[[nodiscard]] inline CLI::Validator amount_above_zero() {
    return number_that([](double value) { return value > 0; }, "a number above 0");
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
