#include "core/extract/office/pdf_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

/// Parts of a line's height. pdftotext begins another word where a tenth of the font's size is free.
constexpr float touching_gap = 0.07F;
constexpr float cjk_gap = 0.8F;
/// Lines at either edge of a page that may be running ones.
constexpr std::size_t edge_lines = 2;

/// How much of the lower of two boxes is beside the other.
float overlap_share(const PdfBox& one, const PdfBox& other) {
    const float overlap = std::min(one.bottom, other.bottom) - std::max(one.top, other.top);
    const float height = std::min(one.height(), other.height());
    if (height <= 0) return overlap >= 0 ? 1.F : 0.F;
    return overlap / height;
}

bool is_right_to_left(char32_t c) {
    return (c >= 0x590 && c <= 0x8FF) || (c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFC) ||
           (c >= 0x10800 && c <= 0x10FFF) || (c >= 0x1E800 && c <= 0x1EFFF);
}

bool has_right_to_left(std::string_view word) {
    for (std::size_t at = 0; at < word.size();) {
        const CodePoint one = decode_utf8(word, at);
        if (is_right_to_left(one.value)) return true;
        at += one.length;
    }
    return false;
}

/// A word whose letters are in the order of the page, from the left, in the order of reading. Digits stay as they are.
std::string in_writing_order(std::string_view word) {
    std::vector<std::string> characters;
    for (std::size_t at = 0; at < word.size();) {
        const CodePoint one = decode_utf8(word, at);
        characters.emplace_back(word.substr(at, one.length));
        at += one.length;
    }
    std::reverse(characters.begin(), characters.end());
    const auto forward = [](const std::string& one) { return is_ascii_digit(one[0]) || is_ascii_letter(one[0]); };
    for (auto start = characters.begin(); start != characters.end();) {
        const auto end = std::find_if_not(start, characters.end(), forward);
        std::reverse(start, end);
        start = end == characters.end() ? end : end + 1;
    }
    constexpr std::string_view brackets = "()[]{}<>";
    std::string text;
    for (const std::string& one : characters) {
        const std::size_t bracket = brackets.find(one);
        text += bracket == std::string_view::npos ? one : std::string(1, brackets[bracket ^ 1U]);
    }
    return text;
}

/// Words in reading order: from the right where most words are of a script that is, but for runs of other words.
std::vector<PdfWord> in_reading_order(const PdfPage& page, std::span<const PdfWord> words) {
    std::vector<PdfWord> order(words.begin(), words.end());
    const auto leftward = [&](const PdfWord& word) { return has_right_to_left(page.text_of(word)); };
    const auto count = static_cast<std::size_t>(std::count_if(order.begin(), order.end(), leftward));
    if (count * 2 <= order.size()) return order;
    std::reverse(order.begin(), order.end());
    for (auto start = order.begin(); start != order.end();) {
        const auto end = std::find_if(start, order.end(), leftward);
        std::reverse(start, end);
        start = end == order.end() ? end : end + 1;
    }
    return order;
}

bool are_cjk(std::string_view before, std::string_view after) {
    std::size_t last = before.size() - 1;
    while (last > 0 && is_utf8_continuation(before[last])) --last;
    const auto wide = [](char32_t c) {
        return is_cjk(c) || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF00 && c <= 0xFFEF);
    };
    return wide(decode_utf8(before, last).value) && wide(decode_utf8(after, 0).value);
}

float size_of(const PdfPage& page, const std::vector<PdfWord>& words) {
    std::vector<std::pair<float, std::size_t>> sizes;
    std::size_t all = 0;
    for (const PdfWord& word : words) {
        sizes.emplace_back(word.height(), count_code_points(page.text_of(word)));
        all += sizes.back().second;
    }
    std::sort(sizes.begin(), sizes.end());
    std::size_t below = 0;
    for (const auto& [size, count] : sizes) {
        below += count;
        if (below * 2 >= all) return size;
    }
    return 0;
}

/// A line without its numbers and spacing: what running lines have in common.
std::string running_shape(std::string_view line) {
    std::string shape;
    for (const char c : trim(line)) {
        const char kept = is_ascii_digit(c) ? '#' : c;
        if ((kept == '#' || c == ' ') && !shape.empty() && shape.back() == kept) continue;
        shape += kept;
    }
    return shape;
}

/// Rows of figures may look alike without being running lines: a shape needs letters, or to be one number.
bool may_run(const std::string& shape) {
    const auto letter = [](char c) { return is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80; };
    return std::any_of(shape.begin(), shape.end(), letter) || std::count(shape.begin(), shape.end(), '#') == 1;
}

struct EdgeLine {
    PdfLine line;
    std::string shape;
    std::vector<long> numbers;  ///< That it may have of its page.
};

