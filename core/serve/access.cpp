#include "core/serve/access.h"

#include <algorithm>
#include <utility>

#include "core/base/base64.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/serve/run_log.h"

namespace quarry::serve {
namespace {

/// The value of a cookie of this name in a request.
std::string_view cookie_of(const net::Request& request, std::string_view name) {
    for (std::string_view pair : split(request.header("Cookie"), ';')) {
        pair = trim(pair);
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
    }
    return {};
}

/// The token that a request brings in its Authorization; empty when it brings none.
std::string token_of(const net::Request& request) {
    const std::string_view value = request.header("Authorization");
    const std::size_t space = std::min(value.find(' '), value.size());
    const std::string scheme = ascii_lower(value.substr(0, space));
    const std::string_view rest = trim(value.substr(space));
    if (scheme == "bearer") return std::string(rest);
    if (scheme != "basic") return {};
    const std::optional<std::string> pair = from_base64(rest);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    return colon == std::string::npos ? std::string() : pair->substr(colon + 1);
}

}  // namespace

bool same_secret(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    unsigned char different = 0;
    for (std::size_t i = 0; i < left.size(); ++i) different |= static_cast<unsigned char>(left[i] ^ right[i]);
    return different == 0;
}

Caller owner() { return {.scopes = {scope_names().begin(), scope_names().end()}}; }

Access::Access() : token_("qt_" + random_hex(32)), code_(random_hex(16)) {}

std::optional<Caller> Access::caller_of(const net::Request& request) const {
    // Hashes are compared, so that the time says nothing of the secret.
    if (const std::string token = token_of(request); !token.empty()) {
        if (same_secret(sha256(token), sha256(token_))) return owner();
        return std::nullopt;
    }
    const std::string_view cookie = cookie_of(request, cookie_name);
    const std::lock_guard lock(mutex_);
    if (session_hash_ && !cookie.empty() && same_secret(sha256(cookie), *session_hash_)) return owner();
    return std::nullopt;
}

std::optional<std::string> Access::exchange(std::string_view code) {
    const std::lock_guard lock(mutex_);
    if (!same_secret(sha256(code), sha256(code_)) || std::exchange(code_used_, true)) return std::nullopt;
    std::string session = random_hex(32);
    session_hash_ = sha256(session);
    return session;
}

}  // namespace quarry::serve
