// Chunks keep their promises for any document: a hundred thousand of them for each strategy, small ones, with structure
// from real extractors or from nowhere, under every unit. With sanitizers four thousand, other ones each day.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/extract/extractor.h"
#include "tests/property/generators.h"
#include "tests/property/invariants.h"
#include "tests/property/seeds.h"

namespace quarry {
namespace {

using testing::TextGenerator;

/// Blocks and pages that lie: out of order and range, overlapping, in the middle of characters. A document may come
/// from an extractor with a fault, or from an old base.
void add_hostile_structure(TextGenerator& generator, document::Document& document) {
    const auto at = [&] { return generator.below(document.text.size() + 4); };
    for (std::size_t count = generator.below(8); count > 0; --count) {
        document::Block block;
        block.kind = static_cast<document::BlockKind>(generator.below(9));
        block.start = at();
        block.end = generator.below(4) == 0 ? at() : std::max(block.start, at());
        block.level = static_cast<int>(generator.below(9)) - 1;
        if (block.kind == document::BlockKind::heading) block.label = "H" + std::to_string(count);
        document.blocks.push_back(std::move(block));
    }
    if (generator.below(2) == 0) {
        std::sort(document.blocks.begin(), document.blocks.end(),
                  [](const document::Block& a, const document::Block& b) { return a.start < b.start; });
    }
    for (std::size_t count = generator.below(5); count > 0; --count) document.page_starts.push_back(at());
    if (generator.below(3) > 0) std::sort(document.page_starts.begin(), document.page_starts.end());
}

document::Document generate_document(TextGenerator& generator, std::size_t size) {
    static constexpr std::string_view types[] = {"text/plain", "text/markdown", "text/x-python", "text/html", ""};
    std::string text = generator.below(6) == 0 ? generator.code(size) : generator.any(size);
    if (generator.below(16) == 0) text.insert(generator.below(2) == 0 ? 0 : text.size(), "\f\n");
    const std::size_t source = generator.below(4);
    if (source > 1) {
        const char* type = source == 2 ? "text" : "markdown";
        return extract::extractor_by_name(type).extract(std::move(text), {.name = "generated"});
    }
    document::Document document;
    document.text = std::move(text);
    document.media_type = types[generator.below(std::size(types))];
    if (source == 0) add_hostile_structure(generator, document);
    return document;
}

chunk::ChunkOptions generate_options(TextGenerator& generator, const std::string& strategy, std::size_t largest) {
    static constexpr std::string_view separators[] = {"", "", "python", "markdown", "html", R"(["; ", "\n  ", "e"])"};
    chunk::ChunkOptions options;
    options.strategy = strategy;
    const std::span<const std::string> units = tokenize::tokenizer_names();
    options.unit = units[generator.below(units.size())];
    options.size = 1 + generator.below(generator.below(3) == 0 ? 12 : largest);
    options.overlap = generator.below(2) == 0 ? 0 : generator.below(options.size);
    options.min_size = generator.below(2) == 0 ? 0 : generator.below(options.size + 1);
    options.parent_size = generator.below(2) == 0 ? 0 : options.size * (1 + generator.below(4));
    options.separators = separators[generator.below(std::size(separators))];
    return options;
}

class ChunkProperty : public ::testing::TestWithParam<std::string> {
protected:
    static void check(std::uint64_t seed, std::size_t text_size, std::size_t largest) {
        const Cancellation never;
        TextGenerator generator(seed);
        const document::Document document = generate_document(generator, generator.below(text_size));
        const chunk::ChunkOptions options = generate_options(generator, GetParam(), largest);
        const std::vector<document::ChunkSpan> spans = chunk::chunk_document(document, options, never);
        ASSERT_EQ(testing::chunk_fault(document, options, spans), "")
            << "seed " << seed << ", type " << document.media_type << ", " << options.fingerprint();
        if (seed % 16 == 0) {
            ASSERT_EQ(chunk::chunk_document(document, options, never), spans)
                << "seed " << seed << ": not deterministic";
        }
    }
};

TEST_P(ChunkProperty, HoldsForSmallInputs) {
    const auto [first, end] = testing::property_seeds(100'000, 4'000);
    for (std::uint64_t seed = first; seed < end && !HasFatalFailure(); ++seed) check(seed, 200, 60);
}

TEST_P(ChunkProperty, HoldsForLargerInputs) {
    const auto [first, end] = testing::property_seeds(500, 100);
    for (std::uint64_t seed = first; seed < end && !HasFatalFailure(); ++seed) check(seed, 4000, 700);
}

INSTANTIATE_TEST_SUITE_P(EveryStrategy, ChunkProperty,
                         ::testing::Values("auto", "fixed", "recursive", "sentence", "paragraph", "markdown", "page",
                                           "row"),
                         [](const ::testing::TestParamInfo<std::string>& tested) { return tested.param; });

}  // namespace
}  // namespace quarry
