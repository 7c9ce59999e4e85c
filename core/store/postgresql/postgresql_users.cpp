// Users, keys and what belongs to them.
#include "core/store/postgresql/kept_answers.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"
#include "core/store/user_rows.h"

namespace quarry::store::postgresql {
namespace {

#define QUARRY_USER_COLUMNS                                                                                  \
    "SELECT id, email, name, password, scopes, created_at, disabled_at, sessions_from, max_tokens, max_cost" \
    " FROM users "
constexpr const char* select_users = QUARRY_USER_COLUMNS "ORDER BY email";
constexpr const char* select_user = QUARRY_USER_COLUMNS "WHERE id = $1";
constexpr const char* select_user_by_email = QUARRY_USER_COLUMNS "WHERE email = $1";
#undef QUARRY_USER_COLUMNS
constexpr const char* insert_user =
    "INSERT INTO users (id, email, name, password, scopes, created_at, disabled_at, sessions_from, max_tokens,"
    " max_cost) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (email) DO NOTHING";
constexpr const char* select_other_with_email = "SELECT FROM users WHERE email = $1 AND id <> $2";
constexpr const char* update_user =
    "UPDATE users SET email = $2, name = $3, password = $4, scopes = $5, disabled_at = $6, sessions_from = $7,"
    " max_tokens = $8, max_cost = $9 WHERE id = $1";
constexpr const char* delete_user = "DELETE FROM users WHERE id = $1";
constexpr const char* delete_sign_ins = "DELETE FROM sign_ins WHERE user_id = $1";
constexpr const char* select_key_ids = "SELECT id FROM api_keys WHERE user_id = $1";

#define QUARRY_KEY_COLUMNS \
    "SELECT id, name, user_id, scopes, created_at, expires_at, last_used_at, max_tokens, max_cost FROM api_keys "
constexpr const char* select_keys = QUARRY_KEY_COLUMNS "ORDER BY name";
constexpr const char* select_key = QUARRY_KEY_COLUMNS "WHERE secret = $1";
#undef QUARRY_KEY_COLUMNS
constexpr const char* insert_key =
    "INSERT INTO api_keys (id, name, user_id, secret, scopes, created_at, expires_at, max_tokens, max_cost)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name) DO NOTHING";
constexpr const char* delete_key = "DELETE FROM api_keys WHERE id = $1";
constexpr const char* update_key_use = "UPDATE api_keys SET last_used_at = $2 WHERE id = $1";

constexpr const char* select_grants =
    "SELECT g.principal, k.name, g.access FROM collection_grants g JOIN collections k ON k.id = g.collection_id"
    " WHERE $1 = '' OR g.principal = $1 ORDER BY k.name, g.principal";
constexpr const char* select_collection = "SELECT id FROM collections WHERE name = $1";
constexpr const char* delete_grant = "DELETE FROM collection_grants WHERE principal = $1 AND collection_id = $2";
constexpr const char* upsert_grant =
    "INSERT INTO collection_grants (principal, collection_id, access) VALUES ($1, $2, $3)"
    " ON CONFLICT (principal, collection_id) DO UPDATE SET access = excluded.access";

constexpr const char* insert_sign_in_row =
    "INSERT INTO sign_ins (secret, user_id, kind, family, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
constexpr const char* select_sign_in =
    "SELECT user_id, kind, family, issued_at, expires_at, used_at FROM sign_ins WHERE secret = $1";
constexpr const char* select_family = "SELECT 1 FROM sign_ins WHERE user_id = $1 AND family = $2 LIMIT 1";
constexpr const char* use_sign_in =
    "UPDATE sign_ins SET used_at = $2 WHERE secret = $1 AND kind = 0 AND used_at IS NULL";
constexpr const char* delete_family = "DELETE FROM sign_ins WHERE user_id = $1 AND family = $2";
constexpr const char* delete_expired = "DELETE FROM sign_ins WHERE expires_at < $1";

constexpr const char* select_signing_keys = "SELECT id, secret, created_at FROM signing_keys ORDER BY created_at DESC";
constexpr const char* insert_signing_key = "INSERT INTO signing_keys (id, secret, created_at) VALUES ($1, $2, $3)";
constexpr const char* delete_signing_keys = "DELETE FROM signing_keys WHERE created_at < $1";

constexpr const char* select_spent = "SELECT tokens, cost FROM spending WHERE principal = $1 AND month = $2";
constexpr const char* upsert_spent =
    "INSERT INTO spending AS s (principal, month, tokens, cost) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (principal, month) DO UPDATE SET tokens = s.tokens + excluded.tokens, cost = s.cost + excluded.cost";

constexpr const char* insert_audit =
    "INSERT INTO audit_log (at, principal, action, subject, address, outcome) VALUES ($1, $2, $3, $4, $5, $6)";
constexpr const char* delete_audit = "DELETE FROM audit_log WHERE at < $1";
constexpr const char* select_audit =
    "SELECT id, at, principal, action, subject, address, outcome FROM audit_log WHERE $1 = 0::bigint OR id < $1"
    " ORDER BY id DESC LIMIT $2";

constexpr const char* select_owners = "SELECT DISTINCT principal FROM conversations ORDER BY principal";

// What belongs to principals; turns, events and jobs go with what they belong to.
constexpr const char* of_principals[] = {
    "DELETE FROM conversations WHERE principal = ANY ($1)",
    "DELETE FROM logged_runs WHERE principal = ANY ($1)",
    "DELETE FROM idempotent_requests WHERE principal = ANY ($1)",
    "DELETE FROM model_responses WHERE principal = ANY ($1)",
    "DELETE FROM answer_feedback WHERE principal = ANY ($1)",
    "DELETE FROM collection_grants WHERE principal = ANY ($1)",
    "DELETE FROM spending WHERE principal = ANY ($1)",
};

class PostgresqlUsers final : public UserRepository {
public:
    PostgresqlUsers(const std::string& url, StoreMode mode) : server_(url, mode) {}

