#include "core/extract/office/pdf_recognition.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/base/text.h"
#include "core/extract/office/pdf_program.h"

namespace quarry::extract {
namespace {

/// What tesseract is made for; a larger page gets fewer dots.
constexpr int dots_per_inch = 300;
constexpr float most_pixels = 6000, points_per_inch = 72;

SubprocessResult run_for_page(const std::vector<std::string>& arguments, std::string_view input,
                              const ExtractBudget& budget) {
    constexpr std::chrono::milliseconds longest{60'000};
    constexpr std::uint64_t most_output = 100'000'000;
    SubprocessResult result =
        run_pdf_program(arguments, input,
                        {.max_time = longest,
                         .max_output_bytes = most_output,
                         .max_file_bytes = most_output,
                         .environment = {"OMP_THREAD_LIMIT=1"}},
                        budget,
                        {"ingest.ocr is set, and ",
                         "install it (Debian: apt install tesseract-ocr poppler-utils), or run quarry config unset "
                         "ingest.ocr"});
    if (!result.succeeded()) {
        throw budget.refusal(
            fmt::format("{} could not read an image of a page: {}", arguments.front(), subprocess_cause(result)),
            "check the languages of ingest.ocr: tesseract --list-langs");
    }
    return result;
}

float number_of_field(std::string_view field) {
    double value = 0;
    const auto [end, fault] = std::from_chars(field.data(), field.data() + field.size(), value);
    constexpr double most = 100'000;
    return fault == std::errc() && std::isfinite(value) ? static_cast<float>(std::clamp(value, -most, most)) : 0;
}

/// The width in pixels of an image: "P5\n2480 3509\n255\n".
float image_width(std::string_view image) {
    constexpr std::string_view mark = "P5\n";
    if (!image.starts_with(mark)) return 0;
    image.remove_prefix(mark.size());
    return number_of_field(image.substr(0, image.find(' ')));
}

}  // namespace

void add_recognized_words(std::string_view tsv, float scale, PdfPage& page, PdfRecognition& recognition) {
    constexpr std::size_t fields = 12, level = 0, left = 6, confidence = 10, text = 11;
    PdfBox line;
    std::uint32_t number = 0;
    float highest = 0;
    std::size_t paragraph = page.words.size();  // its first word
    const auto end_paragraph = [&] {
        for (std::size_t word = paragraph; word < page.words.size(); ++word) {
            const float centre = page.words[word].centre();
            page.words[word].top = centre - highest / 2;
            page.words[word].bottom = centre + highest / 2;
        }
        paragraph = page.words.size();
        highest = 0;
    };
    for (const std::string_view row : split(tsv, '\n')) {
        const std::vector<std::string_view> parts = split(row, '\t');
        if (parts.size() != fields) continue;
        PdfBox box;
        box.left = number_of_field(parts[left]) * scale;
        box.top = number_of_field(parts[left + 1]) * scale;
        box.right = box.left + std::max(0.F, number_of_field(parts[left + 2]) * scale);
        box.bottom = box.top + std::max(0.F, number_of_field(parts[left + 3]) * scale);
        if (parts[level] == "3") end_paragraph();
        if (parts[level] == "4") {
            line = box;
            highest = std::max(highest, line.height());
            ++number;
        }
        const std::string word = replace_invalid_utf8(trim(parts[text]));
        if (parts[level] != "5" || word.empty()) continue;
        PdfWord one;
        static_cast<PdfBox&>(one) = {box.left, line.top, box.right, line.bottom};
        one.start = static_cast<std::uint32_t>(page.text.size());
        one.size = static_cast<std::uint32_t>(word.size());
        one.line = number;
        page.text += word;
        page.words.push_back(one);
        const auto before = static_cast<double>(recognition.words++);
        const auto its = static_cast<double>(std::clamp(number_of_field(parts[confidence]), 0.F, 100.F));
        recognition.confidence = (recognition.confidence * before + its) / (before + 1);
    }
    end_paragraph();
}

PdfRecognition recognize_pdf_pages(std::string_view bytes, const std::string& languages, std::span<PdfPage> pages,
                                   const ExtractBudget& budget) {
    PdfRecognition recognition;
    for (std::size_t index = 0; index < pages.size(); ++index) {
        PdfPage& page = pages[index];
        if (!page.words.empty() || page.width <= 0 || page.height <= 0) continue;
        const float pixels = std::max(page.width, page.height) / points_per_inch * dots_per_inch;
        const std::string number = std::to_string(index + 1);
        std::vector<std::string> draw = {"pdftoppm", "-gray", "-f", number, "-l", number};
        if (pixels > most_pixels) {
            draw.insert(draw.end(), {"-scale-to", fmt::format("{:.0f}", most_pixels)});
        } else {
            draw.insert(draw.end(), {"-r", std::to_string(dots_per_inch)});
        }
        draw.emplace_back("-");
        const std::string image = run_for_page(draw, bytes, budget).output;
        const float width = image_width(image);
        if (width <= 0) continue;
        const SubprocessResult read = run_for_page(
            {"tesseract", "-", "-", "-l", languages, "--dpi", std::to_string(dots_per_inch), "tsv"}, image, budget);
        add_recognized_words(read.output, page.width / width, page, recognition);
        recognition.pages += page.words.empty() ? 0 : 1;
    }
    return recognition;
}

}  // namespace quarry::extract
