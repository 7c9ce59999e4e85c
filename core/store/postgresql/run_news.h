#pragma once

/// Each base has a channel of its own: several may be in one database, each in a schema.
#define QUARRY_RUN_CHANNEL "'quarry_' || pg_catalog.hashtextextended(pg_catalog.current_schema()::text, 0)"

/// Tells all servers that a run has been written to (see RunLogListener), when the transaction is committed. Those who
/// do so commit one after the other, in all of the cluster: https://www.postgresql.org/docs/current/sql-notify.html
#define QUARRY_TELL_OF_RUN(id, last) "pg_catalog.pg_notify(" QUARRY_RUN_CHANNEL ", " id " || ' ' || " last ")"
