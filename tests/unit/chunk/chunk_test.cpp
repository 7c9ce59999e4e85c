// Chunkers by example: where each strategy cuts, and under which headings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/chunk/chunker.h"
#include "core/extract/extractor.h"
#include "tests/property/invariants.h"

namespace quarry::chunk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Cancellation never;

struct Case {
    std::string name;
    ChunkOptions options;
    std::string text;
    std::vector<std::string> chunks;  ///< "A > B: text": heading path, then the text; without headings the text.
};

std::vector<std::string> shown(const document::Document& document, const std::vector<document::ChunkSpan>& spans) {
    std::vector<std::string> chunks;
    for (const document::ChunkSpan& span : spans) {
        std::string path;
        for (const std::string& heading : span.heading_path) path += (path.empty() ? "" : " > ") + heading;
        if (!path.empty()) path += ": ";
        chunks.push_back(path + document.text.substr(span.start_byte, span.end_byte - span.start_byte));
    }
    return chunks;
}

document::Document markdown(const std::string& text) {
    return extract::extractor_by_name("markdown").extract(text, {.name = "a.md"});
}

class Chunks : public ::testing::TestWithParam<Case> {};

TEST_P(Chunks, AreThese) {
    const document::Document document = markdown(GetParam().text);
    const std::vector<document::ChunkSpan> spans = chunk_document(document, GetParam().options, never);
    EXPECT_EQ(shown(document, spans), GetParam().chunks);
    EXPECT_EQ(testing::chunk_fault(document, GetParam().options, spans), "");
}

ChunkOptions with(std::string strategy, std::size_t size, std::size_t overlap = 0, std::string unit = "chars") {
    return {std::move(strategy), size, overlap, std::move(unit)};
}

const Case fixed_cases[] = {
    {"empty", with("fixed", 5), "", {}},
    {"blank", with("fixed", 5), " \n\t\u00A0\u3000\n", {}},
    {"short", with("fixed", 50), "abc", {"abc"}},
    {"windows", with("fixed", 4), "abcdefghij", {"abcd", "efgh", "ij"}},
    {"blanks_between_are_outside", with("fixed", 4), "abcd   efgh  ", {"abcd", "efgh"}},
    {"overlap", with("fixed", 4, 2), "abcdefgh", {"abcd", "cdef", "efgh"}},
    {"code_points", with("fixed", 2), "\u65E5\u672C\u8A9E", {"\u65E5\u672C", "\u8A9E"}},
    {"bytes", with("fixed", 4, 0, "bytes"), "\u65E5\u672C\u8A9E", {"\u65E5", "\u672C", "\u8A9E"}},
    {"code_point_larger_than_size", with("fixed", 1, 0, "bytes"), "a\u65E5b", {"a", "\u65E5", "b"}},
    {"words", with("fixed", 2, 0, "words"), "one two three", {"one two", "three"}},
    {"words_overlap", with("fixed", 2, 1, "words"), "one two three", {"one two", "two three"}},
    {"metadata_is_in_no_chunk", with("fixed", 3), "---\r\ntitle: T\r\n---\r\n\r\nabcde", {"abc", "de"}},
    {"heading_of_the_start", with("fixed", 6), "a\n\n# H\n\nbcdefgh", {"a\n\n# H", "H: bcdefg", "H: h"}},
};

const Case recursive_cases[] = {
    {"empty", with("recursive", 5), "", {}},
    {"paragraphs_first", with("recursive", 12), "one two\n\nthree four\nfive", {"one two", "three four", "five"}},
    {"greedy", with("recursive", 20), "one\n\ntwo\n\nthree\n\nfour five six", {"one\n\ntwo\n\nthree", "four five six"}},
    {"lines", with("recursive", 9), "one two\nthree", {"one two", "three"}},
    {"sentences", with("recursive", 20), "One is. Two is too. Three.", {"One is. Two is too.", "Three."}},
    {"sentence_with_quotes",
     with("recursive", 18),
     "He said \"so.\" Then he left.",
     {"He said \"so.\"", "Then he left."}},
    {"words", with("recursive", 8), "one two three", {"one two", "three"}},
    {"nothing_to_cut_at", with("recursive", 4), "abcdefghij", {"abcd", "efgh", "ij"}},
    {"japanese_sentences",
     with("recursive", 5),
     "\u65E5\u672C\u3002\u8A9E\u6F22\u5B57\u3002",
     {"\u65E5\u672C\u3002", "\u8A9E\u6F22\u5B57\u3002"}},
    {"limit_falls_on_blank_line", with("recursive", 7), "one two\n\nthree", {"one two", "three"}},
    {"crlf", with("recursive", 9), "one two\r\n\r\nthree", {"one two", "three"}},
    {"indentation_is_kept", with("recursive", 16), "if x:\n    one()\n    two()\n", {"if x:\n    one()", "    two()"}},
    {"indentation_that_does_not_fit", with("recursive", 4), "        ab", {"ab"}},
    {"overlap_at_words", with("recursive", 11, 4), "one two six ten", {"one two six", "six ten"}},
    {"overlap_at_lines", with("recursive", 7, 4), "ab\ncd\nef\ngh", {"ab\ncd", "cd\nef", "ef\ngh"}},
    {"overlap_too_large_for_progress", with("recursive", 5, 4), "abcde fghij", {"abcde", "fghij"}},
    {"unicode_space", with("recursive", 3), "one\u2003two", {"one", "two"}},
};

