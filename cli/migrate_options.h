#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line/command.h"
#include "core/migrate/database.h"
#include "core/migrate/migrator.h"

namespace quarry::cli {

/// What a migrate command works on: a project's database, or the knowledge base.
struct MigrateSubject {
    migrate::MigrationList migrations;
    db::DatabaseUrl database;
    bool is_knowledge_base = false;
    bool exists = false;  ///< Whether the database's file is there; true for a server's.

    /// Its path, or its URL without the password.
    [[nodiscard]] std::string name() const;
    /// "app.db" or "the knowledge base /p/.quarry/base.db", without terminal control sequences.
    [[nodiscard]] std::string label() const;
};

/// The options that the migrate commands share: --database, --dir, --url, --lock-wait.
class MigrateOptions {
public:
    void add_to(OptionTable& options);

    /// The options, else the settings; with neither, the knowledge base. Reads the migrations, opens nothing. Throws
    /// Error: usage when only one of folder and database is known, and what reading the migrations throws.
    [[nodiscard]] MigrateSubject subject(const Context& context) const;
    /// The folder and the database, each if it is known; opens nothing.
    [[nodiscard]] std::filesystem::path folder(const Context& context) const;
    [[nodiscard]] std::optional<db::DatabaseUrl> database(const Context& context) const;

    enum class Access { read, write, create };
    /// Opens the subject's database; a knowledge base is proved to be one.
    [[nodiscard]] std::unique_ptr<migrate::Database> open(const Context& context, const MigrateSubject& subject,
                                                          Access access) const;
    /// What the subject's database is, or an empty one in memory where a SQLite file is not there yet.
    [[nodiscard]] std::unique_ptr<migrate::Database> open_or_empty(const Context& context,
                                                                   const MigrateSubject& subject) const;
    /// Every migration with its state; those of a project's database that is not there are all pending.
    [[nodiscard]] std::vector<migrate::MigrationStatus> status(const Context& context,
                                                               const MigrateSubject& subject) const;
    /// Throws for a database that is not there.
    static void require_existing(const MigrateSubject& subject);
    /// "quarry migrate up" with the same --database, --dir and --url, to be typed next.
    [[nodiscard]] std::string command(std::string_view name) const;
    [[nodiscard]] migrate::MigratorOptions migrator_options(const Context& context) const;
    [[nodiscard]] migrate::DatabaseOptions database_options(const Context& context) const;
    /// A setting of the chosen database: migrate.databases.NAME.key with --database NAME, else migrate.key.
    [[nodiscard]] std::string setting(const Context& context, std::string_view key) const;
    /// A setting that is a path, from the working folder where that is shorter.
    [[nodiscard]] std::filesystem::path path_setting(const Context& context, std::string_view key) const;

private:
    [[nodiscard]] std::chrono::milliseconds lock_wait(const Context& context) const;
    [[nodiscard]] std::string setting_name(const Context& context, std::string_view key) const;

    std::string database_name_;
    std::string folder_;
    std::string url_;
    std::optional<std::int64_t> lock_wait_;
};

/// "3 migrations", "1 migration".
[[nodiscard]] std::string count_migrations(std::size_t count);

/// What the help of each migrate command says of files and databases.
[[nodiscard]] std::string_view migrate_help_note();

}  // namespace quarry::cli
