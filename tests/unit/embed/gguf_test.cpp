#include "core/embed/gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <random>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/llama/gguf_file.h"
#include "core/models/model_store.h"

#ifdef QUARRY_HAVE_LLAMA
#include <llama.h>
#endif

namespace quarry::embed {
namespace {

using ::testing::HasSubstr;
using Texts = std::vector<std::string_view>;

/// A model made by tests/support/tiny_gguf.py.
std::filesystem::path make_model(const std::filesystem::path& path, const std::string& arguments = {}) {
    const std::string command =
        "/usr/bin/python3 " QUARRY_SOURCE_DIR "/tests/support/tiny_gguf.py '" + path.string() + "' " + arguments;
    EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c): a test's own command
    return path;
}

std::string file_bytes(const std::filesystem::path& path) { return read_file(path, 1 << 24); }

llama::GgufFile read_header(const std::string& bytes) {
    return llama::read_gguf({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, bytes.size());
}

class GgufTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<TemporaryDirectory>();
        model_ = make_model(folder_->path() / "tiny.gguf");
    }
    static void TearDownTestSuite() { folder_.reset(); }

    static inline std::unique_ptr<TemporaryDirectory> folder_;
    static inline std::filesystem::path model_;
    const Cancellation never_;
};

TEST_F(GgufTest, HeadersAreRead) {
    const llama::GgufFile file = llama::read_gguf_file(model_);
    EXPECT_EQ(file.architecture, "bert");
    EXPECT_EQ(file.name, "Tiny test model");
    EXPECT_EQ(file.license, "mit");
    EXPECT_EQ(file.context_length, 64U);
    EXPECT_EQ(file.embedding_length, 32U);
    EXPECT_EQ(file.pooling, 1U);
    EXPECT_GT(file.parameters, 10'000U);
}

TEST_F(GgufTest, HeadersThatAreCutOffOrChangedAreNoCrash) {
    const std::string whole = file_bytes(model_);
    const std::size_t header = llama::read_gguf_file(model_).header_bytes;
    for (std::size_t size = 0; size < header; size += 7) {
        EXPECT_THROW(static_cast<void>(read_header(whole.substr(0, size))), Error) << size;
    }
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        std::string changed = whole;
        changed[random() % header] = static_cast<char>(random());
        try {
            static_cast<void>(read_header(changed));
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::failed);
        }
    }
}

TEST_F(GgufTest, FilesAreToldApartByContent) {
    const auto copy = folder_->path() / "copy.gguf";
    std::filesystem::copy_file(model_, copy);
    EXPECT_EQ(llama::gguf_content_mark(copy), llama::gguf_content_mark(model_));
    const auto other = make_model(folder_->path() / "other.gguf", "--seed 2");
    EXPECT_NE(llama::gguf_content_mark(other), llama::gguf_content_mark(model_));
    EXPECT_THROW(static_cast<void>(llama::gguf_content_mark(folder_->path() / "none.gguf")), Error);
}

class ModelStoreTest : public GgufTest {
protected:
    TemporaryDirectory place_;
    models::ModelStore models_{place_.path() / "models"};
};

TEST_F(ModelStoreTest, AddsListsAndRemoves) {
    EXPECT_TRUE(models_.list().empty());
    const models::StoredModel added =
        models_.add(model_.string(), {.name = {}, .sha256 = sha256(file_bytes(model_))}, never_);
    EXPECT_EQ(added.name, "tiny");
    EXPECT_EQ(added.license, "mit");
    EXPECT_EQ(added.dimensions, 32U);
    ASSERT_EQ(models_.list().size(), 1U);
    EXPECT_EQ(models_.list()[0].sha256, sha256(file_bytes(model_)));
    EXPECT_EQ(models_.list()[0].source, model_.string());
    EXPECT_THROW(static_cast<void>(models_.add(model_.string(), {}, never_)), Error);
    EXPECT_NO_THROW(
        static_cast<void>(models_.add(model_.string(), {.name = {}, .sha256 = {}, .replace = true}, never_)));
    EXPECT_TRUE(models_.remove("tiny"));
    EXPECT_FALSE(models_.remove("tiny"));
    EXPECT_TRUE(std::filesystem::is_empty(models_.folder()));
}

