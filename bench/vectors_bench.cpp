// The vector index on vectors from a file: reading speed of memory, the exact scan, a graph. Usage:
//   vectors_bench FILE DIMENSIONS COUNT QUERIES [CONNECTIVITY CONSTRUCTION EXPANSION...]
// FILE holds little-endian 32-bit floats; the first COUNT vectors are the index, the last QUERIES are looked for.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <thread>
#include <unordered_set>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/index/graph.h"
#include "core/index/row_scan.h"
#include "core/index/usearch.h"

namespace {

using quarry::Cancellation;
using quarry::MappedFile;
using quarry::index::CodedQuery;
using quarry::index::CodedRows;
using quarry::index::Graph;
using quarry::index::GraphView;
using quarry::index::RowScale;
using quarry::index::ScoredRow;

/// Processor time of all threads so far: what other programs do on the machine does not count.
double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Bytes a second that a processor reads in order, at best of some runs.
double read_speed(std::span<const std::int8_t> memory) {
    const std::size_t words = memory.size() / 8;
    const auto* data = reinterpret_cast<const std::uint64_t*>(memory.data());
    double best = 1e9;
    volatile std::uint64_t sink = 0;
    for (int run = 0; run < 9; ++run) {
        const double start = cpu_seconds();
        std::uint64_t sums[4] = {};
        for (std::size_t i = 0; i + 4 <= words; i += 4) {
            for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] ^= data[i + lane];
        }
        sink = sink ^ sums[0] ^ sums[1] ^ sums[2] ^ sums[3];
        best = std::min(best, cpu_seconds() - start);
    }
    return static_cast<double>(memory.size()) / best;
}

struct Vectors {
    std::vector<std::int8_t> codes, residuals;
    std::vector<quarry::index::RowScale> scales;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5)
        return std::fprintf(stderr, "vectors_bench FILE DIMENSIONS COUNT QUERIES [M CONSTRUCTION EF...]\n"), 2;
    const std::optional<MappedFile> file = MappedFile::open(argv[1]);
    const auto number = [&](int i) { return static_cast<std::size_t>(std::strtoull(argv[i], nullptr, 10)); };
    const std::size_t dimensions = number(2), count = number(3), queries = number(4);
    if (!file || file->bytes().size() < (count + queries) * dimensions * sizeof(float)) {
        return std::fprintf(stderr, "%s holds too few vectors\n", argv[1]), 1;
    }
    const auto* floats = reinterpret_cast<const float*>(file->bytes().data());
    const std::size_t all = file->bytes().size() / sizeof(float) / dimensions;
    const std::size_t stride = quarry::index::code_stride(dimensions);
    Vectors vectors{std::vector<std::int8_t>(count * stride), std::vector<std::int8_t>(count * stride), {}};
    double start = cpu_seconds();
    for (std::size_t row = 0; row < count; ++row) {
        vectors.scales.push_back(quarry::index::encode_vector(
            {floats + row * dimensions, dimensions}, &vectors.codes[row * stride], &vectors.residuals[row * stride]));
    }
    const quarry::index::CodedRows rows{
        count, dimensions, stride, vectors.codes.data(), vectors.residuals.data(), vectors.scales.data(), 1.01F};
    std::printf("%zu x %zu, coded in %.2f s; scan: %s, graph: %s\n", count, dimensions, cpu_seconds() - start,
                quarry::index::int8_kernel().name.data(),
                quarry::index::usearch_description().value_or("none").c_str());
    const double speed = read_speed(vectors.codes);
    std::printf("memory is read at %.1f GB/s\n", speed / 1e9);
    const auto query = [&](std::size_t i) {
        return quarry::index::CodedQuery({floats + (all - 1 - i) * dimensions, dimensions});
    };
    std::vector<std::vector<quarry::index::ScoredRow>> truth;
    start = cpu_seconds();
    double best = 1e9;
    for (std::size_t i = 0; i < queries; ++i) {
        const double before = cpu_seconds();
        truth.push_back(quarry::index::scan_rows(query(i), rows, 10, nullptr, 1));
        best = std::min(best, cpu_seconds() - before);
    }
    const double each = (cpu_seconds() - start) / static_cast<double>(queries);
    std::printf("scan: %.2f ms a query, %.0f queries/s; at best %.1f GB/s, %.0f %% of that\n", each * 1e3, 1 / each,
                static_cast<double>(count * stride) / best / 1e9,
                100 * static_cast<double>(count * stride) / best / speed);
    if (argc < 7) return 0;
    start = cpu_seconds();
    const Cancellation cancellation;
    const quarry::index::Graph graph =
        quarry::index::build_graph(rows, {number(5), number(6)}, std::thread::hardware_concurrency(), cancellation, {});
    std::printf("graph M %zu, construction %zu: built in %.1f s of processor time\n", number(5), number(6),
                cpu_seconds() - start);
    const quarry::index::GraphView view = quarry::index::view_of(graph);
    for (int i = 7; i < argc; ++i) {
        std::size_t hits = 0;
        start = cpu_seconds();
        for (std::size_t q = 0; q < queries; ++q) {
            const quarry::index::CodedQuery coded = query(q);
            std::unordered_set<std::uint32_t> found;
            for (const quarry::index::ScoredRow& row : quarry::index::best_of(
                     coded, rows, quarry::index::walk_graph(view, coded, rows, number(i), nullptr), 10)) {
                found.insert(row.row);
            }
            for (const quarry::index::ScoredRow& row : truth[q]) hits += found.count(row.row);
        }
        const double spent = (cpu_seconds() - start) / static_cast<double>(queries);
        std::printf("graph, expansion %zu: recall@10 %.4f, %.2f ms a query, %.0f queries/s\n", number(i),
                    static_cast<double>(hits) / static_cast<double>(10 * queries), spent * 1e3, 1 / spent);
    }
    return 0;
}
