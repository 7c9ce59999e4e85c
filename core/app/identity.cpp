#include "core/app/identity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/wire/source_json.h"

namespace quarry::app {
namespace {

constexpr std::string_view access_names[] = {"none", "read", "write", "admin"};

std::string shown(std::string_view text) { return one_line(strip_terminal_controls(replace_invalid_utf8(text)), 80); }

GrantedCollections granted_to(const store::UserRepository& users, const std::string& principal) {
    GrantedCollections collections;
    for (store::Grant& grant : users.grants(principal)) collections[std::move(grant.collection)] = grant.access;
    return collections;
}

}  // namespace

const std::vector<std::string>& scope_names() {
    static const std::vector<std::string> names = {"search", "ask", "read", "write", "migrations", "agents", "admin"};
    return names;
}

void check_scopes(const std::vector<std::string>& scopes) {
    for (const std::string& scope : scopes) {
        if (std::ranges::find(scope_names(), scope) != scope_names().end()) continue;
        const auto nearest = closest(scope, scope_names());
        throw Error(ErrorCode::usage, fmt::format("there is no scope {}", shown(scope)),
                    nearest ? fmt::format("did you mean {}?", *nearest)
                            : fmt::format("there are: {}", fmt::join(scope_names(), ", ")));
    }
}

CollectionAccess Identity::access() const {
    std::vector<std::string> readable, writable;
    for (const auto& [collection, access] : collections) {
        if (access >= store::GrantedAccess::read) readable.push_back(collection);
        if (access >= store::GrantedAccess::write) writable.push_back(collection);
    }
    return {std::move(readable), std::move(writable)};
}

Identity identity_of(const store::UserRepository& users, const store::User& user) {
    const std::string principal = "user:" + user.id;
    return {.principal = {principal},
            .name = user.email,
            .scopes = {user.scopes.begin(), user.scopes.end()},
            .collections = granted_to(users, principal),
            .user_id = user.id};
}

std::optional<Identity> identity_of(const store::UserRepository& users, const store::ApiKey& key) {
    const std::string principal = "key:" + key.id;
    Identity identity{.principal = {principal},
                      .name = key.name,
                      .scopes = {key.scopes.begin(), key.scopes.end()},
                      .collections = granted_to(users, principal),
                      .user_id = key.user_id,
                      .key_id = key.id,
                      .expires_at = key.expires_at};
    if (!key.user_id) return identity;
    const std::optional<store::User> user = users.user(*key.user_id);
    if (!user || user->disabled_at) return std::nullopt;
    const Identity most = identity_of(users, *user);
    std::erase_if(identity.scopes, [&](const std::string& scope) { return !most.scopes.contains(scope); });
    for (auto& [collection, access] : identity.collections) {
        const auto granted = most.collections.find(collection);
        access = granted == most.collections.end() ? store::GrantedAccess::none : std::min(access, granted->second);
    }
    std::erase_if(identity.collections, [](const auto& one) { return one.second == store::GrantedAccess::none; });
    return identity;
}

std::string_view access_name(store::GrantedAccess access) noexcept {
    return access_names[static_cast<std::size_t>(access)];
}

store::GrantedAccess access_by_name(std::string_view name) {
    const auto* const found = std::ranges::find(access_names, name);
    if (found == std::end(access_names)) {
        throw Error(ErrorCode::usage, fmt::format("there is no access {}", shown(name)),
                    fmt::format("there are: {}", fmt::join(access_names, ", ")));
    }
    return static_cast<store::GrantedAccess>(found - std::begin(access_names));
}

std::string scope_list() { return fmt::format("{}", fmt::join(scope_names(), ", ")); }

std::string granted_text(const GrantedCollections& collections) {
    std::vector<std::string> parts;
    for (const auto& [name, access] : collections) parts.push_back(fmt::format("{} {}", name, access_name(access)));
    return parts.empty() ? "no collection" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string month_of(std::int64_t seconds) { return wire::utc_time(seconds).substr(0, 7); }

}  // namespace quarry::app