TEST_F(ModelStoreTest, RefusesAndLeavesNothing) {
    const auto text = place_.path() / "text.gguf";
    std::ofstream(text) << "not a model";
    const auto cut = place_.path() / "cut.gguf";
    std::ofstream(cut, std::ios::binary) << file_bytes(model_).substr(0, 20'000);
    struct Refused {
        std::string source;
        models::AddModelOptions options;
        const char* says;
    };
    const std::vector<Refused> rows = {{text.string(), {}, "does not begin with GGUF"},
                                       {cut.string(), {}, "truncated"},
                                       {(place_.path() / "none").string(), {}, "no such file"},
                                       {model_.string(), {.name = "../evil", .sha256 = {}}, "is not a valid name"},
                                       {model_.string(), {.name = {}, .sha256 = std::string(64, '0')}, "SHA-256"},
                                       {"http://example.com/m.gguf", {}, "plain http"}};
    for (const Refused& row : rows) {
        try {
            static_cast<void>(models_.add(row.source, row.options, never_));
            ADD_FAILURE() << row.source;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(row.says));
        }
        EXPECT_TRUE(models_.list().empty());
    }
    EXPECT_TRUE(!std::filesystem::exists(models_.folder()) || std::filesystem::is_empty(models_.folder()));
    EXPECT_FALSE(models_.find("../text"));
}

#ifdef QUARRY_HAVE_LLAMA

class GgufEmbedding : public GgufTest, public ::testing::WithParamInterface<int> {
protected:
    static std::unique_ptr<Embedder> make(const std::filesystem::path& path, std::size_t dimensions = 0) {
        GgufEmbedderOptions options;
        options.path = path;
        options.dimensions = dimensions;
        options.threads = 1;
        return make_gguf_embedder(std::move(options));
    }
    std::vector<float> embed(Embedder& embedder, const Texts& texts) {
        return embedder.embed(texts, EmbedKind::document, never_);
    }
};

double cosine(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

/// llama.cpp asked in its plainest way: one text, one sequence, a context of its own.
std::vector<float> vector_of_llama(const std::filesystem::path& path, const std::string& text) {
    const std::unique_ptr<llama_model, decltype(&llama_model_free)> model(
        llama_model_load_from_file(path.c_str(), llama_model_default_params()), llama_model_free);
    llama_context_params parameters = llama_context_default_params();
    parameters.embeddings = true;
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = 64;
    parameters.n_threads = parameters.n_threads_batch = 1;  // no waiting for each other on a busy machine
    const std::unique_ptr<llama_context, decltype(&llama_free)> context(llama_init_from_model(model.get(), parameters),
                                                                        llama_free);
    std::vector<llama_token> tokens(64);
    tokens.resize(static_cast<std::size_t>(llama_tokenize(llama_model_get_vocab(model.get()), text.data(),
                                                          static_cast<std::int32_t>(text.size()), tokens.data(), 64,
                                                          true, true)));
    EXPECT_EQ(llama_encode(context.get(), llama_batch_get_one(tokens.data(), static_cast<std::int32_t>(tokens.size()))),
              0);
    const float* const vector = llama_get_embeddings_seq(context.get(), 0);
    std::vector<float> unit(vector, vector + llama_model_n_embd_out(model.get()));
    double squares = 0;
    for (const float value : unit) squares += static_cast<double>(value) * static_cast<double>(value);
    for (float& value : unit) value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
    return unit;
}

TEST_F(GgufEmbedding, VectorsAreThoseOfLlama) {
    const auto model = make(model_);
    const std::vector<std::string> texts = {"the moon is far away", "cheese", "a river bank, and the money of a bank"};
    const std::vector<float> ours = embed(*model, Texts(texts.begin(), texts.end()));
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::vector<float> theirs = vector_of_llama(model_, texts[i]);
        ASSERT_EQ(theirs.size(), 32U);
        for (std::size_t d = 0; d < 32; ++d) EXPECT_NEAR(ours[i * 32 + d], theirs[d], 1e-5) << texts[i];
    }
}

