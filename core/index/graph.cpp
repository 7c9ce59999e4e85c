// Walking a graph of near vectors.

#include "core/index/graph.h"

#include <algorithm>
#include <array>
#include <queue>

namespace quarry::index {
namespace {

struct Nearer {
    bool operator()(const ScoredRow& left, const ScoredRow& right) const noexcept { return is_better_row(right, left); }
};
struct Farther {
    bool operator()(const ScoredRow& left, const ScoredRow& right) const noexcept { return is_better_row(left, right); }
};

class GraphWalk {
public:
    GraphWalk(const GraphView& graph, const CodedQuery& query, const CodedRows& rows)
        : graph_(graph), query_(query), rows_(rows), base_links_(2 * graph.connectivity), visited_(rows.count, false) {}

    std::vector<std::uint32_t> run(std::size_t expansion, const RowSet* within) {
        if (graph_.entry >= rows_.count || graph_.links.size() < rows_.count * base_links_) return {};
        ScoredRow nearest{graph_.entry, score(graph_.entry)};
        for (std::size_t level = graph_.levels.size(); level-- > 0;) nearest = descend(graph_.levels[level], nearest);
        return expand(nearest, expansion, within);
    }

private:
    [[nodiscard]] float score(std::uint32_t row) const noexcept {
        std::int32_t dot = 0;
        dot_rows_(query_.codes.data(), rows_.code_row(row), rows_.stride, 1, &dot);
        return static_cast<float>(dot) * rows_.scales[row].scale * query_.scale;
    }

    /// Goes to the nearer of the links for as long as there is one.
    [[nodiscard]] ScoredRow descend(const GraphView::Level& level, ScoredRow nearest) const {
        for (;;) {
            const auto at = std::lower_bound(level.rows.begin(), level.rows.end(), nearest.row);
            if (at == level.rows.end() || *at != nearest.row) return nearest;
            const auto place = static_cast<std::size_t>(at - level.rows.begin());
            if (level.links.size() < (place + 1) * graph_.connectivity) return nearest;
            const ScoredRow before = nearest;
            for (const std::uint32_t link : level.links.subspan(place * graph_.connectivity, graph_.connectivity)) {
                if (link >= rows_.count) break;
                const ScoredRow candidate{link, score(link)};
                if (is_better_row(candidate, nearest)) nearest = candidate;
            }
            if (nearest == before) return nearest;
        }
    }

    /// The links of a row that were not met before; their codes are on the way from memory when this returns.
    std::span<const std::uint32_t> unvisited_links(std::uint32_t row) {
        fresh_.clear();
        for (const std::uint32_t link : graph_.links.subspan(row * base_links_, base_links_)) {
            if (link >= rows_.count) break;
            if (visited_.contains(link)) continue;
            visited_.insert(link);
            fresh_.push_back(link);
            const std::int8_t* codes = rows_.code_row(link);
            for (std::size_t i = 0; i < rows_.stride; i += 64) __builtin_prefetch(codes + i);
            __builtin_prefetch(rows_.scales + link);
        }
        return fresh_;
    }

    [[nodiscard]] std::vector<std::uint32_t> expand(ScoredRow start, std::size_t expansion, const RowSet* within) {
        std::priority_queue<ScoredRow, std::vector<ScoredRow>, Nearer> open;
        std::priority_queue<ScoredRow, std::vector<ScoredRow>, Farther> found;
        const auto meet = [&](const ScoredRow& met) {
            if (found.size() >= expansion && !is_better_row(met, found.top())) return;
            open.push(met);
            if (within != nullptr && !within->contains(met.row)) return;
            found.push(met);
            if (found.size() > expansion) found.pop();
        };
        visited_.insert(start.row);
        meet(start);
        while (!open.empty()) {
            const ScoredRow nearest = open.top();
            if (found.size() >= expansion && is_better_row(found.top(), nearest)) break;
            open.pop();
            for (const std::uint32_t link : unvisited_links(nearest.row)) meet({link, score(link)});
        }
        std::vector<std::uint32_t> rows;
        rows.reserve(found.size());
        for (; !found.empty(); found.pop()) rows.push_back(found.top().row);
        return rows;
    }

    const GraphView& graph_;
    const CodedQuery& query_;
    const CodedRows& rows_;
    std::size_t base_links_;
    RowSet visited_;
    std::vector<std::uint32_t> fresh_;
    decltype(Int8Kernel::dot_rows) dot_rows_ = int8_kernel().dot_rows;
};

}  // namespace

GraphView view_of(const Graph& graph) {
    GraphView view{graph.connectivity, graph.entry, graph.links, {}};
    for (const GraphLevel& level : graph.levels) view.levels.push_back({level.rows, level.links});
    return view;
}

std::vector<std::uint32_t> walk_graph(const GraphView& graph, const CodedQuery& query, const CodedRows& rows,
                                      std::size_t expansion, const RowSet* within) {
    if (expansion == 0 || rows.count == 0) return {};
    return GraphWalk(graph, query, rows).run(expansion, within);
}

}  // namespace quarry::index
