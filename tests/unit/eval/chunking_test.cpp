#include "core/eval/chunking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::eval {
namespace {

using ::testing::HasSubstr;
using Spans = std::vector<CharacterSpan>;

TEST(Coverage, OfCasesWorkedOutByHand) {
    struct Case {
        const char* name;
        Spans references, retrieved, all;
        double recall, precision, iou, omega;
    };
    const std::vector<Case> cases = {
        {"exactly the chunk", {{0, 0, 10}}, {{0, 0, 10}}, {{0, 0, 10}, {0, 10, 20}}, 1, 1, 1, 1},
        {"half of a chunk", {{0, 0, 10}}, {{0, 0, 20}}, {{0, 0, 20}}, 1, 0.5, 0.5, 0.5},
        {"half found, nothing else", {{0, 0, 20}}, {{0, 0, 10}}, {{0, 0, 10}, {0, 10, 20}}, 0.5, 1, 0.5, 1},
        {"the wrong chunk", {{0, 0, 10}}, {{0, 10, 20}}, {{0, 0, 10}, {0, 10, 20}}, 0, 0, 0, 1},
        {"the same place of another document", {{0, 0, 10}}, {{1, 0, 10}}, {{0, 0, 10}, {1, 0, 10}}, 0, 0, 0, 1},
        {"nothing retrieved", {{0, 0, 10}}, {}, {{0, 0, 10}}, 0, 0, 0, 1},
        // What overlapping chunks repeat was retrieved twice: precision and IoU pay for it, recall does not gain.
        {"overlapping chunks",
         {{0, 5, 10}},
         {{0, 0, 10}, {0, 5, 15}},
         {{0, 0, 10}, {0, 5, 15}},
         1,
         0.25,
         0.25,
         5.0 / 15},
        {"two references", {{0, 0, 5}, {0, 15, 20}}, {{0, 0, 10}}, {{0, 0, 10}, {0, 10, 20}}, 0.5, 0.5, 5.0 / 15, 0.5},
        {"a reference that no chunk has",
         {{0, 0, 5}, {0, 50, 55}},
         {{0, 0, 10}},
         {{0, 0, 10}},
         0.5,
         0.5,
         5.0 / 15,
         5.0 / 15},
    };
    for (const Case& test : cases) {
        const CoverageMetrics measured = measure_coverage(test.references, test.retrieved, test.all);
        EXPECT_DOUBLE_EQ(measured.recall, test.recall) << test.name;
        EXPECT_DOUBLE_EQ(measured.precision, test.precision) << test.name;
        EXPECT_DOUBLE_EQ(measured.iou, test.iou) << test.name;
        EXPECT_DOUBLE_EQ(measured.precision_omega, test.omega) << test.name;
    }
}

// The oracle counts characters one by one.
TEST(Coverage, IsThatOfSetsOfCharacters) {
    std::mt19937 random(11);
    using Characters = std::set<std::pair<std::size_t, std::size_t>>;
    const auto add = [](Characters& characters, const CharacterSpan& span) {
        for (std::size_t at = span.start; at < span.end; ++at) characters.emplace(span.document, at);
    };
    for (int round = 0; round < 500; ++round) {
        const auto draw = [&random](std::size_t most) {
            Spans spans(random() % (most + 1));
            for (CharacterSpan& span : spans) {
                span.document = random() % 2;
                span.start = random() % 40;
                span.end = span.start + 1 + random() % 15;
            }
            return spans;
        };
        Spans references;
        for (std::size_t i = 0; i < 3; ++i) references.push_back({i % 2, i * 20, i * 20 + 1 + random() % 15});
        const Spans all = draw(8);
        Spans retrieved;
        for (const CharacterSpan& chunk : all) {
            if (random() % 2 == 0) retrieved.push_back(chunk);
        }
        Characters wanted, got, holding;
        std::size_t retrieved_length = 0;
        for (const CharacterSpan& span : references) add(wanted, span);
        for (const CharacterSpan& span : retrieved) {
            add(got, span);
            retrieved_length += span.end - span.start;
        }
        std::size_t both = 0, both_omega = 0;
        for (const auto& character : wanted) both += got.count(character);
        for (const CharacterSpan& chunk : all) {
            Characters own;
            add(own, chunk);
            bool holds = false;
            for (const auto& character : own) holds = holds || wanted.count(character) > 0;
            if (holds) holding.insert(own.begin(), own.end());
        }
        for (const auto& character : wanted) both_omega += holding.count(character);
        holding.insert(wanted.begin(), wanted.end());
        const auto share = [](std::size_t part, std::size_t whole) {
            return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
        };
        const CoverageMetrics measured = measure_coverage(references, retrieved, all);
        EXPECT_DOUBLE_EQ(measured.recall, share(both, wanted.size()));
        EXPECT_DOUBLE_EQ(measured.precision, share(both, retrieved_length));
        EXPECT_DOUBLE_EQ(measured.iou, share(both, retrieved_length + wanted.size() - both));
        EXPECT_DOUBLE_EQ(measured.precision_omega, share(both_omega, holding.size()));
    }
}

class ChunkingTest : public ::testing::Test {
protected:
    ChunkingTest() {
        std::filesystem::create_directories(folder_.path() / "corpora");
        std::string text;
        for (int i = 0; i < 40; ++i) {
            text += "Paragraph number" + std::to_string(i) + " tells of topic" + std::to_string(i) + " at length.\n\n";
        }
        write("corpora/guide.md", text);
        write("corpora/other.txt", "Something else entirely, which nobody asks for.\n");
        write(
            "questions.jsonl",
            "{\"question\": \"what of topic7\", \"corpus\": \"guide\", \"references\": [{\"text\": \"Paragraph number7 "
            "tells of topic7 at length.\"}]}\n"
            "{\"question\": \"nobody asks\", \"corpus\": \"other\", \"references\": [{\"text\": \"nobody\"}]}\n");
    }
    void write(const std::string& name, const std::string& content) const {
        std::ofstream(folder_.path() / name, std::ios::binary) << content;
    }
    [[nodiscard]] ChunkingCollection read() const {
        return read_chunking_folder(folder_.path(), [](const std::filesystem::path& file) {
            document::Document document;
            document.text = read_file(file, 1 << 20);
            document.media_type = "text/plain";
            return document;
        });
    }
    [[nodiscard]] static RetrievalConfiguration configuration(std::size_t size) {
        RetrievalConfiguration one;
        one.name = std::to_string(size);
        one.search.mode = search::SearchMode::lexical;
        one.chunking.strategy = "sentence";
        one.chunking.size = size;
        return one;
    }
    TemporaryDirectory folder_;
    Cancellation cancellation_;
};

TEST_F(ChunkingTest, SmallerChunksAreMorePrecise) {
    const ChunkingCollection collection = read();
    ASSERT_EQ(collection.documents.size(), 2U);
    const std::vector<RetrievalConfiguration> configurations = {configuration(60), configuration(600)};
    const auto evaluations = evaluate_chunking(collection, configurations, 1, cancellation_);
    ASSERT_EQ(evaluations.size(), 2U);
    for (const ChunkingEvaluation& evaluation : evaluations) {
        EXPECT_EQ(evaluation.scores.metrics[0], "recall");
        EXPECT_DOUBLE_EQ(mean_of(evaluation.scores.values[0]), 1) << evaluation.scores.name;
    }
    const auto precision = [&](std::size_t i) { return mean_of(evaluations[i].scores.values[1]); };
    EXPECT_GT(precision(0), 2 * precision(1));
    EXPECT_GT(evaluations[0].chunks, 4 * evaluations[1].chunks);
    EXPECT_LE(evaluations[0].mean_characters, 60);
    // As many chunks as hold the reference: one of each here.
    const auto minimal = evaluate_chunking(collection, configurations, 0, cancellation_);
    EXPECT_DOUBLE_EQ(mean_of(minimal[0].scores.values[3]), mean_of(evaluations[0].scores.values[3]));
}

TEST_F(ChunkingTest, ReadsChromasTable) {
    const auto expected = read().questions;
    std::filesystem::remove(folder_.path() / "questions.jsonl");
    write("questions_df.csv",
          "question,references,corpus_id\r\n"
          "what of topic7,\"[{\"\"content\"\": \"\"Paragraph number7 tells of topic7 at length.\"\"}]\",guide\r\n"
          "\"nobody\nasks, \"\"he said\"\"\",\"[{\"\"content\"\": \"\"nobody\"\", \"\"start_index\"\": 31, "
          "\"\"end_index\"\": 37}]\",other\n");
    const auto questions = read().questions;
    ASSERT_EQ(questions.size(), 2U);
    EXPECT_EQ(questions[0].expected[0].start_byte, expected[0].expected[0].start_byte);
    EXPECT_EQ(questions[1].text, "nobody\nasks, \"he said\"");
    EXPECT_EQ(questions[1].expected[0].end_byte, 37U);
}

TEST_F(ChunkingTest, RefusesWhatCannotBeMeasured) {
    const auto failure = [this] {
        try {
            (void)read();
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    write("questions.jsonl",
          "{\"question\": \"x\", \"corpus\": \"../questions\", \"references\": [{\"text\": \"x\"}]}\n");
    EXPECT_THAT(failure(), HasSubstr("is missing"));
    write("questions.jsonl",
          "{\"question\": \"x\", \"corpus\": \"guide\", \"references\": [{\"text\": \"absent\"}]}\n");
    EXPECT_THAT(failure(), HasSubstr("does not have the text"));
    std::filesystem::remove(folder_.path() / "questions.jsonl");
    EXPECT_THAT(failure(), HasSubstr("no questions.jsonl"));
    write("questions_df.csv", "question,corpus_id\nx,guide\n");
    EXPECT_THAT(failure(), HasSubstr("no column references"));
    write("questions_df.csv", "question,references,corpus_id\nx,guide\n");
    EXPECT_THAT(failure(), HasSubstr("row 2: 2 fields instead of 3"));
    write("questions_df.csv", "question,references,corpus_id\nx,no,guide\n");
    EXPECT_THAT(failure(), HasSubstr("not a JSON list"));

    write("questions.jsonl", "{\"question\": \"x\", \"corpus\": \"guide\"}\n");
    const std::vector<RetrievalConfiguration> configurations = {configuration(60)};
    EXPECT_THROW((void)evaluate_chunking(read(), configurations, 5, cancellation_), Error);
}

}  // namespace
}  // namespace quarry::eval