const std::string guide = "# Guide\n\nIntro.\n\n## First\n\nAlpha beta.\n\n## Second\n\nGamma delta.\n\n### "
                          "Deep\n\nEpsilon.\n\n# Other\n\nEnd.\n";

const Case markdown_cases[] = {
    {"empty", with("markdown", 50), "", {}},
    {"all_fits", with("markdown", 500), "# A\n\nb\n\n## C\n\nd", {"A: # A\n\nb\n\n## C\n\nd"}},
    {"text_before_headings", with("markdown", 8), "pre\n\n# A\n\nb", {"pre", "A: # A\n\nb"}},
    {"sections",
     with("markdown", 30),
     guide,
     {"Guide: # Guide\n\nIntro.", "Guide > First: ## First\n\nAlpha beta.", "Guide > Second: ## Second\n\nGamma delta.",
      "Guide > Second > Deep: ### Deep\n\nEpsilon.", "Other: # Other\n\nEnd."}},
    {"small_siblings_together",
     with("markdown", 50),
     "# A\n\n## B\n\nb\n\n## C\n\nc\n\n## D\n\n" + std::string(40, 'd'),
     {"A: # A\n\n## B\n\nb\n\n## C\n\nc", "A > D: ## D\n\n" + std::string(40, 'd')}},
    {"headings_lead_to_their_text",
     with("markdown", 30),
     "# A\n\n## B\n\n### C\n\ntext of C\n\n# D\n\nd and more",
     {"A > B > C: # A\n\n## B\n\n### C\n\ntext of C", "D: # D\n\nd and more"}},
    {"heading_is_never_last", with("markdown", 12), "para one\n\n# H\n\nbody", {"para one", "H: # H\n\nbody"}},
    {"blocks_stay_whole",
     with("markdown", 20),
     "# H\n\none two three\n\nfour five six seven\n\n- a\n- b",
     {"H: # H\n\none two three", "H: four five six seven", "H: - a\n- b"}},
    {"fence_stays_whole",
     with("markdown", 30),
     "text text text\n\n```\na\n\nb\n\nc\n```\n\nmore text here",
     {"text text text", "```\na\n\nb\n\nc\n```", "more text here"}},
    {"large_fence_by_lines",
     with("markdown", 12),
     "```\nfoo();\n  bar();\n  baz();\n```",
     {"```\nfoo();", "  bar();", "  baz();\n```"}},
    {"large_table_by_rows",
     with("markdown", 16),
     "|a|b|\n|-|-|\n|1|2|\n|3|4|\n|5|6|",
     {"|a|b|\n|-|-|", "|1|2|\n|3|4|", "|5|6|"}},
    {"large_list_by_items",
     with("markdown", 20),
     "- one\n  more\n- two\n  more\n- three",
     {"- one\n  more", "- two\n  more\n- three"}},
    {"large_paragraph_by_sentences",
     with("markdown", 31),
     "# H\n\nOne is here. Two is\nthere. Three is nowhere.",
     {"H: # H\n\nOne is here. Two is\nthere.", "H: Three is nowhere."}},
    {"heading_with_first_part",
     with("markdown", 12),
     "# Head\n\naaaa bbbb cccc",
     {"Head: # Head\n\naaaa", "Head: bbbb cccc"}},
    {"heading_larger_than_size",
     with("markdown", 8),
     "# abcdefghij\n\nk",
     {"abcdefghij: #", "abcdefghij: abcdefgh", "abcdefghij: ij\n\nk"}},
    {"heading_that_fills_the_size", with("markdown", 6), "# abcd\n\nklmnop", {"abcd: # abcd", "abcd: klmnop"}},
    {"rest_of_a_block_takes_what_follows",
     with("markdown", 12),
     "aaaa bbbb cccc dddd\n\ne\n\nf",
     {"aaaa bbbb", "cccc dddd\n\ne", "f"}},
    {"metadata_is_in_no_chunk", with("markdown", 100), "---\ntitle: T\n---\n# A\n\nb", {"A: # A\n\nb"}},
    {"metadata_alone", with("markdown", 100), "---\ntitle: T\n---\n", {}},
    {"overlap_repeats_prose",
     with("markdown", 22, 6),
     "# H\n\none two three four\n\nfive six seven",
     {"H: # H\n\none two three", "H: three four", "H: four\n\nfive six seven"}},
    {"overlap_stays_in_its_section",
     with("markdown", 20, 8),
     "# A\n\none two three\n\n# B\n\nfour five six",
     {"A: # A\n\none two three", "B: # B\n\nfour five six"}},
    {"overlap_repeats_no_half_fence",
     with("markdown", 20, 8),
     "```\none two\nsix\n```\n\nfour five six",
     {"```\none two\nsix\n```", "four five six"}},
};

