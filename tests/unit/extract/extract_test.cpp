// Extractors: which one a file gets, plain text, encodings, titles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/extract/converter.h"
#include "core/extract/extractor.h"

namespace quarry::extract {
namespace {

using ::testing::HasSubstr;

struct FileCase {
    std::string file;
    std::string extractor;  ///< "" for none.
};

class FindExtractor : public ::testing::TestWithParam<FileCase> {};

TEST_P(FindExtractor, ByFileName) {
    const Extractor* extractor = find_extractor_for_file(GetParam().file);
    EXPECT_EQ(extractor == nullptr ? "" : extractor->name(), GetParam().extractor);
}

INSTANTIATE_TEST_SUITE_P(Extractor, FindExtractor,
                         ::testing::Values(FileCase{"a.md", "markdown"}, FileCase{"dir.d/A.MARKDOWN", "markdown"},
                                           FileCase{"notes.txt", "text"}, FileCase{"README", "text"},
                                           FileCase{"a/b/copyright", "text"}, FileCase{"Makefile", "text"},
                                           FileCase{"main.cpp", "cpp"}, FileCase{"a/MAIN.PY", "python"},
                                           FileCase{"x.d.ts", "typescript"}, FileCase{"data.json", "json"}, FileCase{"page.htm", "html"}, FileCase{"a.csv", "csv"},
                                           FileCase{"README.md", "markdown"}, FileCase{"changelog.gz", ""},
                                           FileCase{"photo.jpg", ""}, FileCase{"noending", ""}, FileCase{"", ""},
                                           FileCase{"x.", ""}, FileCase{"dir.txt/binary", ""}));

// A number at the end may be the section of a manual page, a version, or that of an old log.
TEST(Extractor, ANumberForAnEndingIsAManualPageByItsContent) {
    EXPECT_EQ(find_extractor("doc/ls.1", ".\\\" written by hand\n.TH LS 1\n")->name(), "man");
    EXPECT_EQ(find_extractor("doc/ls.1", ".Dd May 1, 2024\n.Dt LS 1\n")->name(), "man");
    EXPECT_EQ(find_extractor("GPL-1.2", "GNU GENERAL PUBLIC LICENSE\n\nEveryone is permitted to copy.\n")->name(),
              "text");
    EXPECT_EQ(find_extractor("app.log.1", "")->name(), "text");
    EXPECT_EQ(find_extractor("page.man", "no request")->name(), "man");
    EXPECT_TRUE(needs_content("README"));
    EXPECT_FALSE(needs_content("a.10"));
}

TEST(Extractor, ByNameOrMediaType) {
    EXPECT_EQ(extractor_by_name("markdown").media_type(), "text/markdown");
    EXPECT_EQ(extractor_by_name("text/plain").name(), "text");
    try {
        static_cast<void>(extractor_by_name("word\x1b[31m"));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_EQ(error.message(), "unknown document type \"word\"");
        EXPECT_THAT(error.hint(), HasSubstr("choose one of: markdown, text, html, "));
        EXPECT_THAT(error.hint(), HasSubstr("; or a programming language, such as python"));
    }
}

TEST(Extractor, EndingsBelongToOneExtractor) {
    std::vector<std::string> all;
    for (const auto& extractor : extractors()) {
        for (const std::string_view ending : extractor->extensions()) {
            EXPECT_FALSE(ending.empty());
            all.emplace_back(ending);
        }
    }
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(LooksBinary, TellsBytesFromText) {
    EXPECT_FALSE(looks_binary(""));
    EXPECT_FALSE(looks_binary("plain text\r\n\twith \x1b[1mcolour\x1b[0m and \b overstrike\f"));
    EXPECT_FALSE(looks_binary("\xC3\xA9\xE6\x97\xA5"));
    EXPECT_FALSE(looks_binary(std::string_view("\xFF\xFEh\0i\0", 6)));
    EXPECT_TRUE(looks_binary(std::string_view("abc\0def", 7)));
    EXPECT_TRUE(looks_binary("\x01\x02\x03\x04text"));
}

struct TitleCase {
    std::string name;
    std::string text;
    std::string title;
};

class TextTitle : public ::testing::TestWithParam<TitleCase> {};

TEST_P(TextTitle, FirstLineOrFileName) {
    EXPECT_EQ(extractor_by_name("text").extract(GetParam().text, {.name = "folder/notes.txt"}).title, GetParam().title);
}

INSTANTIATE_TEST_SUITE_P(Extractor, TextTitle,
                         ::testing::Values(TitleCase{"first_line", "\n\nA Study of Moons\n\nText.", "A Study of Moons"},
                                           TitleCase{"crlf", "A Study\r\nText", "A Study"},
                                           TitleCase{"empty", "", "notes.txt"},
                                           TitleCase{"code", "#include <x>\nint a;", "notes.txt"},
                                           TitleCase{"rule", "=====\nTitle", "notes.txt"},
                                           TitleCase{"too_long", std::string(300, 'a') + "\n", "notes.txt"},
                                           TitleCase{"data", "1,2,3\n4,5,6", "notes.txt"}),
                         [](const auto& tested) { return tested.param.name; });

TEST(TextExtractor, KeepsTheTextAsItIs) {
    const std::string text = " a\r\n\r\n b \n";
    const document::Document document = extractor_by_name("text").extract(text, {.name = "a.txt"});
    EXPECT_EQ(document.text, text);
    EXPECT_EQ(document.media_type, "text/plain");
    EXPECT_TRUE(document.blocks.empty());
}

TEST(TextExtractor, FindsHeadings) {
    const auto headings = [](const std::string& text) {
        std::string found;
        for (const document::Block& block : extractor_by_name("text").extract(text, {.name = "a.txt"}).blocks) {
            if (block.kind != document::BlockKind::heading) continue;
            EXPECT_EQ(text.substr(block.start, block.end - block.start), block.label);
            found += std::to_string(block.level) + ' ' + block.label + '|';
        }
        return found;
    };
    EXPECT_EQ(headings("The book\n========\n\nFILES\n    a.conf\n\n2.1 F\u00DCR ALLE\n\nText.\n\nOf it\n---\nMore."),
              "1 The book|2 FILES|2 2.1 F\u00DCR ALLE|2 Of it|");
    EXPECT_EQ(headings("\xEF\xBB\xBFTHE BOOK\n\nText."), "2 THE BOOK|");
    EXPECT_EQ(headings("ALL IS WELL\n\nALL IS STILL\n"), "") << "it is all in capitals";
    EXPECT_EQ(headings("Ask\nNATO\nfor help.\n\nPATH=BIN\n\nEXPOSE 80\n\nStop.\n"), "");
    EXPECT_EQ(headings("name: value\n---\nname: other\n"), "") << "documents of YAML";
    EXPECT_EQ(headings("Name  Size\n----------\na     1\n"), "") << "a table";
    EXPECT_EQ(headings("NO TEXT"), "");
    EXPECT_EQ(headings("A\n\n" + std::string(100'000, '\n') + std::string(100'000, 'B')), "");
}

struct EncodingCase {
    std::string name;
    std::string bytes;
    std::string text;
};

class Encoding : public ::testing::TestWithParam<EncodingCase> {};

TEST_P(Encoding, BecomesUtf8) {
    EXPECT_EQ(extractor_by_name("text").extract(GetParam().bytes, {.name = "a.txt"}).text, GetParam().text);
}

using std::string_literals::operator""s;
INSTANTIATE_TEST_SUITE_P(Extractor, Encoding,
                         ::testing::Values(EncodingCase{"utf8_mark", "\xEF\xBB\xBFhello"s, "\xEF\xBB\xBFhello"},
                                           EncodingCase{"mark_only", "\xEF\xBB\xBF"s, ""},
                                           EncodingCase{"utf16_little", "\xFF\xFEh\0\xE9\0"s, "h\u00E9"},
                                           EncodingCase{"utf16_big", "\xFE\xFF\0h\0\xE9"s, "h\u00E9"},
                                           EncodingCase{"utf16_pair", "\xFF\xFE\x3D\xD8\0\xDE"s, "\U0001F600"},
                                           EncodingCase{"utf32_little", "\xFF\xFE\0\0h\0\0\0"s, "h"},
                                           EncodingCase{"utf32_big", "\0\0\xFE\xFF\0\0\0h"s, "h"}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Encoding, LongUtf16IsConvertedInPieces) {
    std::string bytes = "\xFF\xFE"s;
    for (int i = 0; i < 100000; ++i) bytes += "\xE9\0"s;
    const std::string text = extractor_by_name("text").extract(bytes, {.name = "a.txt"}).text;
    EXPECT_EQ(text.size(), 200000U);
    EXPECT_EQ(text.substr(199998), "\u00E9");
}

TEST(Encoding, InvalidBytesAreReplacedCountedAndReported) {
    struct Case {
        const char* type;
        std::string bytes, text, reason;
    };
    for (const Case& each :
         {Case{"text", "one\ntwo\nth\xE9r\n", "one\ntwo\nth\uFFFDr\n",
               "an invalid UTF-8 sequence was replaced, in line 3"},
          Case{"markdown", "\xEF\xBB\xBF# caf\u00E9\xFF \uFFFD\n\xC3", "\xEF\xBB\xBF# caf\u00E9\uFFFD \uFFFD\n\uFFFD",
               "2 invalid UTF-8 sequences were replaced, the first in line 1"},
          Case{"text", "\xFF\xFEh\0\x3D"s, "h\uFFFD", "an invalid UTF-16 sequence was replaced, in line 1"},
          Case{"python", "# caf\u00E9 caf\u00E9\n\xFF", "# caf\u00E9 caf\u00E9\n\uFFFD",
               "an invalid UTF-8 sequence was replaced, in line 2"},
          Case{"json", "{\"a\": \"\u00E9\u00E9\xFF\"}", "a: \u00E9\u00E9\uFFFD",
               "an invalid UTF-8 sequence was replaced, in line 1"}}) {
        const document::Document document = extractor_by_name(each.type).extract(each.bytes, {.name = "a"});
        EXPECT_EQ(document.text, each.text) << each.type;
        ASSERT_EQ(document.warnings.size(), 1U) << each.type;
        EXPECT_EQ(document.warnings[0].kind, document::Warning::Kind::invalid_bytes);
        EXPECT_EQ(document.warnings[0].reason, each.reason);
    }
}

TEST(Warnings, NameWhyADocumentHasNoText) {
    const std::string words = "words of a paragraph that goes on for a while ";
    std::string much;
    for (int line = 0; line < 50; ++line) much += words;
    struct Case {
        const char* type;
        std::string bytes;
        document::Warning::Kind kind;
        std::string reason;
    };
    using Kind = document::Warning::Kind;
    for (const Case& each :
         {Case{"html", "<div id=root></div><script>render()</script>", Kind::no_text,
               "its text is made by scripts, which are not run"},
          Case{"html", "<p hidden>a secret", Kind::no_text, "all its text was left out: 1 × hidden element"},
          Case{"html", "<div hidden>" + much + "</div><p>Loading", Kind::little_text,
               "7 B of 1.8 kB of its text was taken; most of the rest is hidden"},
          Case{"text", " \n", Kind::no_text, "it has no text"}}) {
        const document::Document document = convert(extractor_by_name(each.type), each.bytes, {.name = "a"});
        ASSERT_EQ(document.warnings.size(), 1U) << each.bytes;
        EXPECT_EQ(document.warnings[0].kind, each.kind) << each.bytes;
        EXPECT_EQ(document.warnings[0].reason, each.reason);
    }
    EXPECT_TRUE(convert(extractor_by_name("html"), "<nav>menu</nav><p>" + much, {.name = "a"}).warnings.empty());
}

}  // namespace
}  // namespace quarry::extract
