#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace quarry::extract {

/// The value that TOML writes so: in quotes a text; `true`, `false` and numbers as such where JSON writes them
/// the same (so "007" and "1.10" stay texts); `[a, b]` and `{a: 1}`; null for what is no value. A comment behind it is
/// passed over. Depth is bounded.
[[nodiscard]] nlohmann::json front_matter_value(std::string_view text);

/// The value of a text without quotes or brackets, by the same rules; null for an empty one.
[[nodiscard]] nlohmann::json plain_front_matter_value(std::string_view text);

/// Where the name of `name: value` ends, and the separator stands; npos when there is none. A name in quotes may have
/// the separator in it.
[[nodiscard]] std::size_t find_separator(std::string_view line, char separator);

/// The name without quotes.
[[nodiscard]] std::string_view unquoted_name(std::string_view name);

/// Joins lines of a value in brackets until they are closed.
class BracketedValue {
public:
    /// Takes a line: its part before a comment.
    void add(std::string_view line);
    [[nodiscard]] bool open() const noexcept { return depth_ > 0; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
    int depth_ = 0;
    char quote_ = 0;
};

}  // namespace quarry::extract
