#include "core/tokenize/bpe/piece_scanner.h"

#include <array>

#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::tokenize::bpe {
namespace {

/// Classes as a set of bits.
using ClassSet = std::uint8_t;

constexpr ClassSet set_of(CodePointClass is) { return static_cast<ClassSet>(1U << static_cast<unsigned>(is)); }
constexpr ClassSet other = set_of(CodePointClass::other), upper = set_of(CodePointClass::upper),
                   lower = set_of(CodePointClass::lower), letter = set_of(CodePointClass::letter),
                   mark = set_of(CodePointClass::mark), number = set_of(CodePointClass::number),
                   space = set_of(CodePointClass::space), newline = set_of(CodePointClass::newline);
constexpr ClassSet any_letter = upper | lower | letter;
constexpr ClassSet white = space | newline;
constexpr ClassSet symbol = other | mark;    // [^\s\p{L}\p{N}]
constexpr ClassSet prefix = symbol | space;  // [^\r\n\p{L}\p{N}]
constexpr ClassSet uncased = letter | mark;  // stands in for upper and lower case
constexpr ClassSet head = upper | uncased;   // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]
constexpr ClassSet tail = lower | uncased;   // [\p{Ll}\p{Lm}\p{Lo}\p{M}]

/// The set of each ASCII character; empty for the bytes of longer sequences.
constexpr std::array<ClassSet, 256> ascii_sets = [] {
    std::array<ClassSet, 256> sets{};
    for (std::size_t c = 0; c < 0x80; ++c) sets[c] = other;
    for (std::size_t c = 'A'; c <= 'Z'; ++c) sets[c] = upper;
    for (std::size_t c = 'a'; c <= 'z'; ++c) sets[c] = lower;
    for (std::size_t c = '0'; c <= '9'; ++c) sets[c] = number;
    for (const std::size_t c : {' ', '\t', '\v', '\f'}) sets[c] = space;
    sets['\n'] = sets['\r'] = newline;
    return sets;
}();

/// A text with the classes of its code points.
class Classified {
public:
    struct Point {
        ClassSet is = 0;  ///< One bit; none at the end of the text.
        std::size_t end = 0;
    };

    Classified(std::string_view text, CodePointClasses classes) noexcept : text_(text), classes_(classes) {}

