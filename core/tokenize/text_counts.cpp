#include "core/tokenize/text_counts.h"

#include <bit>

#include "core/base/characters.h"
#include "core/tokenize/byte_block.h"

namespace quarry::tokenize {
namespace {

QUARRY_INLINE_KERNEL std::size_t continuations(const ByteBlock& block) noexcept {
    return block.beyond_ascii() == 0 ? 0 : static_cast<std::size_t>(std::popcount(block.between(0x80, 0xBF)));
}

QUARRY_INLINE_KERNEL TextCounts count_blocks(std::string_view text) noexcept {
    TextCounts counts{0, text.size()};
    for (std::size_t at = 0; at < text.size(); at += ByteBlock::size) {
        const ByteBlock block = ByteBlock::padded(text, at);
        counts.line_feeds += static_cast<std::size_t>(std::popcount(block.equal('\n')));
        counts.code_points -= continuations(block);
    }
    return counts;
}

/// Whole blocks as long as they fit, then byte by byte.
QUARRY_INLINE_KERNEL std::size_t truncate_blocks(std::string_view text, std::size_t limit) noexcept {
    std::size_t at = 0;
    std::size_t counted = 0;
    while (text.size() - at > ByteBlock::size) {
        const std::size_t points = ByteBlock::size - continuations(ByteBlock(text.data() + at));
        if (points > limit - counted) break;
        counted += points;
        at += ByteBlock::size;
    }
    for (; at < text.size(); ++at) {
        if (is_utf8_continuation(text[at])) continue;
        if (counted == limit) break;
        ++counted;
    }
    return at;
}

#if defined(QUARRY_BIT_INSTRUCTIONS)
QUARRY_WITH_BIT_INSTRUCTIONS TextCounts count_quickly(std::string_view text) noexcept { return count_blocks(text); }
QUARRY_WITH_BIT_INSTRUCTIONS std::size_t truncate_quickly(std::string_view text, std::size_t limit) noexcept {
    return truncate_blocks(text, limit);
}
#endif

}  // namespace

TextCounts count_text(std::string_view text) noexcept {
#if defined(QUARRY_BIT_INSTRUCTIONS)
    if (has_bit_instructions()) return count_quickly(text);
#endif
    return count_blocks(text);
}

std::size_t truncate_code_points(std::string_view text, std::size_t limit) noexcept {
#if defined(QUARRY_BIT_INSTRUCTIONS)
    if (has_bit_instructions()) return truncate_quickly(text, limit);
#endif
    return truncate_blocks(text, limit);
}

}  // namespace quarry::tokenize
