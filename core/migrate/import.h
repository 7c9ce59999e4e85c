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
#include "core/migrate/import_report.h"
#include "core/migrate/migration_list.h"
#include "core/migrate/migrator.h"
#include "core/migrate/session.h"

namespace quarry::migrate {

/// The tables in which other migration tools keep what they applied. They are no part of a project's schema.
[[nodiscard]] std::span<const std::string_view> foreign_ledger_tables() noexcept;

/// A file that is read in place of a migration of the other tool's.
struct ImportReplacement {
    std::string name;  ///< Of the file in the tool's folder.
    std::filesystem::path sql;
};

/// What is to be converted.
struct ImportSource {
    std::filesystem::path folder;         ///< Of Alembic the folder with its versions; may be empty then.
    std::filesystem::path up_sql;         ///< Alembic: what `alembic upgrade head --sql` printed; Rails: structure.sql.
    std::filesystem::path down_sql;       ///< Alembic: what `alembic downgrade head:base --sql` printed; may be empty.
    std::optional<ForeignTool> tool;      ///< Recognised by the files when absent.
    std::optional<sql::Dialect> dialect;  ///< Tried out when absent.
    std::string ledger_table;             ///< Alembic: its name when it is not alembic_version.
    bool apply_safe = false;              ///< Remedies that lose nothing are applied.
    std::vector<ImportReplacement> replacements{};
    std::vector<std::string> left_out{};  ///< Names of files in the folder that are not to be taken over.
};

/// Converts in memory, writes nothing. The SQL stays byte for byte (line ends become LF), comments too; the section
/// markers are quarry's. Every result is read again and has the statements of the original. Versions stay as they are,
/// or all of them are counted anew where they cannot (numbers and times mixed, more than 14 digits, 0, Alembic's); of
/// two files with one version the second gets the next one. All that stands in the way is in `obstacles`.
///
/// Throws Error: failed (a folder that cannot be read, a tool that cannot be recognised), usage (the dialect makes a
/// difference and is not known, a file to be replaced or left out that is not there).
[[nodiscard]] ImportedFolder read_foreign_folder(const ImportSource& source);

/// The obstacle that an error is. `file` is what the error is about; its message may begin with a place in it.
[[nodiscard]] ImportObstacle obstacle_of(const Error& error, const std::string& file);

/// Throws Error(failed) when a folder that is to be written is there and not empty.
void require_new_folder(const std::filesystem::path& folder);
/// Writes the migrations into a folder that is not there yet, or is empty: all of them or nothing. Then runs `then`,
/// and takes back what was written when that throws. Throws Error(failed).
void write_imported(const std::filesystem::path& folder, std::span<const ImportedMigration> migrations,
                    const std::function<void()>& then);

/// The ledgers of other tools in a database, which is only read. `table` is where to look in place of each tool's usual
/// name; empty for that. None when the SQLite file does not exist. Throws Error as opening the database does.
[[nodiscard]] std::vector<ForeignLedger> read_foreign_ledgers(const db::DatabaseUrl& url, const std::string& table,
                                                              const DatabaseOptions& options);

/// The ledger of a tool, or the only one when the tool is not known; nothing when there is none at all. Throws Error:
/// failed (only other tools' ledgers are there, a dirty one), usage (several, and no tool).
[[nodiscard]] std::optional<ForeignLedger> choose_ledger(std::span<const ForeignLedger> ledgers,
                                                         std::optional<ForeignTool> tool, std::string_view database);

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
