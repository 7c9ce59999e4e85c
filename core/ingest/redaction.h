#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/analyze/analyzer.h"
#include "core/base/cancel.h"
#include "core/ingest/ingest.h"
#include "core/redact/redactor.h"
#include "core/store/store.h"

namespace quarry::ingest {

/// What redacts this run's documents: as the options say, else as the base was made (`store` may be null); nothing
/// when nothing is to be taken out.
[[nodiscard]] std::optional<redact::Redactor> redactor_for(const store::Store* store, const IngestOptions& options);

/// Whether the base's documents were redacted otherwise than by this redactor (null: not at all).
[[nodiscard]] bool is_redacted_otherwise(const store::Store& store, const redact::Redactor* redactor);

/// Brings the base to another redaction: what is in it is redacted now, and every source counts as changed, so that it
/// is read again when it is met. Then nothing of what was taken out is left in the file. A run that is broken off is
/// taken up by the next. Returns how many documents were changed.
std::uint64_t redact_base(store::Store& store, const redact::Redactor* redactor, const chunk::ChunkOptions& chunking,
                          const Cancellation& cancellation,
                          const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace quarry::ingest
