#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "core/db/database_url.h"
#include "core/migrate/migration_list.h"
#include "core/schema/schema.h"

namespace quarry::app {

/// Which database is migrated with which files, as a caller names them. What is left out is given by the settings, the
/// folder migrations and DATABASE_URL, of the environment or of the project's file .env. The knowledge base is meant
/// only where `database_name` says so.
struct MigrationTarget {
    /// One of several databases: the section migrate.databases.NAME of the settings; "base" for the knowledge base.
    std::string database_name{};
    std::string folder{};         ///< Of the migration files.
    std::string url{};            ///< "sqlite:app.db", a path alone, "postgresql://USER@HOST/DATABASE".
    std::optional<std::int64_t> lock_wait{};  ///< Seconds to wait for another process.
    std::vector<std::string> variables{};     ///< Of the environment, which migrations may have; with migrate.env.
    bool owners = false;                      ///< Who owns what is compared and written, too. PostgreSQL only.

    [[nodiscard]] bool is_knowledge_base() const { return database_name == config::own_database; }
};

/// Which schemas are compared, and what decides a difference. The settings give what is left out.
struct SchemaChoice {
    std::string schema{};                    ///< The wanted schema: a file of SQL or a folder of them.
    std::string dev_url{};                   ///< PostgreSQL server, or empty database, where things are tried out.
    std::string dialect{};                   ///< "sqlite" or "postgresql", where no URL says it.
    std::vector<std::string> renames{};      ///< "users:people", "users.name:full_name".
    std::vector<std::string> not_renamed{};  ///< "users", "users.name".
    std::vector<std::string> backfills{};    ///< "users.email='unknown'".
    std::string time_zone{};                 ///< Of times that are stored without one: "UTC".
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
    /// Who named the database: "flag --url", "/p/quarry.toml:3", "environment DATABASE_URL", "DATABASE_URL of
    /// /p/.env:2"; empty for the knowledge base.
    std::string named_by{};
    std::filesystem::path folder{};  ///< Of the migration files; empty for the knowledge base.

    [[nodiscard]] bool named_by_variable() const;
    /// Its path, or its URL without the password.
    [[nodiscard]] std::string name() const;
    /// "app.db" or "the knowledge base /p/.quarry/base.db", without terminal control sequences.
    [[nodiscard]] std::string label() const;
};

/// The same of a database alone, as `MigrationSubject::name` gives it.
[[nodiscard]] std::string database_name_of(const db::DatabaseUrl& database);

/// Whether a URL holds a password, so that it is not printed as it is.
[[nodiscard]] bool has_password(std::string_view url);

/// "3 migrations", "1 migration".
[[nodiscard]] std::string count_migrations(std::size_t count);

/// Engines by their names in options and JSON, "sqlite" and "postgresql"; nothing for "". Throws Error(usage) for
/// another name.
[[nodiscard]] std::optional<sql::Dialect> parse_dialect(std::string_view name);

}  // namespace quarry::app
