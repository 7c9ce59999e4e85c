#include "core/extract/office/pdf_listing.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

/// How far widths of one font are apart, as a share; pdftotext rounds nothing, but programs place words.
constexpr float same_width = 0.02F;
/// Fonts for programs: the width of a character to the height of its box.
constexpr float narrowest_character = 0.4F, widest_character = 0.8F;
constexpr std::size_t most_indentation = 200;

bool alike(float one, float other) { return std::abs(one - other) <= same_width * std::max(one, other); }

float character_width(const PdfPage& page, const PdfWord& word) {
    return word.width() / static_cast<float>(std::max<std::size_t>(1, count_code_points(page.text_of(word))));
}

std::string listing_line(const PdfPage& page, const PdfLine& line, float left, float width) {
    std::string text;
    std::size_t column = 0;
    for (const PdfWord& word : line.words) {
        const float place = std::max(0.F, std::round((word.left - left) / width));
        const std::size_t at = std::min(static_cast<std::size_t>(place), column + most_indentation);
        if (at > column) text.append(at - column, ' ');
        column = std::max(column, at) + count_code_points(page.text_of(word));
        text += page.text_of(word);
    }
    return text;
}

}  // namespace

float fixed_pdf_width(const PdfPage& page, const PdfLine& line) {
    const float width = line.words.empty() ? 0 : character_width(page, line.words.front());
    if (width < narrowest_character * line.size || width > widest_character * line.size) return 0;
    for (std::size_t index = 0; index < line.words.size(); ++index) {
        if (!alike(character_width(page, line.words[index]), width)) return 0;
        if (index == 0) continue;
        const float places = (line.words[index].left - line.words[index - 1].right) / width;
        constexpr float near = 0.2F;
        if (std::abs(places - std::round(places)) > near) return 0;
    }
    return width;
}

bool is_pdf_typescript(std::span<const PdfPage> pages) {
    std::map<long, std::size_t> by_width;  // hundredths of the height
    std::size_t all = 0;
    for (const PdfPage& page : pages) {
        for (const PdfWord& word : page.words) {
            constexpr std::uint32_t shortest = 4;
            if (word.size < shortest || word.height() <= 0) continue;
            ++all;
            ++by_width[std::lround(character_width(page, word) / word.height() * 100)];
        }
    }
    std::size_t most = 0;
    for (const auto& [width, count] : by_width) {
        const auto next = by_width.find(width + 1);
        most = std::max(most, count + (next == by_width.end() ? 0 : next->second));
    }
    return most * 5 > all * 4;
}

std::string pdf_listing(const PdfPage& page, std::span<const PdfLine> lines, std::size_t first, std::size_t& end) {
    end = first;
    const float width = fixed_pdf_width(page, lines[first]);
    if (width <= 0) return {};
    std::size_t words = 0, characters = 0;
    float left = lines[first].left;
    while (end < lines.size()) {
        const PdfLine& line = lines[end];
        constexpr float farthest = 3;  // in heights
        if (end > first && line.top - lines[end - 1].top > farthest * line.height()) break;
        const float its = fixed_pdf_width(page, line);
        if (its <= 0 || !alike(its, width)) break;
        left = std::min(left, line.left);
        words += line.words.size();
        characters += line.characters;
        ++end;
    }
    // A few words of prose may be of one width by chance.
    constexpr std::size_t fewest_lines = 2, fewest_words = 4, fewest_characters = 16;
    if (characters < fewest_characters || (end - first < fewest_lines && words < fewest_words)) {
        end = first;
        return {};
    }
    std::string text;
    for (std::size_t index = first; index < end; ++index) {
        if (index > first) {
            constexpr float blank_line = 1.7F;
            text += '\n';
            if (lines[index].top - lines[index - 1].top > blank_line * lines[index].height()) text += '\n';
        }
        text += listing_line(page, lines[index], left, width);
    }
    return text;
}

}  // namespace quarry::extract
