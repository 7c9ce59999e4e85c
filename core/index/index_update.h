#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/index/graph.h"
#include "core/index/stored_index.h"

namespace quarry::index {

/// Where the vectors are that an index is made from. Used by one thread.
class VectorSource {
public:
    using VisitVector = std::function<void(std::int64_t id, std::span<const float> vector)>;

    virtual ~VectorSource() = default;
    /// Another text after each change of the vectors; at most 64 bytes.
    [[nodiscard]] virtual std::string generation() const = 0;
    /// The length of every vector; 0 while there are none.
    [[nodiscard]] virtual std::size_t dimensions() const = 0;
    /// Every vector's key, by ascending id.
    virtual void for_each_key(const std::function<void(const VectorKey&)>& visit) const = 0;
    /// Every vector, in the order that is quickest to read. The span is valid during the call only.
    virtual void for_each_vector(const VisitVector& visit) const = 0;
    /// The vectors of these ids, as far as there are any.
    virtual void vectors_of(std::span<const std::int64_t> ids, const VisitVector& visit) const = 0;
};

/// Vectors are kept that have another length than `VectorSource::dimensions`.
class DamagedVectors final : public Error {
public:
    DamagedVectors(std::size_t count, std::size_t dimensions);
};

struct IndexUpdateOptions {
    /// With fewer vectors there is no index: they are looked at where they are kept.
    std::size_t fewest_rows = 2'000;
    /// From this many bytes of codes (rows x dimensions) on, a graph is built. Below it a scan takes less time than a
    /// walk that finds as much: bench/README.md has the measurement.
    std::uint64_t graph_from_bytes = std::uint64_t{1} << 30;
    bool build_graph = true;  ///< False: leave it out though it be worth it, when there is no time to build it.
    GraphOptions graph;
    unsigned threads = 1;  ///< For building the graph.
    bool residuals = true;  ///< Keep what 8 bits leave out of a vector, by which the best are scored again.
    std::chrono::seconds lock_wait{30};  ///< Most that is waited for another process that is updating the same index.
    bool rewrite =
        false;  ///< Write the main file anew though few rows have changed, so that nothing is left of the rest.
};

struct IndexUpdate {
    enum class Action {
        none,       ///< It was of today.
        changed,    ///< The file of changes was written anew.
        rewritten,  ///< The main file was.
        removed,    ///< There are too few vectors for an index: its files are gone.
    };
    Action action = Action::none;
    std::size_t rows = 0;
    bool graph = false;
    std::uint64_t bytes_before = 0;
    std::uint64_t bytes = 0;  ///< On disk.
    std::string why;          ///< Why it was written from nothing: "it is cut off"; else empty.
};

/// Called with how many vectors of how many are in the index, and then with how many have been linked by the graph.
using IndexProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Brings an index to what the source has, under a lock that other writers wait for a little. Small changes go to the
/// file of changes; when those are a tenth of the main file, or that one is missing or damaged, it is written anew.
/// Each file appears in one step, so that readers see the one or the other and a killed writer changes nothing.
/// Throws Error: locked, interrupted, failed (for want of space, or where nothing may be written).
IndexUpdate update_index(const VectorSource& source, const IndexPaths& paths, const IndexUpdateOptions& options,
                         const Cancellation& cancellation, const IndexProgress& progress = {});

/// What is wrong with an index, for people: it is damaged, or differs from the source. Empty when all agrees. Compares
/// every row with what the source has.
[[nodiscard]] std::vector<std::string> compare_index(const VectorSource& source, const StoredIndex& index,
                                                     const Cancellation& cancellation);

/// Removes the files of an index. Returns the bytes that they took.
std::uint64_t remove_index(const IndexPaths& paths);

}  // namespace quarry::index
