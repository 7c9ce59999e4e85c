// The strategies that cut by sentence, paragraph, page and row; separators by language; small neighbours and parents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/chunk/chunker.h"
#include "core/chunk/separators.h"
#include "core/extract/extractor.h"
#include "tests/property/invariants.h"

namespace quarry::chunk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct UnitCase {
    std::string name;
    ChunkOptions options;
    std::string text;
    std::vector<std::string> chunks;
};

ChunkOptions by(std::string strategy, std::size_t size, std::size_t overlap = 0, std::size_t min_size = 0) {
    ChunkOptions options{std::move(strategy), size, overlap, "chars"};
    options.min_size = min_size;
    return options;
}

ChunkOptions by_separators(std::string separators, std::size_t size) {
    ChunkOptions options = by("recursive", size);
    options.separators = std::move(separators);
    return options;
}

document::Document extract_markdown(const std::string& text) {
    return extract::extractor_by_name("markdown").extract(text, {.name = "a.md"});
}

std::vector<document::ChunkSpan> chunks_of(const document::Document& document, const ChunkOptions& options) {
    const Cancellation never;
    std::vector<document::ChunkSpan> spans = chunk_document(document, options, never);
    EXPECT_EQ(testing::chunk_fault(document, options, spans), "");
    return spans;
}

std::vector<std::string> texts_of(const document::Document& document, const ChunkOptions& options) {
    std::vector<std::string> texts;
    for (const document::ChunkSpan& span : chunks_of(document, options)) {
        texts.push_back(document.text.substr(span.start_byte, span.end_byte - span.start_byte));
    }
    return texts;
}

class UnitChunks : public ::testing::TestWithParam<UnitCase> {};

TEST_P(UnitChunks, AreThese) {
    EXPECT_EQ(texts_of(extract_markdown(GetParam().text), GetParam().options), GetParam().chunks);
}

const UnitCase sentence_chunks[] = {
    {"whole_ones", by("sentence", 20), "One is. Two is too. Three.", {"One is. Two is too.", "Three."}},
    {"abbreviation", by("sentence", 24), "He is Dr. Who. He travels.", {"He is Dr. Who.", "He travels."}},
    {"over_lines", by("sentence", 20), "One is\nhere. Two is.", {"One is\nhere. Two is."}},
    {"too_large_by_words", by("sentence", 10), "One two three four. Five.", {"One two", "three", "four.", "Five."}},
    {"items", by("sentence", 12), "- one two\n- three four\n", {"- one two", "- three four"}},
    {"code_lines", by("sentence", 9), "```\na. b\nc. d\n```\n", {"```\na. b", "c. d\n```"}},
    {"heading_with_text", by("sentence", 16), "One. Two.\n\n# H\n\nThree.", {"One. Two.", "# H\n\nThree."}},
    {"overlap_is_a_sentence", by("sentence", 14, 7), "Aa bb. Cc dd. Ee ff.", {"Aa bb. Cc dd.", "Cc dd. Ee ff."}},
};

const UnitCase paragraph_chunks[] = {
    {"whole_ones",
     by("paragraph", 20),
     "One two.\n\nThree.\n\nFour five six.",
     {"One two.\n\nThree.", "Four five six."}},
    {"too_large_by_sentences", by("paragraph", 12), "One two. Three. Four.", {"One two.", "Three. Four."}},
    {"list_whole", by("paragraph", 16), "Aaaa bbbb.\n\n- c\n- d\n- e\n", {"Aaaa bbbb.", "- c\n- d\n- e"}},
    {"heading_with_text", by("paragraph", 14), "One two.\n\n# H\n\nThree.", {"One two.", "# H\n\nThree."}},
};

const UnitCase page_chunks[] = {
    {"feeds", by("page", 50), "One.\n\fTwo.\n\nMore.\fThree.", {"One.", "Two.\n\nMore.", "Three."}},
    {"too_large", by("page", 8), "One two.\n\nThree.\fFour.", {"One two.", "Three.", "Four."}},
    {"no_pages", by("page", 50), "One.\n\nTwo.", {"One.\n\nTwo."}},
    {"small_ones_joined", by("page", 20, 0, 8), "One.\fTwo.\fThree is long.", {"One.\fTwo.", "Three is long."}},
};

