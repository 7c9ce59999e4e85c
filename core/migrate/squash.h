#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/migrate/database.h"
#include "core/migrate/migration_list.h"
#include "core/migrate/replay.h"

namespace quarry::migrate {

/// A run of migrations folded into one baseline, proven and not yet written.
struct Squash {
    std::vector<Migration> folded;  ///< In order; the last one's version is the baseline's.
    std::int64_t version = 0;
    std::string version_text;
    std::string name;                                       ///< "baseline".
    std::filesystem::path path;                             ///< "migrations/0005_baseline.sql"
    std::filesystem::path archive;                          ///< "migrations/squashed-0005": where the folded files go.
    std::string text;                                       ///< The baseline's.
    std::string checksum;                                   ///< As the ledger has it.
    std::vector<std::pair<std::string, std::size_t>> rows;  ///< Tables that the baseline fills, and how many rows.
};

/// Folds the migrations up to a version ("head", "0005", ...) into one that gives the same schema and leaves the same
/// rows, and proves it: both ways are run in scratch databases, to the version and on to the newest one, and the
/// baseline's down section, too. Touches no file and no database of anybody.
///
/// Throws Error: usage (there are not two to fold, no such version, a name that is no name), failed (what `replay`
/// throws, rows that are no reference data, a baseline that does not give the same, files or a folder in the way).
[[nodiscard]] Squash plan_squash(const SchemaLoader& loader, const MigrationList& migrations,
                                 const std::filesystem::path& folder, const std::string& place,
                                 const std::string& name);

/// The folder of migrations with the baseline in place of what it folds. The old files go to the archive, which readers
/// of the folder pass over. Unless `keep` is called, all is put back.
class SquashedFiles {
public:
    /// Throws Error(failed); everything is as before then.
    explicit SquashedFiles(const Squash& squash);
    ~SquashedFiles();
    SquashedFiles(const SquashedFiles&) = delete;
    SquashedFiles& operator=(const SquashedFiles&) = delete;

    void keep() noexcept { kept_ = true; }

private:
    void replace();
    void put_back() noexcept;

    const Squash& squash_;
    std::vector<std::pair<std::filesystem::path, std::filesystem::path>> moved_;  ///< From, to.
    bool written_ = false;
    bool kept_ = false;
};

}  // namespace quarry::migrate
