#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/rerank/command_reranker.h"
#include "core/rerank/rerank_scores.h"
#include "core/rerank/server_reranker.h"
#include "tests/support/openai_server.h"

namespace quarry::rerank {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Texts = std::vector<std::string_view>;

const Cancellation never;

struct Answer {
    const char* name;
    const char* body;
    const char* problem;  ///< Part of the message; "" when 2 and 1 come out.
};

class RerankAnswers : public ::testing::TestWithParam<Answer> {};

TEST_P(RerankAnswers, AreReadOrRefused) {
    const Answer& row = GetParam();
    if (*row.problem == '\0') {
        EXPECT_THAT(read_rerank_scores(row.body, 2), ElementsAre(2.0, 1.0));
        return;
    }
    try {
        static_cast<void>(read_rerank_scores(row.body, 2));
        FAIL() << "was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::provider_failed);
        EXPECT_THAT(error.what(), HasSubstr(row.problem));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RerankAnswers,
    ::testing::Values(
        Answer{"cohere", R"({"results":[{"index":1,"relevance_score":1},{"index":0,"relevance_score":2}]})", ""},
        Answer{"voyage",
               R"({"object":"list","data":[{"index":0,"relevance_score":2},{"index":1,"relevance_score":1}]})", ""},
        Answer{"tei", R"([{"index":0,"score":2},{"index":1,"score":1}])", ""},
        Answer{"plain", R"({"scores":[2,1]})", ""}, Answer{"no_json", "sorry", "not JSON"},
        Answer{"number", "3", "not JSON"}, Answer{"no_list", R"({"result":[]})", "no list"},
        Answer{"too_few", R"({"scores":[2]})", "1 scores for 2 texts"},
        Answer{"twice", R"([{"index":0,"score":2},{"index":0,"score":1}])", "two scores for text 0"},
        Answer{"out_of_range", R"([{"index":0,"score":2},{"index":2,"score":1}])", "out of range"},
        Answer{"negative", R"([{"index":0,"score":2},{"index":-1,"score":1}])", "out of range"},
        Answer{"no_score", R"([{"index":0,"score":2},{"index":1}])", "no \"relevance_score\""},
        Answer{"text_for_score", R"([{"index":0,"score":"2"},{"index":1,"score":1}])", "finite"},
        Answer{"infinite", R"({"scores":[1e999,1]})", "JSON"},
        Answer{"list_in_list", R"({"scores":[[1],[2]]})", "neither"}),
    [](const ::testing::TestParamInfo<Answer>& row) { return std::string(row.param.name); });

class ServerReranking : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { server_.reset(); }

    [[nodiscard]] static ServerRerankerOptions options(const std::string& model) {
        ServerRerankerOptions options;
        options.base_url = server_->base_url();
        options.model = model;
        options.api_key = "sk-very-secret";
        options.timeout = std::chrono::seconds(1);
        options.retry.sleep = [](std::chrono::milliseconds, const Cancellation&) {};
        return options;
    }
    [[nodiscard]] static std::vector<double> score(const ServerRerankerOptions& options) {
        return make_server_reranker(options)->score("red ships", Texts{"bread", "red ships", "ships"}, never);
    }

    static inline std::unique_ptr<OpenAiServer> server_;
};

TEST_F(ServerReranking, GivesScoresInTheOrderOfTheTexts) {
    for (const char* model : {"any", "flaky", "voyage", "tei"}) {
        EXPECT_THAT(score(options(model)), ElementsAre(0.0, 1.0, 0.5)) << model;
    }
}

TEST_F(ServerReranking, AsksInBatches) {
    ServerRerankerOptions small = options("batches");
    small.batch = 2;
    small.texts_name = "texts";
    EXPECT_THAT(score(small), ElementsAre(0.0, 1.0, 0.5));
    EXPECT_THAT(server_->log(), HasSubstr(R"(\"texts\":[\"ships\"])"));
}

TEST_F(ServerReranking, FaultsAreErrorsWithoutTheKey) {
    for (const char* model :
         {"server-error", "unauthorised", "hang", "drop", "html", "nonsense", "empty", "wrong-count", "double-index"}) {
        try {
            static_cast<void>(score(options(model)));
            FAIL() << model;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::provider_failed) << model;
            EXPECT_THAT(error.what(), Not(HasSubstr("sk-very-secret"))) << model;
        }
    }
    try {
        static_cast<void>(score(options("rate-limited")));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::rate_limited);
    }
}

TEST_F(ServerReranking, SendsNoKeyInTheClear) {
    ServerRerankerOptions far = options("any");
    far.base_url = "http://rerank.example.org/v1";
    EXPECT_THROW(static_cast<void>(make_server_reranker(far)), Error);
}

TEST(CommandReranking, ReadsWhatTheProgramWrites) {
    CommandRerankerOptions options;
    options.command = {"python3", "-c",
                       "import json, sys; q = json.load(sys.stdin);"
                       "print(json.dumps({'scores': [t.count(q['query']) for t in q['documents']]}))"};
    EXPECT_THAT(make_command_reranker(options)->score("a", Texts{"banana", "\"a\"\n", ""}, never),
                ElementsAre(3.0, 1.0, 0.0));
}

TEST(CommandReranking, SaysWhatWentWrong) {
    CommandRerankerOptions options;
    EXPECT_THROW(static_cast<void>(make_command_reranker(options)), Error);
    options.command = {"sh", "-c", "echo no model >&2; exit 3"};
    try {
        static_cast<void>(make_command_reranker(options)->score("a", Texts{"b"}, never));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::provider_failed);
        EXPECT_THAT(error.what(), HasSubstr("no model"));
    }
}

}  // namespace
}  // namespace quarry::rerank
