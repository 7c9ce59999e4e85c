#include "core/app/sign_in_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/crypto/jwt.h"
#include "core/crypto/password.h"
#include "core/crypto/secret.h"
#include "core/store/base_address.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

constexpr const char* own_name = "quarry";  ///< `iss` and `aud` of the base's own tokens.
constexpr std::string_view refresh_prefix = "qr_", browser_prefix = "qb_";
constexpr std::size_t most_remembered = 1000;
constexpr std::int64_t grace_for_tokens = 86'400;

/// A text among a token's claims; empty where there is none.
std::string claim_text(const crypto::Jwt& token, const char* name) {
    const auto found = token.claims.find(name);
    return found != token.claims.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What a user may do who may come in.
std::optional<Identity> usable(const store::UserRepository& base, const std::optional<store::User>& user) {
    if (!user || user->disabled_at) return std::nullopt;
    return identity_of(base, *user);
}

}  // namespace

SignInService::SignInService(std::filesystem::path base, Clock clock, std::int64_t audit_seconds)
    : path_(std::move(base)),
      clock_(std::move(clock)),
      audit_seconds_(audit_seconds),
      memory_key_(crypto::random_bytes(32)) {}

SignInService::~SignInService() = default;

/// A connection while it is used.
class SignInService::Locked {
public:
    Locked(Connection& connection, const std::filesystem::path& path, store::StoreMode mode)
        : lock_(connection.mutex), connection_(connection) {
        if (!connection_.base) connection_.base = store::open_users(path, mode);
    }
    [[nodiscard]] store::UserRepository* operator->() const noexcept { return connection_.base.get(); }
    [[nodiscard]] store::UserRepository& operator*() const noexcept { return *connection_.base; }

private:
    const std::lock_guard<std::mutex> lock_;
    Connection& connection_;
};

bool SignInService::has_somebody() {
    if (!store::base_exists(path_)) return false;
    const Locked base(reading_, path_, store::StoreMode::read);
    for (const store::User& user : base->users()) {
        if (!user.disabled_at) return true;
    }
    for (const store::ApiKey& key : base->keys()) {
        if (!key.expires_at || *key.expires_at > clock_()) return true;
    }
    return false;
}

std::optional<Identity> SignInService::by_key(std::string_view secret) {
    const Locked base(reading_, path_, store::StoreMode::read);
    const auto key = base->key_by_secret(crypto::secret_hash(secret));
    if (!key || (key->expires_at && *key->expires_at <= clock_())) return std::nullopt;
    return identity_of(*base, *key);
}

void SignInService::note_use(const Identity& identity) {
    if (!identity.key_id) return;
    const std::int64_t now = clock_();
    {
        const std::lock_guard lock(mutex_);
        auto& noted = noted_uses_[*identity.key_id];
        if (noted != 0 && now - noted < note_use_seconds) return;
        noted = now;
    }
    const Locked base(writing_, path_, store::StoreMode::write);
    base->note_use(*identity.key_id, now);
}

std::optional<Identity> SignInService::by_access_token(std::string_view text) {
    const auto token = crypto::read_jwt(text);
    if (!token) return std::nullopt;
    const Locked base(reading_, path_, store::StoreMode::read);
    const std::string key_id = token->header_text("kid");
    bool is_signed = false;
    for (const store::SigningKey& key : base->signing_keys()) {
        if (key.id == key_id) is_signed = crypto::is_signed_by_secret(*token, key.secret);
    }
    if (!is_signed || !crypto::has_expected_claims(
                          *token, {.issuer = own_name, .audience = own_name, .now = clock_(), .leeway = 0})) {
        return std::nullopt;
    }
    const auto user = base->user(claim_text(*token, "sub"));
    std::optional<Identity> identity = usable(*base, user);
    if (!identity || token->claims.value("iat", std::int64_t{0}) < user->sessions_from) return std::nullopt;
    identity->family = claim_text(*token, "sid");
    if (!base->has_family(user->id, identity->family)) return std::nullopt;
    identity->expires_at = token->claims.value("exp", std::int64_t{0});
    return identity;
}

