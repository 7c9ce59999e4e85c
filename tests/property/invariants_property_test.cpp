// The invariants themselves: each planted fault is seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/tokenize/tokenizer.h"
#include "tests/property/invariants.h"

namespace quarry {
namespace {

using ::testing::HasSubstr;

struct ChunkFault {
    std::string name;
    std::string text;
    std::vector<document::ChunkSpan> spans;
    std::string fault;
    std::size_t overlap = 0;
};

std::size_t estimated_tokens(std::string_view text) { return tokenize::make_tokenizer("tokens:approx")->count(text); }

class PlantedChunkFault : public ::testing::TestWithParam<ChunkFault> {};

TEST_P(PlantedChunkFault, IsSeen) {
    document::Document document;
    document.text = GetParam().text;
    EXPECT_THAT(testing::chunk_fault(document, {"fixed", 4, GetParam().overlap, "chars"}, GetParam().spans),
                HasSubstr(GetParam().fault));
}

TEST(PlantedChunkFault, NoneIsFoundWhereNoneIs) {
    document::Document document;
    document.text = "\u00E9bcd efgh";
    document.page_starts = {0, 6};
    const chunk::ChunkOptions options{"fixed", 4, 0, "chars"};
    const document::ChunkSpan first{0, 5, 1, 1, {}, 0, 4, 1, 1, estimated_tokens("\u00E9bcd")};
    const document::ChunkSpan second{6, 10, 1, 1, {}, 5, 9, 2, 2, estimated_tokens("efgh")};
    ASSERT_EQ(testing::chunk_fault(document, options, {first, second}), "");
    const auto fault = [&](auto change) {
        std::vector<document::ChunkSpan> spans = {first, second};
        change(spans[1]);
        return testing::chunk_fault(document, options, spans);
    };
    EXPECT_THAT(fault([](document::ChunkSpan& span) { ++span.start_char; }), HasSubstr("wrong first character"));
    EXPECT_THAT(fault([](document::ChunkSpan& span) { ++span.end_char; }), HasSubstr("wrong last character"));
    EXPECT_THAT(fault([](document::ChunkSpan& span) { span.start_page = 1; }), HasSubstr("wrong first page"));
    EXPECT_THAT(fault([](document::ChunkSpan& span) { span.end_page = 1; }), HasSubstr("wrong last page"));
    EXPECT_THAT(fault([](document::ChunkSpan& span) { ++span.tokens; }), HasSubstr("count of tokens"));
    EXPECT_THAT(fault([](document::ChunkSpan& span) { span.table_header = "|x|"; }), HasSubstr("table header"));
    EXPECT_THAT(fault([](document::ChunkSpan& span) { span.parent_end = 9; }), HasSubstr("not asked for"));
}

TEST(PlantedParentFault, IsSeen) {
    document::Document document;
    document.text = "abcd efgh";
    chunk::ChunkOptions options{"fixed", 4, 0, "chars"};
    options.parent_size = 9;
    const auto fault = [&](std::size_t first_start, std::size_t first_end, std::size_t start, std::size_t end) {
        document::ChunkSpan first{0, 4, 1, 1, {}, 0, 4, 0, 0, estimated_tokens("abcd")};
        document::ChunkSpan second{5, 9, 1, 1, {}, 5, 9, 0, 0, estimated_tokens("efgh")};
        first.parent_start = first_start;
        first.parent_end = first_end;
        second.parent_start = start;
        second.parent_end = end;
        return testing::chunk_fault(document, options, {first, second});
    };
    EXPECT_EQ(fault(0, 9, 0, 9), "");
    EXPECT_EQ(fault(0, 4, 5, 9), "");
    EXPECT_THAT(fault(0, 3, 5, 9), HasSubstr("not within its parent"));
    EXPECT_THAT(fault(0, 4, 4, 9), HasSubstr("begins elsewhere"));
    EXPECT_THAT(fault(0, 5, 5, 9), HasSubstr("ends elsewhere"));
    EXPECT_THAT(fault(0, 8, 0, 9), HasSubstr("two ends"));
    options.parent_size = 8;
    EXPECT_THAT(fault(0, 9, 0, 9), HasSubstr("a parent of 9"));
}

INSTANTIATE_TEST_SUITE_P(
    Invariants, PlantedChunkFault,
    ::testing::Values(
        ChunkFault{"left_out_between", "abcdefgh", {{0, 3, 1, 1, {}}, {4, 8, 1, 1, {}}}, "leaves text out"},
        ChunkFault{"left_out_before", "abc", {{1, 3, 1, 1, {}}}, "leaves text out"},
        ChunkFault{"left_out_behind", "abc", {{0, 2, 1, 1, {}}}, "behind the last chunk"},
        ChunkFault{"no_chunks", "abc", {}, "behind the last chunk"},
        ChunkFault{"overlap", "abcd", {{0, 3, 1, 1, {}}, {2, 4, 1, 1, {}}}, "overlaps"},
        ChunkFault{"too_much_overlap", "abcde", {{0, 4, 1, 1, {}}, {1, 5, 1, 1, {}}}, "by more", 2},
        ChunkFault{"too_large", "abcde", {{0, 5, 1, 1, {}}}, "counts 5 of at most 4"},
        ChunkFault{"empty", "abc", {{0, 0, 1, 1, {}}}, "empty"},
        ChunkFault{"out_of_range", "abc", {{0, 4, 1, 1, {}}}, "out of range"},
        ChunkFault{"code_point", "\u00E9", {{0, 1, 1, 1, {}}}, "splits a code point"},
        ChunkFault{"trailing_space", "ab ", {{0, 3, 1, 1, {}}}, "ends with white space"},
        ChunkFault{"leading_line", "\nab", {{0, 3, 1, 2, {}}}, "begins with an empty line"},
        ChunkFault{"backwards", "abcdef", {{2, 6, 1, 1, {}}, {0, 4, 1, 1, {}}}, "leaves text out"},
        ChunkFault{"first_line", "ab", {{0, 2, 2, 1, {}}}, "wrong first line"},
        ChunkFault{"last_line", "a\nb", {{0, 3, 1, 1, {}}}, "wrong last line"}),
    [](const auto& tested) { return tested.param.name; });

TEST(PlantedBlockFault, IsSeen) {
    document::Document document;
    document.text = "abc\n\ndef";
    document.media_type = "text/markdown";
    const auto fault = [&](std::vector<document::Block> blocks) {
        document.blocks = std::move(blocks);
        return testing::block_fault(document);
    };
    const document::Block first{document::BlockKind::paragraph, 0, 3, 0, ""};
    const document::Block second{document::BlockKind::paragraph, 5, 8, 0, ""};
    EXPECT_EQ(fault({first, second}), "");
    EXPECT_THAT(fault({first}), HasSubstr("behind the blocks"));
    EXPECT_THAT(fault({second}), HasSubstr("leaves text out"));
    EXPECT_THAT(fault({first, first, second}), HasSubstr("overlaps"));
    EXPECT_THAT(fault({{document::BlockKind::paragraph, 0, 9, 0, ""}}), HasSubstr("out of range"));
    EXPECT_THAT(fault({{document::BlockKind::heading, 0, 8, 0, ""}}), HasSubstr("wrong level"));
    EXPECT_THAT(fault({{document::BlockKind::code, 0, 8, 0, "\xFF"}}), HasSubstr("not valid UTF-8"));
}

TEST(PlantedTermFault, IsSeen) {
    const std::string text = "ab \u00E9";
    EXPECT_EQ(testing::term_fault(text, {{"ab", 0, 2, false}}), "");
    EXPECT_THAT(testing::term_fault(text, {{"ab", 2, 2, false}}), HasSubstr("out of range"));
    EXPECT_THAT(testing::term_fault(text, {{"b", 1, 2, false}, {"a", 0, 1, false}}), HasSubstr("before"));
    EXPECT_THAT(testing::term_fault(text, {{"e", 3, 4, false}}), HasSubstr("splits"));
    EXPECT_THAT(testing::term_fault(text, {{"", 0, 2, false}}), HasSubstr("empty"));
    EXPECT_THAT(testing::term_fault(text, {{"a b", 0, 2, false}}), HasSubstr("separator"));
}

}  // namespace
}  // namespace quarry
