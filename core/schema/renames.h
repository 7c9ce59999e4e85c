#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/schema/schema.h"

namespace quarry::schema {

/// A table or a column, as far as renames go.
struct RenameObject {
    std::string name;
    std::string signature;           ///< What is compared besides the name: a column's type. May be empty.
    std::vector<std::string> parts;  ///< A table's columns; empty for a column.
};

/// Objects among which renames are looked for: the tables of one namespace, or the columns of one table.
struct RenameScope {
    std::string kind;  ///< "table" or "column", for messages.
    /// What may stand before a name in Rename::from, the one for messages first. Empty for tables; for the columns of
    /// a table its old name and its new one: {"users", "people"}; on PostgreSQL with the schema unless it is public.
    std::vector<std::string> parents;
    std::vector<RenameObject> before, after;
    bool ignore_case = false;  ///< As SQLite compares names.
};

/// The renames of a scope: old names to new ones, of objects that are only in `before` to ones only in `after`.
///
/// A rename in the options is taken. Another drop and add that look like a rename (columns of the same type; tables
/// that share half of their columns; names that are alike) are one when `ask_rename` says so, and are none when
/// `not_renamed` names the dropped one. Throws Error(usage) when nothing decides, naming both and the flags that do;
/// and for a rename to what is not there, of what is still there, or to what was there before.
[[nodiscard]] std::map<std::string, std::string> decide_renames(const RenameScope& scope, const DiffOptions& options);

/// Throws Error(usage) with a "did you mean" for a rename or a not_renamed of what the old schema has not. The paths
/// are those of all tables ("users") and columns ("users.name") of each schema. A rename that was made before (the old
/// name gone, the new one in both schemas), one in a table that is new, and any in an empty schema are no errors:
/// hints stay in the wanted schema. Call it before decide_renames.
void require_known_renames(const DiffOptions& options, const std::vector<std::string>& before,
                           const std::vector<std::string>& after, bool ignore_case);

}  // namespace quarry::schema
