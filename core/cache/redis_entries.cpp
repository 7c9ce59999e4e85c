// Shared entries in Redis, by commands that every version from 4 on has.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "core/base/error.h"
#include "core/cache/redis_connection.h"
#include "core/cache/shared_entries.h"

namespace quarry::cache {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// How long it is not asked after a failure, twice as long after each further one.
constexpr std::chrono::milliseconds shortest_pause{1000}, longest_pause{60'000};

/// A token bucket, as core/serve/rate_limiter.h has it, by the server's clock.
constexpr std::string_view take_script = R"(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local full = tonumber(ARGV[1])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(full, (tonumber(bucket[1]) or full)
    + math.max(0, now - (tonumber(bucket[2]) or now)) * full / 60000)
local allowed = 0
if tokens >= 1 then
    allowed = 1
    tokens = tokens - 1
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens))
redis.call('HSET', KEYS[1], 'at', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], 120000)
return {allowed, math.floor(tokens), math.ceil((1 - (tokens - math.floor(tokens))) * 60 / full)}
)";

class RedisEntries final : public SharedEntries {
public:
    explicit RedisEntries(RedisAddress address) : address_(std::move(address)) {}

    [[nodiscard]] std::optional<std::string> find(std::string_view name) override {
        std::optional<RedisReply> reply = ask({"GET", name});
        if (!reply || reply->kind != RedisReply::Kind::text) return std::nullopt;
        return std::move(reply->text);
    }

    bool put(std::string_view name, std::string_view value, std::chrono::seconds kept) override {
        if (value.size() > most_bytes) return false;
        const std::string seconds = fmt::format("{}", std::max<std::int64_t>(kept.count(), 1));
        const auto reply = ask({"SET", name, value, "EX", seconds});
        return reply && reply->kind == RedisReply::Kind::status && reply->text == "OK";
    }

    [[nodiscard]] std::optional<Taken> take(std::string_view name, unsigned limit) override {
        const std::string full = fmt::format("{}", limit);
        const auto reply = ask({"EVAL", take_script, "1", name, full});
        if (!reply || reply->list.size() != 3) return std::nullopt;
        for (const RedisReply& one : reply->list) {
            if (one.kind != RedisReply::Kind::integer || one.integer < 0) return std::nullopt;
        }
        constexpr std::int64_t minute = 60;
        return Taken{
            .allowed = reply->list[0].integer == 1,
            .remaining = static_cast<unsigned>(std::min<std::int64_t>(reply->list[1].integer, limit)),
            .seconds = static_cast<std::uint64_t>(std::clamp<std::int64_t>(reply->list[2].integer, 1, minute))};
    }

    void test() override {
        const std::lock_guard lock(mutex_);
        const SteadyClock::time_point end = SteadyClock::now() + patience;
        RedisConnection connection(address_, end);
        constexpr std::string_view name = "quarry:test", value = "quarry";
        const auto run = [&](std::initializer_list<std::string_view> command, RedisReply::Kind kind) {
            RedisReply reply = connection.run({command.begin(), command.size()}, end);
            if (reply.kind == kind) return reply;
            throw Error(ErrorCode::failed, fmt::format("Redis at {} refuses {}", address_.display(), *command.begin()))
                .because(reply.text.substr(0, longest_message));
        };
        run({"SET", name, value, "EX", "10"}, RedisReply::Kind::status);
        run({"GET", name}, RedisReply::Kind::text);
        run({"EVAL", take_script, "1", "quarry:test:rate", "10"}, RedisReply::Kind::list);
        run({"DEL", name, "quarry:test:rate"}, RedisReply::Kind::integer);
    }

    [[nodiscard]] std::optional<std::string> new_failure() override {
        const std::lock_guard lock(mutex_);
        if (failure_.empty() || std::exchange(told_, true)) return std::nullopt;
        return failure_;
    }

private:
    /// Nothing where it cannot be asked, now or for a while.
    [[nodiscard]] std::optional<RedisReply> ask(std::initializer_list<std::string_view> command) {
        const SteadyClock::time_point end = SteadyClock::now() + patience;
        // Others ask before: who waits for them for too long goes without.
        const std::unique_lock lock(mutex_, end);
        if (!lock.owns_lock() || SteadyClock::now() < not_before_) return std::nullopt;
        try {
            // A connection that was kept may have been closed meanwhile, which says nothing of the server.
            std::optional<RedisReply> reply = connection_ ? ask_again(command, end) : std::nullopt;
            if (!reply) {
                connection_ = std::make_unique<RedisConnection>(address_, end);
                reply = connection_->run({command.begin(), command.size()}, end);
            }
            if (reply->kind == RedisReply::Kind::error) {  // full, read-only, loading, without the right to
                throw Error(ErrorCode::failed,
                            fmt::format("Redis at {} refuses {}", address_.display(), *command.begin()))
                    .because(reply->text.substr(0, longest_message));
            }
            pause_ = shortest_pause;
            failure_.clear();
            told_ = false;
            return reply;
        } catch (const Error& error) {
            connection_.reset();
            not_before_ = SteadyClock::now() + pause_;
            pause_ = std::min(pause_ * 2, longest_pause);
            if (failure_.empty()) failure_ = error.what();
            return std::nullopt;
        }
    }

    [[nodiscard]] std::optional<RedisReply> ask_again(std::initializer_list<std::string_view> command,
                                                      SteadyClock::time_point end) const {
        try {
            return connection_->run({command.begin(), command.size()}, end);
        } catch (const Error&) {
            return std::nullopt;
        }
    }

    static constexpr std::size_t longest_message = 200;
    const RedisAddress address_;
    std::timed_mutex mutex_;  ///< Of all below.
    std::unique_ptr<RedisConnection> connection_{};
    SteadyClock::time_point not_before_{};
    std::chrono::milliseconds pause_ = shortest_pause;
    std::string failure_{};
    bool told_ = false;
};

}  // namespace

std::shared_ptr<SharedEntries> make_redis_entries(RedisAddress address) {
    return std::make_shared<RedisEntries>(std::move(address));
}

}  // namespace quarry::cache