/// The one number in a word such as "12" or "-12-"; nothing for a word with letters.
std::optional<long> page_number_of(std::string_view word) {
    constexpr std::size_t longest = 5;
    const auto digit = std::find_if(word.begin(), word.end(), is_ascii_digit);
    const auto end = std::find_if_not(digit, word.end(), is_ascii_digit);
    const std::string digits(digit, end);
    const auto beside = [](char c) { return c == '-' || c == '[' || c == ']' || c == '|'; };
    if (digits.empty() || digits.size() > longest || !std::all_of(word.begin(), digit, beside) ||
        !std::all_of(end, word.end(), beside)) {
        return std::nullopt;
    }
    return std::stol(digits);
}

/// What may be its page's number: one that stands alone, or at either end of the line with a gap. At the foot of a
/// page, one at the beginning may be a note's.
std::vector<long> page_numbers(const PdfPage& page, const PdfLine& line, bool top) {
    constexpr float wide_gap = 1.5F;
    const std::size_t last = line.words.size() - 1;
    const auto gap_before = [&](std::size_t word) {
        return line.words[word].left - line.words[word - 1].right > wide_gap * line.height();
    };
    std::vector<long> numbers;
    if (last == 0 || (top && gap_before(1))) {
        if (const auto number = page_number_of(page.text_of(line.words.front()))) numbers.push_back(*number);
    }
    if (last > 0 && gap_before(last)) {
        if (const auto number = page_number_of(page.text_of(line.words.back()))) numbers.push_back(*number);
    }
    return numbers;
}

std::vector<EdgeLine> edges_of(const PdfPage& page) {
    std::vector<PdfLine> lines = pdf_lines(page, page.words);
    if (lines.size() > 2 * edge_lines) {
        lines.erase(lines.begin() + edge_lines, lines.end() - static_cast<std::ptrdiff_t>(edge_lines));
    }
    std::vector<EdgeLine> edges;
    for (PdfLine& line : lines) {
        const bool top = line.centre() < page.height / 2;
        EdgeLine edge{{}, running_shape(pdf_text(page, line.words)), page_numbers(page, line, top)};
        edge.line = std::move(line);
        edges.push_back(std::move(edge));
    }
    return edges;
}

bool is_word_byte(char c) { return is_ascii_letter(c) || is_ascii_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

}  // namespace

std::vector<PdfLine> pdf_lines(const PdfPage& page, std::vector<PdfWord> words) {
    std::stable_sort(words.begin(), words.end(), [](const PdfWord& one, const PdfWord& other) {
        return one.centre() < other.centre() || (one.centre() == other.centre() && one.left < other.left);
    });
    std::vector<PdfLine> lines;
    std::vector<PdfWord> widest;  // of each line
    for (const PdfWord& word : words) {
        // The line before the last may go on: a subscript of it is lower than a superscript of the next.
        std::size_t best = lines.size();
        float best_share = 0.5F;
        for (std::size_t back = 1; back <= std::min<std::size_t>(2, lines.size()); ++back) {
            const float share = overlap_share(widest[lines.size() - back], word);
            if (share > best_share) {
                best = lines.size() - back;
                best_share = share;
            }
        }
        if (best == lines.size()) {
            lines.emplace_back();
            static_cast<PdfBox&>(lines.back()) = word;
            widest.push_back(word);
        }
        lines[best].include(word);
        lines[best].words.push_back(word);
        if (word.width() > widest[best].width()) widest[best] = word;
    }
    for (PdfLine& line : lines) {
        std::stable_sort(line.words.begin(), line.words.end(),
                         [](const PdfWord& one, const PdfWord& other) { return one.left < other.left; });
        line.size = size_of(page, line.words);
        for (const PdfWord& word : line.words) line.characters += count_code_points(page.text_of(word));
        // Boxes of lines are compared: signs that are higher than the text do not count.
        const PdfBox& reference = widest[static_cast<std::size_t>(&line - lines.data())];
        line.top = reference.top;
        line.bottom = reference.bottom;
    }
    return lines;
}

std::string pdf_text(const PdfPage& page, std::span<const PdfWord> words) {
    std::string text;
    const std::vector<PdfWord> order = in_reading_order(page, words);
    for (std::size_t index = 0; index < order.size(); ++index) {
        const std::string_view word = page.text_of(order[index]);
        if (index > 0) {
            const PdfWord& before = order[index - 1];
            const float height = std::min(before.height(), order[index].height());
            const float gap = std::max(order[index].left, before.left) - std::min(order[index].right, before.right);
            const bool overprinted = gap < -height / 2;
            const float touching = are_cjk(page.text_of(before), word) ? cjk_gap : touching_gap;
            if (gap > touching * height || overprinted) text += ' ';
        }
        text += has_right_to_left(word) ? in_writing_order(word) : std::string(word);
    }
    return text;
}

