#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::store {

/// An answer in OpenAI's form, which a later request may go on from.
struct ModelResponse {
    std::string id;
    std::string previous;         ///< The one that it goes on from; empty for none.
    std::int64_t created_at = 0;  ///< Seconds since 1970.
    std::string input;            ///< JSON: what was asked.
    std::string response;         ///< JSON: what was answered.
};

/// The responses that a base keeps, each for its principal alone. Used by one thread at a time; each call is a
/// transaction. Throws Error(locked, failed).
class ModelResponseRepository {
public:
    virtual ~ModelResponseRepository() = default;

    /// Adds one, and drops the principal's oldest so that `most` stay.
    virtual void add(std::string_view principal, const ModelResponse& response, std::size_t most) = 0;
    [[nodiscard]] virtual std::optional<ModelResponse> find(std::string_view principal, std::string_view id) const = 0;
    /// False when there is none.
    virtual bool remove(std::string_view principal, std::string_view id) = 0;
};

}  // namespace quarry::store
