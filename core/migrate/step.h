#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/migrate/ledger.h"
#include "core/migrate/migration_file.h"
#include "core/migrate/migration_list.h"

namespace quarry::migrate {

/// One migration to be run, and which way.
struct Step {
    Migration migration;
    Direction direction = Direction::up;
    /// As the plan read it, where its text was kept in memory; shared, since plans are copied.
    std::shared_ptr<const Script> script{};

    /// As the history calls it: "up", "down", or "repeat" for a repeatable migration.
    [[nodiscard]] Action action() const noexcept;
};

/// A step that was run, told when its transaction has been committed.
struct Done {
    Step step;
    std::int64_t duration_ms = 0;
    std::size_t number = 0;  ///< 1-based place among those to run.
    std::size_t total = 0;
    std::size_t resumed_at = 0;  ///< Statements that an earlier run had done already.
};

/// What a migrator did.
struct MigrationRun {
    std::vector<Done> done;
    std::vector<Migration> done_by_others;  ///< What another process ran while this one waited.
};

/// A change of the ledger that runs no migration.
struct LedgerChange {
    Action action = Action::stamp;
    LedgerEntry entry;  ///< Its time and quarry's version are filled in when it is written.
    std::string text;   ///< Kept in the history.
};

}  // namespace quarry::migrate
