// Users: added, changed, removed. Keys and grants are in user_keys.cpp.
#include "core/app/user_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "core/app/knowledge_base.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/crypto/password.h"
#include "core/crypto/secret.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

constexpr std::size_t longest_email = 254;  // RFC 5321, 4.5.3.1.3
constexpr std::size_t longest_name = 200, shortest_password = 8;
constexpr std::int64_t audited_day = 86'400;

std::string shown_text(std::string_view text) {
    return one_line(strip_terminal_controls(replace_invalid_utf8(text)), 80);
}

/// As it is stored: in lower case. Throws Error(usage) for what is no e-mail.
std::string checked_email(std::string_view text) {
    const std::string email = ascii_lower(trim(text));
    const std::size_t at = email.find('@');
    const bool is_plain = std::ranges::all_of(email, [](unsigned char c) { return c > ' ' && c != 0x7f; });
    if (email.size() <= longest_email && is_plain && !find_invalid_utf8(email) && at != std::string::npos && at > 0 &&
        at + 1 < email.size() && email.find('@', at + 1) == std::string::npos) {
        return email;
    }
    throw Error(ErrorCode::usage, fmt::format("{} is not an e-mail address", shown_text(text)),
                "give one such as ada@example.org");
}

std::string checked_name(const std::string& name) {
    if (name.size() > longest_name || find_invalid_utf8(name) || strip_terminal_controls(name) != name) {
        throw Error(ErrorCode::usage, "this cannot be a name",
                    fmt::format("give at most {} bytes of text on one line", longest_name));
    }
    return name;
}

std::string checked_password(const std::string& password) {
    if (password.size() >= shortest_password && password.size() <= crypto::max_password) return password;
    throw Error(ErrorCode::usage, fmt::format("a password has {} bytes or more, and at most {}", shortest_password,
                                              crypto::max_password));
}

void check_limit(const store::SpendingLimit& limit) {
    if (limit.max_tokens.value_or(0) >= 0 && limit.max_cost.value_or(0) >= 0) return;
    throw Error(ErrorCode::usage, "a limit must be 0 or more");
}

}  // namespace

std::int64_t audit_time(const config::Config& config) { return config.integer("serve.audit_days") * audited_day; }

