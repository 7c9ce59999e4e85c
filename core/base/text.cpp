#include "core/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "core/base/hidden_control.h"
#include "core/base/invisible.h"

namespace quarry {
namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

/// Length of the valid UTF-8 sequence at `offset`, or 0; Unicode 15, table 3-7.
std::size_t valid_sequence_length(std::string_view text, std::size_t offset) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
    const auto in = [&](std::size_t i, unsigned low, unsigned high) {
        return offset + i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return in(1, 0x80, 0xBF) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return in(1, low, high) && in(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return in(1, low, high) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// Bytes of the escape sequence that starts at `offset` (ESC, or a C1 control in UTF-8); 0 when there is none.
std::size_t escape_length(std::string_view text, std::size_t offset) noexcept {
    std::size_t i = offset;
    char introducer = 0;
    if (text[i] == '\x1b') {
        if (i + 1 >= text.size()) return 1;
        introducer = text[i + 1];
        i += 2;
    } else if (text[i] == '\xC2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0 &&
               is_continuation(text[i + 1])) {
        introducer = static_cast<char>(static_cast<unsigned char>(text[i + 1]) - 0x40);
        i += 2;
    } else {
        return 0;
    }
    if (introducer == '[') {
        while (i < text.size() && text[i] >= 0x20 && text[i] <= 0x3F) ++i;
        if (i < text.size() && text[i] >= 0x40 && text[i] <= 0x7E) ++i;
    } else if (std::string_view("]PX^_").find(introducer) != std::string_view::npos) {
        // A string sequence ends at BEL or ST; one that never ends swallows its line only, not the rest.
        while (i < text.size() && text[i] != '\x07' && text[i] != '\x1b' && text[i] != '\n' &&
               !(text[i] == '\xC2' && i + 1 < text.size() && text[i + 1] == '\x9C')) {
            ++i;
        }
        if (i < text.size() && text[i] == '\x07') {
            ++i;
        } else if (i + 1 < text.size() && ((text[i] == '\x1b' && text[i + 1] == '\\') || text[i] == '\xC2')) {
            i += 2;
        }
    }
    return i - offset;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[b.size()];
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        // ASCII, which most text is, eight bytes at a time.
        if (std::uint64_t bytes = 0; text.size() - i >= sizeof bytes) {
            std::memcpy(&bytes, text.data() + i, sizeof bytes);
            if ((bytes & 0x8080808080808080) == 0) {
                i += sizeof bytes;
                continue;
            }
        }
        const std::size_t length = valid_sequence_length(text, i);
        if (length == 0) return i;
        i += length;
    }
    return std::nullopt;
}

std::string replace_invalid_utf8(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = valid_sequence_length(text, i);
        if (length > 0) {
            clean += text.substr(i, length);
            i += length;
        } else {
            clean += replacement_character;
            ++i;
            while (i < text.size() && is_continuation(text[i])) ++i;
        }
    }
    return clean;
}

std::size_t count_code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        i += std::max<std::size_t>(1, valid_sequence_length(text, i));
    }
    return count;
}

std::size_t count_line_breaks(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::size_t floor_to_code_point(std::string_view text, std::size_t offset) noexcept {
    if (offset >= text.size()) return text.size();
    // A sequence has at most four bytes, so a start further back than three is broken text, not a start.
    for (std::size_t back = 0; back < 4 && back <= offset; ++back) {
        const std::size_t start = offset - back;
        if (!is_continuation(text[start])) {
            return valid_sequence_length(text, start) > back ? start : offset;
        }
    }
    return offset;
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string ascii_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const std::size_t at = text.find(separator);
        pieces.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return pieces;
        text.remove_prefix(at + 1);
    }
}

std::vector<std::string_view> table_cells(std::string_view row) {
    row = trim(row);
    if (row.starts_with('|')) row.remove_prefix(1);
    if (row.ends_with('|')) row.remove_suffix(1);
    std::vector<std::string_view> cells = split(row, '|');
    for (std::string_view& cell : cells) cell = trim(cell);
    return cells;
}

std::string one_line(std::string_view text, std::size_t width) {
    std::string line;
    std::size_t code_points = 0;
    bool pending_space = false;
    for (std::size_t i = 0; i < text.size();) {
        if (is_space(text[i])) {
            pending_space = !line.empty();
            ++i;
            continue;
        }
        const std::size_t length = std::max<std::size_t>(1, valid_sequence_length(text, i));
        if (code_points + (pending_space ? 2 : 1) > width) return line + "…";
        if (pending_space) {
            line += ' ';
            ++code_points;
            pending_space = false;
        }
        line += text.substr(i, length);
        ++code_points;
        i += length;
    }
    return line;
}

std::string strip_terminal_controls(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (const std::size_t length = escape_length(text, i); length > 0) {
            i += length;
            continue;
        }
        if (const std::size_t length = hidden_control_length(text.substr(i, 4)); length > 0) {
            i += length;
            continue;
        }
        const auto byte = static_cast<unsigned char>(text[i]);
        // A line end of its own, as in the oldest files, still parts the words around it.
        const bool parts_words = text[i] == '\r' && i + 1 < text.size() && text[i + 1] != '\n' && text[i + 1] != '\r';
        if (parts_words) clean += ' ';
        if ((byte >= 0x20 && byte != 0x7F) || text[i] == '\n' || text[i] == '\t') clean += text[i];
        ++i;
    }
    if (!may_hold_invisible(clean)) return clean;
    std::string seen;
    std::size_t at = 0;
    for (const InvisibleSpan& span : find_invisible(clean)) {
        // What is left of these only says which way a word goes; those that turn text around are gone.
        if (span.kind == direction_mark) continue;
        seen.append(clean, at, span.start - at);
        at = span.end;
    }
    return seen.append(clean, at);
}

std::string shell_quoted(std::string_view word) {
    const std::string shown = strip_terminal_controls(word);
    const bool plain = !shown.empty() && std::ranges::all_of(shown, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("@%+=:,./_-").find(c) != std::string_view::npos;
    });
    if (plain) return shown;
    std::string quoted = "'";
    for (const char c : shown) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string human_bytes(std::uint64_t bytes) {
    static constexpr std::array<std::string_view, 6> units = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    if (unit == 0 || value >= 9.95) return fmt::format("{:.0f} {}", value, units[unit]);
    return fmt::format("{:.1f} {}", value, units[unit]);
}

std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates) {
    const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
    const std::string lower = ascii_lower(word);
    std::optional<std::string> best;
    std::size_t best_distance = limit + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(lower, ascii_lower(candidate));
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

LineIndex::LineIndex(std::string_view text) : starts_{0} {
    for (std::size_t i = text.find('\n'); i != std::string_view::npos && i + 1 < text.size();
         i = text.find('\n', i + 1)) {
        starts_.push_back(i + 1);
    }
}

std::size_t LineIndex::line_of(std::size_t offset) const noexcept {
    return static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin());
}

}  // namespace quarry
