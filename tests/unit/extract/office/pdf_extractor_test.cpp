// What is special about PDF files, made here.
#include "core/extract/office/pdf_extractor.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "core/base/sandbox.h"
#include "core/base/subprocess.h"
#include "core/extract/office/office_extractors.h"
#include "core/extract/office/pdf_words.h"
#include "tests/support/error_of.h"
#include "tests/unit/extract/office/pdf_writer.h"

namespace quarry::extract {
namespace {

using test::PdfWriter;
using ::testing::HasSubstr;
using ::testing::Not;

document::Document pdf_document(const PdfWriter& pdf) { return PdfExtractor().extract(pdf.file(), {.name = "x.pdf"}); }

/// Prose of lines that are `width` characters long, so that Courier fills a column; the first line begins with a name.
std::vector<std::string> full_lines(const std::string& name, std::size_t count, std::size_t width) {
    constexpr std::array words = {"a",     "measure",        "of", "the",  "station", "in",
                                  "water", "characteristic", "by", "tides"};
    std::size_t next = name.size();
    std::vector<std::string> lines;
    for (std::size_t index = 0; index < count; ++index) {
        std::string line = index == 0           ? name
                           : index + 1 == count ? "last " + name
                                                : words[(index + name.size()) % words.size()];
        while (line.size() < width) line += std::string(" ") + words[(next += 3 + index * index % 5) % words.size()];
        line.resize(width, 'x');
        if (line[width - 1] == ' ') line[width - 1] = 'y';
        lines.push_back(line);
    }
    return lines;
}

TEST(PdfExtractor, ReadsColumnsAFewPointsApartAndMakesWordsWhole) {
    PdfWriter pdf;
    std::vector<std::string> left = full_lines("left", 20, 40);
    left[3] = "the third of these lines ends in govern-";
    left[4] = "ment as words do where columns are as th";
    // Four points are less than a space in Courier.
    pdf.lines(40, 100, left);
    pdf.lines(40 + 240 + 4, 104, full_lines("right", 20, 40));
    const document::Document document = pdf_document(pdf);
    EXPECT_LT(document.text.find("last left"), document.text.find("right"));
    EXPECT_THAT(document.text, HasSubstr("ends in government as words"));
    EXPECT_THAT(document.text, Not(HasSubstr("|")));
}

TEST(PdfExtractor, KeepsLabelsWithTheirFiguresAndTheHeaderOverPages) {
    PdfWriter pdf;
    pdf.lines(40, 80, full_lines("Before", 4, 80));
    const auto row = [&](double y, const std::string& label, const std::string& one, const std::string& other) {
        pdf.text(40, y, label);
        // Figures are set to the right.
        pdf.text(400 - 6.0 * static_cast<double>(one.size()), y, one);
        pdf.text(500 - 6.0 * static_cast<double>(other.size()), y, other);
    };
    pdf.text(390, 688, "December 31,");
    row(700, "", "2025", "2024");
    row(712, "Current assets:", "", "");
    row(724, "  Cash ..........................", "1,204", "$ 998");
    row(736, "  Changes in receivables, net of", "", "");
    row(748, "    allowances", "(17)", "4");
    pdf.begin_page();
    pdf.text(390, 48, "December 31,");
    row(60, "", "2025", "2024");
    row(72, "Total", "1,187", "1,002");
    pdf.lines(40, 120, full_lines("After", 4, 80));
    const document::Document document = pdf_document(pdf);
    EXPECT_THAT(document.text,
                HasSubstr("| | December 31, 2025 | 2024 |\n| --- | --- | --- |\n| Current assets: |\n"
                          "| Cash | 1,204 | $ 998 |\n"
                          "| Changes in receivables, net of allowances | (17) | 4 |\n"
                          "| Total | 1,187 | 1,002 |\n\nAfter"));
    ASSERT_EQ(document.page_starts.size(), 2U);
    EXPECT_THAT(document.text.substr(document.page_starts[1]), ::testing::StartsWith("| Total"));
}

TEST(PdfExtractor, JoinsSentencesOverPagesWithoutTheirRunningLinesAndStamps) {
    PdfWriter pdf;
    for (int page = 1; page <= 3; ++page) {
        pdf.begin_page();
        pdf.text(40, 40, page % 2 == 0 ? "The Observer" : "Chapter One");
        pdf.text(520, 40, std::to_string(page + 11));
        pdf.text(20, 400, "stamped:0815", 10, 'C', true);
        pdf.lines(40, 80, full_lines(std::string(static_cast<std::size_t>(page), 'p'), 50, 80));
    }
    const document::Document document = pdf_document(pdf);
    EXPECT_THAT(document.text, Not(HasSubstr("Observer")));
    EXPECT_THAT(document.text, Not(HasSubstr("stamped")));
    ASSERT_EQ(document.blocks.size(), 1U);
    ASSERT_EQ(document.page_starts.size(), 3U);
    EXPECT_THAT(document.text.substr(document.page_starts[1]), ::testing::StartsWith("pp "));
    EXPECT_THAT(document.removed, ::testing::Contains(::testing::Pair("page header or footer", 3)));
}

TEST(PdfExtractor, PutsNotesAfterTheTextOfTheirPage) {
    PdfWriter pdf;
    pdf.lines(40, 100, full_lines("left", 20, 40));
    pdf.text(40, 360, "3", 5);
    pdf.text(44, 362, "A note of the left column.", 7);
    pdf.lines(300, 100, full_lines("right", 20, 40));
    const std::string text = pdf_document(pdf).text;
    EXPECT_LT(text.find("last right"), text.find("3 A note of the left column."));
    EXPECT_THAT(text, Not(HasSubstr("\n\nright")));
}

TEST(PdfExtractor, FindsHeadingsBySizeAndNumber) {
    PdfWriter pdf;
    pdf.text(150, 60, "The Whole of It", 20, 'F');
    pdf.text(40, 100, "1", 14, 'F');
    pdf.text(75, 100, "A large one", 14, 'F');  // with a gap as wide as between cells
    pdf.lines(40, 130, full_lines("first", 4, 80));
    pdf.text(40, 200, "1.1 Of the size of the text");
    pdf.lines(40, 220, full_lines("second", 4, 80));
    pdf.text(40, 290, "Without number", 14, 'F');
    pdf.lines(40, 310, full_lines("third", 4, 80));
    pdf.text(40, 380, "Figure 2: What it shows.");
    const std::string text = pdf_document(pdf).text;
    EXPECT_THAT(text, ::testing::StartsWith("# The Whole of It\n\n# 1 A large one\n\nfirst "));
    EXPECT_THAT(text, HasSubstr("\n\n## 1.1 Of the size of the text\n\nsecond"));
    EXPECT_THAT(text, HasSubstr("\n\n# Without number\n\nthird"));
    EXPECT_THAT(text, ::testing::EndsWith("\n\nFigure 2: What it shows."));
}

TEST(PdfExtractor, KeepsListingsAndLists) {
    PdfWriter pdf;
    pdf.lines(40, 60, full_lines("prose", 14, 80), 12, 10, 'F');
    pdf.lines(60, 260, {"if (ready) {", "    start  (all);", "}"});
    pdf.text(40, 320, "1. Apples are the first of what is on this list", 10, 'F');
    pdf.text(55, 332, "and go on here", 10, 'F');
    pdf.text(60, 344, "- Pears", 10, 'F');
    pdf.text(40, 356, "2. Plums", 10, 'F');
    const std::string text = pdf_document(pdf).text;
    EXPECT_THAT(text, HasSubstr("```\nif (ready) {\n    start  (all);\n}\n```"));
    EXPECT_THAT(text, HasSubstr("1. Apples are the first of what is on this list"));
    EXPECT_THAT(text, HasSubstr("\n   - Pears\n2. Plums"));
}

TEST(PdfExtractor, ReadsHebrewFromTheRight) {
    PdfWriter pdf;
    pdf.text(40, 100, "CBA 12 FED", 10, 'H');
    EXPECT_EQ(pdf_document(pdf).text, "דהו 12 אבג");
}

TEST(PdfExtractor, TakesFormulasAndLooseLinesForNoTables) {
    PdfWriter pdf;
    for (int line = 0; line < 4; ++line) {
        pdf.text(100, 100 + 30 * line, "x = y");
        pdf.text(500, 100 + 30 * line, fmt::format("({})", line + 1));
    }
    for (int line = 0; line < 6; ++line) {
        const double space = 12 + line % 3;
        double x = 40;
        for (const char* word : {"words", "of", "loosely", "set", "lines", "that", "fill", "all"}) {
            pdf.text(x, 300 + 12 * line, word);
            x += 6.0 * static_cast<double>(std::string(word).size()) + space;
        }
    }
    EXPECT_THAT(pdf_document(pdf).text, Not(HasSubstr("|")));
}

TEST(PdfExtractor, SaysWhyItCannotRead) {
    const auto why = [](const std::string& bytes) {
        return std::string(
            test::error_of([&] { static_cast<void>(PdfExtractor().extract(bytes, {.name = "x.pdf"})); }).what());
    };
    PdfWriter empty;
    empty.begin_page();
    EXPECT_THAT(why("words"), HasSubstr("does not begin with %PDF-"));
    EXPECT_THAT(why("%PDF-1.4\nnothing"), HasSubstr("pdftotext could not read it"));
    EXPECT_THAT(why(empty.file()), HasSubstr("it has no text"));
    EXPECT_THAT(why(empty.file().substr(0, 100)), HasSubstr("cannot read x.pdf as PDF"));
}

/// A file without its table of objects, most of which are within another object: pdftotext does not look there.
std::string pdf_without_table() {
    const std::vector<std::string> objects = {
        "<</Type/Catalog/Pages 3 0 R>>", "<</Type/Pages/Kids[4 0 R]/Count 1>>",
        "<</Type/Page/Parent 3 0 R/MediaBox[0 0 600 800]/Contents 6 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"};
    std::string places, within;
    for (std::size_t index = 0; index < objects.size(); ++index) {
        places += fmt::format("{} {} ", index + 2, within.size());
        within += objects[index] + " ";
    }
    const std::string content = "BT /F 10 Tf 1 0 0 1 40 700 Tm (Whole again) Tj ET";
    return fmt::format("%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N {}/First {}/Length {}>>\nstream\n{}{}\nendstream\nendobj\n"
                       "6 0 obj\n<</Length {}>>\nstream\n{}\nendstream\nendobj\n",
                       objects.size(), places.size(), places.size() + within.size(), places, within, content.size(),
                       content);
}

TEST(PdfExtractor, RepairsWhatPdftotextRefuses) {
    if (pdf_repair_programs().find("mutool") == std::string::npos) GTEST_SKIP() << "mutool is not installed";
    if (!sandbox_support().confines_servers()) GTEST_SKIP() << "the kernel cannot confine mutool";
    EXPECT_EQ(PdfExtractor().extract(pdf_without_table(), {.name = "x.pdf"}).text, "Whole again");
}

/// A file whose page is an image of another file's page.
std::string pdf_of_image(const std::string& file) {
    const SubprocessResult drawn = run_subprocess({"pdftoppm", "-gray", "-r", "150", "-"}, file, {});
    const std::string& image = drawn.output;  // "P5\n1250 1667\n255\n", then a byte for each pixel
    const std::size_t sizes_end = image.find('\n', 3);
    const std::string sizes = image.substr(3, sizes_end - 3),
                      pixels = image.substr(image.find('\n', sizes_end + 1) + 1);
    const std::size_t space = sizes.find(' ');
    const std::string content = "q 600 0 0 800 0 0 cm /I Do Q";
    return fmt::format("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                       "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                       "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
                       "/Resources<</XObject<</I 5 0 R>>>>>>endobj\n"
                       "4 0 obj<</Length {}>>stream\n{}\nendstream endobj\n"
                       "5 0 obj<</Type/XObject/Subtype/Image/Width {}/Height {}/ColorSpace/DeviceGray"
                       "/BitsPerComponent 8/Length {}>>stream\n{}\nendstream endobj\ntrailer<</Root 1 0 R>>\n",
                       content.size(), content, sizes.substr(0, space), sizes.substr(space + 1), pixels.size(), pixels);
}

TEST(PdfExtractor, ReadsImagesOfPagesOnRequest) {
    if (!run_subprocess({"tesseract", "--version"}, {}, {}).succeeded()) GTEST_SKIP() << "tesseract is not installed";
    PdfWriter pdf;
    pdf.text(40, 60, "Observations", 24, 'F');
    pdf.lines(40, 120, {"The harbour was measured at noon and", "the water was quiet all of that day."}, 16, 14, 'F');
    const std::string image = pdf_of_image(pdf.file());
    EXPECT_THAT(test::error_of([&] { static_cast<void>(PdfExtractor().extract(image, {.name = "x.pdf"})); }).what(),
                HasSubstr("it has no text: its pages are pictures"));
    const document::Document document = PdfExtractor().extract(image, {.name = "x.pdf", .recognize = "eng"});
    EXPECT_EQ(document.text,
              "# Observations\n\nThe harbour was measured at noon and the water was quiet all of that day.");
    EXPECT_THAT(document.metadata, ::testing::Contains(::testing::Pair("ocr_pages", "1")));
    EXPECT_THAT(document.metadata, ::testing::Contains(::testing::Pair("ocr_confidence", ::testing::StartsWith("9"))));
}

TEST(PdfExtractor, TakesPagesOfAnySizeAndManyWords) {
    for (const int size : {800, 14'400, 2'000'000}) {
        PdfWriter pdf(size, size);
        for (int line = 0; line < 400; ++line) {
            pdf.lines(20 + line % 20 * 30, 20 + line / 20 * 12, {"a  b", "17"}, 7, 1 + line % 9);
        }
        EXPECT_THAT(pdf_document(pdf).text, HasSubstr("17"));
    }
}

std::vector<PdfPage> pages_read(const std::string& xhtml, std::size_t piece) {
    PdfWordReader reader;
    for (std::size_t at = 0; at < xhtml.size(); at += piece) reader.add(std::string_view(xhtml).substr(at, piece));
    return reader.finish();
}

TEST(PdfWordReader, ReadsBoxesThatCannotBe) {
    const std::string xhtml =
        "<page width=\"nan\" height=\"-5\">\n"
        "<word xMin=\"nan\" yMin=\"-inf\" xMax=\"1e300\" yMax=\"x\">a&amp;&#8217;&lt;&nothing;</word>\n"
        "<word xMin=\"9\" yMin=\"5\" xMax=\"3\" yMax=\"1\">b\x01\xFF</word><word>c</word><word xMin=\"1\"> </word>\n"
        "</page><page width=\"600.0\" height=\"800.0\"></page>";
    for (const std::size_t piece : {1, 7, 1000}) {
        const std::vector<PdfPage> pages = pages_read(xhtml, static_cast<std::size_t>(piece));
        ASSERT_EQ(pages.size(), 2U);
        ASSERT_EQ(pages[0].words.size(), 2U);
        EXPECT_EQ(pages[0].text_of(pages[0].words[0]), "a&’<&nothing;");
        EXPECT_EQ(pages[0].text_of(pages[0].words[1]), "b \uFFFD");
        for (const PdfWord& word : pages[0].words) {
            EXPECT_TRUE(word.left <= word.right && word.top <= word.bottom && word.right <= 100'000);
        }
        EXPECT_EQ(pages[1].width, 600);
    }
}

}  // namespace
}  // namespace quarry::extract