std::int64_t parse_duration(const std::string& text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [unit, error] = std::from_chars(text.data(), end, number);
    const std::string_view rest(unit, static_cast<std::size_t>(end - unit));
    const std::int64_t seconds = rest.empty() || rest == "d" ? audited_day : rest == "h" ? 3'600 : rest == "m" ? 60 : 0;
    if (error == std::errc() && seconds != 0 && number > 0 && number <= 100'000) return number * seconds;
    throw Error(ErrorCode::usage, fmt::format("{} is not a length of time", shown_text(text)),
                "give a number of days, hours or minutes: 90d, 12h, 15m");
}

void UserService::check_may_give(const std::vector<std::string>& scopes) const {
    check_scopes(scopes);
    if (!administrator_.identity) return;
    for (const std::string& scope : scopes) {
        if (administrator_.identity->scopes.contains(scope)) continue;
        throw Error(ErrorCode::usage, fmt::format("you may not give the scope {}: you do not have it", scope));
    }
}

void UserService::check_may_give(const std::string& collection, store::GrantedAccess access) const {
    if (!administrator_.identity || access == store::GrantedAccess::none) return;
    const auto& own = administrator_.identity->collections;
    const auto found = own.find(collection);
    // One that the administrator cannot read is as if it were not there.
    if (found == own.end()) {
        throw Error(ErrorCode::nothing_found, fmt::format("there is no collection {}", shown_text(collection)));
    }
    if (found->second >= access) return;
    throw Error(ErrorCode::usage, fmt::format("you may not give {} in the collection {}: you do not have it",
                                              access_name(access), shown_text(collection)));
}

void UserService::note(store::UserRepository& users, const std::string& action, const std::string& subject) const {
    const std::int64_t now = services_.clock();
    users.add_audit({.at = now,
                     .principal = services_.principal.name,
                     .action = action,
                     .subject = subject,
                     .address = administrator_.address,
                     .outcome = "ok"},
                    now - audit_time(services_.config));
}

store::User UserService::find_user(const store::UserRepository& users, const std::string& who) const {
    if (std::optional<store::User> user = users.user(who)) return *user;
    if (std::optional<store::User> user = users.user_by_email(ascii_lower(who))) return *user;
    std::vector<std::string> emails;
    for (const store::User& user : users.users()) emails.push_back(user.email);
    const auto nearest = closest(who, emails);
    throw Error(ErrorCode::nothing_found, fmt::format("there is no user {}", shown_text(who)),
                nearest ? fmt::format("did you mean {}?", *nearest) : std::string("quarry users ls lists them"));
}

UserListing UserService::listing(const store::UserRepository& users, store::User user) const {
    UserListing listing;
    listing.collections = identity_of(users, user).collections;
    listing.spent = users.spent("user:" + user.id, month_of(services_.clock()));
    if (!user.password.empty()) user.password = "set";
    listing.user = std::move(user);
    return listing;
}

std::vector<UserListing> UserService::users() const {
    const auto users = store::open_users(services_.base_path, store::StoreMode::read);
    std::vector<UserListing> all;
    for (store::User& user : users->users()) all.push_back(listing(*users, std::move(user)));
    return all;
}

UserListing UserService::add_user(const NewUser& wanted) {
    const std::int64_t now = services_.clock();
    store::User user{.id = crypto::random_hex(16),
                     .email = checked_email(wanted.email),
                     .name = checked_name(wanted.name),
                     .scopes = wanted.scopes,
                     .created_at = now,
                     .sessions_from = now,
                     .limit = wanted.limit};
    check_may_give(user.scopes);
    check_limit(user.limit);
    if (!wanted.password.empty()) user.password = crypto::hash_password(checked_password(wanted.password));
    if (!administrator_.identity) static_cast<void>(open_or_create_base(services_));
    const auto users = store::open_users(services_.base_path, store::StoreMode::write);
    users->add_user(user);
    note(*users, "user.add", user.email);
    return listing(*users, std::move(user));
}

UserListing UserService::change_user(const std::string& who, const UserChange& change) {
    const auto users = store::open_users(services_.base_path, store::StoreMode::write);
    store::User user = find_user(*users, who);
    if (change.email) user.email = checked_email(*change.email);
    if (change.name) user.name = checked_name(*change.name);
    if (change.scopes) {
        check_may_give(*change.scopes);
        user.scopes = *change.scopes;
    }
    if (change.disabled) {
        // What was issued until now does not come back with the user.
        if (*change.disabled) users->end_sign_ins(user.id);
        user.disabled_at =
            *change.disabled ? std::optional(user.disabled_at.value_or(services_.clock())) : std::nullopt;
    }
    if (change.max_tokens) user.limit.max_tokens = *change.max_tokens;
    if (change.max_cost) user.limit.max_cost = *change.max_cost;
    check_limit(user.limit);
    users->change_user(user);
    note(*users, "user.change", user.email);
    return listing(*users, std::move(user));
}

void UserService::set_password(const std::string& who, const std::string& password) {
    const auto users = store::open_users(services_.base_path, store::StoreMode::write);
    store::User user = find_user(*users, who);
    user.password = crypto::hash_password(checked_password(password));
    user.sessions_from = services_.clock();
    users->change_user(user);
    users->end_sign_ins(user.id);
    note(*users, "user.passwd", user.email);
}

std::string UserService::remove_user(const std::string& who) {
    const auto users = store::open_users(services_.base_path, store::StoreMode::write);
    const store::User user = find_user(*users, who);
    users->remove_user(user.id);
    note(*users, "user.rm", user.email);
    return user.email;
}

std::vector<store::AuditEntry> UserService::audit(std::int64_t before, std::size_t limit) const {
    return store::open_users(services_.base_path, store::StoreMode::read)->audit(before, limit);
}

}  // namespace quarry::app
