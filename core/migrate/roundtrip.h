#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/migrate/migration_list.h"
#include "core/migrate/replay.h"

namespace quarry::migrate {

/// A migration that does not go there and back.
struct RoundtripProblem {
    enum class What {
        up_failed,    ///< It does not run, perhaps only where tables have rows.
        down_failed,  ///< Its way back does not run.
        schema,       ///< After down the schema is not what it was, or the second up makes another one.
        rows,         ///< Down brings back the tables and not what was in them.
    };
    What what = What::schema;
    std::string path;     ///< The migration's file.
    std::string message;  ///< One line.
    std::vector<std::string> details;
    bool behind_repeatable = false;  ///< It is what repeatable migrations made that keeps it from running.
};

/// The stable name of a kind, as in JSON: "down_failed".
[[nodiscard]] std::string_view roundtrip_problem_name(RoundtripProblem::What what) noexcept;

struct RoundtripReport {
    std::vector<RoundtripProblem> problems;  ///< In order of the migrations; at most a few for each.
    std::vector<std::string> notes;          ///< What was not tried, and why.
    std::size_t tried = 0;                   ///< Migrations that went up, down and up.
    std::size_t without_way_back = 0;        ///< Irreversible ones, and ones without a down section: only up.
    std::size_t repeatable = 0;              ///< Each was run twice.
    std::size_t sample_rows = 0;             ///< Made-up rows in all.
};

/// Runs every migration up, down and up again in a scratch database whose tables have rows, made-up ones where
/// migrations put none in. After down, the schema must be the one before, and so must the rows, except those in tables
/// and columns that up itself drops or converts; the second up must give the schema of the first. Repeatable
/// migrations are run twice, and all migrations are then undone behind them. A migration with a statement that could
/// not be tried there is noted and not judged. One migration's problem does not hide those of the next: the scratch
/// database is made anew.
///
/// `loader.migrator_options` says what the migrator wants; its on_start tells of each step. Cancellation is looked at
/// between steps. Throws Error for a malformed file, a scratch database that cannot be made, and when interrupted.
[[nodiscard]] RoundtripReport check_roundtrip(const SchemaLoader& loader, const MigrationList& migrations);

}  // namespace quarry::migrate
