#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/migrate/migration_list.h"

namespace quarry::migrate {

/// Whose migrations are taken over.
enum class ForeignTool { dbmate, goose, golang_migrate, alembic, flyway, django, rails, sqitch };

/// "golang-migrate", as in options and messages.
[[nodiscard]] std::string_view foreign_tool_name(ForeignTool tool) noexcept;
[[nodiscard]] std::optional<ForeignTool> find_foreign_tool(std::string_view name) noexcept;

/// How another tool's ledger calls a migration.
struct ForeignVersion {
    /// "20210101120000", "7", Flyway's "1.2"; a revision of Alembic's: "dc92ce550580"; Django's "auth.0001_initial";
    /// sqitch's "project:change", and "project:change#2" for one that is reworked.
    std::string id;
    /// Alembic's down_revision: one, several after a merge, none at the base. What a change of sqitch's requires.
    std::vector<std::string> parents;
};

/// Something that cannot be taken over as it is.
struct ImportObstacle {
    std::string file;      ///< Empty when no file is the cause.
    std::size_t line = 0;  ///< 1-based; 0 when it is about the whole file.
    std::size_t column = 0;
    std::string what;
    std::string remedy;
    bool safe = false;     ///< quarry can apply the remedy itself, and nothing is lost.
    bool applied = false;  ///< It did, since that was asked for.
    ErrorCode code = ErrorCode::failed;

    /// "old/0001_a.sql:3:1"
    [[nodiscard]] std::string place() const;
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

/// The code of the obstacles that are open when it is the same for all of them, else failed.
[[nodiscard]] ErrorCode exit_code_of(const std::vector<ImportObstacle>& obstacles) noexcept;

/// How many of them stop an import.
[[nodiscard]] std::size_t count_open(const std::vector<ImportObstacle>& obstacles) noexcept;

/// A folder of another tool's, converted.
struct ImportedFolder {
    ForeignTool tool = ForeignTool::dbmate;
    std::vector<ImportedMigration> migrations;  ///< In the order in which they are applied.
    std::vector<std::string> left_out;          ///< Names of .sql files that are no migrations to the tool.
    std::vector<std::string> passed_over;       ///< Versions of the migrations that the user leaves out.
    /// In order of the files. While one is open, texts of migrations may be missing.
    std::vector<ImportObstacle> obstacles;
};

/// What another tool's table says is applied.
struct ForeignLedger {
    ForeignTool tool = ForeignTool::dbmate;
    std::string table;
    /// Versions as the table has them; golang-migrate's is the last one applied, Alembic's are heads.
    std::vector<std::string> versions;
    bool dirty = false;  ///< golang-migrate: a migration failed half way.
    std::string baseline{};  ///< Flyway: versions up to it count as applied; may be empty.
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

    /// Whether nothing was written because of obstacles.
    [[nodiscard]] bool stopped() const noexcept { return converted && count_open(converted->obstacles) > 0; }
};

}  // namespace quarry::migrate
