// Fuzzes the chunkers: any text, Markdown or plain, under any strategy, unit, size and overlap.
#include <cstdint>
#include <cstdlib>

#include "core/base/text.h"
#include "core/extract/extractor.h"
#include "tests/property/invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    // Five bytes choose the options; the rest is the text.
    if (size < 5) return 0;
    ChunkOptions options;
    options.strategy = chunker_names()[data[0] % chunker_names().size()];
    options.unit = tokenizer_names()[data[1] % tokenizer_names().size()];
    options.size = 1 + data[2] + (data[3] % 8U) * 256U;
    options.overlap = data[4] % 2 == 0 ? 0 : (data[4] / 2U) % options.size;
    const char* type = data[3] % 16 < 8 ? "markdown" : "text";
    const std::string text = replace_invalid_utf8({reinterpret_cast<const char*>(data) + 5, size - 5});
    const Cancellation never;
    const Document document = extractor_by_name(type).extract(text, {.name = "fuzzed"});
    if (!testing::chunk_fault(document, options, chunk_document(document, options, never)).empty()) std::abort();
    return 0;
}
