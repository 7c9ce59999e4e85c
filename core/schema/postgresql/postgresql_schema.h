#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/db/postgresql.h"
#include "core/schema/schema.h"

namespace quarry::schema {

/// Reads the schema of the database that the connection is in: every schema but PostgreSQL's own, without what belongs
/// to extensions and without quarry's ledger and tables of the names
/// `ignored_tables`. The rights of owners are left out, and owners unless `owners` is set: the role that reads is then
/// told from all others. Changes nothing; within an open transaction it reads what that sees.
///
/// Two schemas are compared by the server's own texts: read both from servers of the same major version.
/// Throws PostgresqlError, Error(interrupted).
[[nodiscard]] std::unique_ptr<Schema> read_postgresql_schema(db::PostgresqlConnection& connection,
                                                             std::span<const std::string> ignored_tables = {},
                                                             bool owners = false);

}  // namespace quarry::schema
