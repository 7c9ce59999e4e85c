#pragma once

// Reads one request out of what a client sends. Not for other modules.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/net/server.h"

namespace quarry::net {

class RequestReader {
public:
    explicit RequestReader(const Limits& limits);
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    /// Reads the head when all of it is there, and gives the number of bytes that it took; 0 before, and when the
    /// request is refused.
    [[nodiscard]] std::size_t read_head(std::string_view received);
    /// The same with a part of the body. Only while the request is not complete.
    [[nodiscard]] std::size_t read_body(std::string_view received);

    /// The request without its body, once `read_head` has read it.
    [[nodiscard]] const Request& head() const;
    /// Refuses a body over so many bytes. To be called between head and body.
    void limit_body(std::uint64_t bytes);
    /// What has been read of the body since the last call.
    [[nodiscard]] std::string take_body();

    [[nodiscard]] bool is_complete() const;
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] bool is_http_1_0() const;
    /// Whether the client waits for "100 Continue" before it sends the body.
    [[nodiscard]] bool expects_continue() const;

    /// The status with which the request is answered instead of being handled; 0 for one that is good so far.
    [[nodiscard]] int refused() const noexcept { return refused_; }
    [[nodiscard]] std::string_view why() const noexcept { return why_; }
    void refuse(int status, std::string_view why);

    /// The request. Called once, when it is complete.
    [[nodiscard]] Request take(const std::string& peer, bool encrypted);

private:
    struct Parser;
    const Limits& limits_;
    std::unique_ptr<Parser> parser_;
    int refused_ = 0;
    std::string why_{};
};

}  // namespace quarry::net
