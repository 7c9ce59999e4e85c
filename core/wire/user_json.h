#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/store/user_repository.h"

namespace quarry::wire {

/// What somebody may do in each collection, as {"main": "read"}.
[[nodiscard]] nlohmann::ordered_json collections_granted_json(
    const std::map<std::string, store::GrantedAccess>& collections);

/// A user as quarry.users.ls/1 lists it: without the password, but for whether there is one.
[[nodiscard]] nlohmann::ordered_json user_json(const store::User& user,
                                               const std::map<std::string, store::GrantedAccess>& collections,
                                               const store::Spent& spent);

/// A key as quarry.keys.ls/1 lists it, without its secret. `user` is an e-mail, empty for the owner of the base.
[[nodiscard]] nlohmann::ordered_json key_json(const store::ApiKey& key, const std::string& user,
                                              const std::map<std::string, store::GrantedAccess>& collections,
                                              const store::Spent& spent);

/// An entry of the audit log.
[[nodiscard]] nlohmann::ordered_json audit_json(const store::AuditEntry& entry);

}  // namespace quarry::wire
