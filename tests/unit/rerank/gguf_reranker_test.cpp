#include "core/rerank/gguf_reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/base/error.h"
#include "core/base/file.h"

#ifdef QUARRY_HAVE_LLAMA
#include <llama.h>

namespace quarry::rerank {
namespace {

using ::testing::HasSubstr;

class GgufRerankerTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<TemporaryDirectory>();
        model_ = make_model("rank.gguf", "--pooling 4");
    }
    static void TearDownTestSuite() { folder_.reset(); }

    /// A small BERT with a classifier's head, made by tests/support/tiny_gguf.py.
    static std::filesystem::path make_model(const std::string& name, const std::string& arguments) {
        const auto path = folder_->path() / name;
        const std::string command =
            "/usr/bin/python3 " QUARRY_SOURCE_DIR "/tests/support/tiny_gguf.py '" + path.string() + "' " + arguments;
        EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c): a test's own command
        return path;
    }
    static std::unique_ptr<Reranker> make(const std::filesystem::path& path) {
        return make_gguf_reranker({.path = path, .name = {}, .threads = 1});
    }
    std::vector<double> score(Reranker& reranker, std::string_view query, const std::vector<std::string>& texts) {
        const std::vector<std::string_view> views(texts.begin(), texts.end());
        return reranker.score(query, views, never_);
    }

    static inline std::unique_ptr<TemporaryDirectory> folder_;
    static inline std::filesystem::path model_;
    const Cancellation never_;
};

/// llama.cpp's attention rounds to 16 bits, otherwise when other texts are in the batch.
constexpr double of_a_batch = 2e-3;

/// llama.cpp asked in its plainest way: one pair in a context of its own, joined as its server does for BERT, whose
/// vocabulary wants [CLS] in front and [SEP] between.
float score_of_llama(const std::filesystem::path& path, const std::string& query, const std::string& text) {
    const std::unique_ptr<llama_model, decltype(&llama_model_free)> model(
        llama_model_load_from_file(path.c_str(), llama_model_default_params()), llama_model_free);
    llama_context_params parameters = llama_context_default_params();
    parameters.embeddings = true;
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = 64;
    parameters.n_threads = parameters.n_threads_batch = 1;
    const std::unique_ptr<llama_context, decltype(&llama_free)> context(llama_init_from_model(model.get(), parameters),
                                                                        llama_free);
    EXPECT_EQ(llama_pooling_type(context.get()), LLAMA_POOLING_TYPE_RANK);
    const llama_vocab* const vocabulary = llama_model_get_vocab(model.get());
    std::vector<llama_token> tokens = {llama_vocab_bos(vocabulary)};
    const auto add = [&](const std::string& part) {
        std::vector<llama_token> some(64);
        some.resize(static_cast<std::size_t>(llama_tokenize(
            vocabulary, part.data(), static_cast<std::int32_t>(part.size()), some.data(), 64, false, false)));
        tokens.insert(tokens.end(), some.begin(), some.end());
    };
    add(query);
    EXPECT_FALSE(llama_vocab_get_add_eos(vocabulary));
    tokens.push_back(llama_vocab_sep(vocabulary));
    add(text);
    EXPECT_EQ(llama_encode(context.get(), llama_batch_get_one(tokens.data(), static_cast<std::int32_t>(tokens.size()))),
              0);
    return llama_get_embeddings_seq(context.get(), 0)[0];
}

TEST_F(GgufRerankerTest, ScoresAreThoseOfLlama) {
    const auto reranker = make(model_);
    EXPECT_EQ(reranker->name(), "gguf:rank");
    const std::vector<std::string> texts = {"the moon is far away", "cheese", "a river bank, and the money of a bank",
                                            "the moon is yellow cheese", ""};
    const std::vector<double> together = score(*reranker, "how far is the moon", texts);
    ASSERT_EQ(together.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const double theirs = score_of_llama(model_, "how far is the moon", texts[i]);
        EXPECT_NEAR(score(*reranker, "how far is the moon", {texts[i]})[0], theirs, 1e-5) << texts[i];
        EXPECT_NEAR(together[i], theirs, of_a_batch) << texts[i];
    }
    EXPECT_GT(std::abs(together[0] - together[1]), 0.01);
}

TEST_F(GgufRerankerTest, ATextHasOneScoreWhateverIsReadWithIt) {
    const auto reranker = make(model_);
    std::vector<std::string> texts;
    for (int i = 0; i < 100; ++i) {
        texts.push_back("the moon is " + std::to_string(i * i));
        for (int n = 0; n < i % 9; ++n) texts.back() += " far away";
    }
    const std::vector<double> together = score(*reranker, "moon", texts);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        EXPECT_NEAR(together[i], score(*reranker, "moon", {texts[i]})[0], of_a_batch) << texts[i];
    }
}

TEST_F(GgufRerankerTest, OfALongTextTheBestPartCounts) {
    const auto reranker = make(model_);
    // The window is 64 tokens, of which the query and its marks take 4: half of the text fits, the whole does not.
    std::string text;
    for (int i = 0; i < 40; ++i) text += i < 20 ? "the moon " : "far away ";
    const std::size_t middle = text.find(' ', text.size() / 2) + 1;
    const std::vector<double> halves = score(*reranker, "moon", {text.substr(0, middle), text.substr(middle)});
    EXPECT_NEAR(score(*reranker, "moon", {text})[0], std::max(halves[0], halves[1]), of_a_batch);
    EXPECT_GT(std::abs(halves[0] - halves[1]), 2 * of_a_batch);
    // A query that alone is longer than the window.
    EXPECT_TRUE(std::isfinite(score(*reranker, text, {"moon"})[0]));
}

TEST_F(GgufRerankerTest, SpecialTokensInATextAreText) {
    const auto reranker = make(model_);
    const double marked = score(*reranker, "moon", {"cheese [SEP] moon"})[0];
    EXPECT_NEAR(marked, score_of_llama(model_, "moon", "cheese [SEP] moon"), 1e-5);
}

TEST_F(GgufRerankerTest, SaysWhatIsWrong) {
    const auto embedding = make(make_model("mean.gguf", "--pooling 1"));
    try {
        static_cast<void>(score(*embedding, "moon", {"cheese"}));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("not a reranker"));
        EXPECT_THAT(error.hint(), HasSubstr("cross-encoder"));
    }
    EXPECT_THROW(static_cast<void>(make(folder_->path() / "missing.gguf")), Error);
    EXPECT_TRUE(score(*embedding, "moon", {}).empty());
    Cancellation cancelled;
    cancelled.cancel();
    const std::vector<std::string_view> texts = {"moon"};
    EXPECT_THROW(static_cast<void>(make(model_)->score("x", texts, cancelled)), Error);
}

}  // namespace
}  // namespace quarry::rerank
#endif
