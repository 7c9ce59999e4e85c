#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/cache/response_cache.h"
#include "core/cache/shared_entries.h"

namespace quarry::cache {

/// For whom responses are shared, and of which state of which base. Thread-safe; requests that follow each other may
/// set it anew.
class ShareScope {
public:
    /// `clock`: seconds since 1970. `max_age`: of a response, in seconds; 0: no limit.
    ShareScope(std::shared_ptr<SharedEntries> entries, std::function<std::int64_t()> clock, std::int64_t max_age)
        : entries_(std::move(entries)), clock_(std::move(clock)), max_age_(max_age) {}

    /// `secret`: of the base, 32 bytes; empty: nothing is shared. `audience`: the caller's rights and the base's state,
    /// in any form.
    void set(std::string secret, std::string audience);

    /// A response of this scope. Everything else, whoever wrote it there, is not found: values are sealed with the
    /// secret, for their key and scope (AES-256-GCM), and have their age in them.
    [[nodiscard]] std::optional<std::string> find(std::string_view key, CachedKind kind) const;
    /// False where it was not kept.
    bool put(std::string_view key, CachedKind kind, std::string_view value) const;

private:
    struct Names {
        std::string secret, entry;
    };
    [[nodiscard]] Names names_of(std::string_view key, CachedKind kind) const;

    const std::shared_ptr<SharedEntries> entries_;  ///< Of the process: connections are few.
    const std::function<std::int64_t()> clock_;
    const std::int64_t max_age_;
    mutable std::mutex mutex_;  ///< Of those below.
    std::string secret_{}, audience_{};
};

/// A cache that keeps responses in `scope`, and where that cannot be, in `base`, and finds those of both. What is
/// counted and cleared is `base`'s. Shares both: with other caches of the process.
[[nodiscard]] std::unique_ptr<ResponseCache> make_shared_response_cache(std::shared_ptr<ResponseCache> base,
                                                                        std::shared_ptr<const ShareScope> scope);

}  // namespace quarry::cache
