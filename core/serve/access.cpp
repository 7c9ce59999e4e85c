#include "core/serve/access.h"

#include <algorithm>
#include <utility>

#include "core/base/base64.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/crypto/jwt.h"
#include "core/crypto/secret.h"

namespace quarry::serve {
namespace {

using Kind = Access::Credentials::Kind;

constexpr std::string_view run_prefix = "qt_", key_prefix = "qk_", browser_prefix = "qb_";

/// A secret by its form.
Access::Credentials credentials_in(std::string_view secret) {
    if (secret.empty() || secret.size() > crypto::max_jwt) return {};
    const Kind kind = secret.starts_with(key_prefix)         ? Kind::key
                      : std::ranges::count(secret, '.') == 2 ? Kind::jwt
                      : secret.starts_with(run_prefix)       ? Kind::own
                                                             : Kind::none;
    return {kind, std::string(secret), {}};
}

/// A name and a password (RFC 7617): of a user where the name is an e-mail, else a secret under any name.
Access::Credentials basic_credentials(std::string_view encoded) {
    const std::optional<std::string> pair = from_base64(encoded);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) return {};
    const std::string name = pair->substr(0, colon), secret = pair->substr(colon + 1);
    Access::Credentials credentials = credentials_in(secret);
    if (credentials.kind != Kind::none || name.find('@') == std::string::npos) return credentials;
    if (name.size() > 254 || secret.empty()) return {};
    return {Kind::password, secret, ascii_lower(name)};
}

/// Under what somebody who was looked up is remembered.
std::string memory_name(const Access::Credentials& credentials) {
    return crypto::secret_hash(credentials.email + '\0' + credentials.secret);
}

}  // namespace

std::string_view cookie_of(const net::Request& request, std::string_view name) {
    for (std::string_view pair : split(request.header("Cookie"), ';')) {
        pair = trim(pair);
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
    }
    return {};
}

const std::shared_ptr<const Caller>& owner() {
    static const auto all =
        std::make_shared<const Caller>(Caller{.scopes = {scope_names().begin(), scope_names().end()}});
    return all;
}

Caller caller_of(app::Identity identity) {
    Caller caller{.principal = identity.principal, .access = identity.access(), .scopes = identity.scopes};
    caller.identity = std::make_shared<const app::Identity>(std::move(identity));
    return caller;
}

Access::Access(std::unique_ptr<app::SignInService> users, std::unique_ptr<Issuer> issuer)
    : token_(std::string(run_prefix) + crypto::random_secret()),
      code_(crypto::random_secret(16)),
      users_(std::move(users)),
      issuer_(std::move(issuer)) {}

Access::Credentials Access::credentials_of(const net::Request& request) {
    if (const std::string_view value = request.header("Authorization"); !value.empty()) {
        const std::size_t space = std::min(value.find(' '), value.size());
        const std::string scheme = ascii_lower(value.substr(0, space));
        const std::string_view rest = trim(value.substr(space));
        if (scheme == "bearer") return credentials_in(rest);
        return scheme == "basic" ? basic_credentials(rest) : Credentials{};
    }
    const std::string_view cookie = session_cookie(request);
    if (cookie.empty()) return {};
    return {cookie.starts_with(browser_prefix) ? Kind::cookie : Kind::own, std::string(cookie), {}};
}

std::string_view Access::session_cookie(const net::Request& request) {
    if (!request.header("Authorization").empty()) return {};
    constexpr std::size_t longest = 100;
    const std::string_view cookie = cookie_of(request, cookie_name);
    return cookie.size() > longest ? std::string_view() : cookie;
}

std::string Access::csrf_token(std::string_view cookie) {
    return sha256("csrf " + std::string(cookie));
}

