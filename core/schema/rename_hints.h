#pragma once

#include <vector>

#include "core/schema/schema.h"
#include "core/sql/source_text.h"

namespace quarry::schema {

/// The renames that a wanted schema's SQL declares in comments:
///
///     -- quarry:renamed from=users
///     CREATE TABLE people (
///         id INTEGER PRIMARY KEY,
///         full_name TEXT NOT NULL,  -- quarry:renamed from=name
///         -- quarry:renamed from="e-mail"
///         email TEXT
///     );
///
/// gives {"users", "people"}, {"people.name", "full_name"} and {"people.e-mail", "email"}: a column's table is called
/// by its new name. A comment on the line of a column, or within it, is that column's; one on a line of its own belongs
/// to what comes
/// next; one behind a statement, on its line, to what that makes. The old name is a single one, in the schema that the
/// table is in now, written as in SQL.
///
/// Each says where it is. Throws Error(usage) with file:line:column for a comment that begins with "quarry:renamed" and
/// is something else, or that belongs to no table or column. The SQL itself is not checked.
[[nodiscard]] std::vector<Rename> read_rename_hints(sql::Dialect dialect, const sql::SourceText& source);

}  // namespace quarry::schema
