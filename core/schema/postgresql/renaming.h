#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/schema/postgresql/model.h"
#include "core/schema/schema.h"

namespace quarry::schema::postgresql {

/// What is called differently in two schemas.
struct Renaming {
    std::map<Id, std::string> tables;                          ///< The old table to its new name.
    std::map<Id, std::map<std::string, std::string>> columns;  ///< By the old table: old to new.

    [[nodiscard]] Id table(const Id& id) const {
        const auto found = tables.find(id);
        return found == tables.end() ? id : Id{id.kind, id.schema, {}, found->second};
    }
    [[nodiscard]] std::string column(const Id& table, const std::string& name) const;
    [[nodiscard]] bool empty() const noexcept { return tables.empty() && columns.empty(); }
    /// The way back.
    [[nodiscard]] Renaming inverse() const;
};

/// Decides by the options which tables and columns were renamed. Throws Error(usage) as decide_renames does.
[[nodiscard]] Renaming decide_renaming(const Catalog& from, const Catalog& to, const DiffOptions& options);

/// The catalogue as it is once tables and columns have been renamed: in names and dependencies throughout; in the
/// texts of constraints, indexes, defaults and partition keys. Texts of views, functions, triggers, rules and policies
/// stay as they are.
[[nodiscard]] Catalog renamed(const Catalog& catalog, const Renaming& renaming);

/// Gives an object of its own name (sequence, index, constraint) another one, wherever it is referred to.
void rename_object(Catalog& catalog, const Id& from, const Id& to);

}  // namespace quarry::schema::postgresql
