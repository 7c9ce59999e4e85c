#include "core/tokenize/wordpiece_tokenizer.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/base/characters.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/tokenize/counted_cut.h"
#include "core/tokenize/file_cache.h"
#include "core/tokenize/piece_measure.h"
#include "core/tokenize/unaccent.h"

namespace quarry::tokenize {
namespace {

constexpr std::uint64_t most_vocabulary_bytes = 100'000'000;
constexpr std::size_t longest_word = 100;  // in code points: BERT's max_input_chars_per_word

bool is_bert_space(char32_t c) noexcept {
    if (c < 0x80) return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    return u_charType(static_cast<UChar32>(c)) == U_SPACE_SEPARATOR || c == 0x2028 || c == 0x2029;
}

/// What BERT's tokenizer takes out: all of category C, and the replacement character.
bool is_removed(char32_t c) noexcept {
    if (c < 0x80) return (c < 0x20 && !is_bert_space(c)) || c == 0x7F;
    return c == 0xFFFD || (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_C_MASK)) != 0;
}

bool is_bert_punctuation(char32_t c) noexcept {
    if (c < 0x80) return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    return u_ispunct(static_cast<UChar32>(c)) != 0;
}

/// What BERT's tokenizer takes for Chinese, which is not all that is_cjk() does.
bool stands_alone(char32_t c) noexcept {
    return c >= 0x3400 &&
           (c <= 0x4DBF || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
            (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2CEAF) || (c >= 0x2F800 && c <= 0x2FA1F));
}

/// The tokens of a vocabulary file, whose text it owns.
class Vocabulary {
public:
    explicit Vocabulary(std::string file) : file_(std::move(file)) {
        for (std::size_t at = 0; at < file_.size();) {
            const std::size_t end = std::min(file_.find('\n', at), file_.size());
            std::string_view token(file_.data() + at, end - at);
            if (token.ends_with('\r')) token.remove_suffix(1);
            if (!token.empty()) add(token);
            at = end + 1;
        }
    }
    Vocabulary(const Vocabulary&) = delete;
    Vocabulary& operator=(const Vocabulary&) = delete;

    [[nodiscard]] bool is_wordpiece() const { return words_.contains("[UNK]") && !continuations_.empty(); }
    [[nodiscard]] bool is_cased() const noexcept { return is_cased_; }

    /// Tokens of a word by the longest match first; one, [UNK], when it cannot be built.
    [[nodiscard]] std::size_t count_word(std::string_view word) const {
        if (count_code_points(word) > longest_word) return 1;
        std::size_t tokens = 0;
        for (std::size_t at = 0; at < word.size(); ++tokens) {
            const auto& known = at == 0 ? words_ : continuations_;
            std::size_t length = std::min(longest_, word.size() - at);
            while (length > 0 && !known.contains(word.substr(at, length))) --length;
            if (length == 0) return 1;
            at += length;
        }
        return tokens;
    }

private:
    void add(std::string_view token) {
        if (!token.starts_with('[')) is_cased_ = is_cased_ || has_upper_case(token);
        if (token.starts_with("##") && token.size() > 2) {
            token.remove_prefix(2);
            continuations_.insert(token);
        } else {
            words_.insert(token);
        }
        longest_ = std::max(longest_, token.size());
    }
    static bool has_upper_case(std::string_view token) noexcept {
        for (std::size_t i = 0; i < token.size();) {
            const CodePoint point = decode_utf8(token, i);
            if (u_isupper(static_cast<UChar32>(point.value)) != 0) return true;
            i += point.length;
        }
        return false;
    }

    std::string file_;
    std::unordered_set<std::string_view> words_;
    std::unordered_set<std::string_view> continuations_;
    std::size_t longest_ = 0;
    bool is_cased_ = false;
};

/// A text's words with the punctuation on them, its Chinese characters and its white space, for PieceMeasure.
class WordPieces {
public:
    WordPieces(const Vocabulary& vocabulary, bool cased) : vocabulary_(&vocabulary), cased_(cased) {}

