#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cache/redis_address.h"

struct redisContext;

namespace quarry::cache {

/// What a Redis server answers, as far as quarry asks for it.
struct RedisReply {
    enum class Kind : std::uint8_t { nil, text, status, integer, list, error };
    Kind kind = Kind::nil;
    std::string text{};  ///< Of a text, a status and an error.
    std::int64_t integer = 0;
    std::vector<RedisReply> list{};  ///< Of integers and texts; at most eight.
};

/// A connection to a Redis server. What the server sends is not trusted: no answer takes longer than the time that is
/// left or more memory than `most_bytes`, and what is not the protocol ends the connection. Used by one thread at a
/// time.
class RedisConnection {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::size_t most_bytes = 8 * 1024 * 1024;  ///< Of one answer.

    /// Connects, signs in and selects the database until `end`; looking up the host's name may take longer. Throws
    /// Error(failed).
    RedisConnection(const RedisAddress& address, Time end);
    ~RedisConnection();
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    /// The answer to a command, which may be an error of the server's. Throws Error(failed) where there is none until
    /// `end`; the connection cannot be used any more then.
    [[nodiscard]] RedisReply run(std::span<const std::string_view> command, Time end);

private:
    void wait(short events, Time end) const;
    void send(std::string_view bytes, Time end) const;
    void expect_ok(std::span<const std::string_view> command, std::string_view doing, Time end);

    struct Close {
        void operator()(redisContext* context) const noexcept;
    };
    const std::string name_;
    std::unique_ptr<redisContext, Close> context_;
};

}  // namespace quarry::cache
