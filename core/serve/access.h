#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/message.h"
#include "core/serve/route.h"

namespace quarry::serve {

/// Whether two secrets are the same, in a time that tells nothing but their lengths.
[[nodiscard]] bool same_secret(std::string_view left, std::string_view right) noexcept;

/// Who may come in. Secrets are kept as hashes only. Thread-safe.
class Access {
public:
    /// Makes the token of this run, which the owner has, and a code that can be exchanged for a session once.
    Access();

    /// "qt_…": given out by who starts the server.
    [[nodiscard]] const std::string& token() const noexcept { return token_; }
    [[nodiscard]] const std::string& code() const noexcept { return code_; }

    /// Who sends a request: by `Authorization: Bearer TOKEN`, Basic with the token as its password, or the session's
    /// cookie. Nothing when it is nobody who is known.
    [[nodiscard]] std::optional<Caller> caller_of(const net::Request& request) const;

    /// A session's cookie for the code, the first time; nothing for another code or another time.
    [[nodiscard]] std::optional<std::string> exchange(std::string_view code);

    static constexpr std::string_view cookie_name = "quarry_session";

private:
    const std::string token_, code_;
    mutable std::mutex mutex_;  ///< Of those below.
    bool code_used_ = false;
    std::optional<std::string> session_hash_{};
};

/// The caller who may do everything.
[[nodiscard]] Caller owner();

}  // namespace quarry::serve
