#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/net/message.h"

namespace quarry::serve {

/// What requests are counted together with.
enum class RateClass : std::uint8_t { none, search, generate, ingest, sign_in };

/// Requests that one key, user or address may make in a minute, of each class; 0: as many as it likes.
struct RateLimits {
    unsigned search = 0, generate = 0, ingest = 0, sign_in = 0;
};

/// Token buckets: each fills in a minute, and a request takes one token. Thread-safe. Memory is bounded: of the buckets
/// of a class those that were used longest ago go first.
class RateLimiter {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t most_buckets = 10'000;  ///< Of each class.

    explicit RateLimiter(RateLimits limits) : limits_(limits) {}

    /// How a request stands.
    struct Verdict {
        std::string_view name{};  ///< Of its class.
        bool allowed = true;
        unsigned limit = 0;         ///< In a minute.
        unsigned remaining = 0;     ///< That may follow at once.
        std::uint64_t seconds = 0;  ///< Until one more may follow.
    };
    /// Takes a token of `who`; nothing for a class without limit.
    [[nodiscard]] std::optional<Verdict> take(RateClass kind, std::string_view who,
                                              Clock::time_point now = Clock::now());

    /// Buckets that are kept. For tests.
    [[nodiscard]] std::size_t size() const;

private:
    struct Bucket {
        std::string who;
        double tokens;
        Clock::time_point filled;
    };
    /// The last used is the first.
    struct Buckets {
        std::list<Bucket> order{};
        std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_name{};
    };
    [[nodiscard]] unsigned limit_of(RateClass kind) const noexcept;
    Bucket& bucket_of(Buckets& buckets, std::string_view who, double full, Clock::time_point now);

    const RateLimits limits_;
    mutable std::mutex mutex_;  ///< Of those below.
    std::array<Buckets, 5> buckets_{};
};

/// Says in a response how its client stands: RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10),
/// for OpenAI's clients x-ratelimit-…-requests.
void add_rate_fields(net::Response& response, const RateLimiter::Verdict& verdict, bool openai);

/// The response to a request too many.
[[nodiscard]] net::Response too_many_requests(const RateLimiter::Verdict& verdict);

}  // namespace quarry::serve
