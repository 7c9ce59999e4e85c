#include "core/store/fts5_format.h"

#include <array>

namespace quarry::fts5 {

void append_long_varint(std::string& bytes, std::uint64_t value) {
    constexpr std::size_t longest = 9;
    std::array<char, longest> reversed{};
    std::size_t size = 0;
    // The ninth byte is a whole one.
    const bool is_longest = value >> 56U != 0;
    if (is_longest) {
        reversed[size++] = static_cast<char>(value);
        value >>= 8U;
    }
    do {
        reversed[size] = static_cast<char>((value & 0x7FU) | (size > 0 ? 0x80U : 0U));
        ++size;
        value >>= 7U;
    } while (value != 0 || (is_longest && size < longest));
    while (size > 0) bytes.push_back(reversed[--size]);
}

}  // namespace quarry::fts5
