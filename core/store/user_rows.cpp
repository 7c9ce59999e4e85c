#include "core/store/user_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/text.h"

namespace quarry::store {

std::string joined_names(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, " ")); }

std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    for (const std::string_view name : split(text, ' ')) {
        if (!name.empty()) names.emplace_back(name);
    }
    return names;
}

Error taken_email(std::string_view email) {
    return {ErrorCode::usage, fmt::format("there is a user {} already", email)};
}

Error taken_key_name(std::string_view name) {
    return {ErrorCode::usage, fmt::format("there is a key {} already", name), "quarry keys ls lists them"};
}

Error no_such_collection(std::string_view name) {
    const std::string shown = one_line(strip_terminal_controls(replace_invalid_utf8(name)), 80);
    return {ErrorCode::nothing_found, fmt::format("there is no collection {}", shown)};
}

}  // namespace quarry::store
