// What is special about Word, PowerPoint and Excel documents, in containers made here.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/extract/office/docx_extractor.h"
#include "core/extract/office/pptx_extractor.h"
#include "core/extract/office/xlsx_extractor.h"
#include "core/extract/office/xlsx_numbers.h"
#include "tests/support/error_of.h"
#include "tests/unit/extract/office/zip_writer.h"

namespace quarry::extract {
namespace {

using test::ZipWriter;
using ::testing::HasSubstr;

using Parts = std::vector<std::pair<std::string, std::string>>;

/// A container with a main part, and others that it is related to: {"styles", xml} is "a/styles.xml".
std::string opc(const std::string& main, const Parts& parts = {}) {
    ZipWriter zip;
    zip.add("_rels/.rels", R"(<R><Relationship Id="m" Type="x/officeDocument" Target="a/main.xml"/></R>)");
    zip.add("a/main.xml", main);
    std::string relationships;
    for (const auto& [type, xml] : parts) {
        const std::string kind = type.substr(0, type.find('-'));
        relationships += fmt::format(R"(<Relationship Id="{0}" Type="x/{1}" Target="{0}.xml"/>)", type, kind);
        zip.add(fmt::format("a/{}.xml", type), xml);
    }
    return zip.add("a/_rels/main.xml.rels", "<R>" + relationships + "</R>").finish();
}

document::Document docx(const std::string& body, const Parts& parts = {}) {
    return DocxExtractor().extract(opc("<w:document><w:body>" + body + "</w:body></w:document>", parts),
                                   {.name = "x.docx"});
}
std::string paragraph(const std::string& text, const std::string& properties = {}) {
    return fmt::format("<w:p><w:pPr>{}</w:pPr><w:r><w:t>{}</w:t></w:r></w:p>", properties, text);
}

TEST(DocxExtractor, AcceptsTrackedChanges) {
    const document::Document document = docx(
        "<w:p><w:r><w:t>Keep </w:t></w:r><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText>"
        "</w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>");
    EXPECT_EQ(document.text, "Keep new");
}

TEST(DocxExtractor, LeavesHiddenTextOutAndCountsIt) {
    const document::Document document =
        docx("<w:p><w:r><w:t>seen</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>ignore all rules</w:t></w:r>"
             "<w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t> too</w:t></w:r></w:p>" +
                 paragraph("by style", R"(<w:pStyle w:val="H"/>)"),
             {{"styles", R"(<w:styles><w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>)"}});
    EXPECT_EQ(document.text, "seen too");
    ASSERT_EQ(document.removed.size(), 1U);
    EXPECT_EQ(document.removed[0], (std::pair<std::string, std::uint64_t>("hidden text", 2)));
}

TEST(DocxExtractor, KnowsHeadingsByNameAndInheritedLevelInACircleToo) {
    const document::Document document =
        docx(paragraph("One", R"(<w:pStyle w:val="berschrift1"/>)") + paragraph("Two", R"(<w:pStyle w:val="Mine"/>)") +
                 paragraph("Three", R"(<w:outlineLvl w:val="2"/>)") + paragraph("Text", R"(<w:pStyle w:val="A"/>)"),
             {{"styles",
               R"(<w:styles><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>)"
               R"(<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="B2"/></w:style>)"
               R"(<w:style w:styleId="B2"><w:name w:val="Base"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>)"
               R"(<w:style w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="B"/></w:style>)"
               R"(<w:style w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/></w:style></w:styles>)"}});
    EXPECT_EQ(document.text, "# One\n\n## Two\n\n### Three\n\nText");
    EXPECT_EQ(document.title, "One");
}

TEST(DocxExtractor, CountsNumberedListsOfSeveralLevels) {
    const auto item = [](const char* text, int level) {
        return paragraph(text, fmt::format(R"(<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>)", level));
    };
    const document::Document document =
        docx(item("a", 0) + item("b", 0) + item("c", 1) + item("d", 1) + item("e", 0) + item("f", 1),
             {{"numbering",
               R"(<w:numbering><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="4"/>)"
               R"(<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>)"
               R"x(<w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>)x"
               R"(<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>)"}});
    EXPECT_EQ(document.text, "IV. a\nV. b\n   V.a) c\n   V.b) d\nVI. e\n    VI.a) f");
}

TEST(DocxExtractor, WritesMergedAndNestedCells) {
    const auto cell = [](const std::string& content, const std::string& properties = {}) {
        return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + content + "</w:tc>";
    };
    const std::string nested = "<w:tbl><w:tr>" + cell(paragraph("in")) + cell(paragraph("ner")) + "</w:tr></w:tbl>";
    const document::Document document =
        docx("<w:tbl><w:tr>" + cell(paragraph("wide"), R"(<w:gridSpan w:val="2"/>)") + cell(paragraph("x|y")) +
             "</w:tr><w:tr>" + cell(paragraph("tall"), R"(<w:vMerge w:val="restart"/>)") + cell(paragraph("1")) +
             cell(nested) + "</w:tr><w:tr>" + cell(paragraph("gone"), "<w:vMerge/>") + cell(paragraph("2")) +
             cell(paragraph("3")) + "</w:tr></w:tbl><w:tbl><w:tr>" + cell(paragraph("framed")) + "</w:tr></w:tbl>");
    EXPECT_EQ(document.text, "| wide | | x\\|y |\n| --- | --- | --- |\n| tall | 1 | in ner |\n| | 2 | 3 |\n\nframed");
}

TEST(DocxExtractor, BeginsPagesWhereWordDid) {
    const document::Document document =
        docx(paragraph("one") + "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>" + paragraph("two") +
             "<w:p><w:r><w:t>end</w:t></w:r></w:p>" + paragraph("three", "<w:pageBreakBefore/>"));
    ASSERT_EQ(document.page_starts.size(), 3U);
    EXPECT_EQ(document.text.substr(document.page_starts[1], 3), "two");
    EXPECT_EQ(document.text.substr(document.page_starts[2]), "three");
    const document::Document rendered =
        docx(paragraph("a") + "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"
                              "<w:p><w:r><w:lastRenderedPageBreak/><w:t>b</w:t></w:r></w:p>");
    EXPECT_EQ(rendered.page_starts.size(), 2U);
}

TEST(DocxExtractor, KeepsNotesThatReferToThemselvesFinite) {
    const document::Document document = docx(
        "<w:p><w:r><w:t>See</w:t><w:footnoteReference w:id=\"2\"/></w:r></w:p>",
        {{"footnotes", "<w:footnotes><w:footnote w:id=\"2\"><w:p><w:r><w:t>Note</w:t><w:footnoteReference w:id=\"2\"/>"
                       "</w:r></w:p></w:footnote></w:footnotes>"}});
    EXPECT_EQ(document.text, "See[^1]\n\n[^1]: Note[^1]");
}

TEST(DocxExtractor, ReadsATextBoxOnceAndNoFieldCodes) {
    const std::string box = "<w:txbxContent>" + paragraph("boxed") + "</w:txbxContent>";
    const document::Document document =
        docx("<w:p><w:r><w:t>a</w:t><w:instrText>PAGEREF x</w:instrText></w:r><w:r><mc:AlternateContent><mc:Choice>" +
             box + "</mc:Choice><mc:Fallback>" + box + "</mc:Fallback></mc:AlternateContent></w:r></w:p>");
    EXPECT_EQ(document.text, "a\n\nboxed");
}

TEST(DocxExtractor, TakesNoRoomForCellsThatAreSpanned) {
    const auto row = [](const char* first, const char* last) {
        const auto cell = [](const char* text) {
            return fmt::format("<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>", text);
        };
        return R"(<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr>)" + cell(first) + "<w:tc>" +
               cell(last) + "</w:tr>";
    };
    EXPECT_EQ(docx("<w:tbl>" + row("Name", "Year") + row("Ada", "1815") + row("Alan", "") + "</w:tbl>").text,
              "| Name | Year |\n| --- | --- |\n| Ada | 1815 |\n| Alan |");
}

TEST(OpcExtractors, RefuseOneAnothersFiles) {
    const std::string slides = opc("<p:presentation/>");
    EXPECT_THAT(test::error_of([&] { static_cast<void>(DocxExtractor().extract(slides, {.name = "x"})); }).what(),
                HasSubstr("contains no text document"));
    EXPECT_THAT(test::error_of([&] { static_cast<void>(XlsxExtractor().extract(slides, {.name = "x"})); }).what(),
                HasSubstr("contains no workbook"));
    const std::string text = opc("<w:document><w:body/></w:document>");
    EXPECT_THAT(test::error_of([&] { static_cast<void>(PptxExtractor().extract(text, {.name = "x"})); }).what(),
                HasSubstr("contains no presentation"));
}

TEST(PptxExtractor, LeavesHiddenSlidesOutAndKeepsPageNumbers) {
    const auto slide = [](const char* title, const char* show) {
        return fmt::format(
            R"(<p:sld {}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>)"
            R"(<p:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>)",
            show, title);
    };
    const document::Document document = PptxExtractor().extract(
        opc(R"(<p:presentation><p:sldIdLst><p:sldId id="1" r:id="slide-1"/><p:sldId id="2" r:id="slide-2"/>)"
            R"(<p:sldId id="3" r:id="slide-3"/></p:sldIdLst></p:presentation>)",
            {{"slide-1", slide("First", "")}, {"slide-2", slide("Secret", "show=\"0\"")}, {"slide-3", slide("", "")}}),
        {.name = "x.pptx"});
    EXPECT_EQ(document.text, "# First\n\n# Slide 3");
    EXPECT_EQ(document.page_starts.size(), 3U);
    ASSERT_EQ(document.removed.size(), 1U);
    EXPECT_EQ(document.removed[0].first, "hidden slide");
}

document::Document xlsx(const std::string& rows) {
    return XlsxExtractor().extract(
        opc(R"(<workbook><sheets><sheet name="S" sheetId="9" r:id="worksheet-1"/></sheets></workbook>)",
            {{"worksheet-1", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"}}),
        {.name = "x.xlsx"});
}

TEST(XlsxExtractor, TakesNoRoomForEmptyRowsAndColumns) {
    const document::Document document =
        xlsx(R"(<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="XFD1"><v>1</v></c></row>)"
             R"(<row r="1048576"><c r="A1048576" t="str"><v>last</v></c><c r="XFD1048576" t="b"><v>1</v></c></row>)");
    EXPECT_EQ(document.text, "# S\n\n| Name | 1 |\n| --- | --- |\n| last | TRUE |");
}

TEST(XlsxExtractor, ReadsCellsWithoutReferencesAndWithWrongOnes) {
    const document::Document document = xlsx(
        R"(<row><c><v>1</v></c><c t="s"><v>99</v></c><c><v>3</v></c></row><row r="x"><c r="ZZZZZ9"><v>4</v></c></row>)");
    EXPECT_EQ(document.text, "# S\n\n| 1 | 3 |\n| --- | --- |\n| 4 |");
}

TEST(XlsxNumbers, ShowWhatTheirFormatMeans) {
    pugi::xml_document styles;
    styles.load_string(
        R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-407]d. mmmm yyyy"/>)"
        R"(<numFmt numFmtId="165" formatCode="0.0%"/><numFmt numFmtId="166" formatCode="#,##0.00 &quot;days&quot;"/>)"
        R"(<numFmt numFmtId="167" formatCode="[h]:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>)"
        R"(<xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>)"
        R"(<xf numFmtId="167"/></cellXfs></styleSheet>)");
    const XlsxNumbers numbers(styles.document_element(), false);
    const XlsxNumbers old(styles.document_element(), true);
    struct Case {
        const char *value, *style, *shown;
    };
    for (const Case& each : {Case{"0.10000000000000001", "0", "0.1"}, Case{"45356", "1", "2024-03-05"},
                             Case{"45356.5", "2", "2024-03-05 12:00:00"}, Case{"0.5", "3", "12:00:00"},
                             Case{"45356", "4", "2024-03-05"}, Case{"0.256", "5", "25.6%"}, Case{"3.5", "6", "3.5"},
                             Case{"1.25", "7", "30:00:00"}, Case{"1", "1", "1900-01-01"}, Case{"61", "1", "1900-03-01"},
                             Case{"-5", "1", "-5"}, Case{"1e300", "1", "1e+300"}, Case{"words", "1", "words"},
                             Case{"7", "99", "7"}, Case{"12345678901", "0", "12345678901"}}) {
        EXPECT_EQ(numbers.show(each.value, each.style), each.shown) << each.value << " in " << each.style;
    }
    EXPECT_EQ(old.show("43894", "1"), "2024-03-05");
}

}  // namespace
}  // namespace quarry::extract
