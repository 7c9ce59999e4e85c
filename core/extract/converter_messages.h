#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/sandbox.h"
#include "core/document/document.h"
#include "core/extract/extractor.h"

namespace quarry::extract {

// What a Converter and its process say to each other. Both are one program, so that there is one version of it, which
// every message begins with all the same. A message is a MessageHead, its fields, and one long text.

struct MessageHead {
    std::uint64_t fields = 0;  ///< Bytes.
    std::uint64_t text = 0;    ///< Bytes.
};

/// A message's head and fields with its text, if that is short: one piece wakes its reader once. A long text is not
/// copied for that.
[[nodiscard]] std::string message_beginning(std::string_view fields, std::string_view text);
/// What of the text follows that beginning.
[[nodiscard]] std::string_view message_rest(std::string_view text) noexcept;

/// To read the long text, the bytes of a file.
struct ConversionRequest {
    std::string extractor;  ///< Its name; any other asks for nothing but an answer.
    std::string name;       ///< Of the file.
    ExtractLimits limits{};
};
[[nodiscard]] std::string encode_request(const ConversionRequest& request);
/// Throws Error(failed) for what `encode_request` did not make.
[[nodiscard]] ConversionRequest decode_request(std::string_view fields);

/// What became of a request: a document, whose text is the long one, or an error.
struct ConversionAnswer {
    SandboxSupport confinement;                  ///< What is in force in the process.
    std::optional<document::Document> document;  ///< Its media type is the extractor's, and is not sent.
    std::optional<Error> error;
    /// When there is neither of both, there was not enough memory.
    [[nodiscard]] bool lacked_memory() const noexcept { return !document && !error; }
};
[[nodiscard]] std::string encode_answer(const ConversionAnswer& answer);

/// The most bytes of fields that an honest answer has with so long a text.
[[nodiscard]] std::uint64_t most_answer_fields(std::uint64_t text_bytes) noexcept;

/// The answer in `fields`, with `text`. Nothing in them is trusted: all text is valid UTF-8, blocks are in order and
/// within the text, errors are of one line each, `failed`, and cannot drive a terminal. Throws Error(failed) for
/// anything else.
[[nodiscard]] ConversionAnswer decode_answer(std::string_view fields, std::string text);

}  // namespace quarry::extract