    [[nodiscard]] std::vector<User> users() const override {
        return each_of(server_.query(select_users), read_user<Row>);
    }
    [[nodiscard]] std::optional<User> user(std::string_view id) const override {
        return first_of(server_.query(select_user, {ascii(id)}), read_user<Row>);
    }
    [[nodiscard]] std::optional<User> user_by_email(std::string_view email) const override {
        return first_of(server_.query(select_user_by_email, {bytea(email)}), read_user<Row>);
    }
    void add_user(const User& user) override {
        server_.changing([&] {
            const std::uint64_t added = server_.run(
                insert_user, {user.id, bytea(user.email), bytea(user.name), user.password, joined_names(user.scopes),
                              number(user.created_at), number(user.disabled_at), number(user.sessions_from),
                              number(user.limit.max_tokens), real(user.limit.max_cost)});
            if (added == 0) throw taken_email(user.email);
        });
    }
    void change_user(const User& user) override {
        server_.changing([&] {
            if (!server_.query(select_other_with_email, {bytea(user.email), user.id}).empty()) {
                throw taken_email(user.email);
            }
            server_.run(update_user, {user.id, bytea(user.email), bytea(user.name), user.password,
                                      joined_names(user.scopes), number(user.disabled_at), number(user.sessions_from),
                                      number(user.limit.max_tokens), real(user.limit.max_cost)});
        });
    }
    bool remove_user(std::string_view id) override {
        return server_.changing([&] {
            const Rows keys = server_.query(select_key_ids, {ascii(id)});
            std::vector<std::string> principals = each_of(keys, [](const Row& row) { return "key:" + row.text(0); });
            principals.push_back("user:" + ascii(id).value_or(std::string()));
            remove_principals(principals);
            return server_.run(delete_user, {ascii(id)}) > 0;  // its keys go with it
        });
    }

    [[nodiscard]] std::vector<ApiKey> keys() const override {
        return each_of(server_.query(select_keys), read_api_key<Row>);
    }
    [[nodiscard]] std::optional<ApiKey> key_by_secret(std::string_view hash) const override {
        std::optional<ApiKey> key = first_of(server_.query(select_key, {bytea(hash)}), read_api_key<Row>);
        if (key) key->secret = hash;
        return key;
    }
    void add_key(const ApiKey& key, const std::vector<Grant>& grants) override {
        server_.changing([&] {
            const std::uint64_t added =
                server_.run(insert_key, {key.id, bytea(key.name), key.user_id, bytea(key.secret),
                                         joined_names(key.scopes), number(key.created_at), number(key.expires_at),
                                         number(key.limit.max_tokens), real(key.limit.max_cost)});
            if (added == 0) throw taken_key_name(key.name);
            for (const Grant& grant : grants) put_grant(grant);
        });
    }
    bool remove_key(std::string_view id) override {
        return server_.changing([&] {
            remove_principals({"key:" + ascii(id).value_or(std::string())});
            return server_.run(delete_key, {ascii(id)}) > 0;
        });
    }
    void note_use(std::string_view key_id, std::int64_t at) override {
        server_.changing([&] { server_.run(update_key_use, {ascii(key_id), number(at)}); });
    }

