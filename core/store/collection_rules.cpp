#include "core/store/collection_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/base/text.h"

namespace quarry::store {
namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string shown_collection(std::string_view name) {
    return one_line(strip_terminal_controls(replace_invalid_utf8(name)), 80);
}

}  // namespace

void check_collection_name(std::string_view name) {
    const bool is_plain =
        std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '-' || c == '_' || c == '.'; });
    if (!name.empty() && name.size() <= max_collection_name && is_word(name.front()) && is_plain) return;
    throw Error(ErrorCode::usage, fmt::format("\"{}\" cannot be the name of a collection", shown_collection(name)),
                fmt::format("use 1 to {} letters, digits, - _ and ., without accents; begin with a letter or a digit",
                            max_collection_name));
}

void check_collection(std::string_view name, std::string_view description) {
    check_collection_name(name);
    if (description.size() <= max_collection_description && !find_invalid_utf8(description)) return;
    throw Error(ErrorCode::usage, "this cannot be the description of a collection",
                fmt::format("give at most {} bytes of text", max_collection_description));
}

Error taken_collection(std::string_view name) {
    return {ErrorCode::usage, fmt::format("there is a collection {} already", name), "quarry collections ls lists them"};
}

Error main_stays() {
    return {ErrorCode::usage, "the collection main cannot be removed",
            "it holds every source that nothing else is said of; quarry docs rm removes documents"};
}

Error collection_in_use(std::string_view name, std::uint64_t sources) {
    return {ErrorCode::usage, fmt::format("the collection {} has {} source{}", name, sources, sources == 1 ? "" : "s"),
            "remove them first"};
}

}  // namespace quarry::store
