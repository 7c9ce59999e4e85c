#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace quarry::tokenize {

/// Measures stretches of one text, which it borrows. What was counted once need not be counted again: cutting a long
/// text into pieces costs about as much as counting it. Offsets are boundaries of code points. Not thread-safe.
class TextMeasure {
public:
    explicit TextMeasure(std::string_view text) : text_(text) {}
    virtual ~TextMeasure() = default;
    TextMeasure(const TextMeasure&) = delete;
    TextMeasure& operator=(const TextMeasure&) = delete;

    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// What [start, end) counts, as a text of its own.
    [[nodiscard]] virtual std::size_t count(std::size_t start, std::size_t end) = 0;
    /// An end <= limit such that [start, end) counts at most `size` and splits no code point: the largest in units
    /// whose counts never fall as text is added, and about that in others.
    [[nodiscard]] virtual std::size_t reach(std::size_t start, std::size_t limit, std::size_t size) = 0;
    /// A start >= low, likewise as small as possible, such that [start, end) counts at most `size`.
    [[nodiscard]] virtual std::size_t reach_back(std::size_t low, std::size_t end, std::size_t size);

private:
    std::string_view text_;
};

/// Counts text in some unit: bytes, code points, words, or a model's tokens. Stateless; safe to share.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Name in configuration: "bytes", "chars", "words", "tokens:approx", "tokens:cl100k_base", "wordpiece:vocab.txt".
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::size_t count(std::string_view text) const = 0;
    /// Length in bytes of a prefix of `text` that counts at most `limit` and splits no code point: TextMeasure::reach.
    [[nodiscard]] virtual std::size_t truncate(std::string_view text, std::size_t limit) const = 0;
    /// Whether adding text at either end never lowers the count. A model's tokens may become fewer.
    [[nodiscard]] virtual bool never_falls() const noexcept { return true; }
    /// For many stretches of one text; borrows both. By default asks the functions above.
    [[nodiscard]] virtual std::unique_ptr<TextMeasure> measure(std::string_view text) const;
};

/// The tokenizer of that name: one of `tokenizer_names`; an encoding without "tokens:" before it; "wordpiece:PATH", a
/// vocabulary of BERT's kind (WordPieceTokenizer); or "gguf:PATH", the vocabulary of a model in that format. Throws
/// Error(usage) that lists the names for one that does not exist, and Error(failed) for a file that is none of these.
[[nodiscard]] std::unique_ptr<Tokenizer> make_tokenizer(std::string_view name);
/// Those that need no file.
[[nodiscard]] std::span<const std::string> tokenizer_names();

}  // namespace quarry::tokenize
