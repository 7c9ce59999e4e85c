#include "core/tokenize/bpe/bpe_tokenizer.h"

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

namespace quarry {

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

// Shorter texts are not worth the memory that an encoder remembers pieces in.
constexpr std::size_t worth_remembering = 16384;

/// The pieces of one text and their tokens, for PieceMeasure.
template <typename Scanner>
class BpePieces {
public:
    BpePieces(const bpe::RankTable& table, std::string_view text)
        : scanner_(bpe::CodePointClasses(quarry_bpe_classes)),
          encoder_(table, text.data() + text.size(), text.size() >= worth_remembering) {}

    [[nodiscard]] std::size_t piece_end(std::string_view text, std::size_t at) const noexcept {
        return scanner_.piece_end(text, at);
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
            const std::size_t end = pieces.piece_end(text, at);
            tokens += pieces.count(text.substr(at, end - at));
            at = end;
        }
        return tokens;
    }

    [[nodiscard]] std::vector<std::uint32_t> encode(std::string_view text) const override {
        if (find_invalid_utf8(text)) return encode(decode_broken_utf8(text));
        BpePieces<Scanner> pieces(table_, text);
        std::vector<std::uint32_t> ranks;
        ranks.reserve(text.size() / 4);
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = pieces.piece_end(text, at);
            pieces.encode(text.substr(at, end - at), ranks);
            at = end;
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

}  // namespace quarry