float usual_pdf_size(std::span<const PdfPage> pages) {
    std::map<long, std::size_t> characters;  // by tenths of points
    for (const PdfPage& page : pages) {
        for (const PdfWord& word : page.words) characters[std::lround(word.height() * 10)] += word.size;
    }
    std::size_t all = 0;
    for (const auto& [size, count] : characters) all += count;
    // Of a document with as much in small print, the larger size is the text's.
    constexpr std::size_t fewest_parts = 5;
    for (auto size = characters.rbegin(); size != characters.rend(); ++size) {
        if (size->second * fewest_parts >= all) return static_cast<float>(size->first) / 10;
    }
    const auto most = std::max_element(characters.begin(), characters.end(),
                                       [](const auto& one, const auto& other) { return one.second < other.second; });
    return most == characters.end() ? 0 : static_cast<float>(most->first) / 10;
}

std::size_t remove_running_lines(std::span<PdfPage> pages) {
    constexpr std::size_t fewest_pages = 3, fewest_numbers = 2;
    std::map<std::string, std::size_t> pages_with;
    std::map<long, std::size_t> pages_numbered;  // by how much the page's number is more than its index
    std::vector<std::vector<EdgeLine>> edges;
    for (const PdfPage& page : pages) {
        edges.push_back(edges_of(page));
        std::vector<std::string> shapes;
        std::vector<long> offsets;
        for (const EdgeLine& edge : edges.back()) {
            if (may_run(edge.shape)) shapes.push_back(edge.shape);
            for (const long number : edge.numbers) offsets.push_back(number - static_cast<long>(edges.size()));
        }
        const auto count_each = [](auto& values, auto& counts) {
            std::sort(values.begin(), values.end());
            values.erase(std::unique(values.begin(), values.end()), values.end());
            for (const auto& value : values) ++counts[value];
        };
        count_each(shapes, pages_with);
        count_each(offsets, pages_numbered);
    }
    // A chapter's title stands on the pages of that chapter, often on every other one.
    const std::size_t third = std::min<std::size_t>(pages.size() / 3, 6);
    const std::size_t enough = std::max(fewest_pages, third);
    std::size_t removed = 0;
    for (std::size_t index = 0; index < pages.size(); ++index) {
        for (const EdgeLine& edge : edges[index]) {
            const bool numbered = std::any_of(edge.numbers.begin(), edge.numbers.end(), [&](long number) {
                return pages_numbered[number - static_cast<long>(index + 1)] >= std::max(fewest_numbers, third);
            });
            if (!numbered && (!may_run(edge.shape) || pages_with[edge.shape] < enough)) continue;
            std::vector<std::uint32_t> starts;
            for (const PdfWord& word : edge.line.words) starts.push_back(word.start);
            std::sort(starts.begin(), starts.end());
            std::erase_if(pages[index].words, [&](const PdfWord& word) {
                return std::binary_search(starts.begin(), starts.end(), word.start);
            });
            ++removed;
        }
    }
    return removed;
}

PdfHyphens::PdfHyphens(std::span<const PdfPage> pages) {
    for (const PdfPage& page : pages) {
        for (const PdfWord& word : page.words) {
            const std::string_view text = page.text_of(word);
            for (std::size_t at = text.find('-'); at != std::string_view::npos; at = text.find('-', at + 1)) {
                std::size_t start = at, end = at + 1;
                while (start > 0 && is_word_byte(text[start - 1])) --start;
                while (end < text.size() && is_word_byte(text[end])) ++end;
                if (start < at && end > at + 1) compounds_.insert(ascii_lower(text.substr(start, end - start)));
            }
        }
    }
}

void PdfHyphens::append(std::string& text, std::string_view more, char between) const {
    constexpr std::string_view soft_hyphen = "\u00AD", hyphen = "\u2010";
    if (text.empty() || more.empty()) {
        text += more;
        return;
    }
    if (text.ends_with(soft_hyphen)) {
        text.resize(text.size() - soft_hyphen.size());
        text += more;
        return;
    }
    const std::size_t mark = text.ends_with(hyphen) ? hyphen.size() : 1;
    const std::size_t size = text.size();
    const bool divided = size > mark && (text.back() == '-' || mark > 1) && is_word_byte(text[size - mark - 1]) &&
                         (is_ascii_lower(more[0]) || static_cast<unsigned char>(more[0]) >= 0x80);
    if (!divided) {
        if (!are_cjk(text, more) || between != ' ') text += between;
        text += more;
        return;
    }
    std::size_t start = size - mark, end = 0;
    while (start > 0 && is_word_byte(text[start - 1])) --start;
    while (end < more.size() && is_word_byte(more[end])) ++end;
    const std::string_view before = std::string_view(text).substr(start, size - mark - start);
    if (compounds_.count(ascii_lower(std::string(before) + "-" + std::string(more.substr(0, end)))) == 0) {
        text.resize(size - mark);
    }
    text += more;
}

}  // namespace quarry::extract
