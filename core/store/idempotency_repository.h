#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::store {

/// A request that a client may repeat under a key of its own.
struct KeyedRequest {
    std::string principal, key;
    std::string request;  ///< SHA-256 of what was asked, hexadecimal.
};

/// What is known of a key.
struct KnownRequest {
    std::string request;   ///< As above.
    std::string response;  ///< JSON; empty while it is worked on.
};

/// Requests that were answered, so that a repeated one is not carried out twice. Used by one thread at a time; each
/// call is a transaction. Throws Error(locked, failed).
class IdempotencyRepository {
public:
    virtual ~IdempotencyRepository() = default;

    /// Notes that a request is being worked on; gives what is known instead when its key is taken. What was answered
    /// before `answered_from`, and what was begun and not answered before `begun_from`, is forgotten first.
    [[nodiscard]] virtual std::optional<KnownRequest> begin(const KeyedRequest& request, std::int64_t now,
                                                            std::int64_t answered_from, std::int64_t begun_from) = 0;
    /// Keeps what the request was answered with; an empty response forgets the request.
    virtual void finish(const KeyedRequest& request, std::string_view response) = 0;
    /// Forgets the request unless it was answered.
    virtual void forget_unanswered(const KeyedRequest& request) = 0;
};

/// Throws as `open_store` does.
[[nodiscard]] std::unique_ptr<IdempotencyRepository> open_idempotency(const std::filesystem::path& base);

}  // namespace quarry::store
