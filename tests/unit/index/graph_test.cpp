#include "core/index/graph.h"

#include <gtest/gtest.h>

#include <unordered_set>

#include "core/base/error.h"
#include "core/index/usearch.h"
#include "tests/unit/index/random_vectors.h"

namespace quarry::index {
namespace {

class GraphTest : public ::testing::Test {
protected:
    static constexpr std::size_t count = 1'500, dimensions = 64;

    void SetUp() override {
        if (!can_build_graph()) GTEST_SKIP() << "compiled without USearch";
        std::mt19937 random(1);
        codes_.resize(count * dimensions);
        residuals_.resize(codes_.size());
        for (std::size_t row = 0; row < count; ++row) {
            scales_.push_back(encode_vector(random_vector(random, dimensions), &codes_[row * dimensions],
                                            &residuals_[row * dimensions]));
        }
        rows_ = {count, dimensions, dimensions, codes_.data(), residuals_.data(), scales_.data(), 1.01F};
        graph_ = build_graph(rows_, {}, 2, cancellation_, {});
    }

    /// The share of the true ten best that the walk finds, over forty queries.
    [[nodiscard]] double recall(std::size_t expansion, const RowSet* within) const {
        std::mt19937 random(2);
        std::size_t hits = 0, all = 0;
        const GraphView view = view_of(graph_);
        for (int i = 0; i < 40; ++i) {
            const std::vector<float> vector = random_vector(random, dimensions);
            const CodedQuery query(vector);
            const auto met = walk_graph(view, query, rows_, expansion, within);
            std::unordered_set<std::uint32_t> found;
            for (const ScoredRow& row : best_of(query, rows_, met, 10)) found.insert(row.row);
            for (const ScoredRow& row : scan_rows(query, rows_, 10, within, 1)) hits += found.count(row.row), ++all;
        }
        return static_cast<double>(hits) / static_cast<double>(all);
    }

    Cancellation cancellation_;
    std::vector<std::int8_t> codes_, residuals_;
    std::vector<RowScale> scales_;
    CodedRows rows_;
    Graph graph_;
};

TEST_F(GraphTest, FindsAlmostAllOfTheBest) {
    EXPECT_NE(usearch_description(), "serial");
    EXPECT_GE(recall(96, nullptr), 0.97);
    EXPECT_GE(recall(400, nullptr), 0.98);  // two threads build it, each time a little otherwise
}

TEST_F(GraphTest, AFilterIsLookedAtOnTheWay) {
    RowSet within(count, false);
    for (std::size_t row = 0; row < count; row += 5) within.insert(row);
    EXPECT_GE(recall(96, &within), 0.97);
    const CodedQuery query(std::vector<float>(dimensions, 0.1F));
    for (const std::uint32_t row : walk_graph(view_of(graph_), query, rows_, 50, &within)) EXPECT_EQ(row % 5, 0U);
}

TEST_F(GraphTest, EveryRowHasLinksAndNoneLeadsOut) {
    ASSERT_EQ(graph_.links.size(), count * 2 * graph_.connectivity);
    for (std::size_t row = 0; row < count; ++row) {
        EXPECT_NE(graph_.links[row * 2 * graph_.connectivity], no_row) << row;
    }
    for (const std::uint32_t link : graph_.links) EXPECT_TRUE(link == no_row || link < count);
    for (const GraphLevel& level : graph_.levels)
        EXPECT_EQ(level.links.size(), level.rows.size() * graph_.connectivity);
}

TEST_F(GraphTest, ADamagedGraphIsWalkedWithoutHarm) {
    std::mt19937 random(3);
    const std::vector<float> vector = random_vector(random, dimensions);
    for (int i = 0; i < 50; ++i) {
        Graph damaged = graph_;
        for (int j = 0; j < 2'000; ++j)
            damaged.links[random() % damaged.links.size()] = static_cast<std::uint32_t>(random());
        for (GraphLevel& level : damaged.levels) {
            if (level.rows.empty()) continue;
            level.rows[random() % level.rows.size()] = static_cast<std::uint32_t>(random());
            level.links[random() % level.links.size()] = static_cast<std::uint32_t>(random());
        }
        if (i % 10 == 0) damaged.entry = static_cast<std::uint32_t>(random());
        for (const std::uint32_t row : walk_graph(view_of(damaged), CodedQuery(vector), rows_, 64, nullptr)) {
            ASSERT_LT(row, count);
        }
    }
}

TEST_F(GraphTest, CancellingEndsTheBuild) {
    Cancellation cancelled;
    cancelled.cancel();
    EXPECT_THROW((void)build_graph(rows_, {}, 2, cancelled, {}), Error);
}

}  // namespace
}  // namespace quarry::index
