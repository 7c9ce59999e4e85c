#include "core/tokenize/token_map.h"

#include <algorithm>
#include <bit>

namespace quarry::tokenize {

std::size_t TokenMap::tokens_before(std::size_t offset) const noexcept {
    if (offset / 64 >= words_.size()) return tokens_;
    const Word& word = words_[offset / 64];
    return word.tokens_before + static_cast<std::size_t>(std::popcount(word.tokens & (bit(offset) - 1)));
}

std::size_t TokenMap::token_start(std::size_t number) const noexcept {
    if (number >= tokens_) return none;
    const auto behind = std::upper_bound(words_.begin(), words_.end(), number,
                                         [](std::size_t n, const Word& word) { return n < word.tokens_before; });
    const auto word = behind - 1;
    std::uint64_t tokens = word->tokens;
    for (std::size_t skipped = number - word->tokens_before; skipped > 0; --skipped) tokens &= tokens - 1;
    return static_cast<std::size_t>(word - words_.begin()) * 64 + static_cast<std::size_t>(std::countr_zero(tokens));
}

std::size_t TokenMap::piece_start(std::size_t offset) const noexcept {
    std::size_t index = std::min(offset / 64, words_.size() - 1);
    std::uint64_t pieces = words_[index].pieces;
    if (index == offset / 64) pieces &= (bit(offset) << 1U) - 1;
    while (pieces == 0) pieces = words_[--index].pieces;
    return index * 64 + 63 - static_cast<std::size_t>(std::countl_zero(pieces));
}

}  // namespace quarry::tokenize