TEST_F(GgufEmbedding, ATextHasOneVectorWhateverIsEmbeddedWithIt) {
    const auto model = make(model_);
    std::vector<std::string> texts;
    for (int i = 0; i < 100; ++i) {
        std::string text = "the moon is " + std::to_string(i * i);
        for (int n = 0; n < i % 9; ++n) text += " far away";
        texts.push_back(text);
    }
    const std::vector<float> together = embed(*model, Texts(texts.begin(), texts.end()));
    EXPECT_EQ(model->dimensions(), 32U);
    ASSERT_EQ(together.size(), 3200U);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto row = std::span(together).subspan(i * 32, 32);
        EXPECT_NEAR(cosine(row, embed(*model, {texts[i]})), 1.0, 1e-5) << texts[i];
        EXPECT_NEAR(cosine(row, row), 1.0, 1e-5);
    }
}

TEST_F(GgufEmbedding, PoolingIsTheFiles) {
    const auto cls = make(make_model(folder_->path() / "cls.gguf", "--pooling 2"));
    const auto none = make(make_model(folder_->path() / "none-said.gguf", "--pooling 0"));
    const auto mean = make(model_);
    const Texts text = {"cheese is yellow"};
    EXPECT_LT(cosine(embed(*cls, text), embed(*mean, text)), 0.999);
    EXPECT_NEAR(cosine(embed(*none, text), embed(*mean, text)), 1.0, 1e-6);
    EXPECT_NE(cls->fingerprint(), mean->fingerprint());
}

TEST_F(GgufEmbedding, LongTextsAreEmbeddedWhole) {
    const auto model = make(model_);
    std::string text;
    for (int i = 0; i < 300; ++i) text += i < 150 ? "the moon " : "money bank ";
    const std::vector<float> whole = embed(*model, {text});
    const std::vector<float> beginning = embed(*model, {std::string_view(text).substr(0, 400)});
    EXPECT_NEAR(cosine(whole, whole), 1.0, 1e-5);
    EXPECT_LT(cosine(whole, beginning), 0.9999);
}

TEST_F(GgufEmbedding, VectorsAreCutAndScaledAnew) {
    const auto full = make(model_);
    const auto half = make(model_, 16);
    const std::vector<float> long_vector = embed(*full, {"money"});
    const std::vector<float> short_vector = embed(*half, {"money"});
    ASSERT_EQ(short_vector.size(), 16U);
    EXPECT_NEAR(cosine(short_vector, short_vector), 1.0, 1e-5);
    EXPECT_NEAR(short_vector[0] / short_vector[1], long_vector[0] / long_vector[1], 1e-3);
    EXPECT_NE(half->fingerprint(), full->fingerprint());
    EXPECT_THROW(static_cast<void>(embed(*make(model_, 64), {"money"})), Error);
}

TEST_F(GgufEmbedding, BlankTextsHaveZerosAndSpecialTokensAreText) {
    const auto model = make(model_);
    const std::vector<float> vectors = embed(*model, {" \n", "moon"});
    EXPECT_TRUE(std::all_of(vectors.begin(), vectors.begin() + 32, [](float v) { return v == 0; }));
    EXPECT_LT(cosine(embed(*model, {"[SEP] moon"}), std::span(vectors).subspan(32)), 0.9999);
    EXPECT_TRUE(embed(*model, {}).empty());
}

TEST_F(GgufEmbedding, SaysWhatIsWrongWithAFile) {
    try {
        static_cast<void>(embed(*make(make_model(folder_->path() / "rank.gguf", "--pooling 4")), {"x"}));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("reranker"));
    }
    EXPECT_THROW(static_cast<void>(make(folder_->path() / "missing.gguf")), Error);
    Cancellation cancelled;
    cancelled.cancel();
    const Texts texts = {"moon"};
    EXPECT_THROW(static_cast<void>(make(model_)->embed(texts, EmbedKind::document, cancelled)), Error);
}

#endif

}  // namespace
}  // namespace quarry::embed
