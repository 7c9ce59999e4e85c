// Headers of model files, which come from the network: whatever their bytes, reading one ends with what it says or an
// error, and reads nothing outside it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/llama/gguf_file.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void read(std::span<const unsigned char> bytes, std::uint64_t file_size) {
    try {
        const quarry::llama::GgufFile file = quarry::llama::read_gguf(bytes, file_size);
        require(file.version == 2 || file.version == 3);
        require(file.tensors == 0 || file.header_bytes < file_size);
        for (const std::string& text : {file.architecture, file.name, file.license, file.license_link}) {
            require(!quarry::find_invalid_utf8(text));
        }
    } catch (const quarry::Error& error) {
        require(error.code() == quarry::ErrorCode::failed);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    read({data, size}, size);
    // The header of a file whose data are not there.
    read({data, size}, std::uint64_t{1} << 40);
    return 0;
}
