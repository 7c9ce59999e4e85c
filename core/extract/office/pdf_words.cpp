#include "core/extract/office/pdf_words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

constexpr float farthest = 100'000;
/// A word this many times as high as wide, of at least `shortest_upright` characters, runs up or down the page.
constexpr float upright_ratio = 2;
constexpr std::size_t shortest_upright = 4;

/// The number in `name="…"` of a tag; 0 when it has none or no finite one.
float number_in(std::string_view tag, std::string_view name) {
    for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
        std::string_view rest = tag.substr(at + name.size());
        if (!rest.starts_with("=\"")) continue;
        rest.remove_prefix(2);
        double value = 0;
        const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        if (fault != std::errc() || !std::isfinite(value)) return 0;
        return static_cast<float>(std::clamp<double>(value, -farthest, farthest));
    }
    return 0;
}

/// The character that an entity ("&amp;", "&#8217;") stands for at the beginning of `text`, and its length.
CodePoint entity_at(std::string_view text) {
    constexpr std::pair<std::string_view, char> named[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (const auto& [name, c] : named) {
        if (text.starts_with(name)) return {static_cast<unsigned char>(c), name.size()};
    }
    constexpr std::size_t longest_entity = 12;
    const std::size_t end = text.substr(0, longest_entity).find(';');
    if (!text.starts_with("&#") || end == std::string_view::npos) return {U'&', 1};
    const bool hex = text.substr(2).starts_with('x');
    const std::string_view digits = text.substr(hex ? 3 : 2, end - (hex ? 3 : 2));
    std::uint32_t value = 0;
    const auto [stop, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    if (fault != std::errc() || stop != digits.data() + digits.size()) return {U'&', 1};
    const bool character = value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
    return {character ? static_cast<char32_t>(value) : U'\uFFFD', end + 1};
}

void append_decoded(std::string_view text, std::string& to) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '&') {
            // A character that breaks lines would break those of the document.
            to += static_cast<unsigned char>(text[at]) < ' ' ? ' ' : text[at];
            ++at;
            continue;
        }
        const CodePoint found = entity_at(text.substr(at));
        append_utf8(to, found.value < U' ' ? U' ' : found.value);
        at += found.length;
    }
}

}  // namespace

void PdfBox::include(const PdfBox& other) noexcept {
    left = std::min(left, other.left);
    top = std::min(top, other.top);
    right = std::max(right, other.right);
    bottom = std::max(bottom, other.bottom);
}

void PdfWordReader::add(std::string_view piece) {
    rest_ += piece;
    std::size_t done = 0;
    while (true) {
        const std::size_t end = rest_.find('>', done);
        if (end == std::string::npos) break;
        const std::size_t begin = rest_.find('<', done);
        if (begin >= end) {
            done = end + 1;
            continue;
        }
        const std::string_view tag = std::string_view(rest_).substr(begin + 1, end - begin - 1);
        if (tag.starts_with("word ")) {
            // Its text has no "<": a whole word ends with the next tag.
            const std::size_t close = rest_.find('<', std::max(end + 1, searched_));
            searched_ = close == std::string::npos ? rest_.size() - done : 0;
            if (close == std::string::npos) break;
            add_word(tag, std::string_view(rest_).substr(end + 1, close - end - 1));
            done = close;
        } else {
            if (tag.starts_with("line ")) ++line_;
            if (tag.starts_with("page ")) {
                pages_.emplace_back();
                pages_.back().width = std::max(0.F, number_in(tag, "width"));
                pages_.back().height = std::max(0.F, number_in(tag, "height"));
            }
            if (tag == "/page" && !pages_.empty()) pages_.back().words.shrink_to_fit();
            done = end + 1;
        }
    }
    rest_.erase(0, done);
}

void PdfWordReader::add_word(std::string_view tag, std::string_view text) {
    if (pages_.empty()) return;
    PdfPage& page = pages_.back();
    std::string decoded;
    append_decoded(text, decoded);
    decoded = replace_invalid_utf8(decoded);
    const std::string_view trimmed = trim(decoded);
    if (trimmed.empty()) return;
    const auto [left, right] = std::minmax({number_in(tag, "xMin"), number_in(tag, "xMax")});
    const auto [top, bottom] = std::minmax({number_in(tag, "yMin"), number_in(tag, "yMax")});
    PdfWord word;
    word.left = left;
    word.right = right;
    word.top = top;
    word.bottom = bottom;
    word.start = static_cast<std::uint32_t>(page.text.size());
    word.size = static_cast<std::uint32_t>(trimmed.size());
    word.line = line_;
    page.text += trimmed;
    page.words.push_back(word);
    ++words_;
}

std::size_t remove_upright_words(PdfPage& page, bool& sideways) {
    const auto upright = [&](const PdfWord& word) {
        return word.height() > upright_ratio * word.width() &&
               count_code_points(page.text_of(word)) >= shortest_upright;
    };
    std::size_t all = 0, long_words = 0;
    for (const PdfWord& word : page.words) {
        all += upright(word) ? 1 : 0;
        long_words += count_code_points(page.text_of(word)) >= shortest_upright ? 1 : 0;
    }
    sideways = all > 0 && all * 2 > long_words;
    if (all == 0 || sideways) return 0;
    // The short words of an upright line go with it.
    std::vector<std::uint32_t> lines;
    for (const PdfWord& word : page.words) {
        if (upright(word)) lines.push_back(word.line);
    }
    return std::erase_if(
        page.words, [&](const PdfWord& word) { return std::binary_search(lines.begin(), lines.end(), word.line); });
}

}  // namespace quarry::extract
