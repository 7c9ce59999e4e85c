// Building a graph of near vectors with USearch.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "core/base/error.h"
#include "core/index/graph.h"

#ifdef QUARRY_HAVE_USEARCH
#include <usearch/index.hpp>
#include <usearch/index_plugins.hpp>
#endif

namespace quarry::index {

#ifdef QUARRY_HAVE_USEARCH
namespace {

namespace us = unum::usearch;

/// The graph alone: rows are the keys, and the vectors stay where they are. Codes are compared by their angle, for
/// which the scale of a row does not matter.
class GraphBuilder {
public:
    GraphBuilder(const CodedRows& rows, const GraphOptions& options, unsigned threads)
        : rows_(rows),
          options_(options),
          threads_(std::max(1U, threads)),
          angle_(rows.stride, us::metric_kind_t::cos_k, us::scalar_kind_t::i8_k),
          index_(us::index_config_t{options.connectivity}) {
        if (!index_.try_reserve(us::index_limits_t{rows.count, threads_})) {
            throw Error(ErrorCode::failed, "cannot build the vector index").because("there is not enough memory");
        }
    }

    void add_all(const Cancellation& cancellation, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
        std::vector<std::thread> workers;
        for (unsigned thread = 0; thread < threads_; ++thread) {
            workers.emplace_back([this, thread] { work(thread); });
        }
        try {
            while (running_.load() > 0) {
                cancellation.check();
                if (progress) progress(std::min<std::uint64_t>(next_.load(), rows_.count), rows_.count);
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        } catch (...) {
            next_ = rows_.count;
            for (std::thread& worker : workers) worker.join();
            throw;
        }
        for (std::thread& worker : workers) worker.join();
        if (failed_.load()) {
            throw Error(ErrorCode::failed, "cannot build the vector index").because("there is not enough memory");
        }
    }

    [[nodiscard]] Graph graph() const {
        Graph graph;
        graph.connectivity = options_.connectivity;
        graph.links.assign(rows_.count * 2 * options_.connectivity, no_row);
        std::size_t top = 0;
        for (std::uint32_t slot = 0; slot < index_.size(); ++slot) {
            const std::size_t level = index_.level_of(slot);
            if (graph.entry == no_row || level > top) {
                top = level;
                graph.entry = row_of(slot);
            }
            copy_links(slot, 0, &graph.links[row_of(slot) * 2 * options_.connectivity]);
        }
        for (std::size_t level = 1; level <= top; ++level) graph.levels.push_back(upper_level(level));
        return graph;
    }

private:
    using Index = us::index_gt<float, std::uint32_t, std::uint32_t>;
    struct Metric {
        const GraphBuilder& builder;
        float operator()(const us::byte_t* left, Index::member_citerator_t right) const noexcept {
            return builder.angle_(left, builder.codes(right));
        }
        float operator()(Index::member_citerator_t left, Index::member_citerator_t right) const noexcept {
            return builder.angle_(builder.codes(left), builder.codes(right));
        }
    };

    [[nodiscard]] const us::byte_t* codes_of(std::uint32_t row) const noexcept {
        return reinterpret_cast<const us::byte_t*>(rows_.code_row(row));
    }
    [[nodiscard]] const us::byte_t* codes(Index::member_citerator_t member) const noexcept {
        return codes_of(static_cast<std::uint32_t>(member.key()));
    }
    [[nodiscard]] std::uint32_t row_of(std::uint32_t slot) const { return (index_.cbegin() + slot).key(); }

    void work(unsigned thread) {
        us::index_update_config_t config;
        config.expansion = options_.expansion;
        config.thread = thread;
        for (std::size_t row = next_.fetch_add(1); row < rows_.count; row = next_.fetch_add(1)) {
            const auto key = static_cast<std::uint32_t>(row);
            auto added = index_.add(key, codes_of(key), Metric{*this}, config);
            if (!added) {
                added.error.release();  // else its destructor throws
                failed_ = true;
                next_ = rows_.count;
            }
        }
        --running_;
    }

    void copy_links(std::uint32_t slot, std::size_t level, std::uint32_t* to) const {
        for (const auto neighbor : index_.neighbors(slot, level)) {
            *to++ = us::get_key(neighbor);
        }
    }

    [[nodiscard]] GraphLevel upper_level(std::size_t level) const {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> members;  // row, slot
        for (std::uint32_t slot = 0; slot < index_.size(); ++slot) {
            if (index_.level_of(slot) >= level) members.emplace_back(row_of(slot), slot);
        }
        std::sort(members.begin(), members.end());
        GraphLevel built;
        built.links.assign(members.size() * options_.connectivity, no_row);
        for (std::size_t i = 0; i < members.size(); ++i) {
            built.rows.push_back(members[i].first);
            copy_links(members[i].second, level, &built.links[i * options_.connectivity]);
        }
        return built;
    }

    const CodedRows& rows_;
    GraphOptions options_;
    unsigned threads_;
    us::metric_punned_t angle_;
    Index index_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<unsigned> running_ = threads_;
    std::atomic<bool> failed_ = false;
};

}  // namespace

bool can_build_graph() noexcept { return true; }

Graph build_graph(const CodedRows& rows, const GraphOptions& options, unsigned threads,
                  const Cancellation& cancellation, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    if (rows.count == 0) return {options.connectivity, no_row, {}, {}};
    GraphBuilder builder(rows, options, threads);
    builder.add_all(cancellation, progress);
    return builder.graph();
}

#else

bool can_build_graph() noexcept { return false; }

Graph build_graph(const CodedRows&, const GraphOptions&, unsigned, const Cancellation&,
                  const std::function<void(std::uint64_t, std::uint64_t)>&) {
    throw Error(ErrorCode::failed, "cannot build the vector index",
                "compile quarry with -DQUARRY_USEARCH=ON; without it search compares every vector")
        .because("this quarry was compiled without USearch");
}

#endif

}  // namespace quarry::index
