#include "core/store/sqlite/sqlite_response_cache.h"

#include <fmt/format.h>

#include <limits>

#include "core/store/base_address.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/response_cache_rows.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/side_connection.h"

namespace quarry::store {

using cache::CachedKind;
using cache::ResponseCacheLimits;
using cache::ResponseCacheStats;

namespace {

// Who asks a model has waited for longer; a lock that is held for longer than this is that of a long write.
constexpr int cache_busy_timeout_ms = 250;

constexpr const char* find_response =
    "SELECT value FROM cached_responses WHERE request = ?1 AND kind = ?2 AND made_at >= ?3";
constexpr const char* touch_response = "UPDATE cached_responses SET used_at = ?1, uses = uses + 1 WHERE request = ?2";
constexpr const char* put_response =
    "INSERT INTO cached_responses (request, kind, model, value, bytes, made_at, used_at, uses) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 0) "
    "ON CONFLICT (request) DO UPDATE SET value = excluded.value, bytes = excluded.bytes, made_at = excluded.made_at, "
    "used_at = excluded.used_at";
constexpr const char* drop_old_responses = "DELETE FROM cached_responses WHERE made_at < ?1";
constexpr const char* sum_of_bytes = "SELECT coalesce(sum(bytes), 0) FROM cached_responses";
// The running sum goes from the newest use: what comes after the limit is what was not used for longest.
constexpr const char* drop_unused_responses =
    "DELETE FROM cached_responses WHERE rowid IN (SELECT rowid FROM ("
    "SELECT rowid, sum(bytes) OVER (ORDER BY used_at DESC, rowid DESC) AS so_far FROM cached_responses) "
    "WHERE so_far > ?1)";
constexpr const char* response_stats =
    "SELECT kind, count(*), coalesce(sum(bytes), 0), coalesce(sum(uses), 0), min(made_at) FROM cached_responses "
    "GROUP BY kind";
constexpr const char* count_responses = "SELECT count(*) FROM cached_responses";
constexpr const char* drop_responses = "DELETE FROM cached_responses";

}  // namespace

SqliteResponseCache::SqliteResponseCache(const std::filesystem::path& base, ResponseCacheLimits limits,
                                         CacheClock clock)
    : limits_(limits),
      clock_(clock_or_system(std::move(clock))),
      path_(base),
      database_(open_side_connection(base, SideAccess::write_if_possible, cache_busy_timeout_ms)),
      statements_(database_),
      checksums_(database_, statements_) {}

std::optional<std::string> SqliteResponseCache::find(std::string_view key, CachedKind kind) {
    const std::lock_guard lock(mutex_);
    const std::int64_t oldest = limits_.max_age > 0 ? clock_() - limits_.max_age : 0;
    try {
        db::Query query = statements_.query(find_response);
        query.with(key, static_cast<int>(kind), oldest);
        if (!query.step()) return std::nullopt;
        return std::string(query.bytes(0));
    } catch (const SQLite::Exception&) {
        return std::nullopt;
    }
}

void SqliteResponseCache::touch(std::string_view key) {
    const std::lock_guard lock(mutex_);
    try {
        CheckedTransaction transaction(database_, checksums_);
        statements_.query(touch_response).with(clock_(), key).run();
        transaction.commit();
    } catch (const SQLite::Exception&) {
        // Only the order of what is dropped first is less exact.
    }
}

void SqliteResponseCache::put(std::string_view key, CachedKind kind, std::string_view model, std::string_view value) {
    const auto bytes = static_cast<std::int64_t>(value.size());
    if (bytes > limits_.max_bytes || value.size() > std::numeric_limits<int>::max()) return;
    const std::lock_guard lock(mutex_);
    try {
        const std::int64_t now = clock_();
        CheckedTransaction transaction(database_, checksums_);
        statements_.query(put_response)
            .with(key, static_cast<int>(kind), model, db::Blob{value.data(), value.size()}, bytes, now)
            .run();
        evict(now);
        transaction.commit();
    } catch (const SQLite::Exception&) {
        // Not kept: the next one asks again.
    }
}

void SqliteResponseCache::evict(std::int64_t now) {
    if (limits_.max_age > 0) statements_.query(drop_old_responses).with(now - limits_.max_age).run();
    db::Query sum = statements_.query(sum_of_bytes);
    if (sum.step() && sum.integer(0) > limits_.max_bytes) {
        statements_.query(drop_unused_responses).with(limits_.max_bytes).run();
    }
}

ResponseCacheStats SqliteResponseCache::stats() {
    const std::lock_guard lock(mutex_);
    try {
        ResponseCacheStats stats;
        db::Query query = statements_.query(response_stats);
        while (query.step()) add_cache_row(query, stats);
        return stats;
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot read the cache of {}", path_.string()));
    }
}

std::uint64_t SqliteResponseCache::clear() {
    const std::lock_guard lock(mutex_);
    try {
        CheckedTransaction transaction(database_, checksums_);
        std::uint64_t dropped = 0;
        {
            db::Query count = statements_.query(count_responses);
            if (count.step()) dropped = count.count(0);
        }
        statements_.query(drop_responses).run();
        transaction.commit();
        return dropped;
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot clear the cache of {}", path_.string()));
    }
}

std::unique_ptr<cache::ResponseCache> open_response_cache(const std::filesystem::path& base,
                                                          const ResponseCacheLimits& limits, CacheClock clock) {
    if (is_server_base(base)) {
        return postgresql::open_server_response_cache(base.native(), limits, std::move(clock));
    }
    return std::make_unique<SqliteResponseCache>(base, limits, std::move(clock));
}

}  // namespace quarry::store
