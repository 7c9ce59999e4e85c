#include "core/ingest/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "core/base/text.h"
#include "core/ingest/inputs.h"
#include "core/ingest/walk.h"

namespace quarry::ingest {

std::uint64_t document_limit(const IngestOptions& options) noexcept {
    return std::min(options.max_file_bytes, max_document_bytes);
}

Error over_document_limit(std::uint64_t limit) {
    return Error(ErrorCode::failed, fmt::format("it is larger than the limit of {}", human_bytes(limit)),
                 "the limit is the setting ingest.max_file_bytes");
}

IngestReport ingest(store::Store* store, const IngestInputs& inputs, const IngestOptions& options,
                    const Cancellation& cancellation) {
    IngestReport report = run_ingest(store, options, cancellation, [&](IngestRun& run) {
        ingest_files(run, store, inputs, options, cancellation);
        ingest_urls(run, inputs, options, cancellation);
    });
    // What was asked for by its own name is expected to be read.
    std::unordered_set<std::string> named;
    for (const std::filesystem::path& path : inputs.paths) named.insert(absolute_path(path));
    for (IngestReport::Failure& failure : report.failed) failure.as_before &= !named.contains(failure.uri);
    return report;
}

}  // namespace quarry::ingest
