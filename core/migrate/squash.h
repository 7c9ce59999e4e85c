#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/migrate/database.h"
#include "core/migrate/migration_list.h"
#include "core/migrate/replay.h"
#include "core/migrate/squash_report.h"

namespace quarry::migrate {

/// Which migrations are folded up to a version ("head", "0005", ...), and what the baseline will be called. Reads
/// nothing but the list. Throws Error: usage (there are not two to fold, no such version), failed (a name that is no
/// name, an archive that is there already).
[[nodiscard]] Squash begin_squash(const MigrationList& migrations, const std::filesystem::path& folder,
                                  const std::string& place, const std::string& name);

/// Completes a squash that was begun: writes the text of the baseline, and proves that it gives the same schema and
/// leaves the same rows. Both ways are run in scratch databases, to the version and on to the newest one, and the
/// baseline's down section, too. Touches no file and no database of anybody.
///
/// Throws Error(failed): a migration that does not run, rows that are no reference data, a baseline that does not give
/// the same; and when interrupted.
[[nodiscard]] Squash prove_squash(const SchemaLoader& loader, const MigrationList& migrations, Squash squash);

/// Moves files back that a squash had moved away when its process ended, and removes what else it left: what it was to
/// fold is complete again. Gives how many files came back. Called before the folder is read. Throws Error(failed).
std::size_t restore_interrupted_squash(const std::filesystem::path& folder);

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
