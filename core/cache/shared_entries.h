#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/cache/redis_address.h"

namespace quarry::cache {

/// What several processes share for a while, by name: bytes, and tokens that fill in a minute. Thread-safe.
///
/// It may be down, slow, full or hostile: then nothing is found and nothing is kept, within `patience` and mostly at
/// once, as it is not asked again for a while after a failure. What it gives is a stranger's: callers check it.
class SharedEntries {
public:
    /// How long one call may take.
    static constexpr std::chrono::milliseconds patience{50};
    static constexpr std::size_t most_bytes = 4 * 1024 * 1024;  ///< Of a value.

    virtual ~SharedEntries() = default;

    [[nodiscard]] virtual std::optional<std::string> find(std::string_view name) = 0;
    /// False where it was not kept.
    virtual bool put(std::string_view name, std::string_view value, std::chrono::seconds kept) = 0;

    struct Taken {
        bool allowed = true;
        unsigned remaining = 0;     ///< That may follow at once; at most the limit.
        std::uint64_t seconds = 1;  ///< Until one more may follow; 1 to 60.
    };
    /// Takes one of `limit` tokens, which fill in a minute. Nothing where it cannot be asked.
    [[nodiscard]] virtual std::optional<Taken> take(std::string_view name, unsigned limit) = 0;

    /// Writes, reads and removes an entry. Throws Error(failed) with what is wrong.
    virtual void test() = 0;
    /// What went wrong first since it last worked; nothing where that was given before.
    [[nodiscard]] virtual std::optional<std::string> new_failure() = 0;
};

/// In Redis. Connects with the first call.
[[nodiscard]] std::shared_ptr<SharedEntries> make_redis_entries(RedisAddress address);

}  // namespace quarry::cache
