#pragma once

#include "core/ingest/ingest.h"
#include "core/ingest/ingest_run.h"

namespace quarry::ingest {

/// Puts the files of the inputs into a run that has begun: walks, tells unchanged from changed ones, reads the latter,
/// and finds out what has moved or, with `prune`, is gone. Waits for them.
void ingest_files(IngestRun& run, const store::Store* store, const IngestInputs& inputs, const IngestOptions& options,
                  const Cancellation& cancellation);

/// Fetches the inputs' web addresses, a few at a time, and puts them into a run that has begun.
void ingest_urls(IngestRun& run, const IngestInputs& inputs, const IngestOptions& options,
                 const Cancellation& cancellation);

/// Runs `work` with a run that has been prepared; what was ready is committed when it ends early (ends_run).
template <typename Work>
IngestReport run_ingest(store::Store* store, const IngestOptions& options, const Cancellation& cancellation,
                        Work work) {
    IngestRun run(store, options, cancellation);
    try {
        run.renew_base();
        work(run);
        run.finish();
    } catch (const Error& error) {
        if (ends_run(error.code())) run.save();
        throw;
    }
    return run.take_report();
}

/// The greatest document that a run takes.
[[nodiscard]] std::uint64_t document_limit(const IngestOptions& options) noexcept;
/// What a document over that limit fails with.
[[nodiscard]] Error over_document_limit(std::uint64_t limit);

}  // namespace quarry::ingest