const UnitCase row_chunks[] = {
    {"table", by("row", 50), "|a|b|\n|-|-|\n|1|2|\n|3|4|\n", {"|a|b|\n|-|-|\n|1|2|", "|3|4|"}},
    {"table_of_a_header", by("row", 50), "|a|b|\n|-|-|\n", {"|a|b|\n|-|-|"}},
    {"lines", by("row", 50), "one\ntwo\n\nthree", {"one", "two", "three"}},
    {"too_large", by("row", 8), "one two three\nfour", {"one two", "three", "four"}},
    {"joined", by("row", 9, 0, 6), "a\nb\nc\nd\ne\nf", {"a\nb\nc\nd", "e\nf"}},
};

const UnitCase separator_chunks[] = {
    {"own_list", by_separators(R"(["; "])", 10), "ab; cd; ef; gh", {"ab; cd;", "ef; gh"}},
    {"best_first", by_separators(R"(["; ", ", "])", 12), "ab; cd, ef, gh, ij", {"ab;", "cd, ef, gh,", "ij"}},
    {"nothing_matches", by_separators(R"(["#"])", 4), "abcdefg", {"abcd", "efg"}},
    {"python_classes",
     by_separators("python", 44),
     "import a\n\nclass B:\n    x = 1\n\n    def c(self):\n        return 2\n",
     {"import a", "class B:\n    x = 1", "    def c(self):\n        return 2"}},
    {"blank_line_with_spaces", by_separators("go", 12), "ab\n  \ncd\nef gh ij", {"ab", "cd\nef gh ij"}},
    {"separator_at_the_limit", by_separators(R"(["\nfn "])", 5), "ab cd\nfn e", {"ab cd", "fn e"}},
};

std::string unit_case_name(const ::testing::TestParamInfo<UnitCase>& tested) { return tested.param.name; }
INSTANTIATE_TEST_SUITE_P(Sentence, UnitChunks, ::testing::ValuesIn(sentence_chunks), unit_case_name);
INSTANTIATE_TEST_SUITE_P(Paragraph, UnitChunks, ::testing::ValuesIn(paragraph_chunks), unit_case_name);
INSTANTIATE_TEST_SUITE_P(Page, UnitChunks, ::testing::ValuesIn(page_chunks), unit_case_name);
INSTANTIATE_TEST_SUITE_P(Row, UnitChunks, ::testing::ValuesIn(row_chunks), unit_case_name);
INSTANTIATE_TEST_SUITE_P(Separators, UnitChunks, ::testing::ValuesIn(separator_chunks), unit_case_name);

TEST(TableHeader, GoesWithTheLaterPartsUnderEveryStrategy) {
    const document::Document document = extract_markdown("|a|b|\n|-|-|\n|1|2|\n|3|4|\n|5|6|\n\nend\n");
    for (const char* strategy : {"markdown", "row", "recursive", "sentence", "fixed"}) {
        const std::vector<document::ChunkSpan> spans = chunks_of(document, by(strategy, 17));
        ASSERT_GE(spans.size(), 2U) << strategy;
        EXPECT_EQ(spans[0].table_header, "") << strategy;
        EXPECT_EQ(spans[1].table_header, "|a|b|\n|-|-|") << strategy;
    }
    EXPECT_EQ(chunks_of(document, by("row", 50)).back().table_header, "");
}

TEST(PageNumbers, AreThoseOfTheDocument) {
    document::Document document;
    document.text = "one two three";
    document.page_starts = {0, 4, 8};
    const std::vector<document::ChunkSpan> spans = chunks_of(document, by("page", 50));
    ASSERT_EQ(spans.size(), 3U);
    EXPECT_EQ(spans[2].start_page, 3U);
    const std::vector<document::ChunkSpan> whole = chunks_of(document, by("fixed", 50));
    EXPECT_EQ(whole[0].start_page, 1U);
    EXPECT_EQ(whole[0].end_page, 3U);
}

TEST(Parents, HoldNeighboursAndPartAtHeadings) {
    const document::Document document = extract_markdown("# A\n\naaa.\n\nbbb.\n\n# B\n\nccc.\n\nddd.\n");
    ChunkOptions options = by("paragraph", 10);
    options.parent_size = 27;
    std::vector<std::string> parents;
    for (const document::ChunkSpan& span : chunks_of(document, options)) {
        parents.push_back(document.text.substr(span.parent_start, span.parent_end - span.parent_start));
    }
    const std::string first = "# A\n\naaa.\n\nbbb.";
    const std::string second = "# B\n\nccc.\n\nddd.";
    EXPECT_THAT(parents, ElementsAre(first, first, second, second));
}

TEST(SmallNeighbours, ShareTheHeadingsOfBoth) {
    const document::Document document = extract_markdown("# A\n\n## B\n\nb\n\n## C\n\nc\n");
    const std::vector<document::ChunkSpan> spans = chunks_of(document, by("row", 60, 0, 60));
    ASSERT_EQ(spans.size(), 1U);
    EXPECT_THAT(spans[0].heading_path, ElementsAre("A"));
}

TEST(SmallNeighbours, ARestGoesToTheChunkBefore) {
    document::Document document;
    document.text = "aaaaaa\n\nbb";
    EXPECT_THAT(texts_of(document, by("row", 10, 0, 5)), ElementsAre("aaaaaa\n\nbb"));
    EXPECT_THAT(texts_of(document, by("row", 9, 0, 5)), ElementsAre("aaaaaa", "bb"));
}

TEST(SeparatorPresets, AreKnownByNameAndByMediaType) {
    for (const SeparatorPreset& preset : separator_presets()) {
        EXPECT_EQ(resolve_separators(preset.name, "").size(), preset.separators.size()) << preset.name;
        EXPECT_EQ(preset.separators.back(), " ") << preset.name;
    }
    EXPECT_EQ(resolve_separators("", "text/x-python"), resolve_separators("python", "text/plain"));
    EXPECT_TRUE(resolve_separators("", "text/plain").empty());
    EXPECT_TRUE(resolve_separators("", "text/markdown").empty());
}

struct BadUnitOptions {
    std::string name;
    ChunkOptions options;
    std::string message;
    std::string hint;
};

class UnitOptionErrors : public ::testing::TestWithParam<BadUnitOptions> {};

TEST_P(UnitOptionErrors, SayWhatIsWrong) {
    try {
        check_chunk_options(GetParam().options);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
        EXPECT_THAT(error.hint(), HasSubstr(GetParam().hint));
    }
}

ChunkOptions with_parents(std::size_t size, std::size_t parent_size) {
    ChunkOptions options = by("fixed", size);
    options.parent_size = parent_size;
    return options;
}

INSTANTIATE_TEST_SUITE_P(
    Options, UnitOptionErrors,
    ::testing::Values(BadUnitOptions{"least_size", by("fixed", 5, 0, 6), "minimum size (6)", "0 joins nothing"},
                      BadUnitOptions{"parents", with_parents(5, 4), "parent size (4)", "three to five times"},
                      BadUnitOptions{"language", by_separators("pyton", 5), "\"pyton\"", "did you mean python?"},
                      BadUnitOptions{"no_language", by_separators("zzz", 5), "\"zzz\"", "choose one of: bash"},
                      BadUnitOptions{"broken_list", by_separators("[1", 5), "not a JSON array", "JSON array"},
                      BadUnitOptions{"numbers", by_separators("[1]", 5), "one is not a string", "JSON array"},
                      BadUnitOptions{"empty_list", by_separators(R"([""])", 5), "it is empty", "JSON array"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TokenEncoding, IsTheUnitWhenThatCountsTokens) {
    ChunkOptions options;
    EXPECT_EQ(options.token_encoding(), "tokens:approx");
    options.unit = "tokens:cl100k_base";
    EXPECT_EQ(options.token_encoding(), "tokens:cl100k_base");
    options.encoding = "tokens:approx";
    EXPECT_EQ(options.token_encoding(), "tokens:approx");
}

TEST(Fingerprint, KnowsAliasesAndNewOptions) {
    EXPECT_EQ(by("structure", 9).fingerprint(), by("markdown", 9).fingerprint());
    EXPECT_NE(by("markdown", 9, 0, 2).fingerprint(), by("markdown", 9).fingerprint());
    EXPECT_NE(with_parents(9, 20).fingerprint(), by("fixed", 9).fingerprint());
    EXPECT_NE(by_separators("go", 9).fingerprint(), by("recursive", 9).fingerprint());
}

}  // namespace
}  // namespace quarry::chunk
