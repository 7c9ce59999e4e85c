// Fuzzes what becomes of pdftotext's words and boxes: any bytes in place of its output.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/extract/office/pdf_lines.h"
#include "core/extract/office/pdf_pieces.h"
#include "core/extract/office/pdf_text.h"
#include "core/extract/office/pdf_words.h"
#include "tests/property/invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    extract::PdfWordReader reader;
    reader.add(bytes.substr(0, size / 2));
    reader.add(bytes.substr(size / 2));
    std::vector<extract::PdfPage> pages = reader.finish();
    const extract::ExtractOptions options{.name = "fuzzed"};
    extract::TextBuilder builder(options, "application/pdf");
    extract::remove_running_lines(pages);
    std::size_t upright = 0;
    extract::write_pdf_pieces(extract::pdf_pieces(pages, upright), pages.size(), builder);
    const document::Document document = builder.finish();
    if (!testing::block_fault(document).empty()) std::abort();
    if (document.page_starts.size() != pages.size()) std::abort();
    for (const std::size_t start : document.page_starts) {
        if (start > document.text.size()) std::abort();
    }
    return 0;
}
