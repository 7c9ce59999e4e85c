#pragma once

#include <optional>
#include <string>

#include "core/sql/source_text.h"

namespace quarry::migrate {

/// What a migration's file holds, as ranges of its text.
///
///     -- quarry:up
///     CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
///     -- quarry:down
///     DROP TABLE users;
///
/// Instead of a down section the file may say why there is none: `-- quarry:irreversible: reason`.
struct MigrationFile {
    sql::Section up;
    std::optional<sql::Section> down;
    std::string irreversible;  ///< The reason, empty when there is a way back or nobody said.
};

/// Reads the markers and proves that every statement is ended. A marker counts only as a comment: one inside a string
/// is text. Throws Error(failed) with file, line and column: no up section, an empty, repeated or unknown section
/// (did you mean), SQL before the first marker, invalid UTF-8, a NUL byte, and what sql::Splitter throws.
[[nodiscard]] MigrationFile parse_migration(const sql::SourceText& source);

}  // namespace quarry::migrate
