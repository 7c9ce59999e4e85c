#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/app/migration_databases.h"
#include "core/migrate/replay.h"
#include "core/schema/schema.h"

namespace quarry::app {

/// Where schemas come from, for a target and a choice. Borrows both databases and choice. Used by one thread.
class SchemaSources {
public:
    SchemaSources(const MigrationDatabases& databases, const SchemaChoice& choice)
        : databases_(databases), choice_(choice) {}

    /// The wanted schema: the chosen one, else the setting, else schema.sql here if there is one.
    [[nodiscard]] std::optional<migrate::SchemaSource> wanted() const;
    /// The same; throws Error(usage) when there is none.
    [[nodiscard]] migrate::SchemaSource require_wanted() const;
    /// The folder of migrations: the target's, the setting, or migrations here.
    [[nodiscard]] std::filesystem::path folder() const;
    /// That folder as a schema; an empty schema when nobody named it and it is not there.
    [[nodiscard]] migrate::SchemaSource migrations() const;
    /// The engine of a URL among the sources, else the chosen dialect, else that of the configured database, else
    /// SQLite. Throws Error(usage) when two of these differ.
    [[nodiscard]] sql::Dialect dialect(const std::vector<migrate::SchemaSource>& sources) const;
    /// What loads the sources. Throws as `dialect` does.
    [[nodiscard]] migrate::SchemaLoader loader(const std::vector<migrate::SchemaSource>& sources) const;
    /// With the renames that the wanted schema's SQL declares. Throws Error(usage) for a malformed rename or backfill.
    [[nodiscard]] schema::DiffOptions diff_options(const migrate::SchemaSource& to, sql::Dialect dialect) const;

private:
    const MigrationDatabases& databases_;
    const SchemaChoice& choice_;
};

}  // namespace quarry::app
