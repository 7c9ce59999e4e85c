#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/builtin.h"
#include "core/ingest/ingest.h"
#include "core/store/store.h"

namespace quarry::ingest {

/// Reads pairs from lines of JSON, {"query": "...", "text": "..."} each; blank lines are passed over, and so are other
/// members. Throws Error(failed) with file and line for what is no such object or cannot be read.
[[nodiscard]] std::vector<embed::FitPair> read_fit_pairs(const std::filesystem::path& path);

/// Texts to make a table of token vectors from.
struct TableTraining {
    IngestInputs corpus;   ///< Files and folders, read as `ingest` does; may name nothing.
    IngestOptions ingest;  ///< How they are read and cut.
    const store::Store* base = nullptr;  ///< Whose chunks to take when there is no corpus; may be null.
    std::vector<embed::FitPair> pairs;
    embed::BuiltinFitOptions fit;
};

struct TrainedTable {
    std::string bytes;                 ///< What BuiltinEmbedder takes, and BuiltinFitOptions::start.
    std::optional<IngestReport> read;  ///< What was read of the corpus.
    std::uint64_t chunks = 0;
};

/// Makes a table from a corpus, which goes through a base that is thrown away, or from a base, and from pairs. Throws Error: failed
/// when there is less text than a fit needs (builtin_minimum_chunks chunks and pairs together), interrupted.
[[nodiscard]] TrainedTable train_table(const TableTraining& training, const Cancellation& cancellation,
                                       const embed::FitProgress& progress = {});

}  // namespace quarry::ingest
