// Chunks keep their promises for generated documents, under every strategy and unit.
#include <gtest/gtest.h>

#include "core/extract/extractor.h"
#include "tests/property/generators.h"
#include "tests/property/invariants.h"

namespace quarry {
namespace {

using testing::TextGenerator;

constexpr std::uint64_t inputs = 1500;

struct Case {
    std::string strategy;
    std::string unit;
};

class ChunkProperty : public ::testing::TestWithParam<Case> {};

TEST_P(ChunkProperty, SpansAreExactOrderedAndComplete) {
    const Cancellation never;
    for (std::uint64_t seed = 0; seed < inputs; ++seed) {
        TextGenerator generator(seed);
        const std::string text = generator.any(generator.below(3000));
        const char* type = generator.below(4) == 0 ? "text" : "markdown";
        const Document document = extractor_by_name(type).extract(text, {.name = "generated.md"});
        ChunkOptions options;
        options.strategy = GetParam().strategy;
        options.unit = GetParam().unit;
        options.size = 1 + generator.below(generator.below(3) == 0 ? 12 : 700);
        options.overlap = generator.below(2) == 0 ? 0 : generator.below(options.size);
        const std::vector<ChunkSpan> spans = chunk_document(document, options, never);
        ASSERT_EQ(testing::chunk_fault(document, options, spans), "")
            << "seed " << seed << ", type " << type << ", " << options.fingerprint();
        ASSERT_EQ(chunk_document(document, options, never), spans) << "seed " << seed << ": not deterministic";
    }
}

std::vector<Case> all_cases() {
    std::vector<Case> cases;
    for (const std::string& strategy : chunker_names()) {
        for (const std::string& unit : tokenizer_names()) cases.push_back({strategy, unit});
    }
    return cases;
}

INSTANTIATE_TEST_SUITE_P(EveryStrategyAndUnit, ChunkProperty, ::testing::ValuesIn(all_cases()),
                         [](const ::testing::TestParamInfo<Case>& tested) {
                             std::string name = tested.param.strategy + "_" + tested.param.unit;
                             for (char& c : name) {
                                 if (c == ':' || c == '-') c = '_';
                             }
                             return name;
                         });

// Blocks that lie about themselves: a document may come from an extractor with a fault, or from an old base.
TEST(ChunkProperty, AnyBlocksDoNoHarm) {
    const Cancellation never;
    for (std::uint64_t seed = 0; seed < inputs; ++seed) {
        TextGenerator generator(seed);
        Document document;
        document.text = generator.prose(generator.below(2000));
        document.media_type = "text/markdown";
        for (std::size_t count = generator.below(12); count > 0; --count) {
            Block block;
            block.kind = static_cast<BlockKind>(generator.below(9));
            // Starts and ends of words only: extractors never split a code point.
            const auto at = [&] {
                const std::size_t space = document.text.find(' ', generator.below(document.text.size() + 1));
                return space == std::string::npos ? document.text.size() : space;
            };
            block.start = at();
            block.end = generator.below(4) == 0 ? at() : std::max(block.start, at());
            block.level = static_cast<int>(generator.below(9));
            document.blocks.push_back(block);
        }
        ChunkOptions options;
        options.strategy = "markdown";
        options.size = 1 + generator.below(300);
        options.overlap = generator.below(options.size);
        ASSERT_EQ(testing::chunk_fault(document, options, chunk_document(document, options, never)), "")
            << "seed " << seed;
    }
}

}  // namespace
}  // namespace quarry
