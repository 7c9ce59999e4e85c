// Users, keys and what belongs to them.
#include "core/store/sqlite/sqlite_users.h"

#include <fmt/format.h>

#include <string>

#include "core/store/base_address.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/sqlite/committed.h"
#include "core/store/sqlite/kept_answers.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/side_connection.h"
#include "core/store/user_rows.h"

namespace quarry::store {
namespace {

// As the store's own: a second writer waits so long before it is told that the base is locked.
constexpr int users_busy_timeout_ms = 5000;

constexpr const char* select_users =
    "SELECT id, email, name, password, scopes, created_at, disabled_at, sessions_from, max_tokens, max_cost FROM users "
    "ORDER BY email";
constexpr const char* select_user =
    "SELECT id, email, name, password, scopes, created_at, disabled_at, sessions_from, max_tokens, max_cost FROM users "
    "WHERE id = ?";
constexpr const char* select_user_by_email =
    "SELECT id, email, name, password, scopes, created_at, disabled_at, sessions_from, max_tokens, max_cost FROM users "
    "WHERE email = ?";
constexpr const char* insert_user =
    "INSERT INTO users (id, email, name, password, scopes, created_at, disabled_at, sessions_from, max_tokens, "
    "max_cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* update_user =
    "UPDATE users SET email = ?2, name = ?3, password = ?4, scopes = ?5, disabled_at = ?6, sessions_from = ?7, "
    "max_tokens = ?8, max_cost = ?9 WHERE id = ?1";
constexpr const char* delete_user = "DELETE FROM users WHERE id = ?";
constexpr const char* delete_sign_ins = "DELETE FROM sign_ins WHERE user_id = ?";
constexpr const char* select_key_ids = "SELECT id FROM api_keys WHERE user_id = ?";

constexpr const char* select_keys =
    "SELECT id, name, user_id, scopes, created_at, expires_at, last_used_at, max_tokens, max_cost FROM api_keys "
    "ORDER BY name";
constexpr const char* select_key =
    "SELECT id, name, user_id, scopes, created_at, expires_at, last_used_at, max_tokens, max_cost FROM api_keys "
    "WHERE secret = ?";
constexpr const char* insert_key =
    "INSERT INTO api_keys (id, name, user_id, secret, scopes, created_at, expires_at, max_tokens, max_cost) "
    "VALUES (?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?)";
constexpr const char* delete_key = "DELETE FROM api_keys WHERE id = ?";
constexpr const char* update_key_use = "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1";

constexpr const char* select_grants =
    "SELECT g.principal, k.name, g.access FROM collection_grants g JOIN collections k ON k.id = g.collection_id "
    "WHERE ?1 = '' OR g.principal = ?1 ORDER BY k.name, g.principal";
constexpr const char* delete_grant =
    "DELETE FROM collection_grants WHERE principal = ? AND collection_id = (SELECT id FROM collections WHERE name = ?)";
constexpr const char* upsert_grant =
    "INSERT INTO collection_grants (principal, collection_id, access) SELECT ?1, id, ?3 FROM collections "
    "WHERE name = ?2 ON CONFLICT (principal, collection_id) DO UPDATE SET access = excluded.access";
constexpr const char* select_collection = "SELECT 1 FROM collections WHERE name = ?";

constexpr const char* insert_sign_in_row =
    "INSERT INTO sign_ins (secret, user_id, kind, family, issued_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* select_sign_in =
    "SELECT user_id, kind, family, issued_at, expires_at, used_at FROM sign_ins WHERE secret = ?";
constexpr const char* select_family = "SELECT 1 FROM sign_ins WHERE user_id = ? AND family = ? LIMIT 1";
constexpr const char* use_sign_in =
    "UPDATE sign_ins SET used_at = ?2 WHERE secret = ?1 AND kind = 0 AND used_at IS NULL";
constexpr const char* delete_family = "DELETE FROM sign_ins WHERE user_id = ? AND family = ?";
constexpr const char* delete_expired = "DELETE FROM sign_ins WHERE expires_at < ?";

constexpr const char* select_signing_keys = "SELECT id, secret, created_at FROM signing_keys ORDER BY created_at DESC";
constexpr const char* insert_signing_key = "INSERT INTO signing_keys (id, secret, created_at) VALUES (?, ?, ?)";
constexpr const char* delete_signing_keys = "DELETE FROM signing_keys WHERE created_at < ?";

constexpr const char* select_spent = "SELECT tokens, cost FROM spending WHERE principal = ? AND month = ?";
constexpr const char* upsert_spent =
    "INSERT INTO spending (principal, month, tokens, cost) VALUES (?, ?, ?, ?) ON CONFLICT (principal, month) "
    "DO UPDATE SET tokens = tokens + excluded.tokens, cost = cost + excluded.cost";

constexpr const char* insert_audit =
    "INSERT INTO audit_log (at, principal, action, subject, address, outcome) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* delete_audit = "DELETE FROM audit_log WHERE at < ?";
constexpr const char* select_audit =
    "SELECT id, at, principal, action, subject, address, outcome FROM audit_log WHERE ?1 = 0 OR id < ?1 "
    "ORDER BY id DESC LIMIT ?2";

constexpr const char* select_owners = "SELECT DISTINCT principal FROM conversations ORDER BY principal";

// What belongs to a principal; turns, events and jobs go with what they belong to.
constexpr const char* of_principal[] = {
    "DELETE FROM conversations WHERE principal = ?",
    "DELETE FROM logged_runs WHERE principal = ?",
    "DELETE FROM idempotent_requests WHERE principal = ?",
    "DELETE FROM model_responses WHERE principal = ?",
    "DELETE FROM answer_feedback WHERE principal = ?",
    "DELETE FROM collection_grants WHERE principal = ?",
    "DELETE FROM spending WHERE principal = ?",
};

db::Blob blob(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

SqliteUsers::SqliteUsers(const std::filesystem::path& base, StoreMode mode)
    : path_(base),
      database_(open_side_connection(base, mode == StoreMode::read ? SideAccess::read : SideAccess::write,
                                     users_busy_timeout_ms)),
      statements_(database_),
      checksums_(database_, statements_) {}

template <typename Work>
auto SqliteUsers::reading(Work&& work) const {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot read the users of {}", path_.string()));
    }
}

template <typename Work>
auto SqliteUsers::writing(Work&& work) {
    try {
        return committed(CheckedTransaction(database_, checksums_), work);
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot write to the users of {}", path_.string()));
    }
}

std::vector<User> SqliteUsers::users() const {
    return reading([&] {
        std::vector<User> all;
        db::Query row = statements_.query(select_users);
        while (row.step()) all.push_back(read_user(row));
        return all;
    });
}

std::optional<User> SqliteUsers::one_user(const char* sql, std::string_view value) const {
    return reading([&]() -> std::optional<User> {
        db::Query row = statements_.query(sql);
        if (!row.with(value).step()) return std::nullopt;
        return read_user(row);
    });
}

std::optional<User> SqliteUsers::user(std::string_view id) const { return one_user(select_user, id); }

std::optional<User> SqliteUsers::user_by_email(std::string_view email) const {
    return one_user(select_user_by_email, email);
}

void SqliteUsers::add_user(const User& user) {
    writing([&] {
        if (user_by_email(user.email)) throw taken_email(user.email);
        statements_.query(insert_user)
            .with(user.id, user.email, user.name, user.password, joined_names(user.scopes), user.created_at,
                  user.disabled_at, user.sessions_from, user.limit.max_tokens, user.limit.max_cost)
            .run();
    });
}

void SqliteUsers::change_user(const User& user) {
    writing([&] {
        const std::optional<User> same = user_by_email(user.email);
        if (same && same->id != user.id) throw taken_email(user.email);
        statements_.query(update_user)
            .with(user.id, user.email, user.name, user.password, joined_names(user.scopes), user.disabled_at,
                  user.sessions_from, user.limit.max_tokens, user.limit.max_cost)
            .run();
    });
}

void SqliteUsers::remove_principal(std::string_view principal) {
    for (const char* sql : of_principal) statements_.query(sql).with(principal).run();
}

bool SqliteUsers::remove_user(std::string_view id) {
    return writing([&] {
        std::vector<std::string> keys;
        {
            db::Query row = statements_.query(select_key_ids);
            row.with(id);
            while (row.step()) keys.push_back(row.text(0));
        }
        for (const std::string& key : keys) {
            remove_principal("key:" + key);
            statements_.query(delete_key).with(key).run();
        }
        remove_principal(fmt::format("user:{}", id));
        statements_.query(delete_user).with(id).run();
        return database_.getChanges() > 0;
    });
}

std::vector<ApiKey> SqliteUsers::keys() const {
    return reading([&] {
        std::vector<ApiKey> all;
        db::Query row = statements_.query(select_keys);
        while (row.step()) all.push_back(read_api_key(row));
        return all;
    });
}

std::optional<ApiKey> SqliteUsers::key_by_secret(std::string_view hash) const {
    return reading([&]() -> std::optional<ApiKey> {
        db::Query row = statements_.query(select_key);
        if (!row.with(blob(hash)).step()) return std::nullopt;
        ApiKey key = read_api_key(row);
        key.secret = hash;
        return key;
    });
}

void SqliteUsers::add_key(const ApiKey& key, const std::vector<Grant>& grants) {
    writing([&] {
        for (const ApiKey& other : keys()) {
            if (other.name == key.name) throw taken_key_name(key.name);
        }
        statements_.query(insert_key)
            .with(key.id, key.name, key.user_id.value_or(""), blob(key.secret), joined_names(key.scopes),
                  key.created_at, key.expires_at, key.limit.max_tokens, key.limit.max_cost)
            .run();
        for (const Grant& grant : grants) put_grant(grant);
    });
}

bool SqliteUsers::remove_key(std::string_view id) {
    return writing([&] {
        remove_principal(fmt::format("key:{}", id));
        statements_.query(delete_key).with(id).run();
        return database_.getChanges() > 0;
    });
}

void SqliteUsers::note_use(std::string_view key_id, std::int64_t at) {
    writing([&] { statements_.query(update_key_use).with(key_id, at).run(); });
}

std::vector<Grant> SqliteUsers::grants(std::string_view principal) const {
    return reading([&] {
        std::vector<Grant> all;
        db::Query row = statements_.query(select_grants);
        row.with(principal);
        while (row.step()) all.push_back(read_grant(row));
        return all;
    });
}

void SqliteUsers::put_grant(const Grant& grant) {
    {
        db::Query row = statements_.query(select_collection);
        if (!row.with(grant.collection).step()) throw no_such_collection(grant.collection);
    }
    if (grant.access == GrantedAccess::none) {
        statements_.query(delete_grant).with(grant.principal, grant.collection).run();
        forget_answers_of(statements_, grant.principal);  // which may quote what is not to be read any more
    } else {
        statements_.query(upsert_grant).with(grant.principal, grant.collection, static_cast<int>(grant.access)).run();
    }
}

void SqliteUsers::set_grant(const Grant& grant) {
    writing([&] { put_grant(grant); });
}

void SqliteUsers::insert_sign_in(const SignIn& sign_in) {
    statements_.query(insert_sign_in_row)
        .with(blob(sign_in.secret), sign_in.user_id, static_cast<int>(sign_in.kind), sign_in.family, sign_in.issued_at,
              sign_in.expires_at)
        .run();
}

void SqliteUsers::add_sign_in(const SignIn& sign_in) {
    writing([&] { insert_sign_in(sign_in); });
}

std::optional<SignIn> SqliteUsers::sign_in(std::string_view hash) const {
    return reading([&]() -> std::optional<SignIn> {
        db::Query row = statements_.query(select_sign_in);
        if (!row.with(blob(hash)).step()) return std::nullopt;
        return read_sign_in(row, hash);
    });
}

bool SqliteUsers::has_family(std::string_view user_id, std::string_view family) const {
    return reading([&] { return statements_.query(select_family).with(user_id, family).step(); });
}

bool SqliteUsers::exchange(std::string_view hash, const SignIn& next, std::int64_t now) {
    return writing([&] {
        statements_.query(use_sign_in).with(blob(hash), now).run();
        if (database_.getChanges() == 0) return false;
        insert_sign_in(next);
        return true;
    });
}

void SqliteUsers::end_sign_ins(std::string_view user_id) {
    writing([&] { statements_.query(delete_sign_ins).with(user_id).run(); });
}

void SqliteUsers::end_family(std::string_view user_id, std::string_view family) {
    writing([&] { statements_.query(delete_family).with(user_id, family).run(); });
}

void SqliteUsers::drop_expired(std::int64_t now) {
    writing([&] { statements_.query(delete_expired).with(now).run(); });
}

std::vector<SigningKey> SqliteUsers::signing_keys() const {
    return reading([&] {
        std::vector<SigningKey> all;
        db::Query row = statements_.query(select_signing_keys);
        while (row.step()) all.push_back(read_signing_key(row));
        return all;
    });
}

void SqliteUsers::add_signing_key(const SigningKey& key, std::int64_t oldest) {
    writing([&] {
        statements_.query(delete_signing_keys).with(oldest).run();
        statements_.query(insert_signing_key).with(key.id, blob(key.secret), key.created_at).run();
    });
}

Spent SqliteUsers::spent(std::string_view principal, std::string_view month) const {
    return reading([&] {
        db::Query row = statements_.query(select_spent);
        return row.with(principal, month).step() ? Spent{row.integer(0), row.number(1)} : Spent{};
    });
}

void SqliteUsers::add_spending(std::string_view principal, std::string_view month, const Spent& spent) {
    writing([&] { statements_.query(upsert_spent).with(principal, month, spent.tokens, spent.cost).run(); });
}

void SqliteUsers::add_audit(const AuditEntry& entry, std::int64_t oldest) {
    writing([&] {
        statements_.query(delete_audit).with(oldest).run();
        statements_.query(insert_audit)
            .with(entry.at, entry.principal, entry.action, entry.subject, entry.address, entry.outcome)
            .run();
    });
}

std::vector<AuditEntry> SqliteUsers::audit(std::int64_t before, std::size_t limit) const {
    return reading([&] {
        std::vector<AuditEntry> all;
        db::Query row = statements_.query(select_audit);
        row.with(before, limit);
        while (row.step()) all.push_back(read_audit_entry(row));
        return all;
    });
}

std::vector<std::string> SqliteUsers::conversation_owners() const {
    return reading([&] {
        std::vector<std::string> all;
        db::Query row = statements_.query(select_owners);
        while (row.step()) all.push_back(row.text(0));
        return all;
    });
}

std::unique_ptr<UserRepository> open_users(const std::filesystem::path& base, StoreMode mode) {
    if (is_server_base(base)) return postgresql::open_server_users(base.native(), mode);
    return std::make_unique<SqliteUsers>(base, mode);
}

}  // namespace quarry::store