std::string name_of(const ::testing::TestParamInfo<Case>& tested) { return tested.param.name; }
INSTANTIATE_TEST_SUITE_P(Fixed, Chunks, ::testing::ValuesIn(fixed_cases), name_of);
INSTANTIATE_TEST_SUITE_P(Recursive, Chunks, ::testing::ValuesIn(recursive_cases), name_of);
INSTANTIATE_TEST_SUITE_P(Markdown, Chunks, ::testing::ValuesIn(markdown_cases), name_of);

TEST(ChunkDocument, LinesAreThoseOfTheFile) {
    const document::Document document = markdown("# A\n\none\n\n# B\n\ntwo\nthree\n");
    const std::vector<document::ChunkSpan> spans = chunk_document(document, with("markdown", 16), never);
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_EQ(spans[0].start_line, 1U);
    EXPECT_EQ(spans[0].end_line, 3U);
    EXPECT_EQ(spans[1].start_line, 5U);
    EXPECT_EQ(spans[1].end_line, 8U);
}

TEST(ChunkDocument, AutoPicksByType) {
    const std::string text = "# A\n\n```\none\n\ntwo\n```\n";
    const document::Document marked = markdown(text);
    EXPECT_EQ(chunk_document(marked, with("auto", 16), never), chunk_document(marked, with("markdown", 16), never));
    const document::Document plain = extract::extractor_by_name("text").extract(text, {.name = "a.txt"});
    EXPECT_EQ(chunk_document(plain, with("auto", 16), never), chunk_document(plain, with("recursive", 16), never));
    EXPECT_NE(chunk_document(plain, with("auto", 16), never), chunk_document(marked, with("auto", 16), never));
}

struct BadOptions {
    std::string name;
    ChunkOptions options;
    std::string message;
    std::string hint;
};

class ChunkOptionErrors : public ::testing::TestWithParam<BadOptions> {};

TEST_P(ChunkOptionErrors, SayWhatIsWrong) {
    try {
        static_cast<void>(chunk_document(markdown("a"), GetParam().options, never));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.message(), HasSubstr(GetParam().message));
        EXPECT_THAT(error.hint(), HasSubstr(GetParam().hint));
    }
}

INSTANTIATE_TEST_SUITE_P(
    ChunkDocument, ChunkOptionErrors,
    ::testing::Values(BadOptions{"size_zero", with("fixed", 0), "size is 0", "at least 1"},
                      BadOptions{"overlap_as_large", with("fixed", 5, 5), "overlap (5)", "0 is best"},
                      BadOptions{"strategy", with("recursiv", 5), "\"recursiv\"", "did you mean recursive?"},
                      BadOptions{"strategy_far_off", with("zzz", 5), "\"zzz\"", "auto, fixed, recursive, sentence"},
                      BadOptions{"unit", with("fixed", 5, 0, "tokens"), "unknown unit", "tokens:approx"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ChunkDocument, StopsWhenCancelled) {
    Cancellation cancelled;
    cancelled.cancel();
    for (const char* strategy : {"fixed", "recursive", "markdown"}) {
        try {
            static_cast<void>(chunk_document(markdown("some text"), with(strategy, 5), cancelled));
            FAIL() << strategy;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::interrupted);
        }
    }
}

TEST(ChunkerNames, AutoFirstThenEachByItsName) {
    EXPECT_EQ(chunker_names().front(), "auto");
    EXPECT_THAT(chunker_names(), ::testing::IsSupersetOf({"fixed", "recursive", "sentence", "paragraph", "markdown",
                                                          "structure", "page", "row"}));
    for (const std::string& name : chunker_names().subspan(1)) {
        EXPECT_EQ(chunker_by_name(name).name(), name == "structure" ? "markdown" : name);
    }
}

TEST(ChunkFingerprint, TellsOptionsApart) {
    std::vector<std::string> prints;
    for (const ChunkOptions& options :
         {with("auto", 10), with("fixed", 10), with("auto", 11), with("auto", 10, 1), with("auto", 10, 0, "bytes")}) {
        EXPECT_THAT(prints, ::testing::Not(::testing::Contains(options.fingerprint())));
        prints.push_back(options.fingerprint());
        EXPECT_EQ(options.fingerprint(), prints.back());
    }
}

// Quadratic time would keep these from ending within the test's time limit; that is what is tested.
TEST(ChunkDocument, LongLinesTakeLinearTime) {
    for (const std::string& piece : {std::string("x"), std::string("word "), std::string(" "), std::string("\n"),
                                     std::string("# h\n"), std::string("###### a\n\n# b\n\nc\n\n")}) {
        std::string text;
        while (text.size() < 500'000) text += piece;
        const document::Document document = markdown(text);
        for (const std::string& strategy : chunker_names()) {
            const std::vector<document::ChunkSpan> spans =
                chunk_document(document, with(strategy, 1800, 200, "tokens:approx"), never);
            EXPECT_EQ(spans.empty(), piece == " " || piece == "\n");
        }
    }
}

}  // namespace
}  // namespace quarry::chunk
