#include "core/eval/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <set>

namespace quarry {
namespace {

using Ranking = std::vector<std::string>;

struct Case {
    const char* name;
    Ranking ranking;
    Judgements judgements;
    double ndcg, recall, mrr;
};

// By hand, from trec_eval's formulas: gain = relevance, discount = log2(rank + 1).
TEST(Metrics, AreTrecEvalsOnCasesWorkedOutByHand) {
    const double second = 1 / std::log2(3.0);
    const double fourth = 1 / std::log2(5.0);
    const std::vector<Case> cases = {
        {"best possible", {"a", "b", "c"}, {{"a", 1}, {"b", 1}}, 1, 1, 1},
        {"only relevant second", {"x", "a"}, {{"a", 1}}, second, 1, 0.5},
        {"graded, in reverse", {"b", "a"}, {{"a", 2}, {"b", 1}}, (1 + 2 * second) / (2 + second), 1, 1},
        {"one of two, fourth", {"x", "y", "z", "a"}, {{"a", 1}, {"b", 1}}, fourth / (1 + second), 0.5, 0.25},
        {"nothing found", {"x"}, {{"a", 1}}, 0, 0, 0},
        {"empty ranking", {}, {{"a", 1}}, 0, 0, 0},
        {"judged as not relevant", {"n", "a"}, {{"n", 0}, {"a", 1}}, second, 1, 0.5},
        {"negative judgement gains nothing", {"n", "a"}, {{"n", -1}, {"a", 1}}, second, 1, 0.5},
        {"nothing relevant at all", {"a"}, {{"a", 0}}, 0, 0, 0},
    };
    for (const Case& test : cases) {
        const RetrievalMetrics measured = measure(test.ranking, test.judgements);
        EXPECT_NEAR(measured.ndcg_at_10, test.ndcg, 1e-12) << test.name;
        EXPECT_NEAR(measured.recall_at_100, test.recall, 1e-12) << test.name;
        EXPECT_NEAR(measured.mrr_at_10, test.mrr, 1e-12) << test.name;
    }
}

TEST(Metrics, LookNoDeeperThanTheirCutOff) {
    Ranking ranking;
    for (int i = 0; i < 200; ++i) ranking.push_back("x" + std::to_string(i));
    ranking[10] = "eleventh";
    ranking[99] = "hundredth";
    ranking[100] = "beyond";
    EXPECT_EQ(ndcg_at(ranking, {{"eleventh", 1}}, 10), 0);
    EXPECT_GT(ndcg_at(ranking, {{"eleventh", 1}}, 11), 0);
    EXPECT_EQ(reciprocal_rank_at(ranking, {{"eleventh", 1}}, 10), 0);
    EXPECT_DOUBLE_EQ(reciprocal_rank_at(ranking, {{"eleventh", 1}}, 11), 1.0 / 11);
    EXPECT_EQ(recall_at(ranking, {{"hundredth", 1}, {"beyond", 1}}, 100), 0.5);
}

TEST(Metrics, TheIdealOrderIsCutOffToo) {
    // Twelve relevant documents, ten of them first: ndcg@10 is 1 all the same.
    Judgements judgements;
    Ranking ranking;
    for (int i = 0; i < 12; ++i) {
        ranking.push_back("d" + std::to_string(i));
        judgements[ranking.back()] = 1;
    }
    EXPECT_DOUBLE_EQ(ndcg_at(ranking, judgements, 10), 1);
}

// An oracle written from the definitions in another way: over ranks of relevant documents, not over the ranking.
TEST(Metrics, AgreeWithAnOracleOnRandomRuns) {
    std::mt19937 random(11);
    for (int run = 0; run < 200; ++run) {
        Judgements judgements;
        for (int i = 0; i < 20; ++i) judgements["d" + std::to_string(i)] = static_cast<int>(random() % 4) - 1;
        Ranking ranking;
        for (int i = 0; i < 30; ++i) ranking.push_back("d" + std::to_string(i));
        std::shuffle(ranking.begin(), ranking.end(), random);
        double gain = 0;
        double found = 0;
        double relevant = 0;
        double first = 0;
        std::multiset<int, std::greater<>> grades;
        for (const auto& [document, grade] : judgements) {
            if (grade <= 0) continue;
            grades.insert(grade);
            relevant += 1;
            const auto rank = std::find(ranking.begin(), ranking.end(), document) - ranking.begin() + 1;
            if (rank <= 10) gain += grade * std::log(2.0) / std::log(static_cast<double>(rank) + 1);
            if (rank <= 10 && (first == 0 || static_cast<double>(rank) < first)) first = static_cast<double>(rank);
            found += 1;
        }
        double ideal = 0;
        int rank = 1;
        for (const int grade : grades) {
            if (rank <= 10) ideal += grade * std::log(2.0) / std::log(rank + 1.0);
            ++rank;
        }
        const RetrievalMetrics measured = measure(ranking, judgements);
        EXPECT_NEAR(measured.ndcg_at_10, ideal > 0 ? gain / ideal : 0, 1e-9);
        EXPECT_NEAR(measured.recall_at_100, relevant > 0 ? found / relevant : 0, 1e-9);
        EXPECT_NEAR(measured.mrr_at_10, first > 0 ? 1 / first : 0, 1e-9);
    }
}

TEST(Metrics, TheMeanIsOverQueries) {
    const std::vector<RetrievalMetrics> queries = {{1, 0.5, 0.25}, {0, 1, 0.75}};
    const RetrievalMetrics average = mean(queries);
    EXPECT_DOUBLE_EQ(average.ndcg_at_10, 0.5);
    EXPECT_DOUBLE_EQ(average.recall_at_100, 0.75);
    EXPECT_DOUBLE_EQ(average.mrr_at_10, 0.5);
    EXPECT_EQ(mean({}).ndcg_at_10, 0);
}

}  // namespace
}  // namespace quarry
