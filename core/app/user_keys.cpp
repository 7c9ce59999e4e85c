// Keys and grants of UserService.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/app/knowledge_base.h"
#include "core/app/user_service.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/crypto/secret.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

constexpr std::string_view key_prefix = "qk_";  // so that scanners for secrets know one

std::string shown_key(std::string_view text) {
    return one_line(strip_terminal_controls(replace_invalid_utf8(text)), 80);
}

std::string checked_key_name(const std::string& name) {
    const bool is_plain = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    });
    if (!name.empty() && name.size() <= 64 && is_plain) return name;
    throw Error(ErrorCode::usage, fmt::format("\"{}\" cannot be the name of a key", shown_key(name)),
                "use 1 to 64 letters, digits, - _ and .");
}

store::ApiKey find_key(const store::UserRepository& users, const std::string& who) {
    std::vector<std::string> names;
    for (store::ApiKey& key : users.keys()) {
        if (key.name == who || key.id == who) return std::move(key);
        names.push_back(key.name);
    }
    const auto nearest = closest(who, names);
    throw Error(ErrorCode::nothing_found, fmt::format("there is no key {}", shown_key(who)),
                nearest ? fmt::format("did you mean {}?", *nearest) : std::string("quarry keys ls lists them"));
}

/// "user:ID" or "key:ID" of what was typed, if there is one.
std::optional<std::string> principal_of(const store::UserRepository& users, const std::string& who) {
    const std::string id = who.substr(std::min(who.find(':'), who.size() - 1) + 1);
    if (who.starts_with("user:") && users.user(id)) return who;
    if (const auto user = users.user_by_email(ascii_lower(who))) return "user:" + user->id;
    for (const store::ApiKey& key : users.keys()) {
        if (key.name == who || (who.starts_with("key:") && (key.id == id || key.name == id))) return "key:" + key.id;
    }
    return std::nullopt;
}

}  // namespace

std::vector<KeyListing> UserService::keys() const {
    const auto users = store::open_users(services_.base_path, store::StoreMode::read);
    std::map<std::string, std::string> emails;
    for (const store::User& user : users->users()) emails[user.id] = user.email;
    const std::string month = month_of(services_.clock());
    std::vector<KeyListing> all;
    for (store::ApiKey& key : users->keys()) {
        KeyListing listing{.user = key.user_id ? emails[*key.user_id] : std::string()};
        if (const auto identity = identity_of(*users, key)) listing.collections = identity->collections;
        listing.spent = users->spent("key:" + key.id, month);
        listing.key = std::move(key);
        all.push_back(std::move(listing));
    }
    return all;
}

AddedKey UserService::add_key(const NewKey& wanted) {
    const std::int64_t now = services_.clock();
    AddedKey added{.key = {.id = crypto::random_hex(16),
                           .name = checked_key_name(wanted.name),
                           .scopes = wanted.scopes,
                           .created_at = now,
                           .limit = wanted.limit},
                   .secret = std::string(key_prefix) + crypto::random_secret()};
    if (wanted.scopes.empty()) throw Error(ErrorCode::usage, "a key needs scopes", "such as search,ask");
    check_may_give(wanted.scopes);
    if (wanted.expires_in) added.key.expires_at = now + *wanted.expires_in;
    added.key.secret = crypto::secret_hash(added.secret);
    if (!administrator_.identity) static_cast<void>(open_or_create_base(services_));
    const auto users = store::open_users(services_.base_path, store::StoreMode::write);
    const bool writes = std::ranges::find(wanted.scopes, "write") != wanted.scopes.end();
    const store::GrantedAccess access = writes ? store::GrantedAccess::write : store::GrantedAccess::read;
    // A key of somebody who is not the owner of the base belongs to a user too: to the administrator's own.
    const std::string owner = wanted.user.empty() && administrator_.identity && administrator_.identity->user_id
                                  ? *administrator_.identity->user_id
                                  : wanted.user;
    if (administrator_.identity && owner.empty()) {
        throw Error(ErrorCode::usage, "only the owner of the base makes keys that belong to no user");
    }
    GrantedCollections most;
    if (!owner.empty()) {
        const store::User user = find_user(*users, owner);
        added.key.user_id = user.id;
        most = identity_of(*users, user).collections;
    }
    if (wanted.collections) {
        for (const std::string& name : *wanted.collections) added.collections[name] = access;
    } else {
        for (const auto& [name, granted] : most) added.collections[name] = std::min(granted, access);
    }
    std::vector<store::Grant> grants;
    for (const auto& [name, granted] : added.collections) {
        check_may_give(name, granted);
        grants.push_back({"key:" + added.key.id, name, granted});
    }
    users->add_key(added.key, grants);
    note(*users, "key.add", added.key.name);
    return added;
}

std::string UserService::revoke_key(const std::string& who) {
    const auto users = store::open_users(services_.base_path, store::StoreMode::write);
    const store::ApiKey key = find_key(*users, who);
    users->remove_key(key.id);
    note(*users, "key.revoke", key.name);
    return key.name;
}

std::string UserService::grant(const std::string& collection, const std::string& who, store::GrantedAccess access) {
    const auto users = store::open_users(services_.base_path, store::StoreMode::write);
    const std::optional<std::string> principal = principal_of(*users, who);
    if (!principal) {
        throw Error(ErrorCode::nothing_found, fmt::format("there is no user and no key {}", shown_key(who)),
                    "quarry users ls and quarry keys ls list them");
    }
    if (administrator_.identity) {
        const auto& own = administrator_.identity->collections;
        const auto found = own.find(collection);
        if (found == own.end()) {
            throw Error(ErrorCode::nothing_found, fmt::format("there is no collection {}", shown_key(collection)));
        }
        if (found->second != store::GrantedAccess::admin) {
            throw Error(ErrorCode::usage,
                        fmt::format("you may not give access to the collection {}: you are not its administrator",
                                    shown_key(collection)));
        }
    }
    users->set_grant({*principal, collection, access});
    note(*users, "grant", fmt::format("{} {} {}", collection, *principal, access_name(access)));
    return *principal;
}

std::vector<store::Grant> UserService::grants_of(const std::string& collection) const {
    std::vector<store::Grant> grants = store::open_users(services_.base_path, store::StoreMode::read)->grants({});
    std::erase_if(grants, [&](const store::Grant& grant) { return grant.collection != collection; });
    return grants;
}

}  // namespace quarry::app
