#pragma once

#include <optional>
#include <span>
#include <string>

#include "cli/line/options.h"

namespace quarry::cli {

/// Why arguments do not fit the options of a command.
struct ParseFault {
    enum class Kind {
        unknown_option,       ///< `word` begins with a dash and is not an option.
        unexpected_argument,  ///< `word` is one argument too many.
        missing_argument,     ///< `word` is required.
        missing_value,        ///< `option` is there without its value.
        bad_value,            ///< `option` cannot have the value `word`; `reason` is what a check said.
        needs,                ///< The option `word` needs `other` beside it.
        excludes,             ///< The option `word` cannot be used together with `other`.
        other,                ///< `reason` says what.
    };
    Kind kind = Kind::other;
    std::string word{};
    std::string other{};
    std::string reason{};
    const OptionSpec* option = nullptr;  ///< Of the table; null where the kind has none.
};

/// Sets the variables that the options are bound to. Nothing is thrown for a mistake on the command line: it is
/// returned, and some of the variables may be set by then. `arguments` are those of the command, without its name.
[[nodiscard]] std::optional<ParseFault> parse_options(const OptionTable& options,
                                                      std::span<const std::string> arguments);

}  // namespace quarry::cli
