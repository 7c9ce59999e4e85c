#pragma once

#include <string>
#include <vector>

#include "cli/line/options.h"

namespace quarry::cli {

/// An option or positional argument as help, man pages and completions show it.
struct OptionModel {
    enum class Value { none, text, path, directory, profile };
    std::vector<std::string> short_names;  ///< "-n"
    std::vector<std::string> long_names;   ///< "--limit"
    std::string positional;                ///< "QUERY" for a positional argument, else empty.
    Value value = Value::none;             ///< `none` is a flag.
    std::string placeholder;               ///< "N", "PATH", "lexical|vector|hybrid"; empty for a flag.
    std::vector<std::string> choices;
    std::string range;  ///< "1 to 100" for a number with limits; else empty.
    std::string description;
    std::string fallback;  ///< The default as text; empty for none.
    bool required = false;
    bool repeatable = false;
    bool global = false;

    /// "-n, --limit N", or the positional's name.
    [[nodiscard]] std::string spelling() const;
};

/// Everything that is declared, in order.
[[nodiscard]] std::vector<OptionModel> option_models(const OptionTable& options);

/// One option of them.
[[nodiscard]] OptionModel option_model(const OptionSpec& option);

/// "quarry search [OPTIONS] QUERY..." from the command's words and what it declares.
[[nodiscard]] std::string usage_line(const std::string& path, const std::vector<OptionModel>& options, bool is_group,
                                    bool runs_alone = false);

}  // namespace quarry::cli
