// What is special about OpenDocument, EPUB, RTF and mail, made here.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/extract/office/epub_extractor.h"
#include "core/extract/office/mail_extractor.h"
#include "core/extract/office/mime.h"
#include "core/extract/office/odf_extractor.h"
#include "core/extract/office/rtf_extractor.h"
#include "core/extract/office/transfer_encoding.h"
#include "core/extract/sniff.h"
#include "tests/support/error_of.h"
#include "tests/unit/extract/office/zip_writer.h"

namespace quarry::extract {
namespace {

using test::ZipWriter;
using ::testing::HasSubstr;

document::Document flat_odf(const std::string& body, const std::string& styles = {}) {
    return OdfExtractor(OdfExtractor::Kind::text)
        .extract("<office:document>" + styles + "<office:body>" + body + "</office:body></office:document>",
                 {.name = "x.fodt"});
}

TEST(OdfExtractor, FoldsWhiteSpaceAndLimitsRepeats) {
    EXPECT_EQ(flat_odf("<office:text><text:p>  a \n b<text:s text:c=\"3\"/>c<text:tab/>d<text:line-break/> e</text:p>"
                       "</office:text>")
                  .text,
              "a b   c\td\n e");
    const document::Document spaces =
        flat_odf("<office:text><text:p>a<text:s text:c=\"2000000000\"/>b</text:p></office:text>");
    EXPECT_LT(spaces.text.size(), 1000U);
    const Error cells = test::error_of([] {
        static_cast<void>(flat_odf("<office:text><table:table><table:table-row><table:table-cell "
                                   "table:number-columns-repeated=\"2000000000\"><text:p>x</text:p></table:table-cell>"
                                   "</table:table-row></table:table></office:text>"));
    });
    EXPECT_THAT(cells.what(), HasSubstr("more than 1000000 cells"));
}

TEST(OdfExtractor, HoldsRepeatedRowsOfASheetToTheTextLimit) {
    ExtractLimits limits;
    limits.max_text_bytes = 1'000'000;
    const std::string sheet =
        "<office:document><office:body><office:spreadsheet><table:table table:name=\"S\"><table:table-row "
        "table:number-rows-repeated=\"1000000000\"><table:table-cell table:number-columns-repeated=\"16000\"><text:p>x"
        "</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document>";
    const Error error = test::error_of([&] {
        static_cast<void>(
            OdfExtractor(OdfExtractor::Kind::spreadsheet).extract(sheet, {.name = "x.fods", .limits = limits}));
    });
    EXPECT_THAT(error.what(), HasSubstr("of text"));
}

TEST(OdfExtractor, LeavesHiddenTextAndDeletionsOut) {
    const document::Document document = flat_odf(
        "<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>old</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>seen<text:span text:style-name=\"H\"> not</text:span>"
        "<office:annotation><text:p>comment</text:p></office:annotation></text:p></office:text>",
        "<office:automatic-styles><style:style style:name=\"H\"><style:text-properties text:display=\"none\"/>"
        "</style:style></office:automatic-styles>");
    EXPECT_EQ(document.text, "seen");
    ASSERT_EQ(document.removed.size(), 1U);
    EXPECT_EQ(document.removed[0].first, "hidden text");
}

TEST(OdfExtractor, RefusesEncryptedFiles) {
    const std::string bytes =
        ZipWriter().add("META-INF/manifest.xml", "<m><encryption-data/></m>").add("content.xml", "\x01").finish();
    const Error error = test::error_of(
        [&] { static_cast<void>(OdfExtractor(OdfExtractor::Kind::text).extract(bytes, {.name = "x.odt"})); });
    EXPECT_THAT(error.what(), HasSubstr("encrypted with a password"));
}

TEST(EpubExtractor, ReadsChaptersInSpineOrderOnceAndNotTheContents) {
    const std::string bytes =
        ZipWriter()
            .add("META-INF/container.xml", R"(<c><rootfiles><rootfile full-path="OEBPS/p.opf"/></rootfiles></c>)")
            .add(
                "OEBPS/p.opf",
                R"(<package><metadata><dc:title>Book</dc:title><dc:language>pt-BR</dc:language></metadata><manifest>)"
                R"(<item id="n" href="nav.html" media-type="application/xhtml+xml" properties="nav"/>)"
                R"(<item id="b" href="two%20b.html" media-type="application/xhtml+xml"/>)"
                R"(<item id="a" href="../a.html" media-type="application/xhtml+xml"/>)"
                R"(<item id="c" href="gone.html" media-type="text/html"/></manifest><spine><itemref idref="c"/>)"
                R"(<itemref idref="n"/><itemref idref="b"/><itemref idref="a"/><itemref idref="b"/></spine></package>)")
            .add("OEBPS/nav.html", "<p>Contents</p>")
            .add("OEBPS/two b.html", "<h1>B</h1><p>first</p>")
            .add("a.html", "<!DOCTYPE html><p>second</p>")
            .finish();
    const document::Document document = EpubExtractor().extract(bytes, {.name = "x.epub"});
    EXPECT_EQ(document.text, "# B\n\nfirst\n\nsecond");
    EXPECT_EQ(document.removed,
              (std::vector<std::pair<std::string, std::uint64_t>>{{"chapter that the book lacks", 1}}));
    EXPECT_EQ(document.title, "Book");
    EXPECT_EQ(document.language, "pt");
}

std::string rtf(const std::string& body) {
    return RtfExtractor().extract("{\\rtf1\\ansi\\ansicpg1252 " + body + "}", {.name = "x.rtf"}).text;
}

TEST(RtfExtractor, ReadsCharactersOfAllKinds) {
    struct Case {
        const char *name, *body, *text;
    };
    for (const Case& each :
         {Case{"unicode", "\\u8364?\\u-10179?\\u-8704? end", "€😀 end"},
          Case{"skipped bytes", "\\uc2\\u8364\\'80x!", "€!"}, Case{"half a pair", "a\\u-10179?b", "a\uFFFDb"},
          Case{"code page", "caf\\'e9 \\~x", "café \u00A0x"},
          Case{"font", "{\\fonttbl{\\f1\\fcharset204 A;}{\\f2\\fcharset128 B;}}\\f1\\'cf\\f2\\'93\\'fa", "П日"},
          Case{"binary", "a{\\pict\\bin5 }{}}\\x}b", "ab"}, Case{"unknown destination", "a{\\*\\xyz secret}b", "ab"},
          Case{"escapes", "\\{a\\}\\\\", "{a}\\"}, Case{"hidden", "a{\\v hidden}b", "ab"},
          Case{"field", "{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt shown}}", "shown"}}) {
        EXPECT_EQ(rtf(each.body), each.text) << each.name;
    }
}

TEST(RtfExtractor, RefusesDeepGroupsAndEndsWithTheFile) {
    const Error error = test::error_of([] { static_cast<void>(rtf(std::string(100'000, '{'))); });
    EXPECT_THAT(error.what(), HasSubstr("nested deeper than 200"));
    for (const char* broken : {"\\", "\\'", "\\'4", "\\bin999999999 x", "\\u", "}}}}\\par x", "\\cell\\row\\cell"}) {
        EXPECT_NO_THROW(static_cast<void>(rtf(broken))) << broken;
    }
}

TEST(Mail, DecodesHeaders) {
    struct Case {
        const char *value, *text;
    };
    for (const Case& each :
         {Case{"=?utf-8?Q?caf=C3=A9_au?= lait", "café au lait"}, Case{"=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"},
          Case{"=?utf-8?B?wg==?= =?utf-8?B?qQ==?=", "©"},
          Case{"a =?x?= b =?utf-8?Z?q?= c", "a =?x?= b =?utf-8?Z?q?= c"}, Case{"=?no-such-charset?Q?=E9?=", "é"},
          Case{"=?utf-8*en?Q?hi?=", "hi"}}) {
        EXPECT_EQ(decode_mail_header(each.value), each.text) << each.value;
    }
    EXPECT_EQ(rfc3339_date("Tue, 5 Mar 2024 10:20:30 -0500 (EST)"), "2024-03-05T10:20:30-05:00");
    EXPECT_EQ(rfc3339_date("5 Mar 24 10:20 GMT"), "2024-03-05T10:20:00Z");
    EXPECT_EQ(rfc3339_date("yesterday"), "");
    EXPECT_EQ(decode_base64("aGk=\r\naG8"), "hiho");
    EXPECT_EQ(decode_quoted_printable("a=\r\nb=3D=ZZ= \nc"), "ab==ZZc");
}

TEST(MailExtractor, EndsMailsWithinMails) {
    std::string mail = "Subject: deepest\n\nend\n";
    for (int depth = 0; depth < 100; ++depth) {
        mail = fmt::format("Subject: {}\nContent-Type: message/rfc822\n\n{}", depth, mail);
    }
    const Error error = test::error_of([&] { static_cast<void>(MailExtractor().extract(mail, {.name = "x.eml"})); });
    EXPECT_THAT(error.what(), HasSubstr("nested deeper than"));
    EXPECT_THAT(test::error_of([] { static_cast<void>(MailExtractor().extract("no mail", {.name = "x.eml"})); }).what(),
                HasSubstr("no mail header"));
}

TEST(MailExtractor, ReadsAMailThatBeginsAsInAMailbox) {
    const std::string mail =
        "From ada@example.org Tue Mar  5 10:20:30 2024\nFrom: Ada\nTo: Bo\nSubject: Moon\n\nIt is far.\n";
    EXPECT_EQ(MailExtractor().extract(mail, {.name = "x.eml"}).text, "# Moon\n\nFrom: Ada\nTo: Bo\n\nIt is far.");
    EXPECT_EQ(sniff_media_type(mail), "application/mbox");
    EXPECT_EQ(sniff_media_type("From here on it is\nFrom: prose\n"), "");
}

TEST(OdfExtractor, ReadsAFileWithADoctypeThatDefinesNothing) {
    const std::string doctype = "<!DOCTYPE office:document PUBLIC \"-//OASIS//DTD\" \"office.dtd\">";
    const std::string body = "<office:body><office:spreadsheet><table:table table:name=\"S\"><table:table-row>"
                             "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>"
                             "</office:spreadsheet></office:body>";
    const std::string flat = doctype + "<office:document>" + body + "</office:document>";
    // As a tree, and element by element.
    const std::string packed =
        ZipWriter()
            .add("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            .add("content.xml", doctype + "<office:document-content>" + body + "</office:document-content>")
            .finish();
    for (const std::string& bytes : {flat, packed}) {
        const OdfExtractor extractor(OdfExtractor::Kind::spreadsheet);
        EXPECT_EQ(extractor.extract(bytes, {.name = "x"}).text, "# S\n\n| x |\n| --- |");
    }
}

}  // namespace
}  // namespace quarry::extract
