// The settings of quarry serve, looked at without changing anything.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <string_view>

#include "core/app/diagnosis.h"
#include "core/app/response_cache.h"
#include "core/app/user_service.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/store/base_address.h"

namespace quarry::app {

using wire::DoctorCheck;

namespace {

constexpr const char* server_area = "server";

bool is_listening_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc() && end == digits.data() + digits.size() && !digits.empty();
}

DoctorCheck check_origins(const std::string& origins) {
    for (const std::string_view part : split(origins, ',')) {
        const std::string_view origin = trim(part);
        const bool is_web = origin.starts_with("https://") || origin.starts_with("http://");
        if (origin.empty() || (is_web && origin.find('/', origin.find("//") + 2) == std::string_view::npos)) continue;
        return {server_area, "origins", DoctorCheck::State::fail, fmt::format("{} is not an origin", origin),
                "write it as browsers do, without a path: https://wiki.example.org"};
    }
    return {server_area, "origins", DoctorCheck::State::ok, origins.empty() ? "only its own pages" : origins};
}

DoctorCheck check_tls(const config::Config& config) {
    const std::string certificate = config.text("serve.tls_certificate"), key = config.text("serve.tls_key");
    if (certificate.empty() && key.empty()) return {server_area, "TLS", DoctorCheck::State::ok, "off"};
    if (certificate.empty() || key.empty()) {
        return {server_area, "TLS", DoctorCheck::State::fail,
                key.empty() ? "serve.tls_certificate is set and serve.tls_key is not"
                            : "serve.tls_key is set and serve.tls_certificate is not",
                "set both, or neither"};
    }
    for (const std::string& file : {certificate, key}) {
        if (std::ifstream(file).peek() != std::ifstream::traits_type::eof()) continue;
        return {server_area, "TLS", DoctorCheck::State::fail, fmt::format("cannot read {}", file),
                "a PEM file that the user of quarry serve can read"};
    }
    return {server_area, "TLS", DoctorCheck::State::ok, certificate};
}

DoctorCheck check_somebody(const Services& services) {
    Services used = services;
    try {
        if (!store::base_exists(services.base_path)) {
            return {server_area, "users", DoctorCheck::State::ok, "the owner only"};
        }
        const UserService users(used, {});
        return {server_area, "users", DoctorCheck::State::ok,
                fmt::format("the owner, users: {}, keys: {}", users.users().size(), users.keys().size())};
    } catch (const Error& error) {
        return {server_area, "users", DoctorCheck::State::fail, error.what(), error.hint()};
    }
}

}  // namespace

std::vector<DoctorCheck> check_server(const Services& services) {
    const config::Config& config = services.config;
    const std::string listen = config.text("serve.listen");
    std::vector<DoctorCheck> checks;
    if (is_listening_address(listen)) {
        checks.push_back({server_area, "listen", DoctorCheck::State::ok, listen});
    } else {
        checks.push_back({server_area, "listen", DoctorCheck::State::fail,
                          fmt::format("{} is not an address to listen on", listen),
                          "quarry config set serve.listen 127.0.0.1:8420"});
    }
    checks.push_back(check_origins(config.text("serve.origins")));
    checks.push_back(check_tls(config));
    checks.push_back(check_somebody(services));
    const std::string issuer = config.text("serve.issuer"), keys = config.text("serve.jwks_url");
    if (issuer.empty() != keys.empty()) {
        checks.push_back({server_area, "issuer", DoctorCheck::State::fail,
                          issuer.empty() ? "serve.jwks_url is set and serve.issuer is not"
                                         : "serve.issuer is set and serve.jwks_url is not",
                          "set both, or neither"});
    } else if (!issuer.empty()) {
        checks.push_back({server_area, "issuer", DoctorCheck::State::ok, issuer});
    }
    return checks;
}

std::vector<DoctorCheck> check_shared_cache(const Services& services, bool offline) {
    try {
        const auto entries = open_shared_entries(services);
        if (entries == nullptr) return {};
        if (offline) return {{server_area, "shared cache", DoctorCheck::State::ok, "not asked (--offline)"}};
        entries->test();
        return {{server_area, "shared cache", DoctorCheck::State::ok, services.config.text("cache.url")}};
    } catch (const Error& error) {
        const std::string cure = error.hint().empty()
                                     ? "check cache.url and the server; until then responses are cached "
                                       "in the base only, and each quarry serve counts for itself"
                                     : error.hint();
        return {{server_area, "shared cache", DoctorCheck::State::fail, error.what(), cure}};
    }
}

}  // namespace quarry::app
