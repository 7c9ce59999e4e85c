#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/migrate/migration_list.h"
#include "core/store/store.h"

namespace quarry::store {

/// "qrry": what `file` and other programs tell a knowledge base by. On disk: never change.
inline constexpr std::int64_t knowledge_base_application_id = 0x71727279;

/// The migrations of the knowledge base itself, compiled in from migrations/*.sql, by version.
[[nodiscard]] std::span<const migrate::EmbeddedMigration> knowledge_base_migrations();
/// The version of quarry that they came with: what the ledger says applied them.
[[nodiscard]] std::string_view knowledge_base_version();

/// What must be set in a database file before its first table: its application id, that it can shrink, and
/// write-ahead logging. Does nothing to a file that has content.
void prepare_new_knowledge_base(SQLite::Database& database);

/// Whether the database has no tables of a knowledge base yet: it is new, or its making was interrupted.
[[nodiscard]] bool lacks_schema(SQLite::Database& database);

/// Makes the newest schema in a database that lacks one.
void create_schema(SQLite::Database& database);

/// Proves that the file is a knowledge base; throws Error(failed) for a database of something else and for an
/// empty file.
void check_is_knowledge_base(SQLite::Database& database, const std::filesystem::path& path);

/// Switches off what a schema could run by itself, views and triggers: a base may come from a stranger, and quarry's
/// own has neither. Before anything is read from its tables.
void distrust_schema(SQLite::Database& database);

/// Proves that its schema is this binary's: throws Error schema_newer, migration_edited, migrations_pending (hint:
/// quarry migrate up --database base). And that it has the tables and indexes that quarry makes, and nothing besides
/// that could run in a query: throws Error(failed) that names the first other one.
void check_schema(SQLite::Database& database, const std::filesystem::path& path);

/// SHA-256 of the tables and indexes that `check_schema` looks at. Tests hold the one of a new base against what is
/// compiled in.
[[nodiscard]] std::string schema_fingerprint(SQLite::Database& database);
[[nodiscard]] std::string_view newest_schema_fingerprint() noexcept;

/// A connection to the base's file, checked as `open_store` does it and with the same errors: for what is kept there
/// beside documents (conversations, …), each with a connection of its own.
[[nodiscard]] SQLite::Database open_knowledge_base(const std::filesystem::path& path, StoreMode mode);

}  // namespace quarry::store
