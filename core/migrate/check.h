#pragma once

#include <filesystem>
#include <optional>

#include "core/migrate/check_report.h"
#include "core/migrate/migrator.h"
#include "core/migrate/replay.h"

namespace quarry::migrate {

struct CheckOptions {
    bool drift = true;                   ///< Compare the database's schema with what its applied migrations give.
    std::optional<SchemaSource> wanted;  ///< To be what all migrations give.
    std::filesystem::path folder;        ///< Of the migrations, for hints; empty where they have none.
    bool roundtrip = false;              ///< Try each migration up, down and up on a scratch database with rows.
};

/// Everything that a pipeline wants to know of migrations and a database: that the files are well formed; that nothing
/// applied was edited, removed or overtaken; what is pending; drift; the wanted schema; the way back. Reads only; the
/// trials run in scratch databases. What cannot be looked at because of an earlier finding is a note.
[[nodiscard]] CheckReport check(Database& database, const MigrationList& migrations, const SchemaLoader& loader,
                                const CheckOptions& options);

/// The migrations that a database has as their files are. Reads only.
[[nodiscard]] MigrationList applied_migrations(Database& database, const MigrationList& migrations,
                                               const SchemaLoader& loader);

}  // namespace quarry::migrate
