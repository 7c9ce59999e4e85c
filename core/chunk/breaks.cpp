#include "core/chunk/breaks.h"

#include <algorithm>
#include <vector>

#include "core/base/characters.h"
#include "core/base/text.h"
#include "core/chunk/sentences.h"

namespace quarry::chunk {
namespace {

constexpr bool is_horizontal_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

/// The code point that ends at `end`; NUL at the beginning of the text.
CodePoint code_point_before(std::string_view text, std::size_t end) noexcept {
    if (end == 0) return {0, 0};
    std::size_t start = end - 1;
    while (start > 0 && end - start < 4 && is_utf8_continuation(text[start])) --start;
    return {decode_utf8(text, start).value, end - start};
}

constexpr bool closes(char32_t c) noexcept {
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == '}' || c == '*' || c == '_' || c == '`' || c == 0xBB ||
           c == 0x2019 || c == 0x201D || c == 0x300D || c == 0x300F || c == 0xFF09;
}
constexpr bool ends_sentence(char32_t c) noexcept { return c == '.' || c == '!' || c == '?' || c == 0x2026; }
constexpr bool ends_cjk_sentence(char32_t c) noexcept { return c == 0x3002 || c == 0xFF01 || c == 0xFF1F; }

/// Whether a sentence ends at `at`: behind its closing mark, before white space where the script has it.
bool is_sentence_end(std::string_view text, std::size_t at) noexcept {
    std::size_t end = at;
    CodePoint before = code_point_before(text, end);
    // Two closers are usual, .") or .**; more are not looked for, which keeps this constant in time.
    for (int closers = 0; closers < 3 && closes(before.value); ++closers) {
        end -= before.length;
        before = code_point_before(text, end);
    }
    if (ends_cjk_sentence(before.value)) return true;
    return ends_sentence(before.value) && at < text.size() && white_space_length(text, at) > 0;
}

/// Walks over the line ends in [low, high) from the last to the first; the offset of one that `accepts`, if any.
template <typename Accepts>
std::optional<std::size_t> last_line_end(std::string_view text, std::size_t low, std::size_t high, Accepts accepts) {
    std::size_t until = high;
    while (until > low) {
        const std::size_t found = text.substr(low, until - low).rfind('\n');
        if (found == std::string_view::npos) return std::nullopt;
        const std::size_t at = low + found;
        if (accepts(at)) return at;
        until = at;
    }
    return std::nullopt;
}

std::optional<std::size_t> last_blank_line(std::string_view text, std::size_t low, std::size_t high) {
    return last_line_end(text, low, high, [&](std::size_t at) {
        std::size_t before = at;
        while (before > low && is_horizontal_space(text[before - 1])) --before;
        return before > low && text[before - 1] == '\n';
    });
}

template <typename Accepts>
std::optional<std::size_t> last_offset(std::string_view text, std::size_t low, std::size_t high, Accepts accepts) {
    for (std::size_t at = high; at > low; --at) {
        if (at < text.size() && is_utf8_continuation(text[at])) continue;
        if (accepts(at)) return at;
    }
    return std::nullopt;
}

/// The last sentence end in (low, high]. It is mostly near `high`, so that is where it is looked for first.
std::optional<std::size_t> last_sentence_end(std::string_view text, std::size_t low, std::size_t high) {
    constexpr std::size_t near = 512;
    constexpr std::size_t looked_at_behind = 64;
    const std::size_t limit = floor_to_code_point(text, std::min(text.size(), high + looked_at_behind));
    for (std::size_t start = high - low > near ? floor_to_code_point(text, high - near) : low;; start = low) {
        const std::vector<std::size_t> ends = sentence_ends(text, start, limit);
        const auto behind = std::upper_bound(ends.begin(), ends.end(), high);
        if (behind != ends.begin() && *(behind - 1) > low) return *(behind - 1);
        if (start == low) return std::nullopt;
    }
}

}  // namespace

bool begins_list_item(std::string_view text, std::size_t start) noexcept {
    std::size_t i = start;
    while (i < text.size() && i - start < 4 && text[i] == ' ') ++i;
    const std::size_t marker = i;
    while (i < text.size() && i - marker < 9 && text[i] >= '0' && text[i] <= '9') ++i;
    const std::string_view closers = i == marker ? "-+*" : ".)";
    return marker - start < 4 && i + 1 < text.size() && closers.find(text[i]) != std::string_view::npos &&
           is_horizontal_space(text[i + 1]);
}

std::optional<std::size_t> last_break(std::string_view text, std::size_t low, std::size_t high, Break kind) {
    std::optional<std::size_t> line_end;
    switch (kind) {
        case Break::blank_line: line_end = last_blank_line(text, low, high); break;
        case Break::list_item:
            line_end = last_line_end(text, low, high, [&](std::size_t at) { return begins_list_item(text, at + 1); });
            break;
        case Break::line: line_end = last_line_end(text, low, high, [](std::size_t) { return true; }); break;
        case Break::sentence: return last_sentence_end(text, low, high);
        case Break::space:
            return last_offset(text, low, high,
                               [&](std::size_t at) { return at < text.size() && white_space_length(text, at) > 0; });
    }
    if (!line_end) return std::nullopt;
    return *line_end + 1;
}

std::size_t best_break(std::string_view text, std::size_t low, std::size_t high, std::span<const Break> kinds) {
    for (const Break kind : kinds) {
        if (const std::optional<std::size_t> at = last_break(text, low, high, kind)) return *at;
    }
    return high;
}

std::size_t first_start(std::string_view text, std::size_t from, std::size_t to) {
    std::size_t sentence = to;
    std::size_t word = to;
    for (std::size_t i = from; i < to; ++i) {
        if (text[i] == '\n') {
            if (const std::size_t line = skip_white_space(text, i, to); line < to) return line;
            break;
        }
        if (is_utf8_continuation(text[i])) continue;
        if (sentence == to && is_sentence_end(text, i)) sentence = skip_white_space(text, i, to);
        if (word == to && white_space_length(text, i) > 0) word = skip_white_space(text, i, to);
    }
    if (sentence < to) return sentence;
    return word < to ? word : from;
}

}  // namespace quarry::chunk
