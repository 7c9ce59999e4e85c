#include "core/tokenize/bpe/bpe_tokenizer.h"

#include <bit>

#include "core/base/text.h"
#include "core/tokenize/bpe/bpe_encoder.h"
#include "core/tokenize/bpe/piece_scanner.h"
#include "core/tokenize/counted_cut.h"
#include "core/tokenize/piece_measure.h"

#ifdef QUARRY_HAVE_BPE
extern "C" {
// cmake/bpe.cmake puts these into the binary.
extern const char quarry_bpe_classes[];
extern const char quarry_bpe_cl100k_base[];
extern const char quarry_bpe_o200k_base[];
}
#endif

namespace quarry::tokenize {

std::string decode_broken_utf8(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    while (!text.empty()) {
        const std::size_t valid = find_invalid_utf8(text).value_or(text.size());
        decoded += text.substr(0, valid);
        text.remove_prefix(valid);
        if (text.empty()) break;
        // The longest beginning of a sequence that could have gone on: what is broken ends where a byte does not fit.
        std::size_t broken = 1;
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
        const auto fits = [&](std::size_t i, unsigned low, unsigned high) {
            return i < text.size() && byte(i) >= low && byte(i) <= high;
        };
        const unsigned lead = byte(0);
        if (lead >= 0xE0 && lead <= 0xEF) {
            broken = fits(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) ? 2 : 1;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            broken = fits(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) ? 2 : 1;
            if (broken == 2 && fits(2, 0x80, 0xBF)) broken = 3;
        }
        decoded += "\uFFFD";
        text.remove_prefix(broken);
    }
    return decoded;
}

#ifdef QUARRY_HAVE_BPE
namespace {

/// The pieces of one text and their tokens, for PieceMeasure.
template <typename Scanner>
class BpePieces {
public:
    BpePieces(const bpe::RankTable& table, std::string_view text)
        : scanner_(bpe::CodePointClasses(quarry_bpe_classes)), encoder_(table, text) {}

    [[nodiscard]] std::size_t piece_end(std::string_view text, std::size_t at) const noexcept {
        return scanner_.piece_end(text, at);
    }
    /// Calls `on_piece` with the start and end of the next pieces from `at` on, one at least; gives the last end.
    template <typename OnPiece>
    std::size_t for_next_pieces(std::string_view text, std::size_t at, OnPiece on_piece) const {
        std::uint64_t ends = Scanner::piece_ends(text, at);
        if (ends == 0) {
            const std::size_t end = scanner_.piece_end(text, at);
            on_piece(at, end);
            return end;
        }
        std::size_t start = at;
        for (; ends != 0; ends &= ends - 1) {
            const std::size_t end = at + static_cast<std::size_t>(std::countr_zero(ends));
            on_piece(start, end);
            start = end;
        }
        return start;
    }
    /// Of PieceMeasure.
    struct Next {
        std::size_t end = 0;
        std::uint64_t pieces = 0;
        std::uint64_t tokens = 0;
    };
    [[nodiscard]] Next next_pieces(std::string_view text, std::size_t at) {
        Next next;
        next.end = for_next_pieces(text, at, [&](std::size_t start, std::size_t end) {
            next.pieces |= std::uint64_t{1} << (start - at);
            next.tokens |= encoder_.starts(text.substr(start, end - start)) << (start - at);
        });
        return next;
    }
    [[nodiscard]] static std::size_t settled_end(std::string_view text, std::size_t end) noexcept {
        return bpe::settled_end(text, end);
    }
    [[nodiscard]] std::size_t count(std::string_view piece) { return encoder_.count(piece); }
    template <typename OnStart>
    void for_each_start(std::string_view piece, OnStart on_start) {
        encoder_.for_each_start(piece, on_start);
    }
    void encode(std::string_view piece, std::vector<std::uint32_t>& ranks) { encoder_.encode(piece, ranks); }

private:
    Scanner scanner_;
    bpe::BpeEncoder encoder_;
};

template <typename Scanner>
class EncodingTokenizer final : public BpeTokenizer {
public:
    EncodingTokenizer(std::string_view name, const char* table) : name_(name), table_(table) {}

    [[nodiscard]] std::string_view name() const noexcept override { return name_; }
    [[nodiscard]] bool never_falls() const noexcept override { return false; }

    [[nodiscard]] std::size_t count(std::string_view text) const override {
        if (find_invalid_utf8(text)) return count(decode_broken_utf8(text));
        BpePieces<Scanner> pieces(table_, text);
        std::size_t tokens = 0;
        for (std::size_t at = 0; at < text.size();) {
            at = pieces.for_next_pieces(text, at, [&](std::size_t start, std::size_t end) {
                tokens += pieces.count(text.substr(start, end - start));
            });
        }
        return tokens;
    }

    [[nodiscard]] std::vector<std::uint32_t> encode(std::string_view text) const override {
        if (find_invalid_utf8(text)) return encode(decode_broken_utf8(text));
        BpePieces<Scanner> pieces(table_, text);
        std::vector<std::uint32_t> ranks;
        ranks.reserve(text.size() / 4);
        for (std::size_t at = 0; at < text.size();) {
            at = pieces.for_next_pieces(text, at, [&](std::size_t start, std::size_t end) {
                pieces.encode(text.substr(start, end - start), ranks);
            });
        }
        return ranks;
    }

    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        if (find_invalid_utf8(text)) return truncate_by_counting(*this, text, limit);
        return PieceMeasure(text, BpePieces<Scanner>(table_, text)).reach(0, text.size(), limit);
    }

    [[nodiscard]] std::unique_ptr<TextMeasure> measure(std::string_view text) const override {
        if (find_invalid_utf8(text)) return Tokenizer::measure(text);
        return std::make_unique<PieceMeasure<BpePieces<Scanner>>>(text, BpePieces<Scanner>(table_, text));
    }

private:
    std::string_view name_;
    bpe::RankTable table_;
};

}  // namespace

std::unique_ptr<BpeTokenizer> make_bpe_tokenizer(std::string_view encoding) {
    if (encoding == "cl100k_base") {
        return std::make_unique<EncodingTokenizer<bpe::Cl100kScanner>>("tokens:cl100k_base", quarry_bpe_cl100k_base);
    }
    if (encoding == "o200k_base") {
        return std::make_unique<EncodingTokenizer<bpe::O200kScanner>>("tokens:o200k_base", quarry_bpe_o200k_base);
    }
    return nullptr;
}

bool has_bpe_tokenizers() noexcept { return true; }
#else
std::unique_ptr<BpeTokenizer> make_bpe_tokenizer(std::string_view) { return nullptr; }

bool has_bpe_tokenizers() noexcept { return false; }
#endif

}  // namespace quarry::tokenize
