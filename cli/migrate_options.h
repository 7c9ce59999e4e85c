#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <CLI/App.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "core/db/sqlite.h"
#include "core/migrate/migrator.h"

namespace quarry::cli {

/// What a migrate command works on: a project's database, or the knowledge base.
struct MigrateSubject {
    migrate::MigrationList migrations;
    std::filesystem::path database;
    bool is_knowledge_base = false;
    bool exists = false;  ///< Whether the database's file is there.

    /// "app.db" or "the knowledge base /p/.quarry/base.db", without terminal control sequences.
    [[nodiscard]] std::string label() const;
};

/// The options that the migrate commands share: --dir, --url, --lock-wait.
class MigrateOptions {
public:
    void add_to(CLI::App& app);

    /// The options, else the settings; with neither, the knowledge base. Reads the migrations, opens nothing. Throws
    /// Error: usage when only one of folder and database is known, and what reading the migrations throws.
    [[nodiscard]] MigrateSubject subject(const Context& context) const;
    /// Opens the subject's database; a knowledge base is proved to be one.
    [[nodiscard]] SQLite::Database open(const Context& context, const MigrateSubject& subject, SqliteMode mode) const;
    /// Every migration with its state; those of a project's database that is not there are all pending.
    [[nodiscard]] std::vector<migrate::MigrationStatus> status(const Context& context,
                                                               const MigrateSubject& subject) const;
    /// "quarry migrate up" with the same --dir and --url, to be typed next.
    [[nodiscard]] std::string command(std::string_view name) const;
    [[nodiscard]] migrate::MigratorOptions migrator_options(const Context& context) const;

private:
    [[nodiscard]] std::chrono::milliseconds lock_wait(const Context& context) const;

    std::string folder_;
    std::string url_;
    std::optional<std::int64_t> lock_wait_;
};

/// The folder of --dir, else of the setting; empty when neither is given.
[[nodiscard]] std::filesystem::path migrations_folder(const Context& context, const std::string& option);

/// "3 migrations", "1 migration".
[[nodiscard]] std::string count_migrations(std::size_t count);

/// What the help of each migrate command says of files and databases.
[[nodiscard]] std::string_view migrate_help_note();

}  // namespace quarry::cli
