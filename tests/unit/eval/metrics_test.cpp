#include "core/eval/metrics.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/eval/retrieval.h"
#include "core/eval/trec.h"

namespace quarry::eval {
namespace {

using ::testing::HasSubstr;
using Ranking = std::vector<std::string>;

double metric(const Ranking& ranking, const Judgements& judgements, const char* name) {
    return measure(ranking, judgements, metric_by_name(name));
}

struct Case {
    const char* name;
    Ranking ranking;
    Judgements judgements;
    double ndcg, recall, mrr, precision, map, success;  // At 10, success at 1.
};

// By hand, from trec_eval's formulas: gain = relevance, discount = log2(rank + 1).
TEST(Metrics, AreTrecEvalsOnCasesWorkedOutByHand) {
    const double second = 1 / std::log2(3.0);
    const double fourth = 1 / std::log2(5.0);
    const std::vector<Case> cases = {
        {"best possible", {"a", "b", "c"}, {{"a", 1}, {"b", 1}}, 1, 1, 1, 0.2, 1, 1},
        {"only relevant second", {"x", "a"}, {{"a", 1}}, second, 1, 0.5, 0.1, 0.5, 0},
        {"graded, in reverse", {"b", "a"}, {{"a", 2}, {"b", 1}}, (1 + 2 * second) / (2 + second), 1, 1, 0.2, 1, 1},
        {"one of two, fourth",
         {"x", "y", "z", "a"},
         {{"a", 1}, {"b", 1}},
         fourth / (1 + second),
         0.5,
         0.25,
         0.1,
         0.125,
         0},
        {"nothing found", {"x"}, {{"a", 1}}, 0, 0, 0, 0, 0, 0},
        {"empty ranking", {}, {{"a", 1}}, 0, 0, 0, 0, 0, 0},
        {"judged as not relevant", {"n", "a"}, {{"n", 0}, {"a", 1}}, second, 1, 0.5, 0.1, 0.5, 0},
        {"negative judgement gains nothing", {"n", "a"}, {{"n", -1}, {"a", 1}}, second, 1, 0.5, 0.1, 0.5, 0},
        {"nothing relevant at all", {"a"}, {{"a", 0}}, 0, 0, 0, 0, 0, 0},
        {"first and third",
         {"a", "x", "b"},
         {{"a", 1}, {"b", 1}},
         (1 + 0.5) / (1 + second),
         1,
         1,
         0.2,
         (1 + 2.0 / 3) / 2,
         1},
    };
    for (const Case& test : cases) {
        EXPECT_NEAR(metric(test.ranking, test.judgements, "ndcg@10"), test.ndcg, 1e-12) << test.name;
        EXPECT_NEAR(metric(test.ranking, test.judgements, "recall@10"), test.recall, 1e-12) << test.name;
        EXPECT_NEAR(metric(test.ranking, test.judgements, "mrr@10"), test.mrr, 1e-12) << test.name;
        EXPECT_NEAR(metric(test.ranking, test.judgements, "precision@10"), test.precision, 1e-12) << test.name;
        EXPECT_NEAR(metric(test.ranking, test.judgements, "map"), test.map, 1e-12) << test.name;
        EXPECT_NEAR(metric(test.ranking, test.judgements, "success@1"), test.success, 1e-12) << test.name;
    }
}

TEST(Metrics, LookNoDeeperThanTheirCutOff) {
    Ranking ranking;
    for (int i = 0; i < 200; ++i) ranking.push_back("x" + std::to_string(i));
    ranking[10] = "eleventh";
    ranking[99] = "hundredth";
    ranking[100] = "beyond";
    for (const char* name : {"ndcg", "mrr", "map", "success", "recall", "precision"}) {
        EXPECT_EQ(metric(ranking, {{"eleventh", 1}}, (std::string(name) + "@10").c_str()), 0) << name;
        EXPECT_GT(metric(ranking, {{"eleventh", 1}}, (std::string(name) + "@11").c_str()), 0) << name;
    }
    EXPECT_EQ(metric(ranking, {{"hundredth", 1}, {"beyond", 1}}, "recall@100"), 0.5);
    EXPECT_EQ(metric(ranking, {{"hundredth", 1}, {"beyond", 1}}, "recall"), 1);
    EXPECT_DOUBLE_EQ(metric(ranking, {{"beyond", 1}}, "mrr"), 1.0 / 101);
}

TEST(Metrics, TheIdealOrderIsCutOffToo) {
    Judgements judgements;
    Ranking ranking;
    for (int i = 0; i < 12; ++i) {
        judgements["d" + std::to_string(i)] = 1;
        ranking.push_back("d" + std::to_string(i));
    }
    EXPECT_DOUBLE_EQ(metric(ranking, judgements, "ndcg@10"), 1);
    ranking.resize(6);
    EXPECT_LT(metric(ranking, judgements, "ndcg"), 1);
}

TEST(Metrics, HaveNames) {
    for (const char* name : {"ndcg@10", "recall@100", "precision@5", "mrr", "mrr@10", "map", "map@100", "success@1"}) {
        EXPECT_EQ(metric_by_name(name).name(), name);
    }
    EXPECT_EQ(metrics_by_names("map, ndcg@3").size(), 2U);
    for (const char* name : {"", "ndgc@10", "ndcg@", "ndcg@0", "ndcg@-1", "ndcg@1x", "precision", "success",
                             "ndcg@99999999999999999999999"}) {
        EXPECT_THROW((void)metric_by_name(name), Error) << name;
    }
    EXPECT_THROW((void)metrics_by_names("map,map"), Error);
    EXPECT_THROW((void)metrics_by_names(""), Error);
}

// The oracle: trec_eval's formulas written once more, as a specification would, over a run as it stands in the file.
struct OracleDocument {
    std::string id;
    float score;
};

class Oracle {
public:
    Oracle(std::vector<OracleDocument> run, const Judgements& judgements) : judgements_(judgements) {
        // trec_eval: by similarity descending, then by document number descending.
        std::sort(run.begin(), run.end(), [](const OracleDocument& left, const OracleDocument& right) {
            if (left.score == right.score) return left.id.compare(right.id) > 0;
            return left.score > right.score;
        });
        for (const OracleDocument& document : run) {
            const auto judged = judgements.find(document.id);
            gains_.push_back(judged == judgements.end() || judged->second < 0 ? 0 : judged->second);
        }
        for (const auto& [id, grade] : judgements) relevant_ += grade > 0 ? 1 : 0;
    }
    [[nodiscard]] double ndcg(std::size_t k) const {
        std::vector<int> best;
        for (const auto& [id, grade] : judgements_) best.push_back(std::max(grade, 0));
        std::sort(best.rbegin(), best.rend());
        const double ideal = gain(best, k);
        return ideal == 0 ? 0 : gain(gains_, k) / ideal;
    }
    [[nodiscard]] double found(std::size_t k) const {
        double count = 0;
        for (std::size_t rank = 1; rank <= std::min(k, gains_.size()); ++rank) count += gains_[rank - 1] > 0 ? 1 : 0;
        return count;
    }
    [[nodiscard]] double recall(std::size_t k) const { return relevant_ == 0 ? 0 : found(k) / relevant_; }
    [[nodiscard]] double precision(std::size_t k) const { return found(k) / static_cast<double>(k); }
    [[nodiscard]] double success(std::size_t k) const { return found(k) > 0 ? 1 : 0; }
    [[nodiscard]] double reciprocal_rank() const {
        for (std::size_t rank = 1; rank <= gains_.size(); ++rank) {
            if (gains_[rank - 1] > 0) return 1.0 / static_cast<double>(rank);
        }
        return 0;
    }
    [[nodiscard]] double average_precision() const {
        double sum = 0;
        for (std::size_t rank = 1; rank <= gains_.size(); ++rank) {
            if (gains_[rank - 1] > 0) sum += precision(rank);
        }
        return relevant_ == 0 ? 0 : sum / relevant_;
    }

private:
    static double gain(const std::vector<int>& grades, std::size_t k) {
        double sum = 0;
        for (std::size_t rank = 1; rank <= std::min(k, grades.size()); ++rank) {
            sum += grades[rank - 1] / std::log2(static_cast<double>(rank) + 1);
        }
        return sum;
    }
    const Judgements& judgements_;
    std::vector<int> gains_;
    double relevant_ = 0;
};

TEST(Metrics, AreTrecEvalsOnRandomRunFiles) {
    const TemporaryDirectory folder;
    std::mt19937 random(7);
    const auto below = [&random](unsigned bound) { return static_cast<unsigned>(random() % bound); };
    const std::vector<const char*> names = {"ndcg@10",     "ndcg@5",    "recall@10", "recall@100", "precision@10",
                                            "precision@3", "success@1", "success@5", "mrr",        "map"};
    for (int round = 0; round < 60; ++round) {
        std::ofstream qrels_file(folder.path() / "qrels"), run_file(folder.path() / "run");
        std::vector<double> sums(names.size(), 0);
        const unsigned queries = 1 + below(6);
        for (unsigned q = 0; q < queries; ++q) {
            Judgements judgements;
            for (unsigned i = 0; i < 1 + below(20); ++i) {
                judgements.emplace(fmt::format("d{}", below(60)), static_cast<int>(below(5)) - 1);
            }
            for (const auto& [id, grade] : judgements) qrels_file << fmt::format("q{} 0 {} {}\n", q, id, grade);
            std::vector<OracleDocument> run;
            const bool is_missing = below(5) == 0;
            for (unsigned d = 0; !is_missing && d < 60; ++d) {
                if (below(2) == 0) continue;
                // Few distinct scores: many ties; some differ only beyond what 32 bits hold.
                const std::string text =
                    below(3) == 0 ? fmt::format("{}.0000000001", below(5)) : std::to_string(below(5));
                run.push_back({fmt::format("d{}", d), static_cast<float>(std::stod(text))});
                run_file << fmt::format("q{}\tQ0 d{}  {} {} tag\n", q, d, below(100), text);
            }
            const Oracle oracle(run, judgements);
            const double values[] = {oracle.ndcg(10),           oracle.ndcg(5),       oracle.recall(10),
                                     oracle.recall(100),        oracle.precision(10), oracle.precision(3),
                                     oracle.success(1),         oracle.success(5),    oracle.reciprocal_rank(),
                                     oracle.average_precision()};
            for (std::size_t m = 0; m < names.size(); ++m) sums[m] += values[m];
        }
        run_file << "unjudged Q0 d1 1 1.5 tag\n";
        qrels_file.close();
        run_file.close();
        RetrievalMeasurement measurement;
        measurement.metrics.clear();
        for (const char* name : names) measurement.metrics.push_back(metric_by_name(name));
        const RetrievalEvaluation evaluation =
            evaluate_run(read_qrels(folder.path() / "qrels"), read_run(folder.path() / "run"), "run", measurement);
        ASSERT_EQ(evaluation.scores.questions.size(), queries);
        for (std::size_t m = 0; m < names.size(); ++m) {
            EXPECT_NEAR(mean_of(evaluation.scores.values[m]), sums[m] / queries, 1e-9)
                << names[m] << ", round " << round;
        }
    }
}

}  // namespace
}  // namespace quarry::eval
