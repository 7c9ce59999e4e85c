#pragma once

#include "core/store/run_log_repository.h"

// Rows of the run log, as every engine selects them. `Row` has text, integer, count and is_null by column.
namespace quarry::store {

/// id, principal, kind, background, state, reserved, kept_from, started_at, ended_at
template <typename Row>
LoggedRun read_logged_run(const Row& row) {
    LoggedRun run{.id = row.text(0),
                  .principal = row.text(1),
                  .kind = row.text(2),
                  .background = row.integer(3) != 0,
                  .ended = row.integer(4) != 0,
                  .last = row.count(5),
                  .kept_from = row.count(6),
                  .started_at = row.integer(7)};
    if (!row.is_null(8)) run.ended_at = row.integer(8);
    return run;
}

/// number, name, data
template <typename Row>
LoggedEvent read_logged_event(const Row& row) {
    return {row.count(0), row.text(1), row.text(2)};
}

/// run_id, kind, principal, request, state, attempts, not_before, lease, lease_until, error, result, started_at
template <typename Row>
StoredJob read_job(const Row& row) {
    return {.run_id = row.text(0),
            .kind = row.text(1),
            .principal = row.text(2),
            .request = row.text(3),
            .state = static_cast<JobState>(row.integer(4)),
            .attempts = static_cast<int>(row.integer(5)),
            .not_before = row.integer(6),
            .lease = row.text(7),
            .lease_until = row.integer(8),
            .error = row.text(9),
            .result = row.text(10),
            .started_at = row.integer(11)};
}

}  // namespace quarry::store