bool Access::may_be_forged(const net::Request& request) {
    if (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS") return false;
    const std::string_view cookie = session_cookie(request);
    return !cookie.empty() && !crypto::same_secret(std::string(request.header(csrf_field)), csrf_token(cookie));
}

bool Access::is_own(const std::string& secret) {
    if (secret.starts_with(run_prefix)) return crypto::same_secret(secret, token_);
    const std::string hash = crypto::secret_hash(secret);
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(session_hashes_, [&](const std::string& one) { return crypto::same_secret(hash, one); });
}

std::shared_ptr<const Caller> Access::known(const Credentials& credentials) {
    if (credentials.kind == Kind::none) return nullptr;
    if (credentials.kind == Kind::own) return is_own(credentials.secret) ? owner() : nullptr;
    // By its hash, so that the time says nothing of the secret.
    const std::string name = memory_name(credentials);
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(name);
    if (found == known_.end() || found->second.until <= SteadyClock::now()) return nullptr;
    return found->second.caller;
}

bool Access::may_be_known(const Credentials& credentials) noexcept {
    return credentials.kind != Kind::none && credentials.kind != Kind::own;
}

bool Access::takes_long(const Credentials& credentials) const {
    return credentials.kind == Kind::password || (credentials.kind == Kind::jwt && issuer_ != nullptr);
}

std::optional<app::Identity> Access::identity_of(const Credentials& credentials, const std::string& address) {
    switch (credentials.kind) {
        case Kind::key: return users_->by_key(credentials.secret);
        case Kind::cookie: return users_->by_cookie(credentials.secret);
        case Kind::password: return sign_in(credentials.email, credentials.secret, address);
        case Kind::jwt: {
            if (auto own = users_->by_access_token(credentials.secret)) return own;
            if (issuer_ == nullptr) return std::nullopt;
            const auto vouched = issuer_->verified(credentials.secret);
            if (!vouched) return std::nullopt;
            auto identity = users_->by_verified_email(vouched->email);
            if (identity) identity->expires_at = vouched->expires_at;
            return identity;
        }
        default: return std::nullopt;
    }
}

std::shared_ptr<const Caller> Access::look_up(const Credentials& credentials, const std::string& address) {
    std::uint64_t generation = 0;
    {
        const std::lock_guard lock(mutex_);
        generation = generation_;
    }
    auto identity = identity_of(credentials, address);
    if (!identity) return nullptr;
    const auto now = SteadyClock::now();
    const Known known{std::make_shared<const Caller>(serve::caller_of(std::move(*identity))), now + remembered};
    const std::lock_guard lock(mutex_);
    if (known_.size() >= most_known) known_.clear();
    if (generation == generation_) known_[memory_name(credentials)] = known;
    return known.caller;
}

std::shared_ptr<const Caller> Access::caller_of(const net::Request& request) {
    const Credentials credentials = credentials_of(request);
    auto caller = known(credentials);
    if (!caller && may_be_known(credentials)) caller = look_up(credentials, request.peer);
    return caller;
}

std::optional<app::Identity> Access::sign_in(const std::string& email, const std::string& password,
                                             const std::string& address) {
    const auto now = SteadyClock::now();
    if (!by_address_.take(address, now) || !by_email_.take(email, now)) {
        throw Error(ErrorCode::rate_limited, "too many attempts to sign in", "try again in a few minutes");
    }
    auto identity = users_->by_password(email, password);
    if (identity) {
        by_address_.give_back(address);
        by_email_.give_back(email);
    } else {
        users_->note("", "sign-in", email, address, "refused");
    }
    return identity;
}

void Access::forget() {
    const std::lock_guard lock(mutex_);
    known_.clear();
    ++generation_;
}

std::optional<std::string> Access::exchange(std::string_view code) {
    const std::lock_guard lock(mutex_);
    const bool is_code = crypto::same_secret(crypto::secret_hash(code), crypto::secret_hash(code_));
    if (!is_code || std::exchange(code_used_, true)) return std::nullopt;
    return new_own_session();
}

std::string Access::new_own_session() {
    std::string session = crypto::random_secret();
    if (session_hashes_.size() >= most_own_sessions) session_hashes_.erase(session_hashes_.begin());
    session_hashes_.push_back(crypto::secret_hash(session));
    return session;
}

std::optional<std::string> Access::begin_own_session(const std::string& token) {
    if (!crypto::same_secret(token, token_)) return std::nullopt;
    const std::lock_guard lock(mutex_);
    return new_own_session();
}

void Access::end_own_session(std::string_view cookie) {
    const std::string hash = crypto::secret_hash(std::string(cookie));
    const std::lock_guard lock(mutex_);
    std::erase(session_hashes_, hash);
}

}  // namespace quarry::serve
