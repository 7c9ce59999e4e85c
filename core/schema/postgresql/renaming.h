#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/schema/postgresql/model.h"
#include "core/schema/schema.h"

namespace quarry::schema::postgresql {

/// What is called differently in two schemas, or was moved to another one.
struct Renaming {
    std::map<std::string, std::string> schemas;  ///< Old names to new ones.
    std::map<Id, Id> objects;  ///< What was itself renamed or moved: by the old schema's names, to the new one's.
    /// By the old table, view or composite type: old to new.
    std::map<Id, std::map<std::string, std::string>> columns;
    std::map<Id, std::map<std::string, std::string>> constraints;  ///< By the old domain: old to new.
    std::map<Id, std::map<std::string, std::string>> values;   ///< By the old enum: old to new.

    /// What an object is called afterwards, by what was decided of it, of what it is on and of its schema. Not what
    /// follows something else: a sequence or an index its table, a function's arguments their types.
    [[nodiscard]] Id object(const Id& id) const;
    /// The same, had the object itself not been renamed.
    [[nodiscard]] Id surroundings(const Id& id) const;
    /// The table or view of a name.
    [[nodiscard]] Id relation(const std::string& schema, const std::string& name) const;
    [[nodiscard]] std::string column(const Id& table, const std::string& name) const;
    [[nodiscard]] std::string value(const Id& type, const std::string& name) const;
    [[nodiscard]] std::string constraint(const Id& domain, const std::string& name) const;
    [[nodiscard]] bool empty() const noexcept {
        return schemas.empty() && objects.empty() && columns.empty() && values.empty() && constraints.empty();
    }
    /// The way back.
    [[nodiscard]] Renaming inverse() const;
};

/// Decides by the options what was renamed or moved. Throws Error(usage) as decide_renames does, and for a name that
/// several things have.
[[nodiscard]] Renaming decide_renaming(const Catalog& from, const Catalog& to, const DiffOptions& options);

/// The catalogue as it is once all that has been renamed: in names, types and dependencies throughout; in the texts of
/// constraints, indexes, defaults and partition keys. In texts of views, functions, triggers, rules and policies,
/// tables, views and columns stay as they are: how the server writes them is not known.
[[nodiscard]] Catalog renamed(const Catalog& catalog, const Renaming& renaming);

/// What a diff says of it; `after` is the catalogue once all that has been renamed.
[[nodiscard]] std::vector<Change> rename_changes(const Catalog& after, const Renaming& renaming);

/// Gives an object of its own name (sequence, index, constraint) another one, wherever it is referred to.
void rename_object(Catalog& catalog, const Id& from, const Id& to);

}  // namespace quarry::schema::postgresql
