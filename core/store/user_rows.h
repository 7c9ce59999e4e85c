#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/store/user_repository.h"

// What holds for users in every engine, and how rows of them are read. `Row` has text, integer, number and is_null by
// column.
namespace quarry::store {

/// Names with blanks between, as scopes are kept.
[[nodiscard]] std::string joined_names(const std::vector<std::string>& names);
[[nodiscard]] std::vector<std::string> names_in(std::string_view text);

[[nodiscard]] Error taken_email(std::string_view email);
[[nodiscard]] Error taken_key_name(std::string_view name);
[[nodiscard]] Error no_such_collection(std::string_view name);

template <typename Row>
std::optional<std::int64_t> integer_or_null(const Row& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

/// max_tokens, max_cost
template <typename Row>
SpendingLimit read_limit(const Row& row, int column) {
    SpendingLimit limit{.max_tokens = integer_or_null(row, column)};
    if (!row.is_null(column + 1)) limit.max_cost = row.number(column + 1);
    return limit;
}

/// id, email, name, password, scopes, created_at, disabled_at, sessions_from, and the limit
template <typename Row>
User read_user(const Row& row) {
    return {.id = row.text(0),
            .email = row.text(1),
            .name = row.text(2),
            .password = row.text(3),
            .scopes = names_in(row.text(4)),
            .created_at = row.integer(5),
            .disabled_at = integer_or_null(row, 6),
            .sessions_from = row.integer(7),
            .limit = read_limit(row, 8)};
}

/// id, name, user_id, scopes, created_at, expires_at, last_used_at, and the limit
template <typename Row>
ApiKey read_api_key(const Row& row) {
    ApiKey key{.id = row.text(0),
               .name = row.text(1),
               .scopes = names_in(row.text(3)),
               .created_at = row.integer(4),
               .expires_at = integer_or_null(row, 5),
               .last_used_at = integer_or_null(row, 6),
               .limit = read_limit(row, 7)};
    if (!row.is_null(2)) key.user_id = row.text(2);
    return key;
}

/// principal, name of the collection, access
template <typename Row>
Grant read_grant(const Row& row) {
    return {row.text(0), row.text(1), static_cast<GrantedAccess>(row.integer(2))};
}

/// user_id, kind, family, issued_at, expires_at, used_at
template <typename Row>
SignIn read_sign_in(const Row& row, std::string_view secret) {
    return {.secret = std::string(secret),
            .user_id = row.text(0),
            .kind = static_cast<SignIn::Kind>(row.integer(1)),
            .family = row.text(2),
            .issued_at = row.integer(3),
            .expires_at = row.integer(4),
            .used_at = integer_or_null(row, 5)};
}

/// id, secret, created_at
template <typename Row>
SigningKey read_signing_key(const Row& row) {
    return {row.text(0), row.text(1), row.integer(2)};
}

/// id, at, principal, action, subject, address, outcome
template <typename Row>
AuditEntry read_audit_entry(const Row& row) {
    return {row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)};
}

}  // namespace quarry::store
