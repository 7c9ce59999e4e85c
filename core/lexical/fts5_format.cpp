#include "core/lexical/fts5_format.h"

namespace quarry::lexical::fts5 {

char* write_long_varint(char* at, std::uint64_t value) {
    const std::size_t size = varint_size(value);
    char* byte = at + size;
    // The ninth byte is a whole one.
    if (size == longest_varint) {
        *--byte = static_cast<char>(value);
        value >>= 8U;
    }
    unsigned more = size == longest_varint ? 0x80U : 0U;
    while (byte != at) {
        *--byte = static_cast<char>((value & 0x7FU) | more);
        more = 0x80U;
        value >>= 7U;
    }
    return at + size;
}

}  // namespace quarry::lexical::fts5
