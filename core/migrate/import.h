#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/db/database_url.h"
#include "core/migrate/database.h"
#include "core/migrate/migration_list.h"
#include "core/migrate/migrator.h"
#include "core/migrate/session.h"

namespace quarry::migrate {

/// Whose migrations are taken over.
enum class ForeignTool { dbmate, goose, golang_migrate, alembic };

/// "golang-migrate", as in options and messages.
[[nodiscard]] std::string_view foreign_tool_name(ForeignTool tool) noexcept;
[[nodiscard]] std::optional<ForeignTool> find_foreign_tool(std::string_view name) noexcept;

/// The tables in which other migration tools keep what they applied. They are no part of a project's schema.
[[nodiscard]] std::span<const std::string_view> foreign_ledger_tables() noexcept;

/// How another tool's ledger calls a migration.
struct ForeignVersion {
    std::string id;                    ///< "20210101120000", "7"; a revision of Alembic's: "dc92ce550580".
    std::vector<std::string> parents;  ///< Alembic's down_revision: one, several after a merge, none at the base.
};

/// One migration of another tool's as quarry's.
struct ImportedMigration {
    ForeignVersion foreign;
    std::vector<std::string> sources;  ///< The files that it was.
    std::string file_name;             ///< "0001_create_users.sql"
    std::string text;
    bool renumbered = false;           ///< Its version is not the one that it had.
    std::vector<std::string> changes;  ///< What is written in another way now, besides the section markers.
};

/// A folder of another tool's, converted.
struct ImportedFolder {
    ForeignTool tool = ForeignTool::dbmate;
    std::vector<ImportedMigration> migrations;  ///< In the order in which they are applied.
    std::vector<std::string> left_out;          ///< Names of .sql files that are no migrations to the tool.
};

/// What is to be converted.
struct ImportSource {
    std::filesystem::path folder;         ///< Of Alembic the folder with its versions; may be empty then.
    std::filesystem::path up_sql;         ///< Alembic: what `alembic upgrade head --sql` printed.
    std::filesystem::path down_sql;       ///< Alembic: what `alembic downgrade head:base --sql` printed; may be empty.
    std::optional<ForeignTool> tool;      ///< Recognised by the files when absent.
    std::optional<sql::Dialect> dialect;  ///< Tried out when absent.
    std::string ledger_table;             ///< Alembic: its name when it is not alembic_version.
};

/// Converts in memory, writes nothing. The SQL stays byte for byte (line ends become LF), comments too; the section
/// markers are quarry's. Every result is read again and has the statements of the original. Versions stay as they are,
/// or all of them are counted anew where they cannot (numbers and times mixed, more than 14 digits, 0, Alembic's).
///
/// Throws Error: failed (a folder or file that cannot be read, what `parse_migration` throws, a migration that is code,
/// a tool that cannot be recognised), migration_order (two files with one version), usage (the dialect makes a
/// difference and is not known).
[[nodiscard]] ImportedFolder read_foreign_folder(const ImportSource& source);

/// Throws Error(failed) when a folder that is to be written is there and not empty.
void require_new_folder(const std::filesystem::path& folder);
/// Writes the migrations into a folder that is not there yet, or is empty: all of them or nothing. Then runs `then`,
/// and takes back what was written when that throws. Throws Error(failed).
void write_imported(const std::filesystem::path& folder, std::span<const ImportedMigration> migrations,
                    const std::function<void()>& then);

/// What another tool's table says is applied.
struct ForeignLedger {
    ForeignTool tool = ForeignTool::dbmate;
    std::string table;
    /// Versions as the table has them; golang-migrate's is the last one applied, Alembic's are heads.
    std::vector<std::string> versions;
    bool dirty = false;  ///< golang-migrate: a migration failed half way.
};

/// The ledgers of other tools in a database, which is only read. `table` is where to look in place of each tool's usual
/// name; empty for that. None when the SQLite file does not exist. Throws Error as opening the database does.
[[nodiscard]] std::vector<ForeignLedger> read_foreign_ledgers(const db::DatabaseUrl& url, const std::string& table,
                                                              const DatabaseOptions& options);

/// The ledger of a tool, or the only one when the tool is not known; nothing when there is none at all. Throws Error:
/// failed (only other tools' ledgers are there, a dirty one), usage (several, and no tool).
[[nodiscard]] std::optional<ForeignLedger> choose_ledger(std::span<const ForeignLedger> ledgers,
                                                         std::optional<ForeignTool> tool, std::string_view database);

/// Which migrations a ledger has as applied.
struct ForeignApplied {
    std::vector<bool> applied;              ///< One for each migration.
    std::vector<std::string> without_file;  ///< In the ledger, and no migration has them.

    /// Those that are not applied, below one that is.
    [[nodiscard]] std::size_t gaps() const noexcept;
};

/// `migrations` in the order in which they are applied.
[[nodiscard]] ForeignApplied applied_by(const ForeignLedger& ledger, std::span<const ForeignVersion> migrations);

/// How the former tool called each of a folder's migrations: as the line says that `read_foreign_folder` puts on top of
/// those it counts anew, else by their versions.
struct ForeignVersions {
    std::vector<ForeignVersion> versions;  ///< One for each of the list's `all()`.
    std::optional<ForeignTool> tool;       ///< As the files say; nothing when they are quarry's own.
};
/// Throws what `MigrationList::load` throws.
[[nodiscard]] ForeignVersions foreign_versions(const MigrationList& migrations, sql::Dialect dialect);

/// Throws Error(failed) when quarry's own ledger has entries.
void require_unused_ledger(Session& session);
/// Writes the applied ones of the list's `all()` into quarry's ledger, with the checksums of their files, in one
/// transaction; every file is parsed first. Returns how many there were. Throws Error as above, and what
/// `MigrationList::load` and `Migrator::change_ledger` throw.
std::size_t take_over_ledger(std::unique_ptr<Session> session, const MigrationList& migrations,
                             const std::vector<bool>& applied, const MigratorOptions& options);

}  // namespace quarry::migrate
