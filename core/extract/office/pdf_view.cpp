// Pages of a PDF file as they look, and where on them words are.
#include "core/extract/office/pdf_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "core/base/ascii.h"
#include "core/extract/office/budget.h"
#include "core/extract/office/pdf_program.h"

namespace quarry::extract {
namespace {

SubprocessResult run_for_view(const std::vector<std::string>& arguments, std::string_view bytes,
                              const ExtractBudget& budget) {
    constexpr std::chrono::milliseconds longest{15'000};
    constexpr std::uint64_t most_output = 50'000'000;
    SubprocessResult result = run_pdf_program(arguments, bytes,
                                              {.max_time = longest,
                                               .max_output_bytes = most_output,
                                               .max_file_bytes = most_output,
                                               .resident_bytes = budget.limits().max_program_memory},
                                              budget);
    if (!result.succeeded()) {
        throw budget.refusal(
            fmt::format("{} could not show the page: {}", arguments.front(), subprocess_cause(result)));
    }
    return result;
}

/// What counts of a word when it is compared: no signs, no case of ASCII letters.
std::string compared(std::string_view word) {
    std::string kept;
    for (const char c : word) {
        if (static_cast<unsigned char>(c) >= 0x80 || is_ascii_digit(c))
            kept += c;
        else if (is_ascii_letter(c))
            kept += static_cast<char>(c | 0x20);
    }
    return kept;
}

std::vector<std::string> words_of(std::string_view text, std::size_t most) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size() && words.size() < most;) {
        const auto is_blank = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) <= ' '; };
        std::size_t end = at;
        while (end < text.size() && !is_blank(end)) ++end;
        if (std::string word = compared(text.substr(at, end - at)); !word.empty()) words.push_back(std::move(word));
        at = end + 1;
    }
    return words;
}

/// How well two words agree: a part of a word that was divided at a line's end agrees with the whole.
int agreement(const std::string& on_page, const std::string& in_text) {
    constexpr std::size_t least_part = 3;
    if (on_page == in_text) return 3;
    if (on_page.size() < least_part || in_text.size() < least_part) return -2;
    const bool is_part = in_text.starts_with(on_page) || in_text.ends_with(on_page) || on_page.starts_with(in_text);
    return is_part ? 1 : -2;
}

/// Which words of a page belong to the best stretch that agrees with a text (Smith and Waterman, 1981).
std::vector<std::size_t> aligned(const std::vector<std::string>& page, const std::vector<std::string>& text) {
    enum class Step : std::uint8_t { end, both, page, text };
    const std::size_t columns = text.size() + 1;
    std::vector<Step> steps((page.size() + 1) * columns, Step::end);
    std::vector<int> before(columns, 0), now(columns, 0);
    int best = 0;
    std::size_t at = 0;
    for (std::size_t i = 1; i <= page.size(); ++i) {
        for (std::size_t j = 1; j < columns; ++j) {
            const int both = before[j - 1] + agreement(page[i - 1], text[j - 1]);
            const int skip_page = before[j] - 1, skip_text = now[j - 1] - 1;
            now[j] = std::max({0, both, skip_page, skip_text});
            Step& step = steps[i * columns + j];
            step = now[j] == 0           ? Step::end
                   : now[j] == both      ? Step::both
                   : now[j] == skip_page ? Step::page
                                         : Step::text;
            if (now[j] > best) {
                best = now[j];
                at = i * columns + j;
            }
        }
        std::swap(before, now);
    }
    std::vector<std::size_t> found;
    while (steps[at] != Step::end) {
        const std::size_t i = at / columns, j = at % columns;
        const Step step = steps[at];
        if (step == Step::both && agreement(page[i - 1], text[j - 1]) > 0) found.push_back(i - 1);
        at = step == Step::both ? at - columns - 1 : step == Step::page ? at - columns : at - 1;
    }
    std::ranges::reverse(found);
    return found;
}

}  // namespace

std::vector<PdfBox> boxes_of_text(const PdfPage& page, std::string_view text) {
    constexpr std::size_t most_on_page = 5'000, most_in_text = 1'000;
    std::vector<std::string> on_page;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < page.words.size() && on_page.size() < most_on_page; ++i) {
        if (std::string word = compared(page.text_of(page.words[i])); !word.empty()) {
            on_page.push_back(std::move(word));
            numbers.push_back(i);
        }
    }
    std::vector<PdfBox> boxes;
    std::uint32_t line = 0;
    for (const std::size_t found : aligned(on_page, words_of(text, most_in_text))) {
        const PdfWord& word = page.words[numbers[found]];
        if (boxes.empty() || word.line != line) {
            boxes.push_back(word);
        } else {
            boxes.back().include(word);
        }
        line = word.line;
    }
    return boxes;
}

PdfPlaces find_on_pdf_page(std::string_view bytes, std::size_t page, std::string_view text,
                           const ExtractOptions& options) {
    const ExtractBudget budget("PDF", options);
    const std::string number = std::to_string(page);
    PdfWordReader reader;
    reader.add(run_for_view({"pdftotext", "-enc", "UTF-8", "-bbox-layout", "-f", number, "-l", number, "-", "-"}, bytes,
                            budget)
                   .output);
    const std::vector<PdfPage> pages = reader.finish();
    if (pages.empty()) throw budget.refusal(fmt::format("it has no page {}", page));
    return {pages.front().width, pages.front().height, boxes_of_text(pages.front(), text)};
}

std::string draw_pdf_page(std::string_view bytes, std::size_t page, int width, const ExtractOptions& options) {
    const ExtractBudget budget("PDF", options);
    const std::string number = std::to_string(page);
    std::string image = run_for_view({"pdftoppm", "-png", "-cropbox", "-f", number, "-l", number, "-scale-to-x",
                                      std::to_string(width), "-scale-to-y", "-1", "-"},
                                     bytes, budget)
                            .output;
    if (!image.starts_with("\x89PNG")) throw budget.refusal(fmt::format("it has no page {}", page));
    return image;
}

}  // namespace quarry::extract
