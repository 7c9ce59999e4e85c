#include "core/extract/text_headings.h"

#include <algorithm>
#include <string>

#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"
#include "core/extract/lines.h"
#include "core/extract/source_text.h"

namespace quarry::extract {
namespace {

constexpr std::size_t longest_heading = 100;    // bytes of a heading
constexpr std::size_t most_heading_words = 10;  // of it
constexpr std::size_t fewest_capitals = 3;      // of one in capitals
constexpr std::size_t lines_below = 6;          // among which text must be
constexpr std::size_t shortest_underline = 3;

bool is_underline(std::string_view line) {
    return line.size() >= shortest_underline && (line.find_first_not_of('=') == std::string_view::npos ||
                                                 line.find_first_not_of('-') == std::string_view::npos);
}

bool is_short_line(std::string_view line) {
    return !line.empty() && line.size() <= longest_heading &&
           static_cast<std::size_t>(std::ranges::count(line, ' ')) < most_heading_words &&
           line.find("  ") == std::string_view::npos && line.find('\t') == std::string_view::npos;
}

/// Whether a line has letters in capitals and nothing but what headings have beside them.
bool is_in_capitals(std::string_view line) {
    constexpr std::string_view beside = " -/&(),':";
    if (!is_short_line(line) || line.ends_with(',')) return false;
    if (const std::size_t number = line.find_first_not_of("0123456789."); number != 0) {
        line.remove_prefix(std::min(number, line.size()));
        if (!line.starts_with(' ') && !line.starts_with(')')) return false;
        line.remove_prefix(1);
    }
    const std::string lower = lower_case(line);
    std::size_t letters = 0;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t length = decode_utf8(line, at).length;
        if (line.substr(at, length) != std::string_view(lower).substr(at, length)) {
            ++letters;
        } else if (beside.find(line[at]) == std::string_view::npos && !line.substr(at).starts_with("\u2013") &&
                   !line.substr(at).starts_with("\u2019")) {
            return false;
        }
        at += length;
    }
    return letters >= fewest_capitals;
}

/// The last line before `start`, without blanks around it.
std::string_view line_above(std::string_view text, std::size_t start) {
    const std::size_t end = start == 0 ? 0 : start - 1;
    const std::size_t reach = std::min(end, 2 * longest_heading);  // of a longer one, its end tells as much
    const std::string_view above = text.substr(end - reach, reach);
    return trim(above.substr(above.rfind('\n') + 1));  // npos + 1 is 0
}

/// Whether text that is not all in capitals comes soon.
bool is_above_text(std::string_view text, std::size_t next) {
    for (std::size_t i = 0; i < lines_below && next < text.size(); ++i) {
        const std::string_view ahead = text.substr(next, 2 * longest_heading);
        const std::string_view line = trim(ahead.substr(0, ahead.find('\n')));
        if (!line.empty() && !is_underline(line) && !is_in_capitals(line)) return true;
        if (ahead.find('\n') == std::string_view::npos) return false;
        next += ahead.find('\n') + 1;
    }
    return false;
}

}  // namespace

int text_heading_level(std::string_view text, std::size_t start) {
    if (text.starts_with(utf8_mark) && start >= utf8_mark.size()) {
        text.remove_prefix(utf8_mark.size());
        start -= utf8_mark.size();
    }
    const std::size_t line = start == 0 ? 0 : text.rfind('\n', start - 1) + 1;
    if (start - line > longest_heading || !trim(text.substr(line, start - line)).empty()) return 0;
    const std::string_view ahead = text.substr(start, 2 * longest_heading);
    const std::size_t end = ahead.find('\n');
    if (end == std::string_view::npos || !is_short_line(trim(ahead.substr(0, end)))) return 0;
    if (const std::string_view above = line_above(text, line); !above.empty() && !is_underline(above)) return 0;
    const std::string_view behind = text.substr(start + end + 1, longest_heading);
    const std::string_view below = trim(behind.substr(0, behind.find('\n')));
    const std::string_view content = trim(ahead.substr(0, end));
    if (is_underline(below) && 2 * below.size() >= count_code_points(content)) return below.front() == '=' ? 1 : 2;
    const bool stands_out = line == start && ahead.front() != ' ' && is_in_capitals(content);
    return stands_out && is_above_text(text, start + end + 1) ? 2 : 0;
}

std::vector<document::Block> find_text_blocks(std::string_view text) {
    using document::BlockKind;
    std::vector<document::Block> blocks;
    std::size_t covered = text.starts_with(utf8_mark) ? utf8_mark.size() : 0;
    const auto add = [&](std::size_t from, std::size_t to, int level) {
        const std::string_view words = trim(text.substr(from, to - from));
        if (words.empty()) return;
        const auto start = static_cast<std::size_t>(words.data() - text.data());
        const bool is_heading = level > 0;
        blocks.push_back({is_heading ? BlockKind::heading : BlockKind::paragraph, start, start + words.size(), level,
                          std::string(is_heading ? words : "")});
    };
    for (std::size_t at = covered; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (const int level = text_heading_level(text, at); level > 0) {
            add(covered, at, 0);
            add(at, end, level);
            covered = end;
        }
        at = end + 1;
    }
    if (!blocks.empty()) add(covered, text.size(), 0);
    return blocks;
}

}  // namespace quarry::extract
