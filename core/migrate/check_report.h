#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/migrate/plan.h"

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
    bool compared_schema = false;   ///< Of the database, with what its applied migrations give.
    std::string compared_wanted{};  ///< The wanted schema, with what all migrations give; empty: not compared.
    bool tried_roundtrip = false;

    [[nodiscard]] bool ok() const noexcept { return findings.empty(); }
    /// The worst finding as an error whose causes are all of them.
    [[nodiscard]] std::optional<Error> error() const;
};

}  // namespace quarry::migrate
