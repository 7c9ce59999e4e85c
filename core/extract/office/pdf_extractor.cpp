#include "core/extract/office/pdf_extractor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/extract/office/budget.h"
#include "core/extract/office/office_extractors.h"
#include "core/extract/office/pdf_lines.h"
#include "core/extract/office/pdf_pieces.h"
#include "core/extract/office/pdf_program.h"
#include "core/extract/office/pdf_recognition.h"
#include "core/extract/office/pdf_repair.h"
#include "core/extract/office/pdf_text.h"
#include "core/extract/office/pdf_words.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

/// Readers of PDF look for its mark so far into a file.
constexpr std::size_t pdf_mark_within = 1024;

/// What is kept of a word takes 40 bytes and itself.
constexpr std::size_t most_words = 8'000'000;
/// Boxes take so many times as many bytes as the words that they are written around.
constexpr std::uint64_t bytes_of_boxes = 16;

SubprocessResult run_poppler(const std::vector<std::string>& arguments, std::string_view bytes,
                             const ExtractBudget& budget, const SubprocessSink& sink = {}) {
    const ExtractLimits& limits = budget.limits();
    return run_pdf_program(arguments, bytes,
                           {.max_time = limits.max_program_time,
                            .max_output_bytes = (sink ? bytes_of_boxes : 1) * limits.max_text_bytes,
                            .max_file_bytes = limits.max_text_bytes,
                            .resident_bytes = limits.max_program_memory},
                           budget, {}, sink);
}

struct PdfRun {
    SubprocessResult result;
    std::vector<PdfPage> pages;
};

PdfRun run_pdftotext(std::string_view bytes, const ExtractBudget& budget) {
    PdfWordReader reader;
    const auto take = [&](std::string_view piece) {
        reader.add(piece);
        if (reader.word_count() > most_words)
            throw budget.over_limit(fmt::format("it has more than {} words", most_words));
    };
    PdfRun run{run_poppler({"pdftotext", "-enc", "UTF-8", "-bbox-layout", "-", "-"}, bytes, budget, take), {}};
    run.pages = reader.finish();
    return run;
}

/// The pages of a file; what pdftotext refuses is repaired first, if that can be done, and `bytes` becomes that.
std::vector<PdfPage> pages_of(std::string& bytes, const ExtractBudget& budget) {
    PdfRun run = run_pdftotext(bytes, budget);
    if (run.result.succeeded()) return std::move(run.pages);
    if (run.result.error_text.find("Incorrect password") != std::string::npos) {
        throw budget.refusal("it is encrypted with a password",
                             "save a copy without the password: qpdf --decrypt --password=… IN.pdf OUT.pdf");
    }
    if (run.result.ending == SubprocessResult::Ending::too_much_output) {
        throw budget.over_limit(
            fmt::format("it yields more than {} of text", human_bytes(budget.limits().max_text_bytes)));
    }
    const std::string cause = fmt::format("pdftotext could not read it: {}", subprocess_cause(run.result));
    if (std::optional<std::string> repaired = repair_pdf(bytes, budget)) {
        run = run_pdftotext(*repaired, budget);
        if (run.result.succeeded()) {
            bytes = std::move(*repaired);
            return std::move(run.pages);
        }
    }
    throw budget.refusal(cause,
                         pdf_repair_programs().empty()
                             ? "the file may be damaged; with mutool, quarry repairs it (Debian: apt install "
                               "mupdf-tools)"
                             : "the file may be damaged; a PDF program may be able to repair it by saving it again");
}

void read_pdf_metadata(std::string_view bytes, const ExtractBudget& budget, TextBuilder& builder) {
    const SubprocessResult result = run_poppler({"pdfinfo", "-isodates", "-enc", "UTF-8", "-"}, bytes, budget);
    if (!result.succeeded()) return;
    constexpr auto keys = std::to_array<std::pair<std::string_view, std::string_view>>({{"Author", "author"},
                                                                                        {"CreationDate", "created"},
                                                                                        {"ModDate", "modified"},
                                                                                        {"Subject", "subject"},
                                                                                        {"Keywords", "keywords"}});
    const std::string text = replace_invalid_utf8(result.output);
    for (const std::string_view line : split(text, '\n')) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view value = trim(line.substr(colon + 1));
        if (line.substr(0, colon) == "Title") builder.document().title = one_line(value, 200);
        for (const auto& [name, key] : keys) {
            if (line.substr(0, colon) == name) builder.add_metadata(key, value);
        }
    }
}

}  // namespace

std::span<const std::string_view> PdfExtractor::extensions() const noexcept {
    static constexpr auto endings = std::to_array<std::string_view>({"pdf"});
    return endings;
}

document::Document PdfExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    ExtractBudget budget("PDF", options);
    if (std::string_view(bytes).substr(0, pdf_mark_within).find("%PDF-") == std::string_view::npos) {
        throw budget.refusal("it is not a PDF file: it does not begin with %PDF-", "check its file extension");
    }
    std::vector<PdfPage> pages = pages_of(bytes, budget);
    PdfRecognition recognition;
    if (!options.recognize.empty()) {
        recognition = recognize_pdf_pages(bytes, std::string(options.recognize), pages, budget);
    }
    TextBuilder builder(options, media_type());  // whose time begins here: images take longer than text
    if (recognition.pages > 0) {
        builder.add_metadata("ocr_pages", std::to_string(recognition.pages));
        builder.add_metadata("ocr_confidence", fmt::format("{:.0f}", recognition.confidence));
    }
    builder.count_removed("page header or footer", remove_running_lines(pages));
    read_pdf_metadata(bytes, budget, builder);
    std::size_t upright = 0;
    const std::vector<PdfPiece> pieces = pdf_pieces(pages, upright);
    builder.count_removed("word up or down a margin", upright);
    write_pdf_pieces(pieces, pages.size(), builder);
    document::Document document = builder.finish();
    if (trim(document.text).empty()) {
        throw budget.refusal("it has no text: its pages are pictures",
                             "run text recognition first, for example: ocrmypdf IN.pdf OUT.pdf");
    }
    return document;
}

std::optional<std::string> pdftotext_version() {
    const SubprocessResult result = run_subprocess({"pdftotext", "-v"}, {}, {.sandboxed = true});
    if (!result.succeeded()) return std::nullopt;
    // "pdftotext version 22.12.0", then who made it.
    const std::string_view line = std::string_view(result.error_text).substr(0, result.error_text.find('\n'));
    return std::string(line.substr(line.rfind(' ') + 1));
}

}  // namespace quarry::extract
