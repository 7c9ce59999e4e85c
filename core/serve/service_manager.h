#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quarry::serve {

/// What the program that supervises this one gave it (systemd.socket(5), sd_notify(3)).
struct ServiceManager {
    int listening_socket = -1;    ///< A socket that listens already; -1: there is none.
    std::string notify_socket{};  ///< Where it is told how this program is; empty: nowhere.
};

/// The socket that was passed to the process `pid`, by the variables LISTEN_PID and LISTEN_FDS; -1 when there is none.
/// Throws Error(usage) for more than one.
[[nodiscard]] int passed_socket(const std::optional<std::string>& listen_pid,
                                const std::optional<std::string>& listen_fds, int pid);

/// Tells the supervisor: "READY=1", "STOPPING=1". Says nothing where nobody listens.
void notify(const std::string& notify_socket, std::string_view state) noexcept;

}  // namespace quarry::serve
