#include "core/mcp_client/credentials.h"

#include <fmt/format.h>

#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::mcp_client {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::uint64_t largest_file = 10'000'000;
constexpr int deepest_file = 8;

std::string member_text(const Json& object, const char* key) {
    const auto value = object.find(key);
    return value != object.end() && value->is_string() ? value->get<std::string>() : std::string();
}

/// What stands at a path of names; null where there is nothing.
Json at_path(const Json& document, std::initializer_list<std::string> path) {
    const Json* value = &document;
    for (const std::string& name : path) {
        if (!value->is_object() || !value->contains(name)) return {};
        value = &(*value)[name];
    }
    return *value;
}

}  // namespace

Json CredentialStore::read() const {
    std::error_code unknown;
    if (file_.empty()) return memory_.is_object() ? memory_ : Json::object();
    if (!fs::exists(file_, unknown)) return Json::object();
    if ((fs::status(file_, unknown).permissions() & (fs::perms::group_all | fs::perms::others_all)) !=
        fs::perms::none) {
        throw Error(ErrorCode::failed, fmt::format("{} can be read by others", file_.string()),
                    fmt::format("chmod 600 {}", file_.string()))
            .because("it holds access tokens");
    }
    auto document = parse_bounded_json<Json>(read_file(file_, largest_file), deepest_file);
    if (!document.is_object()) {
        throw Error(ErrorCode::failed, fmt::format("{} is not a file of credentials", file_.string()),
                    "remove it, and log in again");
    }
    return document;
}

void CredentialStore::write(const Json& document) {
    if (file_.empty()) {
        memory_ = document;
        return;
    }
    std::error_code unknown;
    fs::create_directories(file_.parent_path(), unknown);
    fs::permissions(file_.parent_path(), fs::perms::owner_all, unknown);
    write_file_atomically(file_, document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", true);
}

std::optional<ClientRegistration> CredentialStore::client(const std::string& issuer) const {
    const Json found = at_path(read(), {"issuers", issuer, "client"});
    if (!found.is_object() || member_text(found, "id").empty()) return std::nullopt;
    return ClientRegistration{member_text(found, "id"), member_text(found, "secret"),
                              member_text(found, "auth_method")};
}

void CredentialStore::keep_client(const std::string& issuer, const ClientRegistration& client) {
    Json document = read();
    document["issuers"][issuer]["client"] = {
        {"id", client.id}, {"secret", client.secret}, {"auth_method", client.auth_method}};
    write(document);
}

std::optional<std::string> CredentialStore::issuer_of(const std::string& server) const {
    const Json issuer = at_path(read(), {"servers", server});
    return issuer.is_string() ? std::optional(issuer.get<std::string>()) : std::nullopt;
}

std::optional<AccessToken> CredentialStore::token(const std::string& issuer, const std::string& server) const {
    const Json found = at_path(read(), {"issuers", issuer, "tokens", server});
    if (!found.is_object() || member_text(found, "access").empty()) return std::nullopt;
    const Json expires = found.value("expires_at", Json());
    return AccessToken{member_text(found, "access"), member_text(found, "refresh"), member_text(found, "scope"),
                       expires.is_number_integer() ? expires.get<std::int64_t>() : 0};
}

void CredentialStore::keep_token(const std::string& issuer, const std::string& server, const AccessToken& token) {
    Json document = read();
    document["servers"][server] = issuer;
    document["issuers"][issuer]["tokens"][server] = {
        {"access", token.access}, {"refresh", token.refresh}, {"scope", token.scope}, {"expires_at", token.expires_at}};
    write(document);
}

bool CredentialStore::forget(const std::string& server) {
    Json document = read();
    bool was = false;
    if (document.contains("servers")) was = document["servers"].erase(server) > 0;
    if (document.contains("issuers") && document["issuers"].is_object()) {
        for (auto& [issuer, kept] : document["issuers"].items()) {
            if (kept.is_object() && kept.contains("tokens")) kept["tokens"].erase(server);
        }
    }
    if (was) write(document);
    return was;
}

}  // namespace quarry::mcp_client
