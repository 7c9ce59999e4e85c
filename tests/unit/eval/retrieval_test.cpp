#include "core/eval/retrieval.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::eval {
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
    [[nodiscard]] static RetrievalConfiguration configuration(search::SearchMode mode) {
        RetrievalConfiguration one;
        one.name = search::search_mode_name(mode);
        one.search.mode = mode;
        one.builtin.minimum_chunks = 50;
        return one;
    }
    [[nodiscard]] RetrievalEvaluation evaluate(search::SearchMode mode, const EvaluationProgress& progress = {},
                                               std::size_t max_queries = 0) const {
        RetrievalMeasurement measurement;
        measurement.max_queries = max_queries;
        const std::vector<RetrievalConfiguration> configurations = {configuration(mode)};
        return evaluate_retrieval(BeirFolder(folder_.path()), configurations, measurement, cancellation_, progress)
            .front();
    }
    [[nodiscard]] static double mean(const RetrievalEvaluation& evaluation, const char* metric) {
        return mean_of(evaluation.scores.values.at(evaluation.scores.find_metric(metric)));
    }
    TemporaryDirectory folder_;
    Cancellation cancellation_;
};

TEST_F(RetrievalTest, FindsTheDocumentThatHasTheWord) {
    write_collection(20);
    const RetrievalEvaluation evaluation = evaluate(search::SearchMode::lexical);
    EXPECT_EQ(evaluation.documents, 20U);
    EXPECT_EQ(evaluation.scores.questions.size(), 20U);
    EXPECT_EQ(mean(evaluation, "ndcg@10"), 1);
    EXPECT_EQ(mean(evaluation, "recall@100"), 1);
    EXPECT_EQ(evaluation.rankings[3].front().id, "d3");
    EXPECT_EQ(evaluation.embedder, "");
}

TEST_F(RetrievalTest, EmbedsWithATableFittedOnTheCollection) {
    write_collection(120);
    std::set<EvaluationStage> stages;
    const RetrievalEvaluation evaluation = evaluate(
        search::SearchMode::hybrid, [&](EvaluationStage stage, std::uint64_t, std::uint64_t) { stages.insert(stage); });
    EXPECT_EQ(evaluation.embedder, "builtin");
    EXPECT_EQ(evaluation.mode, search::SearchMode::hybrid);
    EXPECT_GT(mean(evaluation, "ndcg@10"), 0.95);
    EXPECT_EQ(stages.size(), 4U);
    EXPECT_GT(mean(evaluate(search::SearchMode::vector), "ndcg@10"), 0.5);
}

TEST_F(RetrievalTest, SaysWhenTheCollectionIsTooSmallForVectors) {
    write_collection(10);
    const RetrievalEvaluation evaluation = evaluate(search::SearchMode::hybrid);
    EXPECT_EQ(evaluation.mode, search::SearchMode::lexical);
    EXPECT_THAT(evaluation.note, HasSubstr("10 of 50"));
    EXPECT_THROW((void)evaluate(search::SearchMode::vector), Error);
}

TEST_F(RetrievalTest, DocumentsWithTheSameTextAreAllRanked) {
    write_collection(2);
    std::ofstream(folder_.path() / "corpus.jsonl")
        << "{\"_id\": \"d0\", \"text\": \"topic0 means this\"}\n{\"_id\": \"d1\", \"text\": \"topic0 means this\"}\n";
    const RetrievalEvaluation evaluation = evaluate(search::SearchMode::lexical);
    ASSERT_EQ(evaluation.rankings[0].size(), 2U);
    EXPECT_EQ(evaluation.rankings[0][0].id, "d0");
    EXPECT_EQ(evaluation.rankings[0][1].id, "d1");
}

TEST_F(RetrievalTest, StopsWhenItIsCancelled) {
    write_collection(5);
    cancellation_.cancel();
    EXPECT_THROW((void)evaluate(search::SearchMode::lexical), Error);
}

TEST_F(RetrievalTest, AsksOnlyTheFirstQuestions) {
    write_collection(5);
    const RetrievalEvaluation evaluation = evaluate(search::SearchMode::lexical, {}, 2);
    EXPECT_EQ(evaluation.scores.questions, (std::vector<std::string>{"q0", "q1"}));
    EXPECT_EQ(evaluation.query_seconds.size(), 2U);
}

TEST_F(RetrievalTest, ConfigurationsThatCutAlikeShareABase) {
    write_collection(120);
    std::size_t filled = 0;
    RetrievalConfiguration untrained = configuration(search::SearchMode::vector);
    untrained.builtin.fit.epochs = 0;
    const std::vector<RetrievalConfiguration> configurations = {configuration(search::SearchMode::hybrid),
                                                                configuration(search::SearchMode::lexical), untrained,
                                                                configuration(search::SearchMode::vector)};
    const auto evaluations = evaluate_retrieval(BeirFolder(folder_.path()), configurations, {}, cancellation_,
                                                [&](EvaluationStage stage, std::uint64_t, std::uint64_t) {
                                                    filled += stage == EvaluationStage::index ? 1 : 0;
                                                });
    EXPECT_EQ(filled, 2U);
    ASSERT_EQ(evaluations.size(), 4U);
    EXPECT_EQ(evaluations[1].mode, search::SearchMode::lexical);
    EXPECT_EQ(evaluations[1].embedder, "");
    for (const std::size_t i : {0U, 1U, 2U, 3U}) {
        const RetrievalEvaluation alone =
            evaluate_retrieval(BeirFolder(folder_.path()), std::span(configurations).subspan(i, 1), {}, cancellation_)
                .front();
        EXPECT_EQ(evaluations[i].scores.values, alone.scores.values) << configurations[i].name;
    }
    EXPECT_NE(evaluations[2].scores.values, evaluations[3].scores.values);
}

