#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/schema/schema.h"
#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

struct ColumnPair {
    const Column* from = nullptr;
    const Column* to = nullptr;
};

/// How two tables of one name differ. Borrows both.
struct TableDifference {
    const Table* from = nullptr;
    const Table* to = nullptr;
    std::vector<const Column*> added, dropped;
    std::vector<ColumnPair> changed;
    std::vector<const Constraint*> added_constraints, dropped_constraints;
    std::string options;  ///< "STRICT: no -> yes"; empty when they are the same.
};

/// Nothing when the tables mean the same.
[[nodiscard]] std::optional<TableDifference> compare_tables(const Table& from, const Table& to);

/// Whether the change of a column can make another value of what is in it, or lose it.
[[nodiscard]] bool converts_values(const Column& from, const Column& to);

/// "type: text -> integer; NOT NULL: no -> yes".
[[nodiscard]] std::string column_difference(const Column& from, const Column& to);

/// All differences, in a stable order, but for renames.
[[nodiscard]] std::vector<Change> compare_models(const Model& from, const Model& to);

}  // namespace quarry::schema::sqlite
