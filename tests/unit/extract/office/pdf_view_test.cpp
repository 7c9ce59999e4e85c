// Pages of PDF files as they look, and where on them a text is.
#include "core/extract/office/pdf_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/base/error.h"
#include "core/extract/office/pdf_extractor.h"
#include "tests/support/error_of.h"
#include "tests/unit/extract/office/pdf_writer.h"

namespace quarry::extract {
namespace {

using test::PdfWriter;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

PdfWriter two_pages() {
    PdfWriter pdf;
    pdf.text(100, 100, "Nothing of the kind.");
    pdf.begin_page();
    pdf.lines(100, 100,
              {"The keeper lit the lamp at dusk and noted", "every ship that passed in a note-", "book of her own."});
    pdf.text(100, 400, "The keeper slept by day.");
    return pdf;
}

TEST(PdfView, FindsTheWordsOfASpanLineByLine) {
    const std::string file = two_pages().file();
    const PdfPlaces places = find_on_pdf_page(file, 2, "noted every ship that passed in a notebook of her own.", {});
    EXPECT_EQ(places.width, 600);
    EXPECT_EQ(places.height, 800);
    ASSERT_THAT(places.boxes, SizeIs(3));
    EXPECT_GT(places.boxes[0].left, 280);  // the last word of the first line
    EXPECT_NEAR(places.boxes[1].left, 100, 1);
    EXPECT_LT(places.boxes[2].bottom, 140);
    EXPECT_THAT(find_on_pdf_page(file, 1, "zebra crossing", {}).boxes, IsEmpty());
}

/// Whatever was made of the page's text for reading is found again.
TEST(PdfView, FindsWhatTheExtractorMadeOfIt) {
    const std::string file = two_pages().file();
    const document::Document document = PdfExtractor().extract(file, {.name = "x.pdf"});
    const std::string text = document.text.substr(document.page_starts.at(1));
    ASSERT_THAT(text, HasSubstr("notebook"));
    EXPECT_THAT(find_on_pdf_page(file, 2, text, {}).boxes, SizeIs(4));
}

TEST(PdfView, MarksAndSignsAreNoHindrance) {
    PdfPage page;
    page.text = "Ahoy,SAILORTheend";
    const auto add = [&](std::uint32_t start, std::uint32_t size, std::uint32_t line) {
        PdfWord word;
        static_cast<PdfBox&>(word) = {float(start), float(line), float(start + size), float(line) + 1};
        word.start = start;
        word.size = size;
        word.line = line;
        page.words.push_back(word);
    };
    add(0, 5, 0);
    add(5, 6, 0);
    add(11, 3, 1);
    add(14, 3, 1);
    const auto boxes = boxes_of_text(page, "## *Ahoy* sailor\n\n- the \\end");
    ASSERT_THAT(boxes, SizeIs(2));
    EXPECT_EQ(boxes[0].right, 11);
    EXPECT_EQ(boxes[1].left, 11);
    EXPECT_THAT(boxes_of_text(page, ""), IsEmpty());
    EXPECT_THAT(boxes_of_text({}, "x"), IsEmpty());
}

TEST(PdfView, DrawsAPage) {
    const std::string file = two_pages().file();
    EXPECT_THAT(draw_pdf_page(file, 2, 300, {}), StartsWith("\x89PNG"));
    EXPECT_EQ(quarry::test::error_of([&] { (void)draw_pdf_page(file, 3, 300, {.name = "x.pdf"}); }).code(),
              ErrorCode::failed);
    EXPECT_EQ(quarry::test::error_of([&] { (void)draw_pdf_page("no PDF", 1, 300, {.name = "x"}); }).code(),
              ErrorCode::failed);
}

}  // namespace
}  // namespace quarry::extract
