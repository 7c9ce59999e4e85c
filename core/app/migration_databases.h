#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/app/migration_target.h"
#include "core/app/project_database.h"
#include "core/app/services.h"
#include "core/base/error.h"
#include "core/migrate/variables.h"

namespace quarry::migrate {
class Database;
struct DatabaseOptions;
struct MigratorOptions;
}  // namespace quarry::migrate

namespace quarry::app {

/// Finds and opens what a target names. Borrows the services. Used by one thread.
class MigrationDatabases {
public:
    enum class Access { read, write, create };

    MigrationDatabases(const Services& services, MigrationTarget target)
        : services_(services), target_(std::move(target)) {}

    /// Reads the migrations, opens nothing. Throws Error: usage when folder or database is not known, failed for a
    /// knowledge base that is not there, and what reading the migrations throws.
    [[nodiscard]] MigrationSubject subject() const;
    /// Of the migration files: the target's, the setting, or migrations here if that is there and the target is no one
    /// of several databases; empty for none of them, and for the knowledge base.
    [[nodiscard]] std::filesystem::path folder() const;
    /// The same; throws Error(usage) where it is empty.
    [[nodiscard]] std::filesystem::path require_folder() const;
    /// Without migrations here.
    [[nodiscard]] std::filesystem::path chosen_folder() const;
    /// The target's, the setting, DATABASE_URL of the environment, or that of .env; nothing for none of them, and for
    /// the knowledge base. Throws Error(usage) for what is no database's URL, and as `find_project_database`
    /// does.
    [[nodiscard]] std::optional<db::DatabaseUrl> database() const;
    [[nodiscard]] bool knows_database() const { return address().has_value(); }
    /// As `database`, where there must be one: throws Error(usage) that says how to name it.
    [[nodiscard]] db::DatabaseUrl require_database() const;
    /// Whether the target is the knowledge base. Throws Error(usage) when it names another folder or database, too.
    [[nodiscard]] bool is_knowledge_base() const;
    /// Throws Error(usage) when it is, for what writes migration files.
    void refuse_knowledge_base() const;
    /// Throws for a database that is not there.
    static void require_existing(const MigrationSubject& subject);

    /// Opens the subject's database; proves that a knowledge base is one.
    [[nodiscard]] std::unique_ptr<migrate::Database> open(const MigrationSubject& subject, Access access) const;
    /// To be read; an empty one in memory in place of a SQLite file that is not there yet.
    [[nodiscard]] std::unique_ptr<migrate::Database> open_or_empty(const MigrationSubject& subject) const;
    [[nodiscard]] migrate::MigratorOptions migrator_options() const;
    [[nodiscard]] migrate::DatabaseOptions database_options() const;
    /// Throws Error(usage) when a setting, or DATABASE_URL of .env in place of "url", is a PostgreSQL address that a
    /// project chose and the user has not allowed, and connecting would send it a secret from outside: a password of
    /// the environment, of ~/.pgpass, a client's key. Or a SQLite database outside of the project.
    void require_trusted_url(std::string_view key) const;
    /// What migrations see of the environment: the variables that the user names. Throws Error(usage) for another one.
    /// A migration may be a stranger's, and write what it sees into a database of its choice.
    [[nodiscard]] migrate::Environment variables() const;

    /// A setting of the chosen database: migrate.databases.NAME.key, or migrate.key; empty when it is not set.
    [[nodiscard]] std::string setting(std::string_view key) const;
    /// A setting that is a path, from the working folder where that is shorter.
    [[nodiscard]] std::filesystem::path path_setting(std::string_view key) const;

    [[nodiscard]] const Services& services() const noexcept { return services_; }

private:
    /// A database as it is named, and by whom.
    struct Address {
        std::string url;
        std::string named_by;
        std::filesystem::path folder;              ///< What a relative path counts from; empty for the working folder.
        std::optional<ProjectDatabase> project{};  ///< When it is .env that names it.
    };
    [[nodiscard]] std::optional<Address> address() const;
    [[nodiscard]] static db::DatabaseUrl parsed(const Address& address);
    [[nodiscard]] Error unnamed_database() const;
    [[nodiscard]] MigrationSubject knowledge_base() const;
    void require_known_database() const;
    [[nodiscard]] std::string setting_name(std::string_view key) const;
    [[nodiscard]] std::chrono::milliseconds lock_wait() const;

    const Services& services_;
    MigrationTarget target_;
};

}  // namespace quarry::app
