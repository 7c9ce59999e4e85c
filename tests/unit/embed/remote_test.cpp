

#include "core/embed/remote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <thread>

#include "core/base/error.h"
#include "core/embed/vector_rows.h"
#include "tests/support/openai_server.h"

namespace quarry::embed {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Texts = std::vector<std::string_view>;

constexpr const char* key = "sk-very-secret";

class OpenAiEmbedding : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { server_.reset(); }

    [[nodiscard]] static std::unique_ptr<Embedder> embedder(const std::string& model, std::size_t dimensions = 0,
                                                            std::size_t batch = 128) {
        RemoteEmbedderOptions options;
        options.base_url = server_->base_url();
        options.model = model;
        options.dimensions = dimensions;
        options.api_key = key;
        options.timeout = std::chrono::seconds(1);
        options.batch = batch;
        options.retry.sleep = [](std::chrono::milliseconds, const Cancellation&) {};
        return make_remote_embedder(std::move(options));
    }
    [[nodiscard]] static std::vector<float> embed(Embedder& embedder, const Texts& texts) {
        const Cancellation never;
        return embedder.embed(texts, EmbedKind::document, never);
    }
    [[nodiscard]] static std::size_t requests() {
        const std::string log = server_->log();
        return static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n'));
    }

    static inline std::unique_ptr<OpenAiServer> server_;
};

TEST_F(OpenAiEmbedding, GivesUnitVectorsInOrder) {
    const auto plain = embedder("any");
    EXPECT_EQ(plain->dimensions(), 0U);
    const Texts texts = {"the moon", "is far", "away from here"};
    const std::vector<float> vectors = embed(*plain, texts);
    EXPECT_EQ(plain->dimensions(), 8U);
    ASSERT_EQ(vectors.size(), 24U);
    for (std::size_t row = 0; row < 3; ++row) {
        double squares = 0;
        for (std::size_t d = 0; d < 8; ++d) squares += std::pow(vectors[row * 8 + d], 2);
        EXPECT_NEAR(squares, 1.0, 1e-5);
    }
    EXPECT_EQ(embed(*embedder("shuffled"), texts), vectors);
    const std::vector<float> from_numbers = embed(*embedder("floats"), texts);
    ASSERT_EQ(from_numbers.size(), vectors.size());
    for (std::size_t i = 0; i < vectors.size(); ++i) EXPECT_NEAR(from_numbers[i], vectors[i], 1e-6);
    EXPECT_EQ(embed(*embedder("flaky"), texts), vectors);
}

TEST_F(OpenAiEmbedding, AsksForTheDimensionsWanted) {
    const auto small = embedder("any", 4);
    EXPECT_EQ(small->dimensions(), 4U);
    EXPECT_EQ(embed(*small, {"moon"}).size(), 4U);
}

TEST_F(OpenAiEmbedding, DoesNotSendBlankTexts) {
    const auto one = embedder("any");
    const std::vector<float> vectors = embed(*one, {"", "moon", " \n"});
    ASSERT_EQ(vectors.size(), 24U);
    EXPECT_TRUE(std::all_of(vectors.begin(), vectors.begin() + 8, [](float v) { return v == 0; }));
    EXPECT_TRUE(std::any_of(vectors.begin() + 8, vectors.begin() + 16, [](float v) { return v != 0; }));
    EXPECT_TRUE(std::all_of(vectors.begin() + 16, vectors.end(), [](float v) { return v == 0; }));
    EXPECT_EQ(embed(*embedder("any"), {""}).size(), 8U);
    EXPECT_TRUE(embed(*one, {}).empty());
}

