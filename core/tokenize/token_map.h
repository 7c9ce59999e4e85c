#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace quarry::tokenize {

/// Where the tokens of a text begin, and the pieces that are encoded one by one: three bits for each byte. Tokens are
/// counted in constant time, and found in logarithmic time. Filled from the front to the back.
class TokenMap {
public:
    /// A token begins at `offset`, which is above that of the last one.
    void add_token(std::size_t offset) {
        extend(offset);
        words_.back().tokens |= bit(offset);
        ++tokens_;
    }
    /// A piece begins at `offset`, not below any token's.
    void add_piece(std::size_t offset) {
        extend(offset);
        words_.back().pieces |= bit(offset);
    }

    /// Pieces and tokens begin at those of the 64 bytes from `offset` on, behind all others. Each piece is a token's
    /// start as well, and there is one.
    void add(std::size_t offset, std::uint64_t pieces, std::uint64_t tokens) {
        const std::size_t shift = offset % 64;
        extend(offset + 63 - static_cast<std::size_t>(std::countl_zero(tokens)));
        Word& word = words_[offset / 64];
        word.pieces |= pieces << shift;
        word.tokens |= tokens << shift;
        if (shift > 0 && tokens >> (64 - shift) != 0) {
            Word& next = words_[offset / 64 + 1];
            next.pieces |= pieces >> (64 - shift);
            next.tokens |= tokens >> (64 - shift);
            next.tokens_before = tokens_ + static_cast<std::size_t>(std::popcount(tokens << shift));
        }
        tokens_ += static_cast<std::size_t>(std::popcount(tokens));
    }

    /// Tokens that begin before `offset`.
    [[nodiscard]] std::size_t tokens_before(std::size_t offset) const noexcept;
    /// Offset at which the token of that number begins, from 0; `none` when there are not so many.
    [[nodiscard]] std::size_t token_start(std::size_t number) const noexcept;
    [[nodiscard]] std::size_t tokens() const noexcept { return tokens_; }

    [[nodiscard]] bool is_piece_start(std::size_t offset) const noexcept {
        return offset / 64 < words_.size() && (words_[offset / 64].pieces & bit(offset)) != 0;
    }
    /// The last start of a piece at or before `offset`; there must be one.
    [[nodiscard]] std::size_t piece_start(std::size_t offset) const noexcept;

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

private:
    /// Of 64 bytes of the text.
    struct Word {
        std::uint64_t pieces = 0;
        std::uint64_t tokens = 0;
        std::uint64_t tokens_before = 0;
    };

    static constexpr std::uint64_t bit(std::size_t offset) noexcept { return std::uint64_t{1} << offset % 64; }
    void extend(std::size_t offset) {
        while (words_.size() <= offset / 64) words_.push_back({0, 0, tokens_});
    }

    std::vector<Word> words_;
    std::size_t tokens_ = 0;
};

}  // namespace quarry::tokenize
