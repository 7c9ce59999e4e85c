#include "core/serve/issuer.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/http/fetch.h"

namespace quarry::serve {
namespace {

constexpr std::chrono::minutes keys_hold{60}, between_fetches{1};
constexpr std::int64_t clock_leeway = 60;
constexpr std::uint64_t longest_key_set = 1'000'000;

}  // namespace

std::function<std::string(const std::string& url)> key_fetcher(bool allow_private) {
    return [allow_private](const std::string& url) {
        http::FetchOptions options;
        options.allow_private = allow_private;
        options.timeout = std::chrono::seconds(5);
        options.max_bytes = longest_key_set;
        http::PageFetcher fetcher(std::move(options));
        return fetcher.fetch(url, {}, Cancellation()).body;
    };
}

void Issuer::fetch_keys() {
    const auto now = SteadyClock::now();
    if (tried_ && now - *tried_ < between_fetches) return;
    tried_ = now;
    std::optional<std::vector<crypto::PublicKey>> keys;
    try {
        keys = crypto::read_key_set(options_.fetch(options_.jwks_url));
        if (!keys) throw Error(ErrorCode::provider_failed, "serve.jwks_url gives no key set");
    } catch (const Error&) {
        if (keys_.empty()) throw;
        return;  // those of before go on
    }
    keys_ = std::move(*keys);
    fetched_ = now;
}

bool Issuer::is_signed(const crypto::Jwt& token) {
    const std::string id = token.header_text("kid"), algorithm = token.header_text("alg");
    if (id.empty() || (algorithm != "RS256" && algorithm != "ES256")) return false;
    const std::lock_guard lock(mutex_);
    const auto has_id = [&](const crypto::PublicKey& key) { return key.id() == id; };
    const bool stale = !fetched_ || SteadyClock::now() - *fetched_ >= keys_hold;
    if (stale || std::ranges::none_of(keys_, has_id)) fetch_keys();
    return std::ranges::any_of(keys_, [&](const auto& key) { return has_id(key) && key.has_signed(token); });
}

std::optional<Issuer::Vouched> Issuer::verified(std::string_view text) {
    const auto token = crypto::read_jwt(text);
    if (!token) return std::nullopt;
    // Before the keys are asked for, so that nobody has them fetched by a token that would not hold.
    const auto& claims = token->claims;
    const crypto::JwtExpectation expected{options_.issuer, options_.audience, options_.clock(), clock_leeway};
    const auto email = claims.find("email"), is_verified = claims.find("email_verified");
    if (!crypto::has_expected_claims(*token, expected) || email == claims.end() || !email->is_string() ||
        is_verified == claims.end() || *is_verified != true || !is_signed(*token)) {
        return std::nullopt;
    }
    const double ends = claims.at("exp").get<double>();
    constexpr double latest = 4e12;  // a year far away that fits an integer
    return Vouched{email->get<std::string>(), static_cast<std::int64_t>(std::min(ends, latest)) + clock_leeway};
}

}  // namespace quarry::serve
