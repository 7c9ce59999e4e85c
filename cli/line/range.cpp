#include "cli/line/range.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::cli {

std::pair<std::size_t, std::size_t> parse_range(std::string_view option, std::string_view text) {
    // A number that is none or does not fit is 0.
    const auto number = [](std::string_view digits) {
        std::size_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc{} && end == digits.data() + digits.size() ? value : 0;
    };
    const std::size_t dash = text.find('-');
    const bool to_end = dash != std::string_view::npos && dash + 1 == text.size();
    const std::size_t first = number(text.substr(0, dash));
    const std::size_t last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
    if (first > 0 && (last > 0 || to_end)) return {first, last};
    throw Error(ErrorCode::usage, fmt::format("{} {} is no range", option, one_line(text, 40)),
                fmt::format("write {0} 10-20, {0} 10- or {0} 10", option));
}

}  // namespace quarry::cli
