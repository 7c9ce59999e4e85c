#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/cache/response_cache.h"
#include "core/db/sqlite_statement.h"
#include "core/store/sqlite/row_checksums.h"
#include "core/store/store.h"

namespace quarry::store {

/// In the knowledge base's file, over a connection of its own.
class SqliteResponseCache final : public cache::ResponseCache {
public:
    /// See open_response_cache.
    SqliteResponseCache(const std::filesystem::path& base, cache::ResponseCacheLimits limits, CacheClock clock);

    [[nodiscard]] std::optional<std::string> find(std::string_view key, cache::CachedKind kind) override;
    void touch(std::string_view key) override;
    void put(std::string_view key, cache::CachedKind kind, std::string_view model, std::string_view value) override;
    [[nodiscard]] cache::ResponseCacheStats stats() override;
    std::uint64_t clear() override;

private:
    void evict(std::int64_t now);

    const cache::ResponseCacheLimits limits_;
    const CacheClock clock_;
    const std::filesystem::path path_;
    std::mutex mutex_;  ///< Of all below.
    SQLite::Database database_;
    db::StatementCache statements_;
    RowChecksums checksums_;
};

}  // namespace quarry::store
