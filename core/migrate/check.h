#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/migrate/migrator.h"
#include "core/migrate/replay.h"

namespace quarry::migrate {

/// One thing that is not as it should be.
struct CheckFinding {
    std::string rule;  ///< Stable kebab-case name, such as "migration-edited".
    ErrorCode code = ErrorCode::failed;
    std::string message;  ///< Begins with "path:line:column: " where there is a place.
    std::string path;     ///< The migration's file; empty when it is about the database.
    std::vector<std::string> details;
    std::string hint;
};

struct CheckReport {
    std::vector<CheckFinding> findings;  ///< The worst first.
    std::vector<std::string> notes;      ///< What was not checked, and why.
    std::vector<MigrationStatus> status;

    [[nodiscard]] bool ok() const noexcept { return findings.empty(); }
    /// The worst finding as an error whose causes are all of them.
    [[nodiscard]] std::optional<Error> error() const;
};

struct CheckOptions {
    bool drift = true;                   ///< Compare the database's schema with what its applied migrations give.
    std::optional<SchemaSource> wanted;  ///< To be what all migrations give.
    bool roundtrip = false;              ///< Try each migration up, down and up on a scratch database with rows.
};

/// Everything that a pipeline wants to know of migrations and a database: that the files are well formed; that nothing
/// applied was edited, removed or overtaken; what is pending; drift; the wanted schema; the way back. Reads only; the
/// trials run in scratch databases. What cannot be looked at because of an earlier finding is a note.
[[nodiscard]] CheckReport check(Database& database, const MigrationList& migrations, const SchemaLoader& loader,
                                const CheckOptions& options);

}  // namespace quarry::migrate
