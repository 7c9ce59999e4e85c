#include "core/extract/title.h"

#include <algorithm>

#include "core/base/invisible.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

// A title fits on a line of a terminal; what is longer is the text's first paragraph.
constexpr std::size_t longest_title_line = 100;

bool is_letter_or_beyond_ascii(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// Letters and spaces mostly: prose, not code, data or a rule of dashes.
bool reads_like_title(std::string_view line) {
    if (line.empty() || line.size() > longest_title_line) return false;
    const auto prose =
        std::count_if(line.begin(), line.end(), [](char c) { return is_letter_or_beyond_ascii(c) || c == ' '; });
    return is_letter_or_beyond_ascii(line.front()) && static_cast<std::size_t>(prose) * 5 >= line.size() * 4;
}

}  // namespace

std::string title_from_name(std::string_view name) {
    const std::size_t slash = name.find_last_of('/');
    const std::string_view file = slash == std::string_view::npos ? name : name.substr(slash + 1);
    return one_line(file.empty() ? name : file, longest_label);
}

std::string title_from_text(std::string_view text, std::string_view name) {
    // Looked for near the beginning only: a text may begin with any number of empty lines.
    std::string_view head = text.substr(0, floor_to_code_point(text, 4096));
    const VisibleText visible(head);
    head = trim(visible.text());
    const std::string_view line = trim(head.substr(0, head.find('\n')));
    return reads_like_title(line) ? one_line(line, longest_label) : title_from_name(name);
}

}  // namespace quarry::extract
