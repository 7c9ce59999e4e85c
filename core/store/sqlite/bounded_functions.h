#pragma once

#include <sqlite3.h>

#include <functional>

namespace quarry::store {

/// Whether a statement has to end now.
using Stop = std::function<bool()>;

/// Puts functions of quarry's own in the place of SQLite's whose time grows with the product of their arguments'
/// lengths, or which one row can call again and again between two looks at the clock: instr, replace, trim, ltrim,
/// rtrim, like, glob. They give what SQLite's give (sqlite.org/lang_corefunc.html), in time that grows with the sum,
/// and fail as SQLITE_INTERRUPT once `stop` says so, which must live as long as the connection.
void bound_functions(sqlite3* connection, const Stop& stop);

}  // namespace quarry::store
