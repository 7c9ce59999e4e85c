#pragma once

#include <span>

#include "core/migrate/database.h"

namespace quarry::migrate {

/// Runs files of SQL that say what a schema should be, each in a transaction of its own, in the order given.
///
/// Statements and files may be in any order: one that makes something and fails since something else is not there yet
/// (a view before its table) is run again after the others, under the settings of its own file, until nothing more can
/// be run. One that takes something away runs where it is written. Throws Error that points to the first statement
/// that fails. What can be run as it is written is, without any of this.
void run_sql_files(Database& database, std::span<const Script> scripts);

}  // namespace quarry::migrate
