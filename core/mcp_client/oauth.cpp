#include "core/mcp_client/oauth.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/base64.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/percent.h"
#include "core/base/text.h"
#include "core/crypto/secret.h"
#include "core/http/address.h"
#include "core/http/url.h"
#include "core/mcp_client/credentials.h"
#include "core/mcp_client/form_encoding.h"
#include "core/mcp_client/oauth_metadata.h"

namespace quarry::mcp_client {
namespace {

using OAuthJson = nlohmann::json;
using ScopeSet = std::set<std::string>;

constexpr std::size_t longest_token = 16'384;
constexpr int deepest_answer = 16;
constexpr std::int64_t clock_leeway = 30;
constexpr std::int64_t longest_life = 10LL * 365 * 86'400;

ScopeSet scopes_in(std::string_view text) {
    ScopeSet scopes;
    for (const std::string_view one : split(text, ' ')) {
        if (!one.empty()) scopes.emplace(one);
    }
    return scopes;
}

std::string joined(const ScopeSet& scopes) {
    std::string text;
    for (const std::string& one : scopes) text += (text.empty() ? "" : " ") + one;
    return text;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// What a token can be: it goes into a header.
bool is_token_text(std::string_view text) {
    return !text.empty() && text.size() <= longest_token &&
           std::ranges::all_of(text, [](char c) { return c >= 0x21 && c <= 0x7E; });
}

std::string answer_text(const OAuthJson& answer, const char* key) {
    const auto value = answer.find(key);
    return value != answer.end() && value->is_string() ? value->get<std::string>() : std::string();
}

/// What went wrong, in an authorization server's words.
std::string said_of(const OAuthJson& answer, int status) {
    const std::string error = answer.is_object() ? answer_text(answer, "error") : "";
    const std::string more = answer.is_object() ? answer_text(answer, "error_description") : "";
    return one_line(strip_terminal_controls(replace_invalid_utf8(error.empty() ? fmt::format("status {}", status)
                                                                               : fmt::format("{} {}", error, more))),
                    200);
}

class OAuth final : public Authorization {
public:
    OAuth(const ServerDefinition& server, const Environment& environment, OAuthOptions options)
        : server_(server), environment_(environment), options_(std::move(options)), store_(options_.credentials) {}

    [[nodiscard]] std::string access_token(const Cancellation& cancel) override {
        const std::optional<std::string> issuer = store_.issuer_of(server_.url);
        const std::optional<AccessToken> token = issuer ? store_.token(*issuer, server_.url) : std::nullopt;
        if (!token) return {};
        const bool old = token->expires_at != 0 && token->expires_at - clock_leeway <= options_.now();
        if (!old) return token->access;
        if (token->refresh.empty()) return {};
        MetadataReader reader = reader_for(cancel);
        const std::optional<AccessToken> fresh = refreshed(reader, reader.of_issuer(*issuer), *token, server_.url);
        return fresh ? fresh->access : std::string();
    }

    void renew(const AuthChallenge& refusal, const Cancellation& cancel) override {
        const BearerChallenge challenge = read_challenge(refusal.www_authenticate);
        MetadataReader reader = reader_for(cancel);
        const ResourceMetadata resource = reader.of_resource(server_.url, challenge);
        const AuthorizationServer issuer = reader.of_issuer(resource.issuer);
        const std::optional<AccessToken> token = store_.token(issuer.issuer, server_.url);
        if (refusal.status == 401 && token && !token->refresh.empty() && !refreshed_ &&
            store_.issuer_of(server_.url) == issuer.issuer && refreshed(reader, issuer, *token, resource.resource)) {
            return;
        }
        const ScopeSet before = token && refusal.status == 403 ? scopes_in(token->scope) : ScopeSet{};
        const ScopeSet wanted = wanted_scopes(challenge, resource, issuer, before);
        if (refusal.status == 403 && std::ranges::includes(before, wanted)) {
            throw Error(ErrorCode::failed, fmt::format("the MCP server {} does not allow this request", server_.name))
                .because(fmt::format("what it wants was already granted: {}", shown(joined(wanted))));
        }
        log_in(reader, resource, issuer, wanted, cancel);
    }

private:
    [[nodiscard]] static std::string shown(const std::string& text) {
        return one_line(strip_terminal_controls(replace_invalid_utf8(text)), 200);
    }

    /// What a server says of others is followed into private networks only if it is in one itself, by the user's will.
    [[nodiscard]] MetadataReader reader_for(const Cancellation& cancel) {
        if (!public_only_) {
            const http::HttpUrl url = http::parse_http_url(server_.url);
            const bool is_private = url.is_loopback() || !http::private_address_of(url.host).empty();
            public_only_ = !(server_.is_users_own && is_private);
        }
        return {client_, *public_only_, cancel};
    }

    [[nodiscard]] ScopeSet wanted_scopes(const BearerChallenge& challenge, const ResourceMetadata& resource,
                                         const AuthorizationServer& issuer, const ScopeSet& before) const {
        ScopeSet wanted = scopes_in(challenge.scope);
        if (wanted.empty()) wanted.insert(resource.scopes.begin(), resource.scopes.end());
        wanted.merge(scopes_in(server_.scope));
        wanted.insert(before.begin(), before.end());
        if (has(issuer.scopes, "offline_access")) wanted.insert("offline_access");
        return wanted;
    }

    void log_in(MetadataReader& reader, const ResourceMetadata& resource, const AuthorizationServer& issuer,
                const ScopeSet& scopes, const Cancellation& cancel) {
        if (options_.browser == nullptr) {
            throw Error(ErrorCode::failed, fmt::format("the MCP server {} wants a login", server_.name),
                        fmt::format("quarry mcp login {}", server_.name));
        }
        const std::string redirect = options_.browser->redirect_uri();
        const ClientRegistration client = registration(reader, issuer, redirect);
        const std::string verifier = crypto::random_secret(48), state = crypto::random_secret(24);
        FormFields query = {{"response_type", "code"},
                            {"client_id", client.id},
                            {"redirect_uri", redirect},
                            {"state", state},
                            {"code_challenge", crypto::to_base64url(crypto::secret_hash(verifier))},
                            {"code_challenge_method", "S256"},
                            {"resource", resource.resource}};
        if (!scopes.empty()) query.emplace_back("scope", joined(scopes));
        const char* const join = issuer.authorization_endpoint.find('?') == std::string::npos ? "?" : "&";
        const std::string answer =
            options_.browser->authorize(issuer.authorization_endpoint + join + form_encoded(query), cancel);
        const std::string code = checked_code(answer, state, issuer);
        const FormFields fields = {{"grant_type", "authorization_code"},
                                   {"code", code},
                                   {"redirect_uri", redirect},
                                   {"code_verifier", verifier},
                                   {"resource", resource.resource}};
        keep(issuer, ask_token(reader, issuer, client, fields), joined(scopes), "");
    }

    [[nodiscard]] Error not_logged_in(std::string why) const {
        return Error(ErrorCode::failed, fmt::format("the login at the MCP server {} failed", server_.name))
            .because(std::move(why));
    }

    [[nodiscard]] std::string checked_code(const std::string& answer, const std::string& state,
                                           const AuthorizationServer& issuer) const {
        if (!crypto::same_secret(form_value(answer, "state").value_or(""), state)) {
            throw not_logged_in("the answer is not of this login");
        }
        const std::optional<std::string> from = form_value(answer, "iss");
        if (from ? *from != issuer.issuer : issuer.sends_issuer) {
            throw not_logged_in(from ? fmt::format("the answer is of another issuer, {}", shown(*from))
                                     : std::string("the answer does not say which issuer it is of"));
        }
        if (const auto error = form_value(answer, "error")) {
            throw not_logged_in(
                shown(fmt::format("{} {}", *error, form_value(answer, "error_description").value_or(""))));
        }
        const std::optional<std::string> code = form_value(answer, "code");
        if (!code || code->empty()) throw not_logged_in("the answer has no code");
        return *code;
    }

    /// What quarry is known by: registered beforehand, by its metadata's address, or registered now.
    [[nodiscard]] ClientRegistration registration(MetadataReader& reader, const AuthorizationServer& issuer,
                                                  const std::string& redirect) {
        if (!server_.client_id.empty()) return registered_beforehand(issuer);
        if (issuer.takes_client_metadata && !server_.client_metadata_url.empty()) {
            return {server_.client_metadata_url, "", "none"};
        }
        if (issuer.registration_endpoint.empty()) {
            throw Error(ErrorCode::failed,
                        fmt::format("the authorization server {} does not know quarry", shown(issuer.issuer)),
                        fmt::format("register quarry there, and set mcp.servers.{}.client_id", server_.name));
        }
        const auto& methods = issuer.token_auth_methods;
        const char* const method = methods.empty() || has(methods, "none") ? "none"
                                   : has(methods, "client_secret_basic")   ? "client_secret_basic"
                                                                           : "client_secret_post";
        const OAuthJson asked = {{"client_name", "quarry"},
                                 {"redirect_uris", {redirect}},
                                 {"grant_types", {"authorization_code", "refresh_token"}},
                                 {"response_types", {"code"}},
                                 {"application_type", "native"},
                                 {"token_endpoint_auth_method", method}};
        const http::HttpResponse response =
            reader.post(issuer.registration_endpoint, asked.dump(), "application/json", "");
        const OAuthJson answer = parse_bounded_json(response.body, deepest_answer);
        const std::string id = answer.is_object() ? answer_text(answer, "client_id") : "";
        if (response.status >= 300 || id.empty()) {
            throw not_logged_in(fmt::format("quarry was not registered: {}", said_of(answer, response.status)));
        }
        ClientRegistration client{id, answer_text(answer, "client_secret"),
                                  answer_text(answer, "token_endpoint_auth_method")};
        store_.keep_client(issuer.issuer, client);
        return client;
    }

    [[nodiscard]] ClientRegistration registered_beforehand(const AuthorizationServer& issuer) const {
        if (!server_.client_issuer.empty() && server_.client_issuer != issuer.issuer) {
            throw not_logged_in(fmt::format("the client is registered with {}, and the server now names {}",
                                            shown(server_.client_issuer), shown(issuer.issuer)));
        }
        ClientRegistration client{server_.client_id, "", ""};
        if (server_.client_secret_env.empty()) return client;
        const std::optional<std::string> secret = environment_(server_.client_secret_env);
        if (!secret || secret->empty()) {
            throw Error(ErrorCode::usage,
                        fmt::format("the environment variable {} is not set", server_.client_secret_env),
                        fmt::format("mcp.servers.{}.client_secret_env names it", server_.name));
        }
        client.secret = *secret;
        return client;
    }

    [[nodiscard]] std::optional<ClientRegistration> known_client(const AuthorizationServer& issuer) const {
        if (!server_.client_id.empty()) return registered_beforehand(issuer);
        if (issuer.takes_client_metadata && !server_.client_metadata_url.empty()) {
            return ClientRegistration{server_.client_metadata_url, "", "none"};
        }
        return store_.client(issuer.issuer);
    }

    /// A new token for an old one; nothing where the authorization server gives none.
    [[nodiscard]] std::optional<AccessToken> refreshed(MetadataReader& reader, const AuthorizationServer& issuer,
                                                       const AccessToken& token, const std::string& resource) {
        const std::optional<ClientRegistration> client = known_client(issuer);
        if (!client) return std::nullopt;
        refreshed_ = true;
        try {
            const OAuthJson answer =
                ask_token(reader, issuer, *client,
                          {{"grant_type", "refresh_token"}, {"refresh_token", token.refresh}, {"resource", resource}});
            return keep(issuer, answer, token.scope, token.refresh);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            return std::nullopt;
        }
    }

    [[nodiscard]] OAuthJson ask_token(MetadataReader& reader, const AuthorizationServer& issuer,
                                      const ClientRegistration& client, FormFields fields) const {
        std::string method = client.secret.empty() ? "none" : client.auth_method;
        const auto& methods = issuer.token_auth_methods;
        if (method.empty() || (method == "none" && !client.secret.empty())) {
            const bool basic = methods.empty() || has(methods, "client_secret_basic");
            method = basic || !has(methods, "client_secret_post") ? "client_secret_basic" : "client_secret_post";
        }
        std::string authorization;
        if (method == "client_secret_basic") {
            authorization =
                "Basic " + to_base64(fmt::format("{}:{}", percent_encoded(client.id), percent_encoded(client.secret)));
        } else {
            fields.emplace_back("client_id", client.id);
            if (method == "client_secret_post") fields.emplace_back("client_secret", client.secret);
        }
        const http::HttpResponse response = reader.post(issuer.token_endpoint, form_encoded(fields),
                                                        "application/x-www-form-urlencoded", authorization);
        OAuthJson answer = parse_bounded_json(response.body, deepest_answer);
        if (response.status != 200 || !answer.is_object()) {
            throw not_logged_in(fmt::format("no token was given: {}", said_of(answer, response.status)));
        }
        if (!is_token_text(answer_text(answer, "access_token")) ||
            ascii_lower(answer_text(answer, "token_type")) != "bearer") {
            throw not_logged_in("what was given is not a bearer token");
        }
        return answer;
    }

    AccessToken keep(const AuthorizationServer& issuer, const OAuthJson& answer, const std::string& asked,
                     const std::string& old_refresh) {
        AccessToken token{.access = answer_text(answer, "access_token"),
                          .refresh = answer_text(answer, "refresh_token")};
        if (token.refresh.empty()) token.refresh = old_refresh;
        // What was asked for counts as well: it is not asked for a second time.
        ScopeSet scopes = scopes_in(answer_text(answer, "scope"));
        scopes.merge(scopes_in(asked));
        token.scope = joined(scopes);
        const auto life = answer.find("expires_in");
        if (life != answer.end() && life->is_number()) {
            const double seconds = life->get<double>();
            if (seconds > 0 && seconds < static_cast<double>(longest_life)) {
                token.expires_at = options_.now() + static_cast<std::int64_t>(seconds);
            }
        }
        store_.keep_token(issuer.issuer, server_.url, token);
        return token;
    }

    ServerDefinition server_;
    Environment environment_;
    OAuthOptions options_;
    CredentialStore store_;
    http::HttpClient client_;
    std::optional<bool> public_only_;
    bool refreshed_ = false;  ///< A token was, by this object: one that is refused then is not refreshed again.
};

}  // namespace

std::unique_ptr<Authorization> make_oauth(const ServerDefinition& server, const Environment& environment,
                                          OAuthOptions options) {
    return std::make_unique<OAuth>(server, environment, std::move(options));
}

}  // namespace quarry::mcp_client
