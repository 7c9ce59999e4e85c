#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/app/sign_in_service.h"
#include "core/net/message.h"
#include "core/serve/attempts.h"
#include "core/serve/issuer.h"
#include "core/serve/route.h"

namespace quarry::serve {

/// Who may come in. Secrets are kept as hashes only. Thread-safe.
///
/// The owner has the token of this run, or the cookie for which its code is exchanged, once. Others have what the base
/// says: keys, tokens and cookies of users, e-mails with passwords, and tokens of an issuer that is trusted.
class Access {
public:
    static constexpr std::string_view cookie_name = "quarry_session";

    /// Makes the run's token and code. Without an issuer, tokens of others are refused.
    Access(std::unique_ptr<app::SignInService> users, std::unique_ptr<Issuer> issuer);

    /// "qt_…": given out by who starts the server.
    [[nodiscard]] const std::string& token() const noexcept { return token_; }
    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] app::SignInService& users() noexcept { return *users_; }

    /// What a request brings to be known by.
    struct Credentials {
        enum class Kind : std::uint8_t {
            none,
            own,     ///< The run's token or cookie, or what looks like it.
            key,     ///< "qk_…"
            jwt,     ///< Of this base, or of the issuer.
            cookie,  ///< A user's.
            password,
        };
        Kind kind = Kind::none;
        std::string secret{}, email{};
    };
    [[nodiscard]] static Credentials credentials_of(const net::Request& request);

    /// What a browser sends beside its cookie with every request that may change something, in the field csrf_field: a
    /// page of another origin cannot read it. Made of the cookie, and says nothing of it.
    [[nodiscard]] static std::string csrf_token(std::string_view cookie);
    static constexpr std::string_view csrf_field = "X-CSRF-Token";
    /// The cookie that a request is known by; empty where it brings something else.
    [[nodiscard]] static std::string_view session_cookie(const net::Request& request);
    /// Whether a request may change something and is known by a cookie alone.
    [[nodiscard]] static bool may_be_forged(const net::Request& request);

    /// Who it is, as far as that is known without waiting: the owner, and who was looked up a moment ago. Else null.
    [[nodiscard]] std::shared_ptr<const Caller> known(const Credentials& credentials);
    /// Whether `look_up` could find somebody.
    [[nodiscard]] static bool may_be_known(const Credentials& credentials) noexcept;
    /// Whether that takes long: a password is hashed, or another server is asked.
    [[nodiscard]] bool takes_long(const Credentials& credentials) const;
    /// Looks in the base; null for nobody. May wait. Throws Error: rate_limited after too many passwords that were
    /// wrong, and what the base throws.
    [[nodiscard]] std::shared_ptr<const Caller> look_up(const Credentials& credentials, const std::string& address);

    /// The user with this password; counts and notes the attempt. Throws as `look_up` does.
    [[nodiscard]] std::optional<app::Identity> sign_in(const std::string& email, const std::string& password,
                                                       const std::string& address);

    /// Who sends a request, by what it brings, or null; may wait for the base. Throws as `look_up`.
    [[nodiscard]] std::shared_ptr<const Caller> caller_of(const net::Request& request);
    /// Forgets who was looked up: what the base says has changed.
    void forget();

    /// A session's cookie for the code, the first time; nothing for another code or another time.
    [[nodiscard]] std::optional<std::string> exchange(std::string_view code);
    /// The same for the run's token, as often as it is given.
    [[nodiscard]] std::optional<std::string> begin_own_session(const std::string& token);
    /// Ends the owner's session in a browser.
    void end_own_session(std::string_view cookie);

private:
    using SteadyClock = std::chrono::steady_clock;
    struct Known {
        std::shared_ptr<const Caller> caller;
        SteadyClock::time_point until;
    };
    static constexpr std::chrono::seconds remembered{2};
    static constexpr std::size_t most_known = 10'000;
    /// Whether it is the run's token, or the cookie that its code was exchanged for.
    [[nodiscard]] bool is_own(const std::string& secret);
    [[nodiscard]] std::optional<app::Identity> identity_of(const Credentials& credentials, const std::string& address);

    [[nodiscard]] std::string new_own_session();
    static constexpr std::size_t most_own_sessions = 20;

    const std::string token_, code_;
    const std::unique_ptr<app::SignInService> users_;
    const std::unique_ptr<Issuer> issuer_;
    Attempts by_address_{20, std::chrono::seconds(10)}, by_email_{10, std::chrono::seconds(30)};
    mutable std::mutex mutex_;  ///< Of those below.
    bool code_used_ = false;
    std::vector<std::string> session_hashes_{};  ///< Of the owner's browsers, the latest last.
    std::map<std::string, Known> known_;  ///< By the hash of what they showed.
    std::uint64_t generation_ = 0;        ///< Of what the base says: what was looked up before `forget` is not kept.
};

/// The caller who may do everything.
[[nodiscard]] const std::shared_ptr<const Caller>& owner();
/// Somebody who is known, as a caller.
[[nodiscard]] Caller caller_of(app::Identity identity);

/// The value of a cookie of this name in a request.
[[nodiscard]] std::string_view cookie_of(const net::Request& request, std::string_view name);

}  // namespace quarry::serve
