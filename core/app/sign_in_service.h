#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/identity.h"
#include "core/app/services.h"
#include "core/store/user_repository.h"

namespace quarry::app {

/// What a user has who has signed in.
struct Session {
    Identity identity{};
    std::string access_token{};   ///< A JWT, for requests. Holds for `expires_in` seconds.
    std::string refresh_token{};  ///< "qr_…", exchanged for the next session, once.
    std::int64_t expires_in = 0;
};

/// Signs users in to a server of a base, and says who shows a key or a token. Secrets are compared as hashes, in
/// constant time. Thread-safe; every call may wait for the base, and those with a password take some 30 ms of
/// processor time and 19 MiB.
///
/// Throws Error where the base cannot be read or written. Somebody who is not known is nothing, whatever the reason.
class SignInService {
public:
    static constexpr std::int64_t access_seconds = 15 * 60, session_seconds = 30 * 86'400;
    static constexpr std::int64_t signing_key_seconds = 30 * 86'400;  ///< After which another one signs.
    static constexpr std::int64_t note_use_seconds = 5 * 60;          ///< Between two notes of a key's use.

    SignInService(std::filesystem::path base, Clock clock, std::int64_t audit_seconds);
    ~SignInService();

    /// Whether anybody but the owner may come in: there is a user who may sign in, or a key that holds.
    [[nodiscard]] bool has_somebody();

    /// Who has the key "qk_…".
    [[nodiscard]] std::optional<Identity> by_key(std::string_view secret);
    /// Notes that a key is in use, when that was noted some minutes ago or more.
    void note_use(const Identity& identity);
    /// Who has an access token of this base.
    [[nodiscard]] std::optional<Identity> by_access_token(std::string_view token);
    /// Who has a browser's cookie.
    [[nodiscard]] std::optional<Identity> by_cookie(std::string_view secret);
    /// Who has the name of a principal, "user:ID" or "key:ID", with the rights of now.
    [[nodiscard]] std::optional<Identity> by_principal(std::string_view principal);
    /// The user with an e-mail that somebody else vouches for.
    [[nodiscard]] std::optional<Identity> by_verified_email(std::string_view email);
    /// The user with this e-mail and password.
    [[nodiscard]] std::optional<Identity> by_password(std::string_view email, std::string_view password);

    /// Begins a session of the user, which goes on by its refresh token.
    [[nodiscard]] Session begin(const Identity& user);
    /// The same for a browser: the value of its cookie.
    [[nodiscard]] std::string begin_browser(const Identity& user);
    /// The next session. A refresh token that was exchanged before ends all that came from the same sign-in.
    [[nodiscard]] std::optional<Session> refresh(std::string_view refresh_token);
    /// Ends the sign-in that an identity came from, and all that came from it.
    void sign_out(const Identity& identity);
    /// The same by a refresh token; false for one that is not known.
    bool sign_out(std::string_view refresh_token);

    /// Notes a sign-in or an attempt in the audit log. `subject` is shortened.
    void note(std::string_view principal, std::string_view action, std::string_view subject, std::string_view address,
              std::string_view outcome);

    /// What a principal has spent in this month.
    [[nodiscard]] store::Spent spent(const std::string& principal);
    void add_spending(const std::vector<std::string>& principals, const store::Spent& spent);
    /// The limits that hold for somebody: of the key, and of the user.
    struct Limited {
        std::string principal{};
        store::SpendingLimit limit{};
    };
    [[nodiscard]] std::vector<Limited> limits_of(const Identity& identity);

private:
    [[nodiscard]] Session session_of(store::UserRepository& base, const Identity& user, const std::string& family,
                                     std::string refresh_token);
    /// A connection to the base, opened when it is used first. Who writes waits for others who do; who only reads does
    /// not, so that there are two.
    struct Connection {
        std::mutex mutex;  ///< Of the base.
        std::unique_ptr<store::UserRepository> base;
    };
    class Locked;
    [[nodiscard]] store::SigningKey signing_key(store::UserRepository& base);

    const std::filesystem::path path_;
    const Clock clock_;
    const std::int64_t audit_seconds_;
    Connection reading_, writing_;
    std::mutex mutex_;  ///< Of those below.
    /// Passwords that were right, so that the next request by the same one costs no argon2: by a hash with a key of
    /// this process, the stored text that they were right for.
    const std::string memory_key_;
    std::map<std::string, std::string> right_passwords_;
    std::map<std::string, std::int64_t> noted_uses_;  ///< By key.
};

}  // namespace quarry::app
