#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/cancel.h"
#include "core/index/coded_vectors.h"
#include "core/index/row_scan.h"
#include "core/index/row_set.h"

namespace quarry::index {

/// How a graph of near vectors is built. The names are those of the paper on HNSW (Malkov and Yashunin, 2016): M, and
/// efConstruction.
struct GraphOptions {
    std::size_t connectivity = 32;  ///< Links of a row on the upper levels; twice as many on the lowest.
    std::size_t expansion = 200;    ///< Candidates that are looked at to find a row's links.
};

/// Stands in a list of links for "no more".
inline constexpr std::uint32_t no_row = 0xFFFFFFFF;

/// An upper level of a graph: some of the rows, ascending, each with `connectivity` links.
struct GraphLevel {
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> links;
};

/// A graph over coded rows, as it is built.
struct Graph {
    std::size_t connectivity = 0;
    std::uint32_t entry = no_row;      ///< A row of the topmost level.
    std::vector<std::uint32_t> links;  ///< Of the lowest level: 2 x connectivity for each row.
    std::vector<GraphLevel> levels;    ///< From the second lowest up.
};

/// Whether graphs can be built: USearch is compiled in.
[[nodiscard]] bool can_build_graph() noexcept;

/// Builds a graph with USearch, in `threads` threads (at least 1). With more than one its links differ a little from
/// one time to the next. `progress(done, total)` is called from this thread now and then and may throw; so does
/// cancellation. Throws Error(failed) without USearch.
[[nodiscard]] Graph build_graph(const CodedRows& rows, const GraphOptions& options, unsigned threads,
                                const Cancellation& cancellation,
                                const std::function<void(std::uint64_t, std::uint64_t)>& progress);

/// A graph that someone else holds, such as a mapped file. Its numbers are not trusted: a damaged graph gives worse
/// results, and nothing worse.
struct GraphView {
    struct Level {
        std::span<const std::uint32_t> rows;
        std::span<const std::uint32_t> links;
    };
    std::size_t connectivity = 0;
    std::uint32_t entry = no_row;
    std::span<const std::uint32_t> links;
    std::vector<Level> levels;
};

[[nodiscard]] GraphView view_of(const Graph& graph);

/// The rows nearest to a query by their codes, found by walking the graph: about `expansion` of those in `within`
/// (null: of all), in no particular order; fewer when the walk meets no more.
[[nodiscard]] std::vector<std::uint32_t> walk_graph(const GraphView& graph, const CodedQuery& query,
                                                    const CodedRows& rows, std::size_t expansion, const RowSet* within);

}  // namespace quarry::index
