#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/db/sqlite_statement.h"

namespace quarry::store {

/// What a cached response is. On disk: never renumber.
enum class CachedKind : int { answer = 0, query_vector = 1 };

/// How much is kept. What is older goes; then what was not used for longest, until the rest fits.
struct RequestCacheLimits {
    std::int64_t max_age = 0;            ///< Seconds; 0 for no limit.
    std::int64_t max_bytes = 100 << 20;  ///< Of all values together.
};

struct RequestCacheStats {
    struct Kind {
        std::uint64_t entries = 0;
        std::uint64_t bytes = 0;
        std::uint64_t uses = 0;  ///< How often one was taken instead of asking.
    };
    Kind answers, query_vectors;
    std::optional<std::int64_t> oldest;  ///< Seconds since the epoch; nothing when the cache is empty.
};

/// Responses of servers by the hash of the whole request, in the knowledge base's file, over a connection of its own.
/// Thread-safe.
///
/// It is there to save money and time, and never stands in the way: a base that cannot be written to or is busy for
/// longer than a moment is as good as an empty cache to `find` and `put`.
class RequestCache {
public:
    /// Seconds since the epoch.
    using Clock = std::function<std::int64_t()>;

    /// The file must be a knowledge base of this binary's schema. Throws Error as `open_store` does.
    RequestCache(const std::filesystem::path& base, RequestCacheLimits limits, Clock clock = {});
    RequestCache(const RequestCache&) = delete;
    RequestCache& operator=(const RequestCache&) = delete;

    /// The value of a key, unless it is too old. Notes the use when the caller is done with it: see `touch`.
    [[nodiscard]] std::optional<std::string> find(std::string_view key, CachedKind kind);
    /// Notes that an entry was used now.
    void touch(std::string_view key);
    /// Keeps a value, in the place of an earlier one, and drops what is over the limits. A value that is larger than
    /// all that may be kept is not kept. `model` is for people.
    void put(std::string_view key, CachedKind kind, std::string_view model, std::string_view value);

    /// Throws Error, as does `clear`.
    [[nodiscard]] RequestCacheStats stats();
    /// Drops everything; returns how many entries there were. Throws Error(locked, failed).
    std::uint64_t clear();

private:
    void evict(std::int64_t now);

    const RequestCacheLimits limits_;
    const Clock clock_;
    const std::filesystem::path path_;
    std::mutex mutex_;  ///< Of all below.
    SQLite::Database database_;
    db::StatementCache statements_;
};

}  // namespace quarry::store
