#include "core/serve/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

#include "core/base/error.h"

namespace quarry::serve {

int passed_socket(const std::optional<std::string>& listen_pid, const std::optional<std::string>& listen_fds, int pid) {
    constexpr int first_socket = 3;
    if (!listen_fds || listen_pid != std::to_string(pid)) return -1;
    if (*listen_fds != "1") {
        throw Error(ErrorCode::usage, "expected one socket, but LISTEN_FDS is " + *listen_fds,
                    "give the socket unit one ListenStream");
    }
    static_cast<void>(::fcntl(first_socket, F_SETFD, FD_CLOEXEC));  // not for programs that are started
    return first_socket;
}

void notify(const std::string& notify_socket, std::string_view state) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (notify_socket.size() < 2 || notify_socket.size() >= sizeof address.sun_path) return;
    if (notify_socket.front() != '/' && notify_socket.front() != '@') return;
    std::ranges::copy(notify_socket, address.sun_path);
    if (notify_socket.front() == '@') address.sun_path[0] = '\0';  // a name that is no file
    const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sender < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket.size());
    static_cast<void>(
        ::sendto(sender, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size));
    ::close(sender);
}

}  // namespace quarry::serve
