#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/migrate/migrator.h"
#include "tests/support/error_of.h"

namespace quarry::migrate::test {

using quarry::test::error_of;

/// A project in a temporary folder: migrations/ and app.db.
class Project {
public:
    Project() { std::filesystem::create_directory(folder()); }

    [[nodiscard]] std::filesystem::path root() const { return directory_.path(); }
    [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "migrations"; }
    [[nodiscard]] std::filesystem::path database_path() const { return directory_.path() / "app.db"; }

    void write(const std::string& name, const std::string& content) const {
        write_file_atomically(folder() / name, content);
    }
    /// A migration with sections.
    void add(const std::string& name, const std::string& up, const std::string& down) const {
        write(name, "-- quarry:up\n" + up + "\n-- quarry:down\n" + down + "\n");
    }
    /// Migrations 0001 to `count`, each a table t1, t2, ...
    void add_tables(int count) const {
        for (int i = 1; i <= count; ++i) {
            const std::string number = std::to_string(i), padding(4 - number.size(), '0');
            add(padding + number + "_t" + number + ".sql", "CREATE TABLE t" + number + "(a);",
                "DROP TABLE t" + number + ";");
        }
    }

    /// Does not wait for the disk: processes are killed here, the power is never cut.
    [[nodiscard]] SQLite::Database open(int busy_timeout_ms = 5000) const {
        SQLite::Database database = db::open_sqlite(database_path(), db::SqliteMode::create, busy_timeout_ms);
        database.exec("PRAGMA synchronous = OFF");
        return database;
    }
    [[nodiscard]] MigrationList list() const { return MigrationList::from_folder(folder()); }

    static MigratorOptions options() {
        MigratorOptions options;
        options.quarry_version = "1.2.3";
        options.clock = [] {
            return std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(10);
        };
        options.lock_wait = std::chrono::milliseconds(50);
        return options;
    }

    MigrationRun up(const Goal& goal = {}) const {
        SQLite::Database database = open();
        return Migrator(database, list(), options()).up(goal);
    }
    MigrationRun down(const Goal& goal) const {
        SQLite::Database database = open();
        return Migrator(database, list(), options()).down(goal);
    }
    [[nodiscard]] std::vector<MigrationStatus> status() const {
        SQLite::Database database = open();
        return Migrator(database, list(), options()).status();
    }
    void check() const {
        SQLite::Database database = open();
        Migrator(database, list(), options()).check();
    }

    /// The first column of a query's rows, joined with spaces.
    [[nodiscard]] std::string query(const std::string& sql) const {
        SQLite::Database database = open();
        SQLite::Statement statement(database, sql);
        std::string text;
        while (statement.executeStep()) text += (text.empty() ? "" : " ") + statement.getColumn(0).getString();
        return text;
    }
    /// The database's own tables, without quarry's.
    [[nodiscard]] std::string tables() const {
        return query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'quarry_%' ORDER BY name");
    }
    [[nodiscard]] std::string applied() const { return query("SELECT name FROM quarry_migrations ORDER BY version"); }

private:
    TemporaryDirectory directory_;
};

inline std::vector<std::string> titles(const std::vector<Done>& done) {
    std::vector<std::string> titles;
    for (const Done& one : done) titles.push_back(one.step.migration.title());
    return titles;
}

}  // namespace quarry::migrate::test
