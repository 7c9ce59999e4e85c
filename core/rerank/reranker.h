#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry::rerank {

/// Says how well texts answer a query, by reading both together: slower than comparing vectors, and better.
/// Not thread-safe.
class Reranker {
public:
    virtual ~Reranker() = default;

    /// Name for people, such as "cohere:rerank-v3.5".
    [[nodiscard]] virtual std::string name() const = 0;
    /// One score a text, higher is better; only scores of one call are comparable. Throws Error (provider_failed,
    /// rate_limited, interrupted).
    [[nodiscard]] virtual std::vector<double> score(std::string_view query, std::span<const std::string_view> texts,
                                                    const Cancellation& cancellation) = 0;
};

}  // namespace quarry::rerank
