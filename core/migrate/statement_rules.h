#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/sql/dialect.h"

namespace quarry::migrate {

/// Why a statement must not be in a migration, and what to do instead.
struct Refusal {
    std::string problem;
    std::string hint;
};

/// By a statement's first words: what ends or escapes the migration's transaction, and what the database does not do
/// inside one. With `transactional` false the latter is allowed.
[[nodiscard]] std::optional<Refusal> refuse_statement(sql::Dialect dialect, std::string_view statement,
                                                      bool transactional);

/// Whether the database refuses to run a statement inside a transaction. Of CALL and DO it cannot be seen.
[[nodiscard]] bool needs_no_transaction(sql::Dialect dialect, std::string_view statement);

/// By the name of a SQLite pragma, when it is given a value.
[[nodiscard]] std::optional<Refusal> refuse_pragma(std::string_view name, bool transactional);

/// Whether a statement sets something for the connection and nothing in the database, so that it is run again when a
/// migration without transaction goes on: SET, RESET, SELECT set_config(...), PRAGMA name = value.
[[nodiscard]] bool is_setting(sql::Dialect dialect, std::string_view statement);

/// Whether a statement begins a transaction, or commits one, and does nothing else: those that other tools' files have
/// around a whole script.
[[nodiscard]] bool is_begin(sql::Dialect dialect, std::string_view statement);
[[nodiscard]] bool is_commit(sql::Dialect dialect, std::string_view statement);

}  // namespace quarry::migrate
