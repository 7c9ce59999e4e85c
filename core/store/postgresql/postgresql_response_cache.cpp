// The cache of responses.
#include <mutex>

#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"
#include "core/store/response_cache_rows.h"

namespace quarry::store::postgresql {
namespace {

using cache::CachedKind;
using cache::ResponseCacheStats;

/// A value of bytea has at most 1 GB, and is sent as twice as many digits.
constexpr std::size_t largest_value = 400'000'000;

constexpr const char* find_response =
    "SELECT value FROM cached_responses WHERE request = $1 AND kind = $2 AND made_at >= $3";
constexpr const char* touch_response = "UPDATE cached_responses SET used_at = $1, uses = uses + 1 WHERE request = $2";
constexpr const char* put_response =
    "INSERT INTO cached_responses AS c (request, kind, model, value, bytes, made_at, used_at, uses)"
    " VALUES ($1, $2, $3, $4, $5, $6, $6, 0) ON CONFLICT (request) DO UPDATE SET value = excluded.value,"
    " bytes = excluded.bytes, made_at = excluded.made_at, used_at = excluded.used_at";
// What another process is dropping is left to it.
constexpr const char* drop_old_responses =
    "DELETE FROM cached_responses WHERE request IN (SELECT request FROM cached_responses WHERE made_at < $1"
    " FOR UPDATE SKIP LOCKED)";
constexpr const char* sum_of_bytes = "SELECT coalesce(sum(bytes), 0)::bigint FROM cached_responses";
// The running sum goes from the newest use: what comes after the limit is what was not used for longest.
constexpr const char* drop_unused_responses =
    "DELETE FROM cached_responses WHERE request IN (SELECT request FROM cached_responses WHERE request IN"
    " (SELECT request FROM (SELECT request, sum(bytes) OVER (ORDER BY used_at DESC, ordinal DESC) AS so_far"
    " FROM cached_responses) counted WHERE so_far > $1) FOR UPDATE SKIP LOCKED)";
constexpr const char* response_stats =
    "SELECT kind, count(*), coalesce(sum(bytes), 0)::bigint, coalesce(sum(uses), 0)::bigint, min(made_at)"
    " FROM cached_responses GROUP BY kind";
constexpr const char* drop_responses = "DELETE FROM cached_responses";

class PostgresqlResponseCache final : public cache::ResponseCache {
public:
    PostgresqlResponseCache(const std::string& url, const cache::ResponseCacheLimits& limits, CacheClock clock)
        : limits_(limits), clock_(clock_or_system(std::move(clock))), server_(url, StoreMode::write) {}

    [[nodiscard]] std::optional<std::string> find(std::string_view key, CachedKind kind) override {
        const std::lock_guard lock(mutex_);
        const std::int64_t oldest = limits_.max_age > 0 ? clock_() - limits_.max_age : 0;
        std::optional<std::string> found;
        try_to([&] {
            found = first_of(
                server_.query(find_response, {ascii(key), number(static_cast<std::int64_t>(kind)), number(oldest)}),
                [](const Row& row) { return row.text(0); });
        });
        return found;
    }
    void touch(std::string_view key) override {
        const std::lock_guard lock(mutex_);
        try_to([&] { server_.changing([&] { server_.run(touch_response, {number(clock_()), ascii(key)}); }); });
    }
    void put(std::string_view key, CachedKind kind, std::string_view model, std::string_view value) override {
        if (static_cast<std::int64_t>(value.size()) > limits_.max_bytes || value.size() > largest_value) return;
        const std::lock_guard lock(mutex_);
        try_to([&] {
            const std::int64_t now = clock_();
            server_.changing([&] {
                server_.run(put_response, {ascii(key), number(static_cast<std::int64_t>(kind)), bytea(model),
                                           bytea(value), number(value.size()), number(now)});
                evict(now);
            });
        });
    }
    [[nodiscard]] ResponseCacheStats stats() override {
        const std::lock_guard lock(mutex_);
        ResponseCacheStats stats;
        const Rows rows = server_.query(response_stats);
        for (std::size_t row = 0; row < rows.size(); ++row) add_cache_row(Row(rows, row), stats);
        return stats;
    }
    std::uint64_t clear() override {
        const std::lock_guard lock(mutex_);
        return server_.changing([&] { return server_.run(drop_responses); });
    }

private:
    void evict(std::int64_t now) {
        if (limits_.max_age > 0) server_.run(drop_old_responses, {number(now - limits_.max_age)});
        if (server_.query(sum_of_bytes).integer(0, 0) > limits_.max_bytes) {
            server_.run(drop_unused_responses, {number(limits_.max_bytes)});
        }
    }
    /// Without the cache, the next one asks again.
    template <typename Work>
    static void try_to(Work&& work) {
        try {
            work();
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
        }
    }

    const cache::ResponseCacheLimits limits_;
    const CacheClock clock_;
    std::mutex mutex_;  ///< Of all below.
    SideServer server_;
};

}  // namespace

std::unique_ptr<cache::ResponseCache> open_server_response_cache(const std::string& url,
                                                                 const cache::ResponseCacheLimits& limits,
                                                                 CacheClock clock) {
    return std::make_unique<PostgresqlResponseCache>(url, limits, std::move(clock));
}

}  // namespace quarry::store::postgresql
