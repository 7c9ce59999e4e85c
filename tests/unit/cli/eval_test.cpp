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
    EXPECT_THAT(result.out, HasSubstr("q0  1.0000  1.0000  1.0000  0.1000  1.0000  1.0000  1.0000\n"));
    EXPECT_THAT(result.out, HasSubstr("ndcg@10       1.0000  (1.0000 to 1.0000)\n"));
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

TEST_F(EvalCommandTest, ComparesModesAndSettings) {
    const RunResult table = run_quarry({"eval", "retrieval", "set", "--mode", "lexical", "--mode", "hybrid"});
    EXPECT_EQ(table.code, 0);
    EXPECT_THAT(table.out, HasSubstr("hybrid against lexical\n  ndcg@10 "));
    const auto json = nlohmann::json::parse(
        run_quarry({"eval", "retrieval", "set", "--set", "search.dense_weight=1", "--metrics", "mrr", "--json"}).out);
    EXPECT_EQ(json["configuration"], "as configured");
    EXPECT_EQ(json["others"][0]["configuration"], "search.dense_weight=1");
    EXPECT_EQ(json["comparisons"].size(), 1U);
    write("other.toml", "[search]\nmode = \"lexical\"\n");
    const auto file = nlohmann::json::parse(
        run_quarry({"eval", "retrieval", "set", "--compare", "other.toml", "--control", "--json"}).out);
    EXPECT_EQ(file["others"][0]["mode"], "lexical");
    EXPECT_EQ(file["others"][1]["configuration"], "as configured untrained");
    EXPECT_EQ(run_quarry({"eval", "retrieval", "set", "--set", "nonsense"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "retrieval", "set", "--set", "search.nonsense=1"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "retrieval", "set", "--mode", "lexical", "--control"}).code, 2);
}

TEST_F(EvalCommandTest, AGateForCi) {
    const std::vector<std::string> measure = {"eval", "retrieval", "set", "--mode", "lexical"};
    const auto with = [&measure](std::vector<std::string> more) {
        more.insert(more.begin(), measure.begin(), measure.end());
        return more;
    };
    write("baseline.json", run_quarry(with({"--json", "--per-query"})).out);
    EXPECT_EQ(run_quarry(with({"--baseline", "baseline.json", "--fail-under", "ndcg@10=baseline"})).code, 0);
    EXPECT_EQ(run_quarry(with({"--fail-under", "ndcg@10=0.9"})).code, 0);
    const RunResult under = run_quarry(with({"--fail-under", "precision@10=0.5"}));
    EXPECT_EQ(under.code, 12);
    EXPECT_THAT(under.err, HasSubstr("precision@10 is 0.1000, below the limit 0.5000"));
    EXPECT_THAT(under.out, HasSubstr("queries"));

    // Every second question asks for nothing that there is.
    std::string queries;
    for (int i = 0; i < 70; ++i) {
        queries += fmt::format(R"({{"_id": "q{}", "text": "{}{}"}})", i, i % 2 == 0 ? "subject" : "unheard", i) + "\n";
    }
    write("set/queries.jsonl", queries);
    const RunResult worse = run_quarry(
        with({"--baseline", "baseline.json", "--fail-under", "ndcg@10=baseline-0.1", "--fail-under", "mrr@10=0.9"}));
    EXPECT_EQ(worse.code, 12);
    EXPECT_THAT(worse.out, HasSubstr("against the baseline\n  ndcg@10       -0.5000 ("));
    EXPECT_THAT(worse.out, HasSubstr("p < 0.001, 0 better, 35 worse"));
    EXPECT_EQ(run_quarry(with({"--baseline", "baseline.json", "--fail-under", "ndcg@10=baseline-0.6"})).code, 0);
    for (const char* limit : {"ndcg@10", "ndcg@10=", "ndcg@10=x", "ndcg@10=baseline-", "other=1"}) {
        EXPECT_EQ(run_quarry(with({"--baseline", "baseline.json", "--fail-under", limit})).code, 2) << limit;
    }
    EXPECT_EQ(run_quarry(with({"--fail-under", "ndcg@10=baseline"})).code, 2);
    write("broken.json", "{}");
    EXPECT_EQ(run_quarry(with({"--baseline", "broken.json"})).code, 1);
}