std::optional<Identity> SignInService::by_cookie(std::string_view secret) {
    const Locked base(reading_, path_, store::StoreMode::read);
    const auto sign_in = base->sign_in(crypto::secret_hash(secret));
    if (!sign_in || sign_in->kind != store::SignIn::Kind::browser || sign_in->expires_at <= clock_()) return {};
    const auto user = base->user(sign_in->user_id);
    std::optional<Identity> identity = usable(*base, user);
    if (!identity || sign_in->issued_at < user->sessions_from) return std::nullopt;
    identity->family = sign_in->family;
    identity->expires_at = sign_in->expires_at;
    return identity;
}

std::optional<Identity> SignInService::by_principal(std::string_view principal) {
    constexpr std::string_view user_prefix = "user:", key_prefix = "key:";
    const Locked base(reading_, path_, store::StoreMode::read);
    if (principal.starts_with(user_prefix)) return usable(*base, base->user(principal.substr(user_prefix.size())));
    if (!principal.starts_with(key_prefix)) return std::nullopt;
    const std::vector<store::ApiKey> keys = base->keys();
    const auto key = std::ranges::find(keys, principal.substr(key_prefix.size()), &store::ApiKey::id);
    if (key == keys.end() || (key->expires_at && *key->expires_at <= clock_())) return std::nullopt;
    return identity_of(*base, *key);
}

std::optional<Identity> SignInService::by_verified_email(std::string_view email) {
    const Locked base(reading_, path_, store::StoreMode::read);
    return usable(*base, base->user_by_email(ascii_lower(email)));
}

std::optional<Identity> SignInService::by_password(std::string_view email, std::string_view password) {
    std::optional<store::User> user;
    std::optional<Identity> identity;
    {
        const Locked base(reading_, path_, store::StoreMode::read);
        user = base->user_by_email(ascii_lower(email));
        identity = usable(*base, user);
    }
    const std::string name = crypto::secret_hash(memory_key_ + std::string(password) + '\0' + (user ? user->id : ""));
    if (user) {
        const std::lock_guard lock(mutex_);
        const auto found = right_passwords_.find(name);
        if (found != right_passwords_.end() && found->second == user->password) return identity;
    }
    // For an e-mail that nobody has too, so that the time says nothing.
    if (!crypto::is_password(user ? user->password : std::string(), password)) return std::nullopt;
    const std::lock_guard lock(mutex_);
    if (right_passwords_.size() >= most_remembered) right_passwords_.clear();
    right_passwords_[name] = user->password;
    return identity;
}

store::SigningKey SignInService::signing_key(store::UserRepository& base) {
    const std::int64_t now = clock_();
    const auto keys = base.signing_keys();
    if (!keys.empty() && now - keys.front().created_at < signing_key_seconds) return keys.front();
    store::SigningKey key{crypto::random_hex(16), crypto::random_bytes(32), now};
    base.add_signing_key(key, now - signing_key_seconds - grace_for_tokens);
    return key;
}

Session SignInService::session_of(store::UserRepository& base, const Identity& user, const std::string& family,
                                  std::string refresh_token) {
    const std::int64_t now = clock_();
    const store::SigningKey key = signing_key(base);
    const nlohmann::json claims = {{"iss", own_name}, {"aud", own_name}, {"sub", *user.user_id},
                                   {"sid", family},   {"iat", now},      {"exp", now + access_seconds}};
    Session session{user, crypto::make_jwt(claims, key.id, key.secret), std::move(refresh_token), access_seconds};
    session.identity.family = family;
    return session;
}

Session SignInService::begin(const Identity& user) {
    const Locked base(writing_, path_, store::StoreMode::write);
    const std::int64_t now = clock_();
    const std::string family = crypto::random_hex(16),
                      refresh_token = std::string(refresh_prefix) + crypto::random_secret();
    base->drop_expired(now);
    base->add_sign_in({.secret = crypto::secret_hash(refresh_token),
                       .user_id = *user.user_id,
                       .family = family,
                       .issued_at = now,
                       .expires_at = now + session_seconds});
    return session_of(*base, user, family, refresh_token);
}

