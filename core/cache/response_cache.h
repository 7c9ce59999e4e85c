#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::cache {

/// What a cached response is. On disk: never renumber.
enum class CachedKind : int { answer = 0, query_vector = 1 };

/// How much is kept. What is older goes; then what was not used for longest, until the rest fits.
struct ResponseCacheLimits {
    std::int64_t max_age = 0;            ///< Seconds; 0 for no limit.
    std::int64_t max_bytes = 100 << 20;  ///< Of all values together.
};

struct ResponseCacheStats {
    struct Kind {
        std::uint64_t entries = 0;
        std::uint64_t bytes = 0;
        std::uint64_t uses = 0;  ///< How often one was taken instead of asking.
    };
    Kind answers, query_vectors;
    std::optional<std::int64_t> oldest;  ///< Seconds since the epoch; nothing when the cache is empty.
};

/// Responses of servers by the hash of the whole request. Thread-safe.
///
/// It is there to save money and time, and never stands in the way: one that cannot be reached, cannot be written to
/// or is busy for longer than a moment is as good as an empty cache to `find` and `put`.
class ResponseCache {
public:
    virtual ~ResponseCache() = default;

    /// The value of a key, unless it is too old. That counts as no use: call `touch` when the value was used.
    [[nodiscard]] virtual std::optional<std::string> find(std::string_view key, CachedKind kind) = 0;
    /// Notes that an entry was used now.
    virtual void touch(std::string_view key) = 0;
    /// Keeps a value, in the place of an earlier one, and drops what is over the limits. A value that is larger than
    /// all that may be kept is not kept. `model` is for people.
    virtual void put(std::string_view key, CachedKind kind, std::string_view model, std::string_view value) = 0;

    /// Throws Error, as does `clear`.
    [[nodiscard]] virtual ResponseCacheStats stats() = 0;
    /// Drops everything; returns how many entries there were. Throws Error(locked, failed).
    virtual std::uint64_t clear() = 0;
};

}  // namespace quarry::cache
