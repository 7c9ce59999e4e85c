#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/migration_file.h"
#include "core/migrate/version.h"

namespace quarry::migrate {

/// A file's text as it is hashed and run: no byte order mark, CRLF as LF.
[[nodiscard]] std::string normalised_text(std::string text);

/// A migration's file compiled into a program. Borrows: made from string literals.
struct EmbeddedMigration {
    std::string_view file_name;  ///< "0001_create_users.sql"
    std::string_view content;
};

/// One migration, known by its file name and checksum; its text is read when it is needed.
struct Migration {
    std::int64_t version = 0;
    std::string version_text;  ///< As in the file name: "0001".
    std::string name;          ///< "create_users".
    std::string path;          ///< What it is called in messages: "migrations/0001_create_users.sql".
    std::string down_path;     ///< The other half of a pair of files; empty when there is none.
    /// SHA-256 of the text, so that `sha256sum FILE` gives the same; of a pair `cat UP DOWN | sha256sum`.
    std::string checksum;
    FilePart part = FilePart::whole;  ///< whole, up (of a pair) or repeatable.
    /// Its text as it was listed, up to a limit for all of them; shared, since lists and their migrations are copied.
    std::shared_ptr<const MigrationText> text;

    /// "0001_create_users"; "R_active_users" for a repeatable one.
    [[nodiscard]] std::string title() const { return version_text + "_" + name; }
};

/// The migrations of one database in order of version, from a folder or from memory.
class MigrationList {
public:
    /// Files above this are refused: they are dumps, not migrations.
    static constexpr std::uint64_t max_file_bytes = 50'000'000;
    /// Texts are kept in memory up to this, all together.
    static constexpr std::uint64_t max_kept_bytes = 16'000'000;

    /// Every `*.sql` in the folder; other names, hidden files and sub-folders are passed over. Throws Error: failed
    /// (the folder or a file cannot be read, a malformed name, a down file without its up file), migration_order (two
    /// files with one version, numbers and timestamps in one folder).
    [[nodiscard]] static MigrationList from_folder(const std::filesystem::path& folder);
    /// Migrations compiled into the program; throws as `from_folder` does.
    [[nodiscard]] static MigrationList from_memory(std::span<const EmbeddedMigration> migrations);

    /// Those with a version, in its order.
    [[nodiscard]] std::span<const Migration> all() const noexcept { return migrations_; }
    /// Those without: they run after all others, in order of their names, whenever their text has changed.
    [[nodiscard]] std::span<const Migration> repeatable() const noexcept { return repeatable_; }
    [[nodiscard]] const Migration* find(std::int64_t version) const noexcept;
    /// Those of it, repeatable ones too, that `keep` is true for.
    [[nodiscard]] MigrationList filtered(const std::function<bool(const Migration&)>& keep) const;
    [[nodiscard]] bool embedded() const noexcept { return embedded_; }
    /// The style of its versions; nothing when there are no migrations.
    [[nodiscard]] std::optional<VersionStyle> style() const noexcept { return style_; }

    /// The migration's text: without byte order mark, lines ended by LF, so that a checkout on another system is the
    /// same migration. What was listed is what comes back: texts that were not kept in memory are read again, and
    /// Error(migration_edited) is thrown when such a file is no longer the same.
    [[nodiscard]] MigrationText read(const Migration& migration) const;
    /// Read and parsed; throws what `read` and `parse_migration` throw.
    [[nodiscard]] MigrationFile load(const Migration& migration, sql::Dialect dialect,
                                     Refused refused = Refused::error) const {
        return parse_migration(dialect, read(migration), refused);
    }

private:
    void add(const FileName& file_name, MigrationText text);
    void sort_and_check();

    std::vector<Migration> migrations_;
    std::vector<Migration> repeatable_;
    std::vector<EmbeddedMigration> contents_;  ///< Of an embedded list, in its own order.
    std::optional<VersionStyle> style_;
    std::uint64_t kept_bytes_ = 0;
    bool embedded_ = false;
};

}  // namespace quarry::migrate
