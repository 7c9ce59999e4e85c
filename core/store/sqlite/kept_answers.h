#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/db/sqlite_statement.h"

namespace quarry::store {

// Answers that a base keeps beside conversations: runs that have ended with their events, responses, and what requests
// with a key were answered with. Within the caller's transaction.

/// Forgets those that name one of these documents, which are removed; of very many documents, all answers.
void forget_answers_about(db::StatementCache& statements, std::span<const std::string> uris);

/// Forgets those of a principal, who may not read all that they say any more; of everyone for an empty name.
void forget_answers_of(db::StatementCache& statements, std::string_view principal);

}  // namespace quarry::store
