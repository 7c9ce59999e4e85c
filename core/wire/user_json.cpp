// Users, keys and the audit log as JSON.
#include "core/wire/user_json.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "core/wire/source_json.h"

namespace quarry::wire {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const std::optional<std::int64_t>& time) { return time ? Json(utc_time(*time)) : Json(); }

template <typename T>
Json value_or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

void add_spending(Json& json, const store::SpendingLimit& limit, const store::Spent& spent) {
    json["max_tokens"] = value_or_null(limit.max_tokens);
    json["max_cost"] = value_or_null(limit.max_cost);
    json["spent"] = {{"tokens", spent.tokens}, {"cost", spent.cost}};
}

}  // namespace

Json collections_granted_json(const std::map<std::string, store::GrantedAccess>& collections) {
    static const char* const names[] = {"none", "read", "write", "admin"};
    Json json = Json::object();
    for (const auto& [name, access] : collections) json[name] = names[static_cast<std::size_t>(access)];
    return json;
}

Json user_json(const store::User& user, const std::map<std::string, store::GrantedAccess>& collections,
               const store::Spent& spent) {
    Json json = {{"id", user.id},
                 {"email", user.email},
                 {"name", user.name},
                 {"scopes", user.scopes},
                 {"collections", collections_granted_json(collections)},
                 {"has_password", !user.password.empty()},
                 {"disabled", user.disabled_at.has_value()},
                 {"created_at", utc_time(user.created_at)}};
    add_spending(json, user.limit, spent);
    return json;
}

Json key_json(const store::ApiKey& key, const std::string& user,
              const std::map<std::string, store::GrantedAccess>& collections, const store::Spent& spent) {
    Json json = {{"id", key.id},
                 {"name", key.name},
                 {"user", user},
                 {"scopes", key.scopes},
                 {"collections", collections_granted_json(collections)},
                 {"created_at", utc_time(key.created_at)},
                 {"expires_at", time_or_null(key.expires_at)},
                 {"last_used_at", time_or_null(key.last_used_at)}};
    add_spending(json, key.limit, spent);
    return json;
}

Json audit_json(const store::AuditEntry& entry) {
    return {{"id", entry.id},          {"at", utc_time(entry.at)}, {"principal", entry.principal},
            {"action", entry.action},  {"subject", entry.subject}, {"address", entry.address},
            {"outcome", entry.outcome}};
}

}  // namespace quarry::wire
