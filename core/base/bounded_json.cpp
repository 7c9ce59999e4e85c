#include "core/base/bounded_json.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace quarry {
namespace {

/// The library's words without what they begin with, "[json.exception.parse_error.101] parse error at line 1, column 9:
/// …": from the place, when they have one. They quote what was read last, which may be no UTF-8.
std::string words_of(std::string_view what) {
    const std::size_t name_end = what.find("] ");
    if (const std::size_t column = what.find("column "); column != std::string_view::npos) {
        what.remove_prefix(column);
    } else if (name_end != std::string_view::npos) {
        what.remove_prefix(name_end + 2);
    }
    return replace_invalid_utf8(what);
}

}  // namespace

bool is_nested_deeper(std::string_view text, int levels) noexcept {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
            case '[':
            case '{':
                if (++depth > levels) return true;
                break;
            case ']':
            case '}': --depth; break;
            case '"':
                for (++i; i < text.size() && text[i] != '"'; ++i) {
                    if (text[i] == '\\') ++i;
                }
                break;
            default: break;
        }
    }
    return false;
}

std::string json_problem(std::string_view text, int max_depth) {
    if (is_nested_deeper(text, max_depth)) {
        return fmt::format("its arrays and objects are more than {} levels deep", max_depth);
    }
    try {
        const nlohmann::json json = nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        return fmt::format("it is not JSON: {}", words_of(error.what()));
    } catch (const nlohmann::json::exception& error) {  // a number that is none here, such as 1e400
        return words_of(error.what());
    }
    return "it is JSON";
}

}  // namespace quarry
