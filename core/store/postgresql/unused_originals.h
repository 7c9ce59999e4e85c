#pragma once

#include <span>
#include <string>

#include "core/store/postgresql/server_connection.h"

namespace quarry::store::postgresql {

/// Removes those of these files that no source was read from. Within the caller's transaction.
void drop_unused_originals(ServerConnection& server, std::span<const std::string> hashes);

}  // namespace quarry::store::postgresql
