// The vector index, measured against what it stands for.

#include "core/eval/index_eval.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/index/exact_index.h"
#include "core/index/row_scan.h"

namespace quarry::eval {
namespace {

using IndexClock = std::chrono::steady_clock;

double seconds_since(IndexClock::time_point start) {
    return std::chrono::duration<double>(IndexClock::now() - start).count();
}

/// The vectors of a base, coded, and some of them apart as queries with their true neighbours.
class IndexExperiment {
public:
    IndexExperiment(const index::VectorSource& source, const IndexEvaluationOptions& options,
                    const Cancellation& cancellation)
        : source_(source), options_(options), cancellation_(cancellation), dimensions_(source.dimensions()) {
        std::size_t count = 0;
        source.for_each_key([&](const index::VectorKey&) { ++count; });
        if (dimensions_ == 0 || count < options.queries + options.limit) {
            throw Error(ErrorCode::failed, "cannot measure the vector index",
                        "put more documents in (quarry ingest, quarry embed), or ask for fewer queries: --queries")
                .because(fmt::format("the base has {} vectors, {} queries with {} neighbours each need {}", count,
                                     options.queries, options.limit, options.queries + options.limit));
        }
        read(count);
        halve();
        find_truth();
    }

    [[nodiscard]] index::CodedRows rows() const {
        index::CodedRows rows{scales_.size(), dimensions_,       index::code_stride(dimensions_),
                              codes_.data(),  residuals_.data(), scales_.data(),
                              longest_};
        if (!halves_.empty()) rows.halves = halves_.data();
        return rows;
    }

    /// Recall and speed of a way to search, into a measurement.
    template <typename Search>
    void measure(const Search& find, IndexMeasurement& into) const {
        std::size_t hits = 0;
        double spent = 0;
        for (std::size_t i = 0; i < truth_.size(); ++i) {
            cancellation_.check();
            const std::span<const float> vector = std::span(queries_).subspan(i * dimensions_, dimensions_);
            const IndexClock::time_point start = IndexClock::now();
            const std::vector<index::ScoredRow> found = find(index::CodedQuery(vector));
            spent += seconds_since(start);
            for (const index::ScoredRow& row : found) hits += truth_[i].contains(row.row) ? 1 : 0;
        }
        into.recall = static_cast<double>(hits) / static_cast<double>(truth_.size() * options_.limit);
        into.queries_per_second = static_cast<double>(truth_.size()) / std::max(spent, 1e-9);
    }

private:
    void halve() {
        if (codes_.size() < index::halved_codes_from) return;
        const std::size_t stride = index::code_stride(dimensions_);
        halves_.resize(codes_.size() / 2);
        for (std::size_t at = 0; at < codes_.size(); at += stride) {
            index::halve_codes(codes_.data() + at, stride, halves_.data() + at / 2);
        }
    }
    void read(std::size_t count) {
        const std::size_t every = count / options_.queries;
        const std::size_t stride = index::code_stride(dimensions_);
        codes_.reserve((count - options_.queries) * stride);
        residuals_.reserve(codes_.capacity());
        std::size_t met = 0;
        source_.for_each_vector([&](std::int64_t, std::span<const float> vector) {
            cancellation_.check();
            if (is_query(met++, every)) {
                queries_.insert(queries_.end(), vector.begin(), vector.end());
                return;
            }
            codes_.resize(codes_.size() + stride);
            residuals_.resize(codes_.size());
            scales_.push_back(
                index::encode_vector(vector, &codes_[codes_.size() - stride], &residuals_[codes_.size() - stride]));
            longest_ = std::max(longest_, std::sqrt(index::dot_product(vector, vector)) + scales_.back().error);
        });
    }

    [[nodiscard]] bool is_query(std::size_t place, std::size_t every) const {
        return place % every == 0 && place / every < options_.queries;
    }

    void find_truth() {
        const std::size_t every = (scales_.size() + options_.queries) / options_.queries;
        const std::size_t count = queries_.size() / dimensions_;
        std::vector<std::vector<index::ScoredRow>> best(count);
        std::size_t met = 0;
        std::uint32_t row = 0;
        source_.for_each_vector([&](std::int64_t, std::span<const float> vector) {
            cancellation_.check();
            if (is_query(met++, every)) return;
            for (std::size_t i = 0; i < count; ++i) {
                keep(best[i],
                     {row, index::dot_product(std::span(queries_).subspan(i * dimensions_, dimensions_), vector)});
            }
            ++row;
        });
        for (const std::vector<index::ScoredRow>& rows : best) {
            truth_.emplace_back();
            for (const index::ScoredRow& one : rows) truth_.back().insert(one.row);
        }
    }

    void keep(std::vector<index::ScoredRow>& best, const index::ScoredRow& row) const {
        if (best.size() == options_.limit && !index::is_better_row(row, best.front())) return;
        best.push_back(row);
        std::push_heap(best.begin(), best.end(), index::is_better_row);
        if (best.size() <= options_.limit) return;
        std::pop_heap(best.begin(), best.end(), index::is_better_row);
        best.pop_back();
    }

