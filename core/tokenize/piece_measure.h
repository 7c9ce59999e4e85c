#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/characters.h"
#include "core/base/text.h"
#include "core/tokenize/token_map.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::tokenize {

/// Measures stretches of a text for tokenizers that cut it into pieces and encode those one by one.
///
/// The pieces of the whole text are found and counted once, as far as they are needed. A stretch is encoded from its
/// start until it falls in step with them, which it mostly does at once, then they are looked up, and what the end cut
/// off is encoded again: exactly what counting the stretch alone gives.
///
/// `Pieces` is the tokenizer's part, for one text:
///   std::size_t piece_end(text, at)         end of the piece at `at` in `text`, which may be a prefix of the whole;
///                                           it does not depend on what stands before
///   std::size_t settled_end(text, end)      see bpe::settled_end
///   std::size_t count(piece)                its tokens
///   void for_each_start(piece, on_start)    where in the piece each begins, ascending; as many as count() says
/// and, where several pieces are found at once:
///   next_pieces(text, at)                   some pieces from `at` on: `end`, that of the last; `pieces` and `tokens`,
///                                           where they begin, bit 0 being `at`; no tokens when a piece is too long
template <typename Pieces>
class PieceMeasure final : public TextMeasure {
public:
    /// `text` must be valid UTF-8.
    PieceMeasure(std::string_view text, Pieces pieces) : TextMeasure(text), text_(text), pieces_(std::move(pieces)) {}

    [[nodiscard]] std::size_t count(std::size_t start, std::size_t end) override {
        return walk(start, end, static_cast<std::size_t>(-1)).tokens;
    }

    [[nodiscard]] std::size_t reach(std::size_t start, std::size_t limit, std::size_t size) override {
        // Tried on a stretch that is likely enough, so that a start inside of an endless word costs little.
        std::size_t tried = 16 + 8 * std::min(size, text_.size());
        while (true) {
            std::size_t end = limit - start > tried ? floor_to_code_point(text_, start + tried) : limit;
            const bool is_all = end == limit;
            // Cutting a text off can add tokens, so what was found is counted again.
            for (bool first = true;; first = false) {
                const Walk walked = walk(start, end, size);
                if (walked.tokens <= size) {
                    if (!first || is_all) return end;
                    break;
                }
                end = std::max(start, floor_to_code_point(text_, walked.behind_size));
            }
            tried *= 4;
        }
    }

    [[nodiscard]] std::size_t reach_back(std::size_t low, std::size_t end, std::size_t size) override {
        if (low >= end) return end;
        encode_until(end);
        const std::size_t last = map_.piece_start(std::max(low, pieces_.settled_end(text_, end)));
        const std::size_t rest = last < low ? size + 1 : walk(last, end, size).tokens;
        if (rest > size) return TextMeasure::reach_back(low, end, size);
        const std::size_t before = map_.tokens_before(last);
        std::size_t start = before < size - rest ? low : std::max(low, map_.token_start(before - (size - rest)));
        // Cutting a text off at its front can add tokens as well.
        while (start < end) {
            while (start < end && is_utf8_continuation(text_[start])) ++start;
            if (walk(start, end, size).tokens <= size) break;
            start = std::min(end, map_.token_start(map_.tokens_before(start + 1)));
        }
        return start;
    }

private:
    struct Walk {
        std::size_t tokens = 0;
        std::size_t behind_size = 0;  ///< Where the first token begins that is more than the size, if one is.
    };

    /// Encodes [start, end); stops once it is known to be more than `size`.
    Walk walk(std::size_t start, std::size_t end, std::size_t size) {
        encode_until(end);
        const std::string_view cut = text_.substr(0, end);
        Walk walked;
        std::size_t at = start;
        while (at < end && !map_.is_piece_start(at)) {
            if (!step(cut, at, size, walked)) return walked;
        }
        if (at < end) {
            const std::size_t settled = pieces_.settled_end(text_, end);
            if (const std::size_t last = settled > at ? map_.piece_start(settled) : at; last > at) {
                const std::size_t before = map_.tokens_before(at);
                const std::size_t known = map_.tokens_before(last) - before;
                if (known > size - walked.tokens) {
                    walked.behind_size = map_.token_start(before + (size - walked.tokens));
                    walked.tokens = size + 1;
                    return walked;
                }
                walked.tokens += known;
                at = last;
            }
        }
        while (at < end) {
            if (!step(cut, at, size, walked)) return walked;
        }
        return walked;
    }

    /// Encodes the piece at `at` and moves behind it; false when that is more than `size`.
    bool step(std::string_view cut, std::size_t& at, std::size_t size, Walk& walked) {
        const std::size_t end = pieces_.piece_end(cut, at);
        const std::string_view piece = cut.substr(at, end - at);
        const std::size_t tokens = pieces_.count(piece);
        if (tokens > size - walked.tokens) {
            std::size_t left = size - walked.tokens;
            pieces_.for_each_start(piece, [&](std::size_t start) {
                if (left-- == 0) walked.behind_size = at + start;
            });
            walked.tokens = size + 1;
            return false;
        }
        walked.tokens += tokens;
        at = end;
        return true;
    }

    void encode_until(std::size_t end) {
        while (encoded_ < end) {
            if constexpr (requires(Pieces pieces) { pieces.next_pieces(text_, 0); }) {
                const auto next = pieces_.next_pieces(text_, encoded_);
                if (next.tokens != 0) {
                    map_.add(encoded_, next.pieces, next.tokens);
                    encoded_ = next.end;
                    continue;
                }
            }
            const std::size_t piece_end = pieces_.piece_end(text_, encoded_);
            map_.add_piece(encoded_);
            pieces_.for_each_start(text_.substr(encoded_, piece_end - encoded_),
                                   [&](std::size_t start) { map_.add_token(encoded_ + start); });
            encoded_ = piece_end;
        }
    }

    std::string_view text_;
    Pieces pieces_;
    TokenMap map_;
    std::size_t encoded_ = 0;  ///< The pieces up to here are in the map.
};

}  // namespace quarry::tokenize