TEST_F(RetrievalTest, ABaseAnswersItsOwnQuestions) {
    const std::unique_ptr<store::Store> store = store::open_store_in_memory();
    std::string text;
    for (int i = 0; i < 30; ++i) text += fmt::format("Paragraph {0} tells of subject{0}.\n\n", i);
    chunk::ChunkOptions chunking;
    chunking.size = 40;
    std::vector<store::PreparedSource> sources(2);
    for (store::PreparedSource& prepared : sources) {
        const bool first = &prepared == sources.data();
        prepared.source.uri = first ? "long.md" : "short.md";
        prepared.source.content_hash = prepared.source.uri;
        prepared.document.emplace();
        prepared.document->text = first ? text : "A short one about subject7 as well.";
        prepared.document->media_type = "text/plain";
        prepared.chunks = chunk::chunk_document(*prepared.document, chunking, cancellation_);
    }
    store->put(sources);
    const std::int64_t long_id = store->source("long.md")->document_id.value();
    const std::size_t at = text.find("Paragraph 7 ");
    const std::vector<ResolvedQuestion> questions = {
        {"document", "subject7", {{long_id, 0, 0, 1}}},
        {"span", "subject7", {{long_id, at, at + 20, 1}}},
        {"span elsewhere", "subject7", {{long_id, 0, 10, 1}}},
    };
    RetrievalSession session(*store, nullptr, questions, {}, cancellation_);
    const RetrievalEvaluation evaluation = session.evaluate(configuration(search::SearchMode::lexical));
    EXPECT_EQ(evaluation.documents, 2U);
    ASSERT_EQ(evaluation.rankings.size(), 3U);
    EXPECT_EQ(evaluation.rankings[0].size(), 2U);  // Documents, each once.
    const auto& recall = evaluation.scores.values[evaluation.scores.find_metric("recall@10")];
    EXPECT_EQ(recall, (std::vector<double>{1, 1, 0}));
    EXPECT_EQ(evaluation.rankings[1].size(), 2U);  // The chunk that was wanted, and one of the other document.

    RetrievalConfiguration short_only = configuration(search::SearchMode::lexical);
    short_only.search.filter.paths.push_back({store::PathPattern::Kind::name, "short.md", ""});
    const RetrievalEvaluation filtered = session.evaluate(short_only);
    EXPECT_EQ(filtered.rankings[0].size(), 1U);
    EXPECT_EQ(filtered.scores.values[filtered.scores.find_metric("recall@10")], (std::vector<double>{0, 0, 0}));
}

/// Puts what has the last word of the query behind everything else.
class Contrary final : public rerank::Reranker {
public:
    [[nodiscard]] std::string name() const override { return "contrary"; }
    [[nodiscard]] std::vector<double> score(std::string_view query, std::span<const std::string_view> texts,
                                            const Cancellation&) override {
        std::vector<double> scores;
        const std::string_view word = query.substr(query.rfind(' ') + 1);
        for (const std::string_view text : texts) scores.push_back(text.find(word) == std::string_view::npos ? 1 : 0);
        return scores;
    }
};

TEST_F(RetrievalTest, ARerankerOrdersTheBest) {
    std::ofstream(folder_.path() / "corpus.jsonl")
        << R"({"_id": "best", "text": "moon moon moon"})" << '\n'
        << R"({"_id": "good", "text": "a moon and Mars"})" << '\n'
        << R"({"_id": "last", "text": "a moon, and much besides it"})" << '\n';
    std::ofstream(folder_.path() / "queries.jsonl") << R"({"_id": "q", "text": "moon Mars"})" << '\n';
    std::filesystem::create_directories(folder_.path() / "qrels");
    std::ofstream(folder_.path() / "qrels/test.tsv") << "query-id\tcorpus-id\tscore\nq\tgood\t1\n";
    Contrary contrary;
    std::vector<RetrievalConfiguration> configurations(3, configuration(search::SearchMode::lexical));
    configurations[1].reranker = configurations[2].reranker = &contrary;
    configurations[1].search.rerank_depth = 2;
    const auto evaluations = evaluate_retrieval(BeirFolder(folder_.path()), configurations, {}, cancellation_);
    const auto order = [&](std::size_t i) {
        std::string ids;
        double before = std::numeric_limits<double>::infinity();
        for (const RankedDocument& document : evaluations[i].rankings.at(0)) {
            ids += document.id + " ";
            EXPECT_LE(document.score, before);
            before = document.score;
        }
        return ids;
    };
    EXPECT_EQ(order(0), "good best last ");
    EXPECT_EQ(order(1), "best good last ") << "the third was not read";
    EXPECT_EQ(order(2), "best last good ");
    EXPECT_EQ(evaluations[0].reranker, "");
    EXPECT_EQ(evaluations[1].reranker, "contrary");
}

}  // namespace
}  // namespace quarry::eval
