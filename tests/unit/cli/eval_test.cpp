#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class EvalCommandTest : public QuarryTest {
protected:
    EvalCommandTest() {
        std::string corpus, queries, qrels = "query-id\tcorpus-id\tscore\n";
        for (int i = 0; i < 70; ++i) {
            corpus += fmt::format(R"({{"_id": "d{0}", "text": "Text number{0} tells of subject{0}."}})", i) + "\n";
            queries += fmt::format(R"({{"_id": "q{0}", "text": "subject{0}"}})", i) + "\n";
            qrels += fmt::format("q{0}\td{0}\t1\n", i);
        }
        write("set/corpus.jsonl", corpus);
        write("set/queries.jsonl", queries);
        write("set/qrels/test.tsv", qrels);
    }
};

TEST_F(EvalCommandTest, MeasuresEachMode) {
    for (const std::string mode : {"lexical", "vector", "hybrid"}) {
        const auto json = nlohmann::json::parse(run_quarry({"eval", "retrieval", "set", "--mode", mode, "--json"}).out);
        EXPECT_EQ(json["schema"], "quarry.eval.retrieval/1");
        EXPECT_EQ(json["mode"], mode);
        EXPECT_EQ(json["queries"], 70);
        EXPECT_EQ(json["documents"], 70);
        EXPECT_GT(json["ndcg@10"], 0.9) << mode;
        EXPECT_EQ(json["recall@100"], 1.0) << mode;
        EXPECT_EQ(json["embedder"], mode == "lexical" ? "" : "builtin");
    }
}

TEST_F(EvalCommandTest, PrintsATableAndEachQuery) {
    const RunResult result = run_quarry({"eval", "retrieval", "set", "--mode", "lexical", "--per-query"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("q0  1.0000  1.0000  1.0000\n"));
    EXPECT_THAT(result.out, HasSubstr("ndcg@10     1.0000\n"));
    const auto json = nlohmann::json::parse(
        run_quarry({"eval", "retrieval", "set", "--mode", "lexical", "--per-query", "--limit", "3", "--json"}).out);
    EXPECT_EQ(json["per_query"].size(), 3U);
    EXPECT_EQ(json["per_query"][2]["id"], "q2");
}

TEST_F(EvalCommandTest, RefusesWhatIsNoCollection) {
    EXPECT_EQ(run_quarry({"eval", "retrieval", "nowhere"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "retrieval"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "retrieval", "set", "--mode", "vector", "--config", "embed.provider=none"}).code, 2);
    write("set/corpus.jsonl", "nonsense\n");
    const RunResult result = run_quarry({"eval", "retrieval", "set", "--mode", "lexical"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("corpus.jsonl:1"));
}

TEST_F(EvalCommandTest, SwitchedOffEmbeddingMeansWords) {
    const RunResult result = run_quarry({"eval", "retrieval", "set", "--config", "embed.provider=none"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("mode        lexical\n"));
}

}  // namespace
}  // namespace quarry::cli
