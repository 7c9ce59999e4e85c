#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/error.h"

namespace quarry::embed {

/// Whether a text is asked with or searched in: models prompt the two differently.
enum class EmbedKind { query, document };

/// About as many tokens as a text has, and rather more: a token has three bytes or more in nearly all text.
[[nodiscard]] inline std::size_t estimated_tokens(std::string_view text) noexcept { return text.size() / 3 + 1; }

/// Turns texts into vectors of one model. Not thread-safe, but for what `concurrency` says.
class Embedder {
public:
    virtual ~Embedder() = default;

    /// Name for people, such as "builtin" or "openai:text-embedding-3-small".
    [[nodiscard]] virtual std::string name() const = 0;
    /// Changes when the vectors for some text change (model, prompts, dimensions, table): vectors of two
    /// fingerprints are never compared.
    [[nodiscard]] virtual std::string fingerprint() const = 0;
    /// Length of each vector; 0 until the first answer of a server whose dimensions were not configured.
    [[nodiscard]] virtual std::size_t dimensions() const = 0;
    /// Texts that `embed` takes at once.
    [[nodiscard]] virtual std::size_t batch_size() const = 0;
    /// Estimated tokens that it takes at once. One text may have more, and then goes alone; what does not fit is cut
    /// into several requests by `embed` itself, so that this is a hint for who wants each of them to be one piece.
    [[nodiscard]] virtual std::size_t batch_tokens() const { return std::numeric_limits<std::size_t>::max(); }
    /// How many calls of `embed` may go on at the same time, from different threads. No other call may.
    [[nodiscard]] virtual std::size_t concurrency() const { return 1; }

    /// A question and a text whose cosine is less have nothing in common; -1 where that is not known of the model.
    [[nodiscard]] virtual double least_similarity() const { return -1; }
    /// Whether the model has learned a word of this question; else it makes a vector from the pieces of "zzzzqqq".
    [[nodiscard]] virtual bool knows(std::string_view /*question*/) { return true; }

    /// How well texts fit a question by parts of words, one score of 0 and more a text, where the model can tell: what
    /// its vectors of whole words do not see. Else none.
    [[nodiscard]] virtual std::vector<double> part_scores(std::string_view /*question*/,
                                                          std::span<const std::string_view> /*texts*/) {
        return {};
    }

    /// One vector a text, row-major float32 (texts x dimensions), each of length 1, or all zeros for a text that
    /// has nothing the model knows. Throws Error (provider_failed, rate_limited, interrupted).
    [[nodiscard]] virtual std::vector<float> embed(std::span<const std::string_view> texts, EmbedKind kind,
                                                   const Cancellation& cancellation) = 0;
};

/// Whether an embedder's error says that its server cannot be asked now, so that what needs no vectors may go on.
[[nodiscard]] inline bool is_unavailable(const Error& error) noexcept {
    return error.code() == ErrorCode::provider_failed || error.code() == ErrorCode::rate_limited;
}

}  // namespace quarry::embed