    [[nodiscard]] std::vector<Grant> grants(std::string_view principal) const override {
        return each_of(server_.query(select_grants, {ascii(principal)}), read_grant<Row>);
    }
    void set_grant(const Grant& grant) override {
        server_.changing([&] { put_grant(grant); });
    }

    void add_sign_in(const SignIn& sign_in) override {
        server_.changing([&] { insert_sign_in(sign_in); });
    }
    [[nodiscard]] std::optional<SignIn> sign_in(std::string_view hash) const override {
        return first_of(server_.query(select_sign_in, {bytea(hash)}),
                        [&](const Row& row) { return read_sign_in(row, hash); });
    }
    [[nodiscard]] bool has_family(std::string_view user_id, std::string_view family) const override {
        return !server_.query(select_family, {ascii(user_id), ascii(family)}).empty();
    }
    bool exchange(std::string_view hash, const SignIn& next, std::int64_t now) override {
        return server_.changing([&] {
            if (server_.run(use_sign_in, {bytea(hash), number(now)}) == 0) return false;
            insert_sign_in(next);
            return true;
        });
    }
    void end_sign_ins(std::string_view user_id) override {
        server_.changing([&] { server_.run(delete_sign_ins, {ascii(user_id)}); });
    }
    void end_family(std::string_view user_id, std::string_view family) override {
        server_.changing([&] { server_.run(delete_family, {ascii(user_id), ascii(family)}); });
    }
    void drop_expired(std::int64_t now) override {
        server_.changing([&] { server_.run(delete_expired, {number(now)}); });
    }

    [[nodiscard]] std::vector<SigningKey> signing_keys() const override {
        return each_of(server_.query(select_signing_keys), read_signing_key<Row>);
    }
    void add_signing_key(const SigningKey& key, std::int64_t oldest) override {
        server_.changing([&] {
            server_.run(delete_signing_keys, {number(oldest)});
            server_.run(insert_signing_key, {key.id, bytea(key.secret), number(key.created_at)});
        });
    }

    [[nodiscard]] Spent spent(std::string_view principal, std::string_view month) const override {
        return first_of(server_.query(select_spent, {ascii(principal), ascii(month)}),
                        [](const Row& row) {
                            return Spent{row.integer(0), row.number(1)};
                        })
            .value_or(Spent{});
    }
    void add_spending(std::string_view principal, std::string_view month, const Spent& spent) override {
        server_.changing([&] {
            server_.run(upsert_spent, {ascii(principal), ascii(month), number(spent.tokens), real(spent.cost)});
        });
    }

    void add_audit(const AuditEntry& entry, std::int64_t oldest) override {
        server_.changing([&] {
            server_.run(delete_audit, {number(oldest)});
            server_.run(insert_audit, {number(entry.at), bytea(entry.principal), entry.action, bytea(entry.subject),
                                       bytea(entry.address), bytea(entry.outcome)});
        });
    }
    [[nodiscard]] std::vector<AuditEntry> audit(std::int64_t before, std::size_t limit) const override {
        return each_of(server_.query(select_audit, {number(before), number(limit)}), read_audit_entry<Row>);
    }

    [[nodiscard]] std::vector<std::string> conversation_owners() const override {
        return each_of(server_.query(select_owners), [](const Row& row) { return row.text(0); });
    }

private:
    void remove_principals(const std::vector<std::string>& principals) {
        for (const char* sql : of_principals) server_.run(sql, {words(principals)});
    }
    void put_grant(const Grant& grant) {
        const Rows collection = server_.query(select_collection, {ascii(grant.collection)});
        if (collection.empty()) throw no_such_collection(grant.collection);
        const Parameter id = number(collection.integer(0, 0));
        if (grant.access == GrantedAccess::none) {
            server_.run(delete_grant, {grant.principal, id});
            forget_answers_of(server_.server(), grant.principal);  // which may quote what is not to be read any more
        } else {
            server_.run(upsert_grant, {grant.principal, id, number(static_cast<std::int64_t>(grant.access))});
        }
    }
    void insert_sign_in(const SignIn& sign_in) {
        server_.run(insert_sign_in_row,
                    {bytea(sign_in.secret), sign_in.user_id, number(static_cast<std::int64_t>(sign_in.kind)),
                     sign_in.family, number(sign_in.issued_at), number(sign_in.expires_at)});
    }

    mutable SideServer server_;
};

}  // namespace

std::unique_ptr<UserRepository> open_server_users(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlUsers>(url, mode);
}

}  // namespace quarry::store::postgresql
