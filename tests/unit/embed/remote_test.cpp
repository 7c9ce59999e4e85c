

#include "core/embed/remote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/embed/vector_rows.h"
#include "tests/support/openai_server.h"

namespace quarry {
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
}  // namespace quarry
