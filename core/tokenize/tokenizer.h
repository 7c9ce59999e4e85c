#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace quarry {

/// Counts text in some unit: bytes, code points, words, or a model's tokens. Stateless; safe to share.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Name in configuration: "bytes", "chars", "words", "tokens:approx".
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::size_t count(std::string_view text) const = 0;
    /// Length in bytes of the longest prefix of `text` that counts at most `limit` and splits no code point.
    [[nodiscard]] virtual std::size_t truncate(std::string_view text, std::size_t limit) const = 0;
};

/// The tokenizer of that name. Throws Error(usage) that lists the names for one that does not exist.
[[nodiscard]] std::unique_ptr<Tokenizer> make_tokenizer(std::string_view name);
[[nodiscard]] std::span<const std::string> tokenizer_names();

}  // namespace quarry
