#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/index/index_update.h"
#include "core/store/store.h"

namespace quarry::eval {

/// Which settings of the vector index to measure: every connectivity with every construction with every expansion.
struct IndexEvaluationOptions {
    std::size_t queries =
        200;                 ///< Vectors drawn from the base (always the same ones), which are left out of the index.
    std::size_t limit = 10;  ///< The k of recall@k.
    std::vector<std::size_t> connectivity{16, 32};
    std::vector<std::size_t> construction{128};
    std::vector<std::size_t> expansion{64, 128, 256, 512};
    unsigned threads = 1;  ///< For building; searches are timed in one.
};

/// One setting, measured.
struct IndexMeasurement {
    bool graph = false;                                             ///< False: the exact scan of codes.
    std::size_t connectivity = 0, construction = 0, expansion = 0;  ///< 0 for the scan.
    double recall = 0;                                              ///< Share of the true nearest that were found.
    double queries_per_second = 0;                                  ///< In one thread.
    double build_seconds = 0;                                       ///< Of the graph.
    std::uint64_t bytes = 0;                                        ///< Of codes, residuals and graph.
    bool own = false;  ///< The index that searches of this base use, whatever it is; nothing more is said of it.
};

struct IndexEvaluation {
    std::size_t rows = 0, dimensions = 0, queries = 0, limit = 0;
    std::string kernel;  ///< The instructions that codes are multiplied with.
    std::vector<IndexMeasurement> measurements;
};

/// Measures the index on vectors of a base, against the dot products of its 32-bit floats. Graphs are left out where
/// they cannot be built. `progress` says what is being done; it and cancellation may throw. Throws Error(failed) when
/// there are too few vectors to draw from.
[[nodiscard]] IndexEvaluation evaluate_index(
    const index::VectorSource& source, const IndexEvaluationOptions& options, const Cancellation& cancellation,
    const std::function<void(std::string_view doing, std::uint64_t done, std::uint64_t total)>& progress);

/// Measures the index that dense searches of a base use (pgvector's, for one on a server) against its exact search, on
/// vectors drawn from the base. Nothing where it has fewer than `queries`.
[[nodiscard]] std::optional<IndexMeasurement> evaluate_own_index(const store::Store& store,
                                                                 const std::string& fingerprint,
                                                                 const IndexEvaluationOptions& options,
                                                                 const Cancellation& cancellation);

}  // namespace quarry::eval
