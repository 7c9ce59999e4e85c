#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/services.h"
#include "core/store/user_repository.h"

namespace quarry::app {

/// What somebody can be allowed at a server: "search", "ask", "read", "write", "migrations", "agents", "admin".
[[nodiscard]] const std::vector<std::string>& scope_names();
/// Throws Error(usage) for a name that is none, with the nearest.
void check_scopes(const std::vector<std::string>& scopes);

/// What somebody may do in each collection; nothing in one that is not named.
using GrantedCollections = std::map<std::string, store::GrantedAccess>;

/// Somebody who is known to the base, and all that they may do.
struct Identity {
    Principal principal{};  ///< "user:ID" or "key:ID".
    std::string name{};     ///< An e-mail, or the name of a key: for people.
    std::set<std::string> scopes{};
    GrantedCollections collections{};
    std::optional<std::string> user_id{};  ///< The user, or the one whom the key belongs to.
    std::optional<std::string> key_id{};
    std::string family{};                      ///< Of the sign-in; empty for keys and passwords.
    std::optional<std::int64_t> expires_at{};  ///< When what was shown does not count any more.

    /// The collections as services take them.
    [[nodiscard]] CollectionAccess access() const;
};

/// What a user may do, as the base says.
[[nodiscard]] Identity identity_of(const store::UserRepository& users, const store::User& user);
/// The same of a key: no more than the user whom it belongs to. Nothing where that user is gone or may not sign in.
[[nodiscard]] std::optional<Identity> identity_of(const store::UserRepository& users, const store::ApiKey& key);

/// The name of an access: "read", "write", "admin", "none".
[[nodiscard]] std::string_view access_name(store::GrantedAccess access) noexcept;
/// Throws Error(usage) for a name that is none.
[[nodiscard]] store::GrantedAccess access_by_name(std::string_view name);

/// The scopes' names with commas between, for help.
[[nodiscard]] std::string scope_list();
/// "main read, work write"; "no collection" for none.
[[nodiscard]] std::string granted_text(const GrantedCollections& collections);

/// The calendar month of a time, in UTC: "2026-11".
[[nodiscard]] std::string month_of(std::int64_t seconds);

}  // namespace quarry::app
