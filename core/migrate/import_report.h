#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/migration_list.h"

namespace quarry::migrate {

/// Whose migrations are taken over.
enum class ForeignTool { dbmate, goose, golang_migrate, alembic };

/// "golang-migrate", as in options and messages.
[[nodiscard]] std::string_view foreign_tool_name(ForeignTool tool) noexcept;
[[nodiscard]] std::optional<ForeignTool> find_foreign_tool(std::string_view name) noexcept;

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

/// What another tool's table says is applied.
struct ForeignLedger {
    ForeignTool tool = ForeignTool::dbmate;
    std::string table;
    /// Versions as the table has them; golang-migrate's is the last one applied, Alembic's are heads.
    std::vector<std::string> versions;
    bool dirty = false;  ///< golang-migrate: a migration failed half way.
};

/// Which migrations a ledger has as applied.
struct ForeignApplied {
    std::vector<bool> applied;              ///< One for each migration.
    std::vector<std::string> without_file;  ///< In the ledger, and no migration has them.

    /// Those that are not applied, below one that is.
    [[nodiscard]] std::size_t gaps() const noexcept;
};

/// What another tool's ledger says of a list of migrations.
struct TakenOver {
    std::optional<ForeignLedger> ledger;  ///< Absent when the database has none, or no database is known.
    ForeignApplied applied;

    [[nodiscard]] bool is_applied(std::size_t index) const { return ledger && applied.applied[index]; }
    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(std::count(applied.applied.begin(), applied.applied.end(), true));
    }
};

/// What an import did, or in a dry run would do.
struct ImportReport {
    std::filesystem::path folder;         ///< Of quarry's migrations.
    std::optional<std::string> database;  ///< Its name for messages, when one is known.
    TakenOver taken;
    std::optional<ImportedFolder> converted;  ///< Absent when only the ledger was taken over.
    std::vector<Migration> migrations;        ///< Those of the folder, when only the ledger was taken over.
    bool dry_run = false;
};

}  // namespace quarry::migrate
