#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/store/postgresql/server_connection.h"

namespace quarry::store::postgresql {

// Answers that a base keeps beside conversations: runs that have ended with their events, responses, what requests with
// a key were answered with, and answers that people judged. Within the caller's transaction.

/// Forgets those that name one of these documents, which are removed; of very many documents, all answers but those
/// that were judged, of which it forgets what cites one of them.
void forget_answers_about(ServerConnection& server, std::span<const std::string> uris);

/// Forgets those of a principal, who may not read all that they say any more; of everyone for an empty name.
void forget_answers_of(ServerConnection& server, std::string_view principal);

}  // namespace quarry::store::postgresql
