#include "core/tokenize/bpe/piece_block.h"

#include <bit>

#include "core/tokenize/byte_block.h"

namespace quarry::tokenize::bpe {
namespace {

using Bits = std::uint64_t;

constexpr Bits bit_at(std::size_t i) noexcept { return Bits{1} << i; }
/// The bytes behind those, and before those.
constexpr Bits behind(Bits bits) noexcept { return bits << 1U; }
constexpr Bits before(Bits bits) noexcept { return bits >> 1U; }
constexpr Bits below(std::size_t count) noexcept { return count >= 64 ? ~Bits{0} : bit_at(count) - 1; }

/// The first bytes of runs.
constexpr Bits first_of(Bits runs) noexcept { return runs & ~behind(runs); }

/// What directly follows those runs that begin at `starts`: adding carries through a run.
constexpr Bits end_of(Bits runs, Bits starts) noexcept { return (runs + starts) & ~runs; }

/// Those runs whole whose last bytes are `ends`: they spread backwards by doubling steps.
constexpr Bits whole_of(Bits runs, Bits ends) noexcept {
    Bits whole = ends;
    for (unsigned step = 1; step < 64; step *= 2) {
        whole |= runs & whole >> step;
        runs &= runs >> step;
    }
    return whole;
}

/// What the bytes of ASCII at the beginning of a block are; no more of it is looked at.
struct AsciiClasses {
    QUARRY_INLINE_KERNEL AsciiClasses(const ByteBlock& block, std::size_t text_left) noexcept
        : count(static_cast<std::size_t>(std::countr_zero(block.beyond_ascii()))) {
        if (count > text_left) count = text_left;
        const Bits known = below(count);
        letter = block.letters() & known;
        number = block.between('0', '9') & known;
        newline = (block.equal('\n') | block.equal('\r')) & known;
        blank = block.equal(' ') & known;
        space = (blank | block.between('\t', '\f')) & known & ~newline;
        symbol = known & ~(letter | number | newline | space);
    }

    std::size_t count;
    Bits letter, number, newline;
    Bits blank;   ///< ' '
    Bits space;   ///< White space other than newlines.
    Bits symbol;  ///< The rest.
};

/// Numbers are cut after each third digit.
constexpr Bits number_starts(Bits number) noexcept {
    Bits starts = first_of(number);
    const Bits fourth = number & number << 1U & number << 2U & number << 3U;
    for (Bits more = starts; (more = more << 3U & fourth) != 0;) starts |= more;
    return starts;
}

/// Where pieces of white space begin: `\s*[\r\n]+|\s+(?!\S)|\s+`, behind `[\r\n]*` of symbols, which ends before
/// `behind_symbols`.
QUARRY_INLINE_KERNEL Bits white_space_starts(const AsciiClasses& is, Bits behind_symbols) noexcept {
    const Bits white = is.space | is.newline;
    // Up to the last newline of a run all is one piece. The last space is left to what follows.
    Bits before_newline = is.space & before(is.newline);
    if (before_newline != 0) before_newline = whole_of(is.space, before_newline);
    const Bits first = first_of(is.space);
    Bits starts = first & (~behind(is.newline) | ~before_newline | behind_symbols);
    starts |= is.space & ~before(white);
    return starts | (is.newline & ~behind(white | is.symbol));
}

/// How long the contraction 's, 't, 're, 've, 'm, 'll, 'd is that begins with the quote at `quote`, or 0.
std::size_t contraction_length(std::string_view text, std::size_t quote) noexcept {
    const auto letter = [&](std::size_t i) { return quote + i < text.size() ? text[quote + i] | 0x20 : 0; };
    switch (letter(1)) {
        case 's':
        case 't':
        case 'm':
        case 'd': return 2;
        case 'r':
        case 'v': return letter(2) == 'e' ? 3 : 0;
        case 'l': return letter(2) == 'l' ? 3 : 0;
        default: return 0;
    }
}

/// What cl100k_base and o200k_base have in common.
struct CommonStarts {
    QUARRY_INLINE_KERNEL explicit CommonStarts(const AsciiClasses& is) noexcept {
        const Bits lone = is.symbol & ~behind(is.symbol) & ~before(is.symbol);
        prefix = lone & ~behind(is.blank);
        behind_symbols = end_of(is.newline, is.newline & behind(is.symbol));
        starts = number_starts(is.number) | white_space_starts(is, behind_symbols) |
                 (first_of(is.symbol) & ~behind(is.blank)) | (first_of(is.letter) & ~behind(is.space | prefix));
    }

