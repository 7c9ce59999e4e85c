#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/schema/schema.h"
#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

/// Old names and new ones.
struct ModelRenames {
    struct OfColumn {
        std::string table;  ///< By its new name.
        std::string from, to;
    };
    std::vector<std::pair<std::string, std::string>> tables;
    std::vector<OfColumn> columns;

    [[nodiscard]] bool empty() const noexcept { return tables.empty() && columns.empty(); }
    [[nodiscard]] ModelRenames reversed() const;
};

/// The statements that make one schema into another. They were run on an empty copy of `from` in memory and gave `to`;
/// throws Error(failed) when nothing that SQLite can do gives it.
[[nodiscard]] std::vector<Statement> plan_statements(const Model& from, const Model& to, const ModelRenames& renames,
                                                     const DiffOptions& options);

/// The first schema after the renames, as SQLite makes them: it rewrites indexes, triggers, views and foreign keys.
[[nodiscard]] Model renamed_model(const Model& from, const ModelRenames& renames);

}  // namespace quarry::schema::sqlite
