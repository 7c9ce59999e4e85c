#include "core/cache/redis_connection.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/error.h"

namespace quarry::cache {
namespace {

constexpr int most_elements = 8;

/// Lists that are longer are refused before there is memory for them: their length is the server's word. `Count` is
/// int in hiredis 0.14 and size_t later.
template <typename Count>
void* make_short_list(const redisReadTask* task, Count count) {
    static const redisReplyObjectFunctions usual = [] {
        redisReader* const reader = redisReaderCreate();
        const redisReplyObjectFunctions functions = *reader->fn;
        redisReaderFree(reader);
        return functions;
    }();
    return count > most_elements ? nullptr : usual.createArray(task, count);
}

redisReplyObjectFunctions* reply_functions() {
    static redisReplyObjectFunctions functions = [] {
        redisReader* const reader = redisReaderCreate();
        redisReplyObjectFunctions made = *reader->fn;
        redisReaderFree(reader);
        made.createArray = &make_short_list;
        return made;
    }();
    return &functions;
}

RedisReply reply_of(const redisReply& read) {
    RedisReply reply;
    switch (read.type) {
        case REDIS_REPLY_STRING: reply.kind = RedisReply::Kind::text; break;
        case REDIS_REPLY_STATUS: reply.kind = RedisReply::Kind::status; break;
        case REDIS_REPLY_ERROR: reply.kind = RedisReply::Kind::error; break;
        case REDIS_REPLY_INTEGER: return {.kind = RedisReply::Kind::integer, .integer = read.integer};
        case REDIS_REPLY_ARRAY:
            reply.kind = RedisReply::Kind::list;
            for (std::size_t i = 0; i < read.elements; ++i) {
                if (read.element[i]->type != REDIS_REPLY_ARRAY) reply.list.push_back(reply_of(*read.element[i]));
            }
            return reply;
        default: return reply;
    }
    reply.text.assign(read.str, static_cast<std::size_t>(read.len));
    return reply;
}

}  // namespace

void RedisConnection::Close::operator()(redisContext* context) const noexcept { redisFree(context); }

RedisConnection::RedisConnection(const RedisAddress& address, Time end)
    : name_(address.display()),
      context_(address.socket.empty() ? redisConnectNonBlock(address.host.c_str(), address.port)
                                      : redisConnectUnixNonBlock(address.socket.c_str())) {
    if (!context_ || context_->err != 0) {
        throw Error(ErrorCode::failed, fmt::format("cannot connect to Redis at {}", name_))
            .because(context_ ? context_->errstr : "there is no memory");
    }
    context_->reader->fn = reply_functions();
    wait(POLLOUT, end);
    int failure = 0;
    socklen_t size = sizeof failure;
    if (::getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &failure, &size) != 0 || failure != 0) {
        throw Error(ErrorCode::failed, fmt::format("cannot connect to Redis at {}", name_))
            .because(std::strerror(failure));
    }
    if (!address.password.empty()) {
        std::vector<std::string_view> command = {"AUTH"};
        if (!address.user.empty()) command.emplace_back(address.user);
        command.emplace_back(address.password);
        expect_ok(command, "sign in to", end);
    }
    if (address.database != 0) {
        const std::string number = fmt::format("{}", address.database);
        const std::array<std::string_view, 2> command = {"SELECT", number};
        expect_ok(command, "select the database of", end);
    }
}

RedisConnection::~RedisConnection() = default;

void RedisConnection::expect_ok(std::span<const std::string_view> command, std::string_view doing, Time end) {
    const RedisReply reply = run(command, end);
    if (reply.kind == RedisReply::Kind::status && reply.text == "OK") return;
    throw Error(ErrorCode::failed, fmt::format("cannot {} Redis at {}", doing, name_))
        .because(reply.kind == RedisReply::Kind::error ? reply.text.substr(0, 200) : "the answer is not OK");
}

void RedisConnection::wait(short events, Time end) const {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        pollfd polled{context_->fd, events, 0};
        const int ready = left <= 0 ? 0 : ::poll(&polled, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready > 0) return;
        if (ready < 0 && errno == EINTR) continue;
        throw Error(ErrorCode::failed, fmt::format("Redis at {} does not answer in time", name_));
    }
}

void RedisConnection::send(std::string_view bytes, Time end) const {
    while (!bytes.empty()) {
        // hiredis would raise SIGPIPE where the server has gone.
        const ssize_t sent = ::send(context_->fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait(POLLOUT, end);
        } else if (errno != EINTR) {
            throw Error(ErrorCode::failed, fmt::format("Redis at {} has closed the connection", name_))
                .because(std::strerror(errno));
        }
    }
}

RedisReply RedisConnection::run(std::span<const std::string_view> command, Time end) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string_view part : command) {
        texts.push_back(part.data());
        sizes.push_back(part.size());
    }
    char* formatted = nullptr;
    const int size = redisFormatCommandArgv(&formatted, static_cast<int>(texts.size()), texts.data(), sizes.data());
    if (size < 0) throw Error(ErrorCode::failed, "a command to Redis is too large");
    const std::unique_ptr<char, decltype(&redisFreeCommand)> freed(formatted, &redisFreeCommand);
    send({formatted, static_cast<std::size_t>(size)}, end);
    std::size_t received = 0;
    for (;;) {
        void* read = nullptr;
        if (redisReaderGetReply(context_->reader, &read) != REDIS_OK) {
            throw Error(ErrorCode::failed, fmt::format("Redis at {} does not keep to its protocol", name_))
                .because(context_->reader->errstr);
        }
        if (read != nullptr) {
            const std::unique_ptr<void, decltype(&freeReplyObject)> owned(read, &freeReplyObject);
            return reply_of(*static_cast<const redisReply*>(read));
        }
        wait(POLLIN, end);
        std::array<char, 16 * 1024> buffer;
        const ssize_t count = ::recv(context_->fd, buffer.data(), buffer.size(), 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count <= 0) throw Error(ErrorCode::failed, fmt::format("Redis at {} has closed the connection", name_));
        received += static_cast<std::size_t>(count);
        if (received > most_bytes) {
            throw Error(ErrorCode::failed,
                        fmt::format("Redis at {} answers with more than {} bytes", name_, most_bytes));
        }
        redisReaderFeed(context_->reader, buffer.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace quarry::cache
