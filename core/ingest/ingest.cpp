#include "core/ingest/ingest.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/ingest/inputs.h"

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
    return run_ingest(store, options, cancellation, [&](IngestRun& run) {
        ingest_files(run, store, inputs, options, cancellation);
        ingest_urls(run, inputs, options, cancellation);
    });
}

}  // namespace quarry::ingest