    [[nodiscard]] Point at(std::size_t offset) const noexcept {
        if (offset >= text_.size()) return {0, offset};
        if (const ClassSet ascii = ascii_sets[static_cast<unsigned char>(text_[offset])]; ascii != 0) {
            return {ascii, offset + 1};
        }
        const CodePoint point = decode_utf8(text_, offset);
        return {set_of(classes_(point.value)), offset + point.length};
    }
    /// End of the run of code points of these classes from `offset` on.
    [[nodiscard]] std::size_t run(std::size_t offset, ClassSet wanted) const noexcept {
        while (true) {
            while (offset < text_.size() && (ascii_sets[static_cast<unsigned char>(text_[offset])] & wanted) != 0) {
                ++offset;
            }
            if (offset >= text_.size() || static_cast<unsigned char>(text_[offset]) < 0x80) return offset;
            const Point point = at(offset);
            if ((point.is & wanted) == 0) return offset;
            offset = point.end;
        }
    }
    [[nodiscard]] std::size_t run_of(std::size_t offset, std::string_view bytes) const noexcept {
        while (offset < text_.size() && bytes.find(text_[offset]) != std::string_view::npos) ++offset;
        return offset;
    }
    [[nodiscard]] char byte(std::size_t offset) const noexcept { return offset < text_.size() ? text_[offset] : '\0'; }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

private:
    std::string_view text_;
    CodePointClasses classes_;
};

/// End of (?i:'s|'t|'re|'ve|'m|'ll|'d) at `at`, or `at`. Folding case, the long s is an s.
std::size_t contraction_end(const Classified& text, std::size_t at) noexcept {
    if (text.byte(at) != '\'') return at;
    const auto lower_case = [&](std::size_t offset) { return static_cast<char>(text.byte(offset) | 0x20); };
    switch (text.byte(at + 1) == '\xC5' ? '\xC5' : lower_case(at + 1)) {
        case 's':
        case 't':
        case 'm':
        case 'd': return at + 2;
        case 'r':
        case 'v': return lower_case(at + 2) == 'e' ? at + 3 : at;
        case 'l': return lower_case(at + 2) == 'l' ? at + 3 : at;
        case '\xC5': return text.byte(at + 2) == '\xBF' ? at + 3 : at;
        default: return at;
    }
}

/// End of \p{N}{1,3}, the first of which ends at `end`.
std::size_t number_end(const Classified& text, std::size_t end) noexcept {
    for (int more = 0; more < 2; ++more) {
        const Classified::Point next = text.at(end);
        if ((next.is & number) == 0) break;
        end = next.end;
    }
    return end;
}

/// End of \s*[\r\n]+|\s+(?!\S)|\s+ at `at`, where white space begins.
std::size_t white_space_end(const Classified& text, std::size_t at) noexcept {
    std::size_t behind_newline = at;
    std::size_t last = at;
    std::size_t end = at;
    for (Classified::Point point = text.at(at); (point.is & white) != 0; point = text.at(end)) {
        last = end;
        end = point.end;
        if (point.is == newline) behind_newline = end;
    }
    if (behind_newline > at) return behind_newline;
    // The last space is left to the word behind it, unless it is all there is.
    return end == text.size() || last == at ? end : last;
}

/// End of ` ?[^\s\p{L}\p{N}]+` and a run of `closers`, or `at` when there is none.
std::size_t symbols_end(const Classified& text, std::size_t at, Classified::Point first,
                        std::string_view closers) noexcept {
    std::size_t from = first.end;
    if ((first.is & symbol) == 0) {
        if (text.byte(at) != ' ') return at;
        const Classified::Point next = text.at(from);
        if ((next.is & symbol) == 0) return at;
        from = next.end;
    }
    return text.run_of(text.run(from, symbol), closers);
}

/// A word of o200k_base from `at` on, without prefix.
struct CasedWord {
    std::size_t with_tail;  ///< End of head* tail+, or `at`.
    std::size_t head_only;  ///< End of head+, or `at`.
};

CasedWord cased_word(const Classified& text, std::size_t at) noexcept {
    std::size_t end = at;
    std::size_t behind_uncased = at;
    Classified::Point point = text.at(at);
    for (; (point.is & head) != 0; point = text.at(end)) {
        end = point.end;
        if ((point.is & uncased) != 0) behind_uncased = end;
    }
    // Where no lower case follows, head* gives back what it took up to something that is in both sets.
    return {point.is == lower ? text.run(point.end, tail) : behind_uncased, end};
}

/// End of the first two alternatives of o200k_base, contraction included, or `at`.
std::size_t cased_word_end(const Classified& text, std::size_t at, Classified::Point first) noexcept {
    std::size_t end = at;
    if ((first.is & prefix) != 0) {
        const CasedWord word = cased_word(text, first.end);
        end = word.with_tail > first.end ? word.with_tail : at;
        // A mark can be a prefix, or a word of its own.
        if (end == at && first.is == mark) end = cased_word(text, at).with_tail;
        if (end == at && word.head_only > first.end) end = word.head_only;
    } else if ((first.is & any_letter) != 0) {
        const CasedWord word = cased_word(text, at);
        end = word.with_tail > at ? word.with_tail : word.head_only;
    }
    return end == at ? at : contraction_end(text, end);
}

}  // namespace

std::size_t Cl100kScanner::piece_end(std::string_view text, std::size_t at) const noexcept {
    const Classified classified(text, classes_);
    const Classified::Point first = classified.at(at);
    if (const std::size_t end = contraction_end(classified, at); end > at) return end;
    if ((first.is & any_letter) != 0) return classified.run(first.end, any_letter);
    if ((first.is & prefix) != 0) {
        if (const std::size_t end = classified.run(first.end, any_letter); end > first.end) return end;
    }
    if (first.is == number) return number_end(classified, first.end);
    if (const std::size_t end = symbols_end(classified, at, first, "\r\n"); end > at) return end;
    return white_space_end(classified, at);
}

std::size_t O200kScanner::piece_end(std::string_view text, std::size_t at) const noexcept {
    const Classified classified(text, classes_);
    const Classified::Point first = classified.at(at);
    if (const std::size_t end = cased_word_end(classified, at, first); end > at) return end;
    if (first.is == number) return number_end(classified, first.end);
    if (const std::size_t end = symbols_end(classified, at, first, "\r\n/"); end > at) return end;
    return white_space_end(classified, at);
}

std::size_t settled_end(std::string_view text, std::size_t end) noexcept {
    // No piece depends on more than one code point behind it, or a contraction that is not one ('rx), both within four
    // bytes; but white space depends on all white space that follows.
    if (end == text.size()) return end;
    if (end <= 4) return 0;
    std::size_t settled = floor_to_code_point(text, end - 4);
    if (white_space_length(text, settled) > 0) settled = trim_white_space_end(text, 0, settled);
    return settled;
}

}  // namespace quarry::tokenize::bpe
