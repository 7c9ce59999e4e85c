#include "core/mcp_client/loopback_browser.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include "core/base/error.h"

namespace quarry::mcp_client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_head = 32'768;
constexpr int look_every_ms = 50;
constexpr std::chrono::seconds head_time{10};
constexpr std::string_view callback_path = "/callback";
constexpr std::string_view done_page =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"
    "<!doctype html><title>quarry</title><p>quarry has the answer. You can close this page.</p>\n";
constexpr std::string_view no_page = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

class Socket {
public:
    explicit Socket(int number) noexcept : number_(number) {}
    ~Socket() {
        if (number_ >= 0) ::close(number_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    [[nodiscard]] int get() const noexcept { return number_; }

private:
    int number_;
};

Error no_port() {
    return Error(ErrorCode::failed, "cannot wait for the answer of the browser").because(std::strerror(errno));
}

/// Whether something came in time; throws Error(interrupted).
bool is_ready(int socket, Clock::time_point end, const Cancellation& cancel) {
    while (Clock::now() < end) {
        cancel.check();
        pollfd one{socket, POLLIN, 0};
        if (::poll(&one, 1, look_every_ms) > 0) return true;
    }
    return false;
}

/// The query of "GET /callback?QUERY HTTP/1.1"; nothing for another request.
std::optional<std::string> query_in(std::string_view head) {
    const std::string begin = fmt::format("GET {}?", callback_path);
    if (!head.starts_with(begin)) return std::nullopt;
    head.remove_prefix(begin.size());
    return std::string(head.substr(0, head.find_first_of(" \r\n")));
}

class LoopbackBrowser final : public Browser {
public:
    LoopbackBrowser(std::function<void(const std::string& url)> show, std::chrono::seconds most)
        : show_(std::move(show)), most_(most), listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        if (listening_.get() < 0 || ::bind(listening_.get(), plain, size) != 0 || ::listen(listening_.get(), 8) != 0 ||
            ::getsockname(listening_.get(), plain, &size) != 0) {
            throw no_port();
        }
        port_ = ntohs(address.sin_port);
    }

    [[nodiscard]] std::string redirect_uri() override {
        return fmt::format("http://127.0.0.1:{}{}", port_, callback_path);
    }

    [[nodiscard]] std::string authorize(const std::string& url, const Cancellation& cancel) override {
        show_(url);
        const Clock::time_point end = Clock::now() + most_;
        while (is_ready(listening_.get(), end, cancel)) {
            const Socket caller(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (caller.get() < 0) continue;
            const std::optional<std::string> query = query_in(head_from(caller, cancel));
            const std::string_view page = query ? done_page : no_page;
            static_cast<void>(::send(caller.get(), page.data(), page.size(), MSG_NOSIGNAL));
            if (query) return *query;
        }
        throw Error(ErrorCode::failed, "nobody has logged in", "try again, and finish the login in the browser")
            .because(fmt::format("the browser gave no answer within {} s", most_.count()));
    }

private:
    [[nodiscard]] static std::string head_from(const Socket& caller, const Cancellation& cancel) {
        std::string head;
        const Clock::time_point end = Clock::now() + head_time;
        std::array<char, 4096> buffer{};
        while (head.size() < longest_head && head.find("\r\n\r\n") == std::string::npos &&
               is_ready(caller.get(), end, cancel)) {
            const ssize_t got = ::recv(caller.get(), buffer.data(), buffer.size(), 0);
            if (got <= 0) break;
            head.append(buffer.data(), static_cast<std::size_t>(got));
        }
        return head;
    }

    std::function<void(const std::string& url)> show_;
    std::chrono::seconds most_;
    Socket listening_;
    int port_ = 0;
};

}  // namespace

std::unique_ptr<Browser> make_loopback_browser(std::function<void(const std::string& url)> show,
                                               std::chrono::seconds most) {
    return std::make_unique<LoopbackBrowser>(std::move(show), most);
}

}  // namespace quarry::mcp_client