    [[nodiscard]] static std::size_t piece_end(std::string_view text, std::size_t at) noexcept {
        const CodePoint first = decode_utf8(text, at);
        const bool blank = is_bert_space(first.value);
        at += first.length;
        if (stands_alone(first.value)) return at;
        while (at < text.size()) {
            const CodePoint point = decode_utf8(text, at);
            if (is_bert_space(point.value) != blank || stands_alone(point.value)) break;
            at += point.length;
        }
        return at;
    }
    [[nodiscard]] static std::size_t settled_end(std::string_view text, std::size_t end) noexcept {
        // A piece depends on the code point behind it, of four bytes at most.
        if (end == text.size()) return end;
        return end <= 4 ? 0 : floor_to_code_point(text, end - 4);
    }
    [[nodiscard]] std::size_t count(std::string_view piece) {
        clean(piece);
        std::size_t tokens = 0;
        std::size_t word = 0;
        const auto end_word = [&](std::size_t end) {
            if (end > word) tokens += vocabulary_->count_word(std::string_view(cleaned_).substr(word, end - word));
        };
        for (std::size_t i = 0; i < cleaned_.size();) {
            const CodePoint point = decode_utf8(cleaned_, i);
            if (is_bert_punctuation(point.value)) {
                end_word(i);
                word = i;
                end_word(i + point.length);
                word = i + point.length;
            }
            i += point.length;
        }
        end_word(cleaned_.size());
        return tokens;
    }
    /// Spread evenly: which bytes a token stands for is lost with the accents.
    template <typename OnStart>
    void for_each_start(std::string_view piece, OnStart on_start) {
        const std::size_t tokens = count(piece);
        for (std::size_t i = 0; i < tokens; ++i) on_start(i * piece.size() / tokens);
    }

private:
    void clean(std::string_view piece) {
        cleaned_.clear();
        bool ascii = true;
        for (std::size_t i = 0; i < piece.size();) {
            const CodePoint point = decode_utf8(piece, i);
            if (!is_removed(point.value) && !is_bert_space(point.value)) cleaned_ += piece.substr(i, point.length);
            ascii = ascii && point.value < 0x80;
            i += point.length;
        }
        if (!cased_) cleaned_ = ascii ? ascii_lower(cleaned_) : lower_without_accents(cleaned_);
    }

    const Vocabulary* vocabulary_;
    bool cased_;
    std::string cleaned_;
};

class WordPieceTokenizer final : public Tokenizer {
public:
    WordPieceTokenizer(std::string name, std::shared_ptr<const Vocabulary> vocabulary, bool cased)
        : name_(std::move(name)), vocabulary_(std::move(vocabulary)), cased_(cased) {}

    [[nodiscard]] std::string_view name() const noexcept override { return name_; }
    [[nodiscard]] std::size_t count(std::string_view text) const override {
        if (find_invalid_utf8(text)) return count(replace_invalid_utf8(text));
        WordPieces pieces(*vocabulary_, cased_);
        std::size_t tokens = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = WordPieces::piece_end(text, at);
            tokens += pieces.count(text.substr(at, end - at));
            at = end;
        }
        return tokens;
    }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        if (find_invalid_utf8(text)) return truncate_by_counting(*this, text, limit);
        return PieceMeasure(text, WordPieces(*vocabulary_, cased_)).reach(0, text.size(), limit);
    }
    [[nodiscard]] bool never_falls() const noexcept override { return false; }
    [[nodiscard]] std::unique_ptr<TextMeasure> measure(std::string_view text) const override {
        if (find_invalid_utf8(text)) return Tokenizer::measure(text);
        return std::make_unique<PieceMeasure<WordPieces>>(text, WordPieces(*vocabulary_, cased_));
    }

private:
    std::string name_;
    std::shared_ptr<const Vocabulary> vocabulary_;
    bool cased_;
};

}  // namespace

std::unique_ptr<Tokenizer> read_wordpiece_tokenizer(std::string_view path) {
    std::string name = fmt::format("wordpiece:{}", path);
    std::optional<bool> cased;
    for (const auto& [suffix, value] : {std::pair("@cased", true), std::pair("@uncased", false)}) {
        if (!path.ends_with(suffix)) continue;
        path.remove_suffix(std::string_view(suffix).size());
        cased = value;
        break;
    }
    static FileCache<Vocabulary> kept;
    std::shared_ptr<const Vocabulary> vocabulary = kept.get(path, [&] {
        auto read = std::make_shared<const Vocabulary>(read_file(std::filesystem::path(path), most_vocabulary_bytes));
        if (read->is_wordpiece()) return read;
        throw Error(ErrorCode::failed, fmt::format("{} is not a WordPiece vocabulary", path),
                    "give the vocab.txt of a BERT model: one token a line, [UNK] among them, with ## before those "
                    "inside words");
    });
    const bool is_cased = cased.value_or(vocabulary->is_cased());
    return std::make_unique<WordPieceTokenizer>(std::move(name), std::move(vocabulary), is_cased);
}

}  // namespace quarry::tokenize
