#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/app/identity.h"
#include "core/app/services.h"
#include "core/store/user_repository.h"

namespace quarry::app {

/// Who changes users, keys and grants. The owner of the base may give everything; others no more than they have.
struct Administrator {
    std::optional<Identity> identity{};  ///< Nothing: the owner of the base.
    std::string address{};               ///< Where the request came from; empty for the command line.
};

/// A new user.
struct NewUser {
    std::string email{}, name{};
    std::string password{};  ///< Empty: none, and nobody signs in by one.
    std::vector<std::string> scopes{"search", "ask", "read"};
    store::SpendingLimit limit{};
};

/// What of a user is to be changed; nothing: it stays.
struct UserChange {
    std::optional<std::string> email{}, name{};
    std::optional<std::vector<std::string>> scopes{};
    std::optional<bool> disabled{};
    std::optional<std::optional<std::int64_t>> max_tokens{};
    std::optional<std::optional<double>> max_cost{};
};

/// A user with what it may do and has spent this month.
struct UserListing {
    store::User user{};  ///< Without the password, but for whether there is one.
    GrantedCollections collections{};
    store::Spent spent{};
};

/// A new key.
struct NewKey {
    std::string name{};
    std::vector<std::string> scopes{};
    /// Nothing: none for a key of the owner, those of its user at this time for another.
    std::optional<std::vector<std::string>> collections{};
    std::string user{};                        ///< E-mail or id; empty: the owner of the base.
    std::optional<std::int64_t> expires_in{};  ///< Seconds from now; nothing: never.
    store::SpendingLimit limit{};
};

struct AddedKey {
    store::ApiKey key{};
    std::string secret{};  ///< "qk_…". Nobody can be told it again.
    GrantedCollections collections{};
};

struct KeyListing {
    store::ApiKey key{};
    std::string user{};  ///< The e-mail of whom it belongs to; empty for the owner of the base.
    GrantedCollections collections{};
    store::Spent spent{};
};

/// Users, keys and grants of a base, and the log of what was done about them. Each call opens the base for its
/// duration, and throws as `store::open_users` does. Not thread-safe.
///
/// Throws Error: nothing_found for somebody or something that is not there, usage for a value that cannot be, and for
/// what the administrator may not give.
class UserService {
public:
    UserService(Services& services, Administrator administrator)
        : services_(services), administrator_(std::move(administrator)) {}

    [[nodiscard]] std::vector<UserListing> users() const;
    /// Makes the base where there is none.
    UserListing add_user(const NewUser& wanted);
    UserListing change_user(const std::string& who, const UserChange& change);
    /// Ends all sign-ins of the user too.
    void set_password(const std::string& who, const std::string& password);
    /// Removes the user with all that belongs to it; gives the e-mail.
    std::string remove_user(const std::string& who);

    [[nodiscard]] std::vector<KeyListing> keys() const;
    /// Makes the base where there is none.
    AddedKey add_key(const NewKey& wanted);
    /// By name or id; gives the name.
    std::string revoke_key(const std::string& who);

    /// `who` is an e-mail, a key's name, "user:ID" or "key:ID"; a name that both have is the user's. Gives "user:ID" or
    /// "key:ID".
    std::string grant(const std::string& collection, const std::string& who, store::GrantedAccess access);
    /// Who may do what in a collection.
    [[nodiscard]] std::vector<store::Grant> grants_of(const std::string& collection) const;

    [[nodiscard]] std::vector<store::AuditEntry> audit(std::int64_t before, std::size_t limit) const;

private:
    void check_may_give(const std::vector<std::string>& scopes) const;
    void check_may_give(const std::string& collection, store::GrantedAccess access) const;
    void note(store::UserRepository& users, const std::string& action, const std::string& subject) const;
    [[nodiscard]] store::User find_user(const store::UserRepository& users, const std::string& who) const;
    [[nodiscard]] UserListing listing(const store::UserRepository& users, store::User user) const;

    Services& services_;
    const Administrator administrator_;
};

/// How long entries of the audit log are kept, in seconds.
[[nodiscard]] std::int64_t audit_time(const config::Config& config);

/// "30", "90d", "12h" or "15m" as seconds; a number alone is days. Throws Error(usage).
[[nodiscard]] std::int64_t parse_duration(const std::string& text);

}  // namespace quarry::app
