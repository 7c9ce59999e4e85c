#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry {

/// Whether a text is asked with or searched in: models prompt the two differently.
enum class EmbedKind { query, document };

/// Turns texts into vectors of one model. Not thread-safe unless it says so.
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

    /// One vector a text, row-major float32 (texts x dimensions), each of length 1, or all zeros for a text that
    /// has nothing the model knows. Throws Error (provider_failed, rate_limited, interrupted).
    [[nodiscard]] virtual std::vector<float> embed(std::span<const std::string_view> texts, EmbedKind kind,
                                                   const Cancellation& cancellation) = 0;
};

}  // namespace quarry
