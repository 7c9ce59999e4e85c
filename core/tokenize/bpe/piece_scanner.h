#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/tokenize/bpe/piece_block.h"
#include "core/tokenize/bpe/table_format.h"

namespace quarry::tokenize::bpe {

/// The class of each code point, from the table that is part of the binary. Cheap to copy; any thread.
class CodePointClasses {
public:
    /// Reads the table that begins at `file`, which must stay.
    explicit CodePointClasses(const char* file) noexcept : file_(reinterpret_cast<const std::uint8_t*>(file)) {}

    [[nodiscard]] CodePointClass operator()(char32_t c) const noexcept {
        return static_cast<CodePointClass>(file_[class_blocks + file_[c / class_page] * class_page + c % class_page]);
    }

private:
    const std::uint8_t* file_;
};

/// Cuts text into the pieces that cl100k_base encodes one by one: what this pattern matches, leftmost first:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|
///     \s+(?!\S)|\s+
///
/// Any thread. The text must be valid UTF-8. A piece depends on what follows it, never on what stands before.
class Cl100kScanner {
public:
    explicit Cl100kScanner(CodePointClasses classes) noexcept : classes_(classes) {}
    /// End of the piece that begins at `at` < text.size(), a boundary of code points.
    [[nodiscard]] std::size_t piece_end(std::string_view text, std::size_t at) const noexcept;
    /// The ends of several pieces at once, or 0: core/tokenize/bpe/piece_block.h.
    [[nodiscard]] static std::uint64_t piece_ends(std::string_view text, std::size_t at) noexcept {
        return cl100k_piece_ends(text, at);
    }

private:
    CodePointClasses classes_;
};

/// The pieces of o200k_base:
///
///     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
///     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
///     \p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
class O200kScanner {
public:
    explicit O200kScanner(CodePointClasses classes) noexcept : classes_(classes) {}
    [[nodiscard]] std::size_t piece_end(std::string_view text, std::size_t at) const noexcept;
    /// The ends of several pieces at once, or 0: core/tokenize/bpe/piece_block.h.
    [[nodiscard]] static std::uint64_t piece_ends(std::string_view text, std::size_t at) noexcept {
        return o200k_piece_ends(text, at);
    }

private:
    CodePointClasses classes_;
};

/// Where pieces of a text that is cut off at `end` are still those of the whole text: the largest offset x <= end such
/// that each piece of the whole text which ends at or before x is also one of the text up to `end`. Both scanners.
[[nodiscard]] std::size_t settled_end(std::string_view text, std::size_t end) noexcept;

}  // namespace quarry::tokenize::bpe
