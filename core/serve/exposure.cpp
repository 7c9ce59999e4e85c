#include "core/serve/exposure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/config/config.h"
#include "core/serve/serve.h"
#include "core/store/base_address.h"
#include "core/wire/user_json.h"

namespace quarry::serve {
namespace {

/// What is set about an issuer without the rest of it.
std::vector<std::string> issuer_problems(const config::Config& config) {
    const bool has_issuer = !config.text("serve.issuer").empty(), has_keys = !config.text("serve.jwks_url").empty();
    if (has_issuer && !has_keys) return {"serve.issuer is set and serve.jwks_url is not: its tokens cannot be checked"};
    if (!has_issuer && has_keys) return {"serve.jwks_url is set and serve.issuer is not: no token is trusted"};
    return {};
}

std::string limits_text(const store::SpendingLimit& limit) {
    std::string text;
    if (limit.max_tokens) text += fmt::format("  at most {} tokens a month", *limit.max_tokens);
    if (limit.max_cost) text += fmt::format("  at most {} a month", *limit.max_cost);
    return text;
}

std::string names_text(const std::vector<std::string>& names) {
    return names.empty() ? "only its own pages" : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

Exposure exposure(app::Services& services, const std::string& listen, const ServiceOptions& options) {
    const std::string host = listening_host(listen);
    Exposure found{.listen = listen,
                   .is_loopback = is_loopback_name(host),
                   .is_encrypted = !options.tls_certificate.empty(),
                   .hosts = options.hosts,
                   .origins = options.origins,
                   .proxies = options.proxies,
                   .agents = services.config.text("serve.agents"),
                   .issuer = services.config.text("serve.issuer"),
                   .problems = issuer_problems(services.config)};
    if (!store::base_exists(services.base_path)) {
        found.problems.emplace_back("there is no knowledge base yet: quarry ingest PATH makes one");
        return found;
    }
    const app::UserService users(services, {});
    found.users = users.users();
    found.keys = users.keys();
    const bool has_somebody = std::ranges::any_of(found.users, [](const auto& one) { return !one.user.disabled_at; }) ||
                              std::ranges::any_of(found.keys, [&](const auto& one) {
                                  return !one.key.expires_at || *one.key.expires_at > services.clock();
                              });
    if (!found.is_loopback && !has_somebody) {
        found.problems.push_back(fmt::format("other machines can reach {}, which needs a user or a key", host));
    }
    return found;
}

nlohmann::ordered_json exposure_json(const Exposure& exposure) {
    Json users = Json::array(), keys = Json::array();
    for (const auto& one : exposure.users) users.push_back(wire::user_json(one.user, one.collections, one.spent));
    for (const auto& one : exposure.keys) {
        keys.push_back(wire::key_json(one.key, one.user, one.collections, one.spent));
    }
    return {{"schema", "quarry.serve.check/1"}, {"listen", exposure.listen},    {"loopback", exposure.is_loopback},
            {"tls", exposure.is_encrypted},     {"proxies", exposure.proxies},  {"hosts", exposure.hosts},
            {"origins", exposure.origins},      {"issuer", exposure.issuer},    {"users", std::move(users)},
            {"keys", std::move(keys)},          {"agents", exposure.agents},    {"problems", exposure.problems}};
}

std::string exposure_text(const Exposure& exposure) {
    std::string text = fmt::format("address   {}, {}\n", exposure.listen,
                                   exposure.is_loopback ? "this machine only" : "reachable from other machines");
    text += fmt::format("TLS       {}\n",
                        exposure.is_encrypted ? "on" : "off; a proxy in front of the server may provide it");
    text +=
        fmt::format("proxies   {}\n",
                    exposure.proxies.empty() ? "none trusted" : fmt::format("{}", fmt::join(exposure.proxies, ", ")));
    text +=
        fmt::format("hosts     localhost{}{}\n", exposure.hosts.empty() ? "" : ", ", fmt::join(exposure.hosts, ", "));
    text += fmt::format("origins   {}\n", names_text(exposure.origins));
    text += fmt::format("issuer    {}\n", exposure.issuer.empty() ? "none" : exposure.issuer);
    text += fmt::format("agents    {}\n",
                        exposure.agents.empty() ? "none" : exposure.agents + ", for those with the scope agents");
    text += "owner     everything, with the token that is printed at the start\n";
    for (const auto& one : exposure.users) {
        text += fmt::format("user      {}  {}  {}{}{}\n", one.user.email, fmt::join(one.user.scopes, ","),
                            app::granted_text(one.collections), limits_text(one.user.limit),
                            one.user.disabled_at ? "  disabled" : "");
    }
    for (const auto& one : exposure.keys) {
        text += fmt::format("key       {}  {}  {}{}\n", one.key.name, fmt::join(one.key.scopes, ","),
                            app::granted_text(one.collections), limits_text(one.key.limit));
    }
    return text;
}

}  // namespace quarry::serve
