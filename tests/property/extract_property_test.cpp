// Blocks lie in order and cover the text, for any Markdown.
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/extractor.h"
#include "core/extract/invisible.h"
#include "core/extract/text_formats.h"
#include "tests/property/generators.h"
#include "tests/property/invariants.h"

namespace quarry {
namespace {

using testing::TextGenerator;

TEST(ExtractProperty, MarkdownBlocksCoverTheTextInOrder) {
    for (std::uint64_t seed = 0; seed < 20000; ++seed) {
        TextGenerator generator(seed);
        const std::string text = generator.any(generator.below(1500));
        const document::Document document =
            extract::extractor_by_name("markdown").extract(text, {.name = "generated.md"});
        ASSERT_EQ(testing::block_fault(document), "") << "seed " << seed;
        ASSERT_FALSE(document.title.empty()) << "seed " << seed;
    }
}

TEST(ExtractProperty, BlocksAreWholeLines) {
    for (std::uint64_t seed = 0; seed < 5000; ++seed) {
        TextGenerator generator(seed);
        const document::Document document =
            extract::extractor_by_name("markdown").extract(generator.markdown(1000), {.name = "generated.md"});
        for (const document::Block& block : document.blocks) {
            const auto is_line_end = [&](std::size_t at) {
                return document.text[at] == '\n' || document.text[at] == '\r';
            };
            ASSERT_TRUE(block.start == 0 || is_line_end(block.start - 1)) << "seed " << seed;
            ASSERT_TRUE(block.end == document.text.size() || is_line_end(block.end)) << "seed " << seed;
        }
    }
}

TEST(ExtractProperty, InvisibleCharactersGoAtOnce) {
    for (std::uint64_t seed = 0; seed < 20000; ++seed) {
        const std::string text = TextGenerator(seed).unicode(400);
        extract::RemovedCounts removed;
        const std::string visible = extract::remove_invisible(text, removed);
        ASSERT_FALSE(find_invalid_utf8(visible)) << "seed " << seed;
        ASSERT_EQ(visible == text, removed.empty()) << "seed " << seed;
        extract::RemovedCounts again;
        ASSERT_EQ(extract::remove_invisible(visible, again), visible) << "seed " << seed;
    }
}

/// A text of the notation of many formats: lines that mean something in one of them, and any text between.
std::string notation(TextGenerator& generator) {
    static constexpr std::string_view pieces[] = {"= Title",
                                                  "== Section ==",
                                                  "* item",
                                                  "** item",
                                                  "- item",
                                                  "1. one",
                                                  "  nested",
                                                  "|===",
                                                  "| a | b |",
                                                  "+---+---+",
                                                  "| a | b |",
                                                  "====  ====",
                                                  "Title\n=====",
                                                  "Sub\n---",
                                                  ".. note:: text",
                                                  "   indented",
                                                  ".. code-block:: c",
                                                  "::",
                                                  ":field: value",
                                                  "#+BEGIN_SRC c",
                                                  "#+END_SRC",
                                                  "#+TITLE: t",
                                                  ":PROPERTIES:",
                                                  ":END:",
                                                  "|---+---|",
                                                  ".TH X 1",
                                                  ".SH NAME",
                                                  ".TP",
                                                  ".B bold text",
                                                  ".IP \\(bu 2",
                                                  ".RS",
                                                  ".RE",
                                                  ".nf",
                                                  ".fi",
                                                  ".TS",
                                                  "l l.",
                                                  "a\tb",
                                                  ".TE",
                                                  ".Bl -tag",
                                                  ".It Fl a",
                                                  ".El",
                                                  ".Sh X",
                                                  "\\section{A}",
                                                  "\\begin{itemize}",
                                                  "\\item x",
                                                  "\\end{itemize}",
                                                  "\\begin{tabular}{ll}",
                                                  "a & b \\\\",
                                                  "\\end{tabular}",
                                                  "$x$",
                                                  "\\emph{a}",
                                                  "\\'e",
                                                  "% comment",
                                                  "{",
                                                  "}",
                                                  "<table><tr><td>a<td>b",
                                                  "</table>",
                                                  "<ul><li>x",
                                                  "</ul>",
                                                  "<p>",
                                                  "<pre>",
                                                  "</pre>",
                                                  "<div hidden>",
                                                  "</div>",
                                                  "<h1>T</h1>",
                                                  "<blockquote>",
                                                  "<script>",
                                                  "</script>",
                                                  "<!--",
                                                  "-->",
                                                  "&amp;&#x41;&nbsp",
                                                  "{\"a\": [1, {\"b\": 2}]}",
                                                  "[1, 2]",
                                                  "a,b,\"c\nd\"",
                                                  "a;b;c",
                                                  "\"",
                                                  "00:00:01,000 --> 00:00:02,000",
                                                  "WEBVTT",
                                                  "<a><b>x</b>",
                                                  "</a>",
                                                  "term:: text",
                                                  "+",
                                                  "----",
                                                  "....",
                                                  "____",
                                                  "--",
                                                  "NOTE: x",
                                                  "[source,c]",
                                                  "```",
                                                  "> quote",
                                                  "# head",
                                                  ""};
    std::string text;
    for (std::size_t piece = generator.below(60); piece > 0; --piece) {
        text += generator.below(6) == 0 ? generator.any(40) : std::string(pieces[generator.below(std::size(pieces))]);
        text += generator.below(8) == 0 ? " " : "\n";
    }
    return text;
}

TEST(ExtractProperty, EveryTextFormatGivesSoundBlocksOrAnError) {
    std::size_t documents = 0;
    for (std::uint64_t seed = 0; seed < 5000; ++seed) {
        TextGenerator generator(seed);
        const std::string text = notation(generator);
        for (const extract::TextFormat& format : extract::text_formats()) {
            try {
                const document::Document document = format.extract(text, {.name = "generated"});
                ASSERT_EQ(testing::block_fault(document), "") << format.name << ", seed " << seed << "\n" << text;
                ASSERT_FALSE(find_invalid_utf8(document.text)) << format.name << ", seed " << seed;
                ASSERT_FALSE(document.title.empty()) << format.name << ", seed " << seed;
                ASSERT_EQ(document.media_type, format.media_type);
                // Nothing stands outside of the blocks.
                if (!document.blocks.empty()) {
                    ASSERT_EQ(document.blocks.back().end, document.text.size()) << format.name << ", seed " << seed;
                }
                ++documents;
            } catch (const Error& error) {
                ASSERT_EQ(error.code(), ErrorCode::failed) << format.name << ", seed " << seed;
                ASSERT_FALSE(error.causes().empty()) << format.name << ", seed " << seed;
            }
        }
    }
    EXPECT_GT(documents, 20'000U);
}

TEST(ExtractProperty, PlainTextIsKeptByteForByte) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        std::string text = TextGenerator(seed).any(800);
        const document::Document document = extract::extractor_by_name("text").extract(text, {.name = "generated.txt"});
        std::erase(text, '\0');
        ASSERT_EQ(document.text, text) << "seed " << seed;
    }
}

}  // namespace
}  // namespace quarry
