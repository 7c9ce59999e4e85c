#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

namespace quarry::cli {

/// Checks that an option's value is a number of at least 0, and says so in words.
[[nodiscard]] inline CLI::Validator amount() {
    return CLI::Validator(
        [](const std::string& text) -> std::string {
            double value = 0;
            return CLI::detail::lexical_cast(text, value) && value >= 0 ? "" : "it must be a number of at least 0";
        },
        "");
}

/// Checks that an option's value is digits. Of an unsigned value CLI11 would take "-1" for the greatest.
[[nodiscard]] inline CLI::Validator whole_number() {
    return CLI::Validator(
        [](const std::string& text) -> std::string {
            const bool digits =
                !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
            return digits ? "" : "it must be a whole number of at least 0";
        },
        "");
}

}  // namespace quarry::cli
