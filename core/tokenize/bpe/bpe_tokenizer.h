#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/tokenize/tokenizer.h"

namespace quarry::tokenize {

/// Counts the tokens of OpenAI's byte-pair encodings, exactly. Any thread.
///
/// Text that looks like a special token ("<|endoftext|>") is text like any other, as nobody types one into a document.
/// In broken UTF-8 each maximal part of a sequence counts as U+FFFD, as the Encoding Standard's decoder has it
/// (`new TextDecoder("utf-8", {ignoreBOM: true})`).
class BpeTokenizer : public Tokenizer {
public:
    /// The ranks of the text's tokens, in order.
    [[nodiscard]] virtual std::vector<std::uint32_t> encode(std::string_view text) const = 0;
};

/// For "cl100k_base" and "o200k_base", whose vocabularies are part of the binary; null for any other name, and when
/// quarry was built without them.
[[nodiscard]] std::unique_ptr<BpeTokenizer> make_bpe_tokenizer(std::string_view encoding);
/// Whether the vocabularies are part of this binary.
[[nodiscard]] bool has_bpe_tokenizers() noexcept;

/// The text as the Encoding Standard's UTF-8 decoder reads it, U+FFFD in the place of what is broken.
[[nodiscard]] std::string decode_broken_utf8(std::string_view text);

}  // namespace quarry::tokenize
