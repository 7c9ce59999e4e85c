#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/db/database_url.h"
#include "core/migrate/migration_list.h"
#include "core/schema/schema.h"

namespace quarry::app {

/// Which database is migrated with which files, as a caller names them. The settings give what is left out; when they
/// say nothing either, the knowledge base is meant.
struct MigrationTarget {
    std::string database_name{};  ///< One of several databases: the section migrate.databases.NAME of the settings.
    std::string folder{};         ///< Of the migration files.
    std::string url{};            ///< "sqlite:app.db", a path alone, "postgresql://USER@HOST/DATABASE".
    std::optional<std::int64_t> lock_wait{};  ///< Seconds to wait for another process.
    std::vector<std::string> variables{};     ///< Of the environment, which migrations may have; with migrate.env.

    /// The URL with its password as "***", for messages.
    [[nodiscard]] std::string redacted_url() const;
};

/// Which schemas are compared, and what decides a difference. The settings give what is left out.
struct SchemaChoice {
    std::string schema{};                    ///< The wanted schema: a file of SQL or a folder of them.
    std::string dev_url{};                   ///< PostgreSQL server, or empty database, where things are tried out.
    std::string dialect{};                   ///< "sqlite" or "postgresql", where no URL says it.
    std::vector<std::string> renames{};      ///< "users:people", "users.name:full_name".
    std::vector<std::string> not_renamed{};  ///< "users", "users.name".
    std::vector<std::string> backfills{};    ///< "users.email='unknown'".
    bool concurrent_indexes = false;
    /// Decides a rename that nothing above decides; absent when nobody can be asked.
    std::function<bool(const schema::Rename&)> ask_rename{};
};

/// What a target names: a project's database, or the knowledge base.
struct MigrationSubject {
    migrate::MigrationList migrations;
    db::DatabaseUrl database;
    bool is_knowledge_base = false;
    bool exists = false;  ///< Whether the database's file is there; true for a server's.

    /// Its path, or its URL without the password.
    [[nodiscard]] std::string name() const;
    /// "app.db" or "the knowledge base /p/.quarry/base.db", without terminal control sequences.
    [[nodiscard]] std::string label() const;
};

/// The same of a database alone, as `MigrationSubject::name` gives it.
[[nodiscard]] std::string database_name_of(const db::DatabaseUrl& database);

/// "3 migrations", "1 migration".
[[nodiscard]] std::string count_migrations(std::size_t count);

/// Engines by their names in options and JSON, "sqlite" and "postgresql"; nothing for "". Throws Error(usage) for
/// another name.
[[nodiscard]] std::optional<sql::Dialect> parse_dialect(std::string_view name);

}  // namespace quarry::app
