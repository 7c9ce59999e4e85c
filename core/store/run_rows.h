#pragma once

#include "core/store/run_repository.h"

namespace quarry::store {

inline constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;

/// Rows have: id, trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls,
/// cached_calls.
template <typename Row>
[[nodiscard]] StoredRun read_run(const Row& row) {
    StoredRun run;
    run.id = row.integer(0);
    run.trace_id = row.text(1);
    run.name = row.text(2);
    run.started_at = row.integer(3);
    run.duration = row.integer(4);
    run.error = row.text(5);
    run.model = row.text(6);
    run.input_tokens = row.integer(7);
    run.output_tokens = row.integer(8);
    if (!row.is_null(9)) run.cost = row.number(9);
    run.calls = row.integer(10);
    run.cached_calls = row.integer(11);
    return run;
}

/// Those, and spans.
template <typename Row>
[[nodiscard]] StoredRun read_whole_run(const Row& row) {
    StoredRun run = read_run(row);
    run.spans = row.text(12);
    return run;
}

}  // namespace quarry::store