std::string SignInService::begin_browser(const Identity& user) {
    const Locked base(writing_, path_, store::StoreMode::write);
    const std::int64_t now = clock_();
    std::string secret = std::string(browser_prefix) + crypto::random_secret();
    base->drop_expired(now);
    base->add_sign_in({.secret = crypto::secret_hash(secret),
                       .user_id = *user.user_id,
                       .kind = store::SignIn::Kind::browser,
                       .family = crypto::random_hex(16),
                       .issued_at = now,
                       .expires_at = now + session_seconds});
    return secret;
}

std::optional<Session> SignInService::refresh(std::string_view refresh_token) {
    const Locked base(writing_, path_, store::StoreMode::write);
    const std::int64_t now = clock_();
    const auto known = base->sign_in(crypto::secret_hash(refresh_token));
    if (!known || known->kind != store::SignIn::Kind::refresh_token || known->expires_at <= now) return std::nullopt;
    const auto user = base->user(known->user_id);
    const auto identity = usable(*base, user);
    if (!identity || known->issued_at < user->sessions_from) return std::nullopt;
    std::string next = std::string(refresh_prefix) + crypto::random_secret();
    const bool exchanged = base->exchange(known->secret,
                                          {.secret = crypto::secret_hash(next),
                                           .user_id = user->id,
                                           .family = known->family,
                                           .issued_at = now,
                                           .expires_at = now + session_seconds},
                                          now);
    if (!exchanged) {
        // Somebody else has it too: neither goes on.
        base->end_family(user->id, known->family);
        return std::nullopt;
    }
    return session_of(*base, *identity, known->family, std::move(next));
}

void SignInService::sign_out(const Identity& identity) {
    if (!identity.user_id || identity.family.empty()) return;
    const Locked base(writing_, path_, store::StoreMode::write);
    base->end_family(*identity.user_id, identity.family);
}

bool SignInService::sign_out(std::string_view refresh_token) {
    const Locked base(writing_, path_, store::StoreMode::write);
    const auto known = base->sign_in(crypto::secret_hash(refresh_token));
    if (!known) return false;
    base->end_family(known->user_id, known->family);
    return true;
}

void SignInService::note(std::string_view principal, std::string_view action, std::string_view subject,
                         std::string_view address, std::string_view outcome) {
    const Locked base(writing_, path_, store::StoreMode::write);
    const std::int64_t now = clock_();
    base->add_audit({.at = now,
                     .principal = std::string(principal),
                     .action = std::string(action),
                     .subject = one_line(strip_terminal_controls(replace_invalid_utf8(subject)), 254),
                     .address = std::string(address),
                     .outcome = std::string(outcome)},
                    now - audit_seconds_);
}

store::Spent SignInService::spent(const std::string& principal) {
    const Locked base(reading_, path_, store::StoreMode::read);
    return base->spent(principal, month_of(clock_()));
}

void SignInService::add_spending(const std::vector<std::string>& principals, const store::Spent& spent) {
    const Locked base(writing_, path_, store::StoreMode::write);
    for (const std::string& principal : principals) base->add_spending(principal, month_of(clock_()), spent);
}

std::vector<SignInService::Limited> SignInService::limits_of(const Identity& identity) {
    const Locked base(reading_, path_, store::StoreMode::read);
    std::vector<Limited> all;
    if (identity.key_id) {
        for (const store::ApiKey& key : base->keys()) {
            if (key.id == *identity.key_id) all.push_back({"key:" + key.id, key.limit});
        }
    }
    if (identity.user_id) {
        if (const auto user = base->user(*identity.user_id)) all.push_back({"user:" + user->id, user->limit});
    }
    return all;
}

}  // namespace quarry::app
