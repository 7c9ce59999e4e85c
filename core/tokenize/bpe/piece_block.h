#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quarry::tokenize::bpe {

/// Ends of the pieces at the beginning of text[at, …), where a piece begins, as far as they are told from 64 bytes of
/// ASCII at a glance: bit i stands for the end at + i. 0 when that is not even one; then a scanner tells it.
///
/// All of 64 bytes is done at a time, a bit each: where runs of a class begin, what is before and behind them. The
/// pieces are those of the scanners in core/tokenize/bpe/piece_scanner.h.
[[nodiscard]] std::uint64_t cl100k_piece_ends(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] std::uint64_t o200k_piece_ends(std::string_view text, std::size_t at) noexcept;

}  // namespace quarry::tokenize::bpe
