// Blocks lie in order and cover the text, for any Markdown.
#include <gtest/gtest.h>

#include "core/extract/extractor.h"
#include "tests/property/generators.h"
#include "tests/property/invariants.h"

namespace quarry {
namespace {

using testing::TextGenerator;

TEST(ExtractProperty, MarkdownBlocksCoverTheTextInOrder) {
    for (std::uint64_t seed = 0; seed < 20000; ++seed) {
        TextGenerator generator(seed);
        const std::string text = generator.any(generator.below(1500));
        const Document document = extractor_by_name("markdown").extract(text, {.name = "generated.md"});
        ASSERT_EQ(testing::block_fault(document), "") << "seed " << seed;
        ASSERT_FALSE(document.title.empty()) << "seed " << seed;
    }
}

TEST(ExtractProperty, BlocksAreWholeLines) {
    for (std::uint64_t seed = 0; seed < 5000; ++seed) {
        TextGenerator generator(seed);
        const Document document = extractor_by_name("markdown").extract(generator.markdown(1000), {.name = "generated.md"});
        for (const Block& block : document.blocks) {
            const auto is_line_end = [&](std::size_t at) {
                return document.text[at] == '\n' || document.text[at] == '\r';
            };
            ASSERT_TRUE(block.start == 0 || is_line_end(block.start - 1)) << "seed " << seed;
            ASSERT_TRUE(block.end == document.text.size() || is_line_end(block.end)) << "seed " << seed;
        }
    }
}

TEST(ExtractProperty, PlainTextIsKeptByteForByte) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const std::string text = TextGenerator(seed).any(800);
        ASSERT_EQ(extractor_by_name("text").extract(text, {.name = "generated.txt"}).text, text) << "seed " << seed;
    }
}

}  // namespace
}  // namespace quarry