    const index::VectorSource& source_;
    const IndexEvaluationOptions& options_;
    const Cancellation& cancellation_;
    std::size_t dimensions_;
    float longest_ = 0;
    std::vector<std::int8_t> codes_, residuals_;
    std::vector<std::uint8_t> halves_;  ///< Empty where a vector file would have none.
    std::vector<index::RowScale> scales_;
    std::vector<float> queries_;
    std::vector<std::unordered_set<std::uint32_t>> truth_;
};

std::uint64_t bytes_of(const index::CodedRows& rows, const index::Graph* graph) {
    std::uint64_t bytes = rows.count * (2 * rows.stride + sizeof(index::RowScale) + sizeof(index::VectorKey));
    if (rows.halves != nullptr) bytes += rows.count * rows.stride / 2;
    if (graph == nullptr) return bytes;
    bytes += graph->links.size() * sizeof(std::uint32_t);
    for (const index::GraphLevel& level : graph->levels)
        bytes += (level.rows.size() + level.links.size()) * sizeof(std::uint32_t);
    return bytes;
}

}  // namespace

IndexEvaluation evaluate_index(
    const index::VectorSource& source, const IndexEvaluationOptions& options, const Cancellation& cancellation,
    const std::function<void(std::string_view doing, std::uint64_t done, std::uint64_t total)>& progress) {
    progress("reading vectors", 0, 0);
    const IndexExperiment experiment(source, options, cancellation);
    const index::CodedRows rows = experiment.rows();
    IndexEvaluation evaluation{
        rows.count, rows.dimensions, options.queries, options.limit, std::string(index::int8_kernel().name), {}};
    IndexMeasurement scan;
    scan.bytes = bytes_of(rows, nullptr);
    experiment.measure(
        [&](const index::CodedQuery& query) { return index::scan_rows(query, rows, options.limit, nullptr, 1); }, scan);
    evaluation.measurements.push_back(scan);
    if (!index::can_build_graph()) return evaluation;
    for (const std::size_t connectivity : options.connectivity) {
        for (const std::size_t construction : options.construction) {
            const IndexClock::time_point start = IndexClock::now();
            const index::Graph graph = index::build_graph(
                rows, {connectivity, construction}, options.threads, cancellation,
                [&](std::uint64_t done, std::uint64_t total) {
                    progress(fmt::format("linking vectors (M {}, {})", connectivity, construction), done, total);
                });
            const double seconds = seconds_since(start);
            const index::GraphView view = index::view_of(graph);
            for (const std::size_t expansion : options.expansion) {
                IndexMeasurement measured{true, connectivity, construction,          expansion, 0,
                                          0,    seconds,      bytes_of(rows, &graph)};
                experiment.measure(
                    [&](const index::CodedQuery& query) {
                        return index::best_of(query, rows, index::walk_graph(view, query, rows, expansion, nullptr),
                                              options.limit);
                    },
                    measured);
                evaluation.measurements.push_back(measured);
            }
        }
    }
    return evaluation;
}

std::optional<IndexMeasurement> evaluate_own_index(const store::Store& store, const std::string& fingerprint,
                                                   const IndexEvaluationOptions& options,
                                                   const Cancellation& cancellation) {
    std::size_t count = 0;
    store.for_each_vector_key(fingerprint, [&](std::int64_t, std::uint64_t) { ++count; });
    const std::size_t every = options.queries == 0 ? 0 : count / options.queries;
    if (every == 0) return std::nullopt;
    std::vector<std::int64_t> drawn;
    std::size_t met = 0;
    store.for_each_vector_key(fingerprint, [&](std::int64_t id, std::uint64_t) {
        if (met++ % every == 0 && drawn.size() < options.queries) drawn.push_back(id);
    });
    std::vector<std::pair<std::int64_t, store::DenseQuery>> queries;
    store.vectors_of(fingerprint, drawn, [&](std::int64_t id, std::span<const float> vector) {
        queries.push_back({id, {fingerprint, {vector.begin(), vector.end()}}});
    });
    IndexMeasurement measurement;
    measurement.own = true;
    // The chunk that a query is the vector of is no finding.
    std::vector<std::unordered_set<std::int64_t>> truth(queries.size());
    std::size_t hits = 0;
    std::size_t all = 0;
    for (const bool exact : {true, false}) {
        static_cast<void>(store.prepare_dense(fingerprint, {exact, 1}, cancellation));
        const IndexClock::time_point start = IndexClock::now();
        for (std::size_t i = 0; i < queries.size(); ++i) {
            cancellation.check();
            store::DenseCandidates found = store.dense(queries[i].second, {}, options.limit + 1, {});
            std::erase_if(found.chunks,
                          [&](const document::ScoredChunk& one) { return one.chunk_id == queries[i].first; });
            if (found.chunks.size() > options.limit) found.chunks.resize(options.limit);
            for (const document::ScoredChunk& one : found.chunks) {
                if (exact) truth[i].insert(one.chunk_id);
                if (!exact) hits += truth[i].contains(one.chunk_id) ? 1 : 0;
            }
            if (exact) all += truth[i].size();
        }
        measurement.queries_per_second = static_cast<double>(queries.size()) / std::max(seconds_since(start), 1e-9);
    }
    measurement.recall = static_cast<double>(hits) / static_cast<double>(std::max<std::size_t>(all, 1));
    measurement.bytes = store.index_bytes();
    return measurement;
}

}  // namespace quarry::eval
