// The "semantic" strategy keeps the promises of chunks for any text, breakpoint and vectors.
#include <gtest/gtest.h>

#include <array>

#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/chunk/semantic_breaks.h"
#include "core/extract/extractor.h"
#include "tests/property/generators.h"
#include "tests/property/invariants.h"
#include "tests/property/seeds.h"

namespace quarry {
namespace {

using testing::TextGenerator;

TEST(SemanticChunkProperty, SpansAreExactOrderedAndComplete) {
    constexpr auto units = std::to_array<std::string_view>({"chars", "bytes", "words", "tokens:approx"});
    const Cancellation never;
    const auto [first, end] = testing::property_seeds(100'000, 4'000);
    for (std::uint64_t seed = first; seed < end; ++seed) {
        TextGenerator generator(seed);
        const char* type = generator.below(4) == 0 ? "text" : "markdown";
        const std::string text = replace_invalid_utf8(generator.any(generator.below(700)));
        const document::Document document = extract::extractor_by_name(type).extract(text, {.name = "generated.md"});
        chunk::ChunkOptions options;
        options.strategy = "semantic";
        options.breakpoint = chunk::breakpoint_names()[generator.below(chunk::breakpoint_names().size())];
        options.threshold = static_cast<double>(generator.below(100)) / (options.breakpoint == "percentile" ? 1 : 50);
        options.unit = units[generator.below(units.size())];
        options.size = 1 + generator.below(generator.below(3) == 0 ? 12 : 300);
        options.overlap = generator.below(2) == 0 ? 0 : generator.below(options.size);
        // Vectors that have nothing to do with the text, zero and huge ones among them.
        const chunk::EmbedTexts any_vectors = [&](std::span<const std::string_view> texts) {
            std::vector<float> vectors(texts.size() * 3);
            for (float& x : vectors) x = static_cast<float>(generator.below(7)) - 3;
            return vectors;
        };
        // Vectors of the words take longer.
        if (generator.below(32) != 0) options.embed = any_vectors;
        const std::vector<document::ChunkSpan> spans = chunk::chunk_document(document, options, never);
        ASSERT_EQ(testing::chunk_fault(document, options, spans), "")
            << "seed " << seed << ", " << options.fingerprint();
        if (seed % 16 == 0 && !options.embed) {
            ASSERT_EQ(chunk::chunk_document(document, options, never), spans)
                << "seed " << seed << ": not deterministic";
        }
    }
}

}  // namespace
}  // namespace quarry
