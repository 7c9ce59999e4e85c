#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace quarry {

/// Measures stretches of one text, which it borrows. What was counted once need not be counted again: cutting a long
/// text into pieces costs about as much as counting it. Not thread-safe.
class TextMeasure {
public:
    virtual ~TextMeasure() = default;
    /// What [start, end) counts, as a text of its own.
    [[nodiscard]] virtual std::size_t count(std::size_t start, std::size_t end) = 0;
    /// An end <= limit, as large as possible, such that [start, end) counts at most `size` and splits no code point.
    [[nodiscard]] virtual std::size_t reach(std::size_t start, std::size_t limit, std::size_t size) = 0;
};

/// Counts text in some unit: bytes, code points, words, or a model's tokens. Stateless; safe to share.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Name in configuration: "bytes", "chars", "words", "tokens:approx".
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::size_t count(std::string_view text) const = 0;
    /// Length in bytes of the longest prefix of `text` that counts at most `limit` and splits no code point.
    [[nodiscard]] virtual std::size_t truncate(std::string_view text, std::size_t limit) const = 0;
    /// For many stretches of one text; borrows both. By default asks the two functions above.
    [[nodiscard]] virtual std::unique_ptr<TextMeasure> measure(std::string_view text) const;
};

/// The tokenizer of that name. Throws Error(usage) that lists the names for one that does not exist.
[[nodiscard]] std::unique_ptr<Tokenizer> make_tokenizer(std::string_view name);
[[nodiscard]] std::span<const std::string> tokenizer_names();

}  // namespace quarry
