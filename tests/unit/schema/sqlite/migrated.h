#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "core/db/sqlite.h"
#include "core/db/sqlite_script.h"
#include "core/schema/sqlite/sqlite_schema.h"

namespace quarry::schema::test {

inline SQLite::Database database_with(const std::string& sql) {
    SQLite::Database database = db::open_sqlite_memory();
    // As the migration engine does: a trigger may write to an FTS5 table.
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
    database.exec(sql);
    return database;
}

inline std::unique_ptr<Schema> schema_of(SQLite::Database& database) { return read_sqlite_schema(database, {}); }

inline std::unique_ptr<Schema> schema_of(const std::string& sql) {
    SQLite::Database database = database_with(sql);
    return schema_of(database);
}

/// All statements of some scripts, with their comments.
inline std::string text_of(const std::vector<Script>& scripts) {
    std::string text;
    for (const Script& script : scripts) {
        for (const Statement& statement : script.statements) {
            text += (statement.comment.empty() ? "" : "-- " + statement.comment + "\n") + statement.sql + "\n";
        }
    }
    return text;
}

/// Runs scripts as the migration engine does; "" or what failed.
inline std::string run_scripts(SQLite::Database& database, const std::vector<Script>& scripts) {
    for (const Script& script : scripts) {
        database.exec("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE");
        for (const Statement& statement : script.statements) {
            const auto failure = db::run_sqlite_statement(database, statement.sql);
            if (!failure) continue;
            database.exec("ROLLBACK; PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON");
            return failure->message + " in: " + statement.sql;
        }
        database.exec("COMMIT; PRAGMA foreign_keys = ON");
    }
    return {};
}

/// What a query gives: columns between "|", rows on lines of their own.
inline std::string rows(SQLite::Database& database, const std::string& sql) {
    std::string text;
    SQLite::Statement query(database, sql);
    while (query.executeStep()) {
        if (!text.empty()) text += "\n";
        for (int i = 0; i < query.getColumnCount(); ++i) {
            text += (i > 0 ? "|" : "") + (query.isColumnNull(i) ? "NULL" : query.getColumn(i).getString());
        }
    }
    return text;
}

/// Brings a database to the wanted schema, checks that it is there, and gives what was run.
inline Diff migrate(SQLite::Database& database, const std::string& wanted_sql, const DiffOptions& options = {}) {
    const auto wanted = schema_of(wanted_sql);
    const auto before = schema_of(database);
    Diff diff = before->diff(*wanted, options);
    EXPECT_EQ(run_scripts(database, diff.up), "") << text_of(diff.up);
    const auto after = schema_of(database);
    EXPECT_TRUE(after->diff(*wanted, {}).empty()) << text_of(diff.up) << "\n" << after->dump();
    return diff;
}

/// Takes a database back with the down of a diff, and checks that it is there.
inline void migrate_back(SQLite::Database& database, const Diff& diff, const std::string& original_sql) {
    EXPECT_EQ(run_scripts(database, diff.down), "") << text_of(diff.down);
    const auto original = schema_of(original_sql);
    EXPECT_TRUE(schema_of(database)->diff(*original, {}).empty()) << text_of(diff.down);
}

}  // namespace quarry::schema::test
