// Fuzzes the chunkers: any text, Markdown, plain or code, with any pages, under any strategy, unit, size and overlap.
#include <cstdint>
#include <cstdlib>

#include "core/base/text.h"
#include "core/chunk/sentences.h"
#include "core/extract/extractor.h"
#include "tests/property/invariants.h"

namespace {

/// Vectors that depend on the texts alone, for strategies that cut by meaning.
std::vector<float> hash_vectors(std::span<const std::string_view> texts) {
    std::vector<float> vectors;
    for (const std::string_view text : texts) {
        const bool even = std::hash<std::string_view>{}(text) % 2 == 0;
        vectors.insert(vectors.end(), {even ? 1.0F : 0.0F, even ? 0.0F : 1.0F});
    }
    return vectors;
}

void check_sentences(std::string_view text) {
    std::size_t before = 0;
    for (const std::size_t end : quarry::chunk::sentence_ends(text, 0, text.size())) {
        if (end <= before || end > text.size()) std::abort();
        before = end;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    // Five bytes choose the options; the rest is the text.
    if (size < 5) return 0;
    chunk::ChunkOptions options;
    options.strategy = chunk::chunker_names()[data[0] % chunk::chunker_names().size()];
    options.unit = tokenize::tokenizer_names()[data[1] % tokenize::tokenizer_names().size()];
    options.size = 1 + data[2] + (data[3] % 8U) * 256U;
    options.overlap = data[4] % 2 == 0 ? 0 : (data[4] / 2U) % options.size;
    options.min_size = data[0] < 128 ? 0 : data[2] % (options.size + 1);
    options.parent_size = data[1] < 128 ? 0 : options.size * (1 + data[1] % 5U);
    const char* type = data[3] % 16 < 8 ? "markdown" : "text";
    const std::string text = replace_invalid_utf8({reinterpret_cast<const char*>(data) + 5, size - 5});
    check_sentences(text);
    const Cancellation never;
    document::Document document = extract::extractor_by_name(type).extract(text, {.name = "fuzzed"});
    if (data[3] >= 128) document.media_type = "text/x-python";
    if (data[3] % 64 >= 32) document.page_starts = {0, data[2], std::size_t{data[2]} + data[4], data[4]};
    options.embed = hash_vectors;
    const std::vector<document::ChunkSpan> spans = chunk::chunk_document(document, options, never);
    if (!testing::chunk_fault(document, options, spans).empty()) std::abort();
    return 0;
}
