// Fuzzes extraction: any bytes give a document with sound blocks, or an error with a cause.
#include <cstdint>
#include <cstdlib>

#include "core/base/error.h"
#include "core/extract/extractor.h"
#include "tests/property/invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(extract::looks_binary(bytes));
    for (const auto& extractor : extract::extractors()) {
        try {
            if (!testing::block_fault(extractor->extract(bytes, {.name = "fuzzed"})).empty()) std::abort();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::failed || error.causes().empty()) std::abort();
        }
    }
    return 0;
}