    Bits starts;          ///< Of pieces.
    Bits prefix;          ///< Symbols that go with the word behind them, where there is one.
    Bits behind_symbols;  ///< What follows symbols and newlines.
};

/// The starts that what is behind the block cannot change: not white space at its end, which goes on there.
QUARRY_INLINE_KERNEL Bits settled(const AsciiClasses& is, Bits starts) noexcept {
    const Bits solid = is.letter | is.number | is.symbol;
    const auto end = static_cast<std::size_t>(64 - std::countl_zero(solid));
    return starts & below(end + 1) & below(is.count) & ~Bits{1};
}

bool is_worth_a_block(std::string_view text, std::size_t at) noexcept {
    return static_cast<unsigned char>(text[at]) < 0x80 &&
           (at + 1 == text.size() || static_cast<unsigned char>(text[at + 1]) < 0x80);
}

}  // namespace

std::uint64_t cl100k_piece_ends(std::string_view text, std::size_t at) noexcept {
    if (!is_worth_a_block(text, at)) return 0;
    const ByteBlock block = ByteBlock::padded(text, at);
    const AsciiClasses is(block, text.size() - at);
    CommonStarts common(is);
    for (Bits quotes = block.equal('\'') & common.prefix & before(is.letter); quotes != 0; quotes &= quotes - 1) {
        const auto quote = static_cast<std::size_t>(std::countr_zero(quotes));
        const std::size_t length = contraction_length(text, at + quote);
        if (length > 0 && quote + length < 64) common.starts |= bit_at(quote + length) & is.letter;
    }
    return settled(is, common.starts);
}

std::uint64_t o200k_piece_ends(std::string_view text, std::size_t at) noexcept {
    if (!is_worth_a_block(text, at)) return 0;
    const ByteBlock block = ByteBlock::padded(text, at);
    const AsciiClasses is(block, text.size() - at);
    const CommonStarts common(is);
    const Bits upper = block.between('A', 'Z') & is.letter;
    Bits starts = common.starts | (upper & behind(is.letter & ~upper));
    // A contraction goes with the word before it, but not with another contraction.
    std::size_t free = 0;
    const Bits quotes_in_words = block.equal('\'') & common.prefix & before(is.letter) & behind(is.letter);
    for (Bits quotes = quotes_in_words; quotes != 0; quotes &= quotes - 1) {
        const auto quote = static_cast<std::size_t>(std::countr_zero(quotes));
        const std::size_t length = quote >= free ? contraction_length(text, at + quote) : 0;
        if (length == 0) continue;
        free = quote + length + 1;
        starts &= ~(below(quote + length) & ~below(quote));
        if (quote + length < 64) starts |= bit_at(quote + length) & is.letter;
    }
    // What is behind the last byte decides whether a quote there goes with the word before it.
    starts &= ~(block.equal('\'') & behind(is.letter) & bit_at(is.count - 1));
    // Symbols take slashes behind their newlines as well: [\r\n/]*. That is left to the scanner.
    if (const Bits slashes = block.equal('/') & common.behind_symbols; slashes != 0) {
        starts &= below(static_cast<std::size_t>(std::countr_zero(slashes)));
    }
    return settled(is, starts);
}

}  // namespace quarry::tokenize::bpe
