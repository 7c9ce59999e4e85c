#pragma once

// SQLite's own interface, for modules that extend it with functions and tokenizers (core/lexical): what the wrappers of
// this folder do not hide. Others take core/db/sqlite.h and core/db/sqlite_statement.h.

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