TEST_F(OpenAiEmbedding, SplitsIntoRequests) {
    const std::size_t before = requests();
    EXPECT_EQ(embed(*embedder("any", 0, 2), {"a", "b", "c", "d", "e"}).size(), 40U);
    EXPECT_EQ(requests() - before, 3U);
    // Two texts of 200,000 tokens each do not fit together.
    const std::string large(600'000, 'x');
    EXPECT_EQ(embed(*embedder("any"), {large, large}).size(), 16U);
    EXPECT_EQ(requests() - before, 5U);
}

TEST_F(OpenAiEmbedding, HasAFingerprintOfModelAndDimensions) {
    const auto one = embedder("m");
    const std::string before = one->fingerprint();
    static_cast<void>(embed(*one, {"moon"}));
    EXPECT_EQ(one->fingerprint(), before);
    EXPECT_NE(embedder("n")->fingerprint(), before);
    EXPECT_NE(embedder("m", 8)->fingerprint(), before);
    EXPECT_EQ(one->name(), "openai:m");
    EXPECT_EQ(embedder("m", 0, 100'000)->batch_size(), 2048U);
}

struct Failure {
    const char* model;
    ErrorCode code;
    const char* says;
};
class OpenAiEmbeddingFailures : public OpenAiEmbedding, public ::testing::WithParamInterface<Failure> {};

TEST_P(OpenAiEmbeddingFailures, AreErrorsWithoutTheKey) {
    try {
        static_cast<void>(embed(*embedder(GetParam().model), {"one", "two"}));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), GetParam().code);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
        EXPECT_THAT(error.what(), Not(HasSubstr(key)));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Models, OpenAiEmbeddingFailures,
    ::testing::Values(Failure{"wrong-count", ErrorCode::provider_failed, "1 vectors for 2 texts"},
                      Failure{"wrong-dimension", ErrorCode::provider_failed, "2 dimensions where 8"},
                      Failure{"nan", ErrorCode::provider_failed, "not a finite number"},
                      Failure{"base64-infinity", ErrorCode::provider_failed, "not a finite number"},
                      Failure{"double-index", ErrorCode::provider_failed, "two vectors for text 0"},
                      Failure{"server-error", ErrorCode::provider_failed, "capacitor"},
                      Failure{"unauthorised", ErrorCode::provider_failed, "[key]"},
                      Failure{"rate-limited", ErrorCode::rate_limited, "slow down"},
                      Failure{"hang", ErrorCode::provider_failed, "no complete answer within 1 s"},
                      Failure{"html", ErrorCode::provider_failed, "Welcome to nginx"},
                      Failure{"empty", ErrorCode::provider_failed, "not JSON"}),
    [](const auto& row) {
        std::string name = row.param.model;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

TEST(ReadVectorRows, RefusesOddAnswers) {
    for (const char* body :
         {"[]", "{}", R"({"data":7})", R"({"data":[7]})", R"({"data":[{}]})", R"({"data":[{"embedding":[]}]})",
          R"({"data":[{"embedding":["x"]}]})", R"({"data":[{"embedding":"???"}]})",
          R"({"data":[{"embedding":"AAA="}]})", R"({"data":[{"index":1,"embedding":[1]}]})",
          R"({"data":[{"index":-1,"embedding":[1]}]})", R"({"data":[{"index":"0","embedding":[1]}]})",
          R"({"error":{"message":"m"}})", R"({"data":[{"embedding":[1e999]}]})", R"({"data":[{"embedding":[1e60]}]})",
          R"({"data":[{"embedding":[0,0]}]})", R"({"data":{"0":[1]}})", R"({"embeddings":[[1]]})"}) {
        EXPECT_THROW(static_cast<void>(read_vector_rows(body, "/data", 1, 0)), Error) << body;
    }
    EXPECT_THROW(static_cast<void>(read_vector_rows(R"({"data":[{"embedding":[1,2]}]})", "/data", 1, 3)), Error);
}

TEST(ReadVectorRows, TakesWhateverShapeItemsHave) {
    const VectorRows rows = read_vector_rows(R"({"data":[{"embedding":[3,4]},{"values":[0,2]},[5,0]]})", "/data", 3, 0);
    EXPECT_EQ(rows.dimensions, 2U);
    EXPECT_EQ(rows.values, (std::vector<float>{0.6F, 0.8F, 0, 1, 1, 0}));
    EXPECT_EQ(read_vector_rows(R"({"embeddings":{"float":[[2]]}})", "/embeddings/float", 1, 0).values,
              (std::vector<float>{1}));
}

struct Protocol {
    const char* provider;
    const char* base;  ///< Behind the server's address.
    const char* path;  ///< That is asked.
    const char* document;
    const char* query;  ///< What tells the two apart in a request's body; nullptr where nothing does.
    const char* dimensions;
};
class RemoteProtocols : public OpenAiEmbedding, public ::testing::WithParamInterface<Protocol> {
protected:
    [[nodiscard]] static std::unique_ptr<Embedder> make(std::size_t dimensions = 0, EmbedPrompts prompts = {}) {
        RemoteEmbedderOptions options;
        options.provider = GetParam().provider;
        options.base_url = server_->url(GetParam().base);
        options.model = "any-model";
        options.dimensions = dimensions;
        options.api_key = key;
        options.prompts = std::move(prompts);
        return make_remote_embedder(std::move(options));
    }
    [[nodiscard]] static std::string last_request() {
        const std::string log = server_->log();
        const std::string lines = log.substr(0, log.size() - 1);
        return lines.substr(lines.rfind('\n') + 1);
    }
};

TEST_P(RemoteProtocols, GiveTheSameVectorsForTheSameTexts) {
    const auto one = make();
    const Cancellation never;
    const Texts texts = {"the moon", "is far away"};
    EXPECT_EQ(one->embed(texts, EmbedKind::document, never).size(), 16U);
    EXPECT_THAT(last_request(), HasSubstr(GetParam().path));
    if (GetParam().document != nullptr) {
        EXPECT_THAT(last_request(), HasSubstr(GetParam().document));
    }
    const std::vector<float> vectors = one->embed(texts, EmbedKind::query, never);
    if (GetParam().query != nullptr) {
        EXPECT_THAT(last_request(), HasSubstr(GetParam().query));
    }
    const std::vector<float> from_openai = embed(*embedder("any"), texts);
    ASSERT_EQ(vectors.size(), from_openai.size());
    for (std::size_t i = 0; i < vectors.size(); ++i) EXPECT_NEAR(vectors[i], from_openai[i], 1e-6);
    static_cast<void>(make(4)->embed(texts, EmbedKind::document, never));
    EXPECT_THAT(last_request(), HasSubstr(GetParam().dimensions));
}

TEST_P(RemoteProtocols, PutPromptsBeforeTexts) {
    const Cancellation never;
    const auto prompted = make(0, {"ask: ", "read: "});
    const Texts texts = {"moon"};
    static_cast<void>(prompted->embed(texts, EmbedKind::document, never));
    EXPECT_THAT(last_request(), HasSubstr("read: moon"));
    static_cast<void>(prompted->embed(texts, EmbedKind::query, never));
    EXPECT_THAT(last_request(), HasSubstr("ask: moon"));
    EXPECT_NE(prompted->fingerprint(), make()->fingerprint());
    EXPECT_NE(make(4)->fingerprint(), make()->fingerprint());
}

INSTANTIATE_TEST_SUITE_P(
    Providers, RemoteProtocols,
    ::testing::Values(
        Protocol{"openai", "/v1", "/v1/embeddings", nullptr, nullptr, R"(\"dimensions\":4)"},
        Protocol{"voyage", "/v1", "/v1/embeddings", R"(\"input_type\":\"document\")", R"(\"input_type\":\"query\")",
                 R"(\"output_dimension\":4)"},
        Protocol{"mistral", "/v1", "/v1/embeddings", nullptr, nullptr, R"(\"output_dimension\":4)"},
        Protocol{"jina", "/v1", "/v1/embeddings", "retrieval.passage", "retrieval.query", R"(\"dimensions\":4)"},
        Protocol{"cohere", "/v2", "/v2/embed", "search_document", "search_query", R"(\"output_dimension\":4)"},
        Protocol{"gemini", "/v1beta", "/v1beta/models/any-model:batchEmbedContents", "RETRIEVAL_DOCUMENT",
                 "RETRIEVAL_QUERY", R"(\"outputDimensionality\":4)"},
        Protocol{"ollama", "", "/api/embed", R"(\"truncate\":false)", nullptr, R"(\"dimensions\":4)"}),
    [](const auto& row) { return std::string(row.param.provider); });

TEST_F(OpenAiEmbedding, ManyThreadsMayAsk) {
    const auto shared = embedder("any");
    EXPECT_EQ(shared->concurrency(), 4U);
    const std::vector<float> expected = embed(*embedder("any"), {"the moon"});
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 5; ++n) right += embed(*shared, {"the moon"}) == expected ? 1 : 0;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(right, 20);
}

TEST(PromptsOfModels, AreThoseOfTheFamily) {
    EXPECT_EQ(prompts_of_model("nomic-embed-text:v1.5").document, "search_document: ");
    EXPECT_EQ(prompts_of_model("intfloat/multilingual-e5-small").query, "query: ");
    EXPECT_EQ(prompts_of_model("bge_small_en-v1.5.Q8_0").document, "");
    EXPECT_EQ(prompts_of_model("embeddinggemma-300M").document, "title: none | text: ");
    EXPECT_TRUE(prompts_of_model("bge-m3").empty());
    EXPECT_TRUE(prompts_of_model("text-embedding-3-small").empty());
    EXPECT_EQ(prompts_mark({}), "plain");
    EXPECT_NE(prompts_mark({"a", "b"}), prompts_mark({"ab", ""}));
}

TEST(MakeOpenAiEmbedder, RefusesWhatCannotWork) {
    RemoteEmbedderOptions options;
    EXPECT_THROW(static_cast<void>(make_remote_embedder(options)), Error);
    options.model = "m";
    options.api_key = "k";
    EXPECT_NO_THROW(static_cast<void>(make_remote_embedder(options)));
    options.base_url = "http://example.com/v1";
    EXPECT_THROW(static_cast<void>(make_remote_embedder(options)), Error);
}

}  // namespace
}  // namespace quarry::embed