TEST_F(EvalCommandTest, ARunThatIsWrittenMeasuresTheSame) {
    const auto direct = nlohmann::json::parse(
        run_quarry({"eval", "retrieval", "set", "--mode", "lexical", "--run-out", "mine.run", "--json"}).out);
    const auto from_file = nlohmann::json::parse(
        run_quarry({"eval", "retrieval", "--qrels", "set/qrels/test.tsv", "--run", "mine.run", "--json"}).out);
    for (const char* metric : {"ndcg@10", "recall@100", "map", "mrr@10"}) {
        EXPECT_EQ(direct[metric], from_file[metric]) << metric;
    }
    EXPECT_EQ(from_file["queries"], 70);
    EXPECT_EQ(run_quarry({"eval", "retrieval", "--run", "mine.run"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "retrieval", "set", "--qrels", "set/qrels/test.tsv", "--run", "mine.run"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "retrieval", "set", "--mode", "lexical", "--mode", "hybrid", "--run-out", "x"}).code,
              2);
}

TEST_F(EvalCommandTest, ABasesOwnQuestions) {
    EXPECT_EQ(run_quarry({"eval", "retrieval"}).code, 2);
    std::string text;
    for (int i = 0; i < 20; ++i) text += fmt::format("Part {0} tells of subject{0}, and of nothing else.\n\n", i);
    write("guide.md", text);
    write("other.md", "Nothing to be found here.\n");
    ASSERT_EQ(run_quarry({"ingest", "guide.md", "other.md", "--config", "chunk.size=60"}).code, 0);
    write("eval.jsonl", "{\"question\": \"subject3\", \"source\": \"guide.md\"}\n"
                        "{\"question\": \"subject4\", \"source\": \"guide.md\", \"text\": \"Part 4 tells\"}\n"
                        "{\"question\": \"subject4\", \"source\": \"guide.md\", \"text\": \"Part 5 tells\"}\n");
    const auto json = nlohmann::json::parse(
        run_quarry({"eval", "retrieval", "--mode", "lexical", "--json", "--per-query", "--html", "report.html"}).out);
    EXPECT_EQ(json["queries"], 3);
    EXPECT_EQ(json["documents"], 2);
    EXPECT_EQ(json["per_query"][0]["success@1"], 1);
    EXPECT_EQ(json["per_query"][1]["success@1"], 1);
    EXPECT_EQ(json["per_query"][2]["success@1"], 0);
    EXPECT_THAT(read("report.html"), HasSubstr("<svg"));
    EXPECT_EQ(run_quarry({"eval", "retrieval", "--set", "chunk.size=200"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "retrieval", "--control"}).code, 2);
    write("wrong.jsonl", "{\"question\": \"x\", \"source\": \"none.md\"}\n");
    EXPECT_EQ(run_quarry({"eval", "retrieval", "wrong.jsonl"}).code, 1);

    write("spans.jsonl", "{\"question\": \"subject4\", \"source\": \"guide.md\", \"text\": \"Part 4 tells\"}\n");
    const RunResult chunking = run_quarry({"eval", "chunking", "spans.jsonl", "--strategy", "sentence:60", "--strategy",
                                           "sentence:600", "--mode", "lexical", "-k", "1"});
    EXPECT_EQ(chunking.code, 0) << chunking.err;
    EXPECT_THAT(chunking.out, HasSubstr("sentence:600 lexical against sentence:60 lexical\n"));
    EXPECT_EQ(run_quarry({"eval", "chunking", "spans.jsonl", "--strategy", "sentence:1:2:3"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "chunking", "spans.jsonl", "--strategy", "none"}).code, 2);
}

TEST_F(EvalCommandTest, TunesBySettingsThatApply) {
    const auto json = nlohmann::json::parse(
        run_quarry({"eval", "tune", "set", "--setting", "search.dense_weight", "--limit", "20", "--json"}).out);
    EXPECT_EQ(json["schema"], "quarry.eval.tune/1");
    ASSERT_EQ(json["settings"].size(), 1U);
    EXPECT_EQ(json["settings"][0]["present"], 0.3);
    EXPECT_GE(json["best_mean"], json["present_mean"]);
    const RunResult text = run_quarry({"eval", "tune", "set", "--setting", "search.dense_weight", "--limit", "20"});
    EXPECT_THAT(text.out, HasSubstr("# Held-out gain: "));
    EXPECT_THAT(text.out, HasSubstr("[search]\n"));
    EXPECT_EQ(
        run_quarry({"eval", "tune", "set", "--setting", "search.dense_weight", "--config", "search.mode=vector"}).code,
        2);
    EXPECT_EQ(run_quarry({"eval", "tune", "set", "--limit", "5"}).code, 2);
    EXPECT_EQ(run_quarry({"eval", "tune", "set", "--metric", "nonsense"}).code, 2);
}

TEST_F(EvalCommandTest, SwitchedOffEmbeddingMeansWords) {
    const RunResult result = run_quarry({"eval", "retrieval", "set", "--config", "embed.provider=none"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("mode          lexical\n"));
}

}  // namespace
}  // namespace quarry::cli
