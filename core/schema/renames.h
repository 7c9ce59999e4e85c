#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/schema/schema.h"

namespace quarry::schema {

/// A table, a column or anything else with a name, as far as renames go.
struct RenameObject {
    std::string name;
    std::string signature;           ///< What is compared besides the name: a column's type. May be empty.
    std::vector<std::string> parts;  ///< A table's columns, an enum's values; empty for a column.
};

/// How much a drop and an add must be alike to be asked about.
enum class RenameQuestion {
    none,      ///< Nothing is: what is dropped and made again loses nothing.
    contents,  ///< The signature, or half of the parts.
    any,       ///< One of these, or their names.
};

/// Objects among which renames are looked for: the tables of one namespace, or the columns of one table.
struct RenameScope {
    std::string kind;  ///< One of rename_kinds.
    /// What may stand before a name in Rename::from, the one for messages first. Empty for tables; for the columns of
    /// a table its old name and its new one: {"users", "people"}; on PostgreSQL with the schema unless it is public.
    std::vector<std::string> parents;
    std::vector<RenameObject> before, after;
    bool ignore_case = false;  ///< As SQLite compares names.
    RenameQuestion question = RenameQuestion::any;
};

/// Whether a rename is about things of a kind.
[[nodiscard]] bool is_of_kind(const Rename& rename, std::string_view kind);
/// A rename as it was written, for messages: "--rename type:mood=feeling", "schema.sql:3:1: renamed from mood".
[[nodiscard]] std::string written(const Rename& rename);
/// What is wrong with a rename: behind its place, where a comment says it.
[[nodiscard]] std::string at_place_of(const Rename& rename, std::string_view problem);
/// The error for what may have been renamed, each with its kind: names both and the options that decide.
[[nodiscard]] Error undecided_rename(const std::vector<Rename>& undecided);

/// The renames of a scope: old names to new ones, of objects that are only in `before` to ones only in `after`.
///
/// A rename in the options is taken. Another drop and add that look like a rename (columns of the same type; tables
/// that share half of their columns; names that are alike) are one when `ask_rename` says so, and are none when
/// `not_renamed` names the dropped one. Throws Error(usage) when nothing decides, naming both and the flags that do;
/// and for a rename to what is not there, of what is still there, or to what was there before.
[[nodiscard]] std::map<std::string, std::string> decide_renames(const RenameScope& scope, const DiffOptions& options);

/// Names by kind: those of all tables ("users"), columns ("users.name") ... of a schema. A kind that cannot be renamed
/// is not there.
using RenamePaths = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Throws Error(usage) with a "did you mean" for a rename or a not_renamed of what the old schema has not, or of a kind
/// that cannot be renamed. A rename that was made before (the old name gone, the new one in both schemas), one in a
/// table that is new, and any in an empty schema are no errors: hints stay in the wanted schema. Call it before
/// decide_renames.
void require_known_renames(const DiffOptions& options, const RenamePaths& before, const RenamePaths& after,
                           bool ignore_case);

}  // namespace quarry::schema
