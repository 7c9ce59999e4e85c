#pragma once

/// Each base has a channel of its own: several may be in one database, each in a schema.
#define QUARRY_RUN_CHANNEL "'quarry_' || pg_catalog.hashtextextended(pg_catalog.current_schema()::text, 0)"

/// For a statement that writes to a run: tells all servers of it when it is committed (see RunLogListener). NOTIFY
/// takes a lock of the whole cluster at COMMIT, so those who tell commit one after the other.
#define QUARRY_TELL_OF_RUN(id, last) "pg_catalog.pg_notify(" QUARRY_RUN_CHANNEL ", " id " || ' ' || " last ")"
