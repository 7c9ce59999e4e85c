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
/// Whether a statement of PostgreSQL defines an object of its database (CREATE VIEW, ALTER TABLE) rather than doing
/// something at once or changing what a server's databases share.
[[nodiscard]] bool defines_object(std::string_view statement);
/// The name in CREATE EXTENSION; empty for any other statement of PostgreSQL.
[[nodiscard]] std::string made_extension(std::string_view statement);
/// Whether a statement of PostgreSQL is CREATE ROLE, USER or GROUP.
[[nodiscard]] bool makes_role(std::string_view statement);
[[nodiscard]] bool is_commit(sql::Dialect dialect, std::string_view statement);

/// Whether a statement is SQLite's PRAGMA foreign_keys with a value.
[[nodiscard]] bool sets_foreign_keys(sql::Dialect dialect, std::string_view statement);

/// Whether a statement is a PRAGMA, which only SQLite has.
[[nodiscard]] bool is_pragma(sql::Dialect dialect, std::string_view statement);

/// Whether a statement means something only within a transaction of several statements: LOCK, SAVEPOINT, SET LOCAL.
[[nodiscard]] bool needs_transaction(sql::Dialect dialect, std::string_view statement);

}  // namespace quarry::migrate
