#include "core/eval/retrieval.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry {
namespace {

using ::testing::HasSubstr;

/// A collection of short documents, each about a number of its own, and a question for each.
class RetrievalTest : public ::testing::Test {
protected:
    void write_collection(int documents) {
        std::filesystem::create_directories(folder_.path() / "qrels");
        std::ofstream corpus(folder_.path() / "corpus.jsonl");
        std::ofstream queries(folder_.path() / "queries.jsonl");
        std::ofstream qrels(folder_.path() / "qrels/test.tsv");
        qrels << "query-id\tcorpus-id\tscore\n";
        for (int i = 0; i < documents; ++i) {
            corpus
                << fmt::format(
                       R"({{"_id": "d{0}", "title": "Report {0}", "text": "Report number{0} is about topic{0}. It says what topic{0} means for readers. Nobody else knows number{0} so well."}})",
                       i)
                << '\n';
            queries << fmt::format(R"({{"_id": "q{0}", "text": "what does topic{0} mean"}})", i) << '\n';
            qrels << fmt::format("q{0}\td{0}\t1\n", i);
        }
    }
    [[nodiscard]] RetrievalEvaluation evaluate(SearchMode mode, const EvaluationProgress& progress = {}) const {
        RetrievalEvaluationOptions options;
        options.mode = mode;
        options.builtin.minimum_chunks = 50;
        return evaluate_retrieval(BeirFolder(folder_.path()), options, cancellation_, progress);
    }
    TemporaryDirectory folder_;
    Cancellation cancellation_;
};

TEST_F(RetrievalTest, FindsTheDocumentThatHasTheWord) {
    write_collection(20);
    const RetrievalEvaluation evaluation = evaluate(SearchMode::lexical);
    EXPECT_EQ(evaluation.documents, 20U);
    EXPECT_EQ(evaluation.queries.size(), 20U);
    EXPECT_EQ(evaluation.mean.ndcg_at_10, 1);
    EXPECT_EQ(evaluation.mean.recall_at_100, 1);
    EXPECT_EQ(evaluation.queries[3].ranking.front(), "d3");
    EXPECT_EQ(evaluation.embedder, "");
}

TEST_F(RetrievalTest, EmbedsWithATableFittedOnTheCollection) {
    write_collection(120);
    std::set<EvaluationStage> stages;
    const RetrievalEvaluation evaluation = evaluate(
        SearchMode::hybrid, [&](EvaluationStage stage, std::uint64_t, std::uint64_t) { stages.insert(stage); });
    EXPECT_EQ(evaluation.embedder, "builtin");
    EXPECT_EQ(evaluation.mode, SearchMode::hybrid);
    EXPECT_GT(evaluation.mean.ndcg_at_10, 0.95);
    EXPECT_EQ(stages.size(), 4U);
    EXPECT_GT(evaluate(SearchMode::vector).mean.ndcg_at_10, 0.5);
}

TEST_F(RetrievalTest, SaysWhenTheCollectionIsTooSmallForVectors) {
    write_collection(10);
    const RetrievalEvaluation evaluation = evaluate(SearchMode::hybrid);
    EXPECT_EQ(evaluation.mode, SearchMode::lexical);
    EXPECT_THAT(evaluation.note, HasSubstr("10 chunks"));
    EXPECT_THROW((void)evaluate(SearchMode::vector), Error);
}

TEST_F(RetrievalTest, DocumentsWithTheSameTextAreAllRanked) {
    write_collection(2);
    std::ofstream(folder_.path() / "corpus.jsonl")
        << "{\"_id\": \"d0\", \"text\": \"topic0 means this\"}\n{\"_id\": \"d1\", \"text\": \"topic0 means this\"}\n";
    const RetrievalEvaluation evaluation = evaluate(SearchMode::lexical);
    EXPECT_EQ(evaluation.queries[0].ranking, (std::vector<std::string>{"d0", "d1"}));
}

TEST_F(RetrievalTest, StopsWhenItIsCancelled) {
    write_collection(5);
    cancellation_.cancel();
    EXPECT_THROW((void)evaluate(SearchMode::lexical), Error);
}

TEST_F(RetrievalTest, AsksOnlyTheFirstQuestions) {
    write_collection(5);
    RetrievalEvaluationOptions options;
    options.mode = SearchMode::lexical;
    options.max_queries = 2;
    EXPECT_EQ(evaluate_retrieval(BeirFolder(folder_.path()), options, cancellation_).queries.size(), 2U);
}

}  // namespace
}  // namespace quarry
