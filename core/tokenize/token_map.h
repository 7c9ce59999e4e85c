#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quarry {

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

}  // namespace quarry
