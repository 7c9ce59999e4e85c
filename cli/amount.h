#pragma once

#include <CLI/CLI.hpp>

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

}  // namespace quarry::cli
