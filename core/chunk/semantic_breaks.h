#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::chunk {

/// How the "semantic" strategy finds its breaks: by a threshold of the distances, or by clustering.
[[nodiscard]] std::span<const std::string> breakpoint_names();

/// Throws Error(usage) for an unknown name, and a threshold that is negative or a percentile above 100. 0 stands for
/// the usual one: 95 of percentile, 3 of standard-deviation, 1.5 of interquartile; cluster takes none.
void check_breakpoint(std::string_view name, double threshold);

/// Which of the distances between neighbours are breaks: those above the percentile, or above the mean by so many
/// standard deviations or interquartile ranges (LangChain's SemanticChunker). Ascending.
[[nodiscard]] std::vector<std::size_t> break_at_distances(std::span<const double> distances, std::string_view name,
                                                          double threshold);

/// Parts rows into runs of neighbours that are most alike: those with the largest sum of similarities of all pairs
/// within a run, each less the mean of all pairs (Chroma's ClusterSemanticChunker). `longest[i]` >= 1 is how many rows
/// a run that begins with row i may have. Rows are `dimensions` numbers, of length 1. Gives the end of each run.
///
/// Time and memory are in proportion to the rows times the longest run.
[[nodiscard]] std::vector<std::size_t> cluster_neighbours(std::span<const float> rows, std::size_t dimensions,
                                                          std::span<const std::size_t> longest);

}  // namespace quarry::chunk
