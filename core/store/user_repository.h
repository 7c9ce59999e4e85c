#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::store {

/// What somebody may spend at models in a calendar month; nothing: no limit.
struct SpendingLimit {
    std::optional<std::int64_t> max_tokens{};
    std::optional<double> max_cost{};
};

/// Somebody who signs in at a server of the base.
struct User {
    std::string id{};     ///< 32 hex digits.
    std::string email{};  ///< In lower case; no two users have the same.
    std::string name{};
    std::string password{};             ///< As crypto::hash_password gives it; empty: none is set.
    std::vector<std::string> scopes{};  ///< What the user may do.
    std::int64_t created_at = 0;        ///< Seconds since 1970, as all times here.
    std::optional<std::int64_t> disabled_at{};
    std::int64_t sessions_from = 0;  ///< What was issued before does not count any more.
    SpendingLimit limit{};
};

/// A secret that a program has.
struct ApiKey {
    std::string id{};                      ///< 32 hex digits.
    std::string name{};                    ///< No two have the same.
    std::optional<std::string> user_id{};  ///< Nothing: it belongs to the owner of the base.
    std::string secret{};                  ///< Its SHA-256, 32 bytes; empty in what is listed.
    std::vector<std::string> scopes{};
    std::int64_t created_at = 0;
    std::optional<std::int64_t> expires_at{}, last_used_at{};
    SpendingLimit limit{};
};

/// What somebody may do in a collection. On disk: never renumber.
enum class GrantedAccess : std::uint8_t { none = 0, read = 1, write = 2, admin = 3 };

struct Grant {
    std::string principal{};  ///< "user:ID" or "key:ID".
    std::string collection{};
    GrantedAccess access = GrantedAccess::read;
};

/// A sign-in that lasts. On disk: never renumber.
struct SignIn {
    enum class Kind : std::uint8_t { refresh_token = 0, browser = 1 };
    std::string secret{};  ///< SHA-256, 32 bytes.
    std::string user_id{};
    Kind kind = Kind::refresh_token;
    std::string family{};  ///< That of the sign-in which it came from.
    std::int64_t issued_at = 0, expires_at = 0;
    std::optional<std::int64_t> used_at{};
};

struct SigningKey {
    std::string id{}, secret{};
    std::int64_t created_at = 0;
};

struct Spent {
    std::int64_t tokens = 0;
    double cost = 0;
};

struct AuditEntry {
    std::int64_t id = 0;  ///< Given by the base.
    std::int64_t at = 0;
    std::string principal{}, action{}, subject{}, address{}, outcome{};
};

/// Who may use a server of the base, and what they did. Used by one thread at a time; each call is a transaction of its
/// own. Throws Error: locked, failed.
class UserRepository {
public:
    virtual ~UserRepository() = default;

    /// By e-mail.
    [[nodiscard]] virtual std::vector<User> users() const = 0;
    [[nodiscard]] virtual std::optional<User> user(std::string_view id) const = 0;
    [[nodiscard]] virtual std::optional<User> user_by_email(std::string_view email) const = 0;
    /// Throws Error(usage) where the e-mail is taken.
    virtual void add_user(const User& user) = 0;
    /// Puts all but `id` and `created_at` in place of what there is. Throws Error(usage) where the e-mail is taken.
    virtual void change_user(const User& user) = 0;
    /// Removes the user and all that belongs to it and its keys: keys, sign-ins, grants, conversations, runs, jobs,
    /// responses, spending. False when there is none.
    virtual bool remove_user(std::string_view id) = 0;

    /// By name, without their secrets.
    [[nodiscard]] virtual std::vector<ApiKey> keys() const = 0;
    [[nodiscard]] virtual std::optional<ApiKey> key_by_secret(std::string_view hash) const = 0;
    /// Throws Error(usage) where the name is taken.
    virtual void add_key(const ApiKey& key, const std::vector<Grant>& grants) = 0;
    /// Removes a key and all that belongs to it. False when there is none.
    virtual bool remove_key(std::string_view id) = 0;
    virtual void note_use(std::string_view key_id, std::int64_t at) = 0;

    /// Of one principal, or of all where it is empty; by collection.
    [[nodiscard]] virtual std::vector<Grant> grants(std::string_view principal) const = 0;
    /// In place of what the principal had in the collection; `none` takes it away. Throws Error(nothing_found) where
    /// there is no such collection.
    virtual void set_grant(const Grant& grant) = 0;

    virtual void add_sign_in(const SignIn& sign_in) = 0;
    [[nodiscard]] virtual std::optional<SignIn> sign_in(std::string_view hash) const = 0;
    [[nodiscard]] virtual bool has_family(std::string_view user_id, std::string_view family) const = 0;
    /// Puts `next` in place of a refresh token that was not used yet; false where it was, and nothing is changed.
    virtual bool exchange(std::string_view hash, const SignIn& next, std::int64_t now) = 0;
    /// Ends all sign-ins of a user.
    virtual void end_sign_ins(std::string_view user_id) = 0;
    virtual void end_family(std::string_view user_id, std::string_view family) = 0;
    /// Drops sign-ins that have expired.
    virtual void drop_expired(std::int64_t now) = 0;

    /// The newest first.
    [[nodiscard]] virtual std::vector<SigningKey> signing_keys() const = 0;
    /// Drops those made before `oldest` too.
    virtual void add_signing_key(const SigningKey& key, std::int64_t oldest) = 0;

    /// In a month: "2026-11".
    [[nodiscard]] virtual Spent spent(std::string_view principal, std::string_view month) const = 0;
    virtual void add_spending(std::string_view principal, std::string_view month, const Spent& spent) = 0;

    /// Drops what is older than `oldest` too.
    virtual void add_audit(const AuditEntry& entry, std::int64_t oldest) = 0;
    /// Those with an id below `before`, or all for 0; the newest first.
    [[nodiscard]] virtual std::vector<AuditEntry> audit(std::int64_t before, std::size_t limit) const = 0;

    /// Whom the conversations of the base belong to.
    [[nodiscard]] virtual std::vector<std::string> conversation_owners() const = 0;
};

}  // namespace quarry::store
