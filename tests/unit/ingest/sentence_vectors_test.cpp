#include "core/ingest/sentence_vectors.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <sstream>

#include "core/base/error.h"
#include "core/ingest/ingest.h"

namespace quarry::ingest {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;

constexpr int documents = 6;

/// Texts about the sea are near each other, and so are all others.
class SeaEmbedder final : public embed::Embedder {
public:
    explicit SeaEmbedder(std::vector<std::size_t>& batches, int fail_after = -1)
        : batches_(batches), fail_after_(fail_after) {}
    [[nodiscard]] std::string name() const override { return "sea"; }
    [[nodiscard]] std::string fingerprint() const override { return "sea/1"; }
    [[nodiscard]] std::size_t dimensions() const override { return 2; }
    [[nodiscard]] std::size_t batch_size() const override { return 3; }
    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, embed::EmbedKind kind,
                                           const Cancellation&) override {
        EXPECT_EQ(kind, embed::EmbedKind::document);
        EXPECT_EQ(++at_once_, 1) << "asked by two threads at once";
        if (fail_after_ == static_cast<int>(batches_.size())) {
            --at_once_;
            throw Error(ErrorCode::provider_failed, "no answer");
        }
        batches_.push_back(texts.size());
        std::vector<float> vectors;
        for (const std::string_view text : texts) {
            const bool sea = text.find("tide") != std::string_view::npos;
            vectors.insert(vectors.end(), {sea ? 1.0F : 0.0F, sea ? 0.0F : 1.0F});
        }
        --at_once_;
        return vectors;
    }

private:
    std::vector<std::size_t>& batches_;
    int fail_after_;
    std::atomic<int> at_once_ = 0;
};

std::string lines_of_documents() {
    std::string lines;
    for (int i = 0; i < documents; ++i) {
        lines += fmt::format(R"({{"id": "d{}", "text": "Bread {} is baked. Dough rests. Flour is white. )"
                             R"(The tide comes. A tide goes. Spring tide is high."}})"
                             "\n",
                             i, i);
    }
    return lines;
}

class SentenceVectorsTest : public ::testing::Test {
protected:
    SentenceVectorsTest() {
        options_.chunking.strategy = "semantic";
        options_.chunking.threshold = 60;
        options_.threads = 4;
    }
    void use(std::unique_ptr<embed::Embedder> embedder, const SpendTokens& spend = {}) {
        embed_sentences_with(std::move(embedder), spend, cancellation_, options_.chunking);
    }
    IngestReport ingest() {
        std::istringstream lines(lines_of_documents());
        return ingest_jsonl(store_.get(), lines, "lines", options_, cancellation_);
    }
    [[nodiscard]] std::vector<std::string> first_chunks() const {
        std::vector<std::string> texts;
        store_->for_each_chunk([&](const store::Chunk& chunk) {
            if (chunk.ordinal == 0) texts.emplace_back(chunk.text);
            return true;
        });
        return texts;
    }

    std::unique_ptr<store::Store> store_ = store::open_store_in_memory();
    IngestOptions options_;
    Cancellation cancellation_;
    std::vector<std::size_t> batches_;
};

TEST_F(SentenceVectorsTest, DocumentsAreCutWhereTheModelSays) {
    use(std::make_unique<SeaEmbedder>(batches_));
    EXPECT_EQ(ingest().failed.size(), 0U);
    EXPECT_THAT(first_chunks(), Each(HasSubstr("Dough rests")));
    EXPECT_THAT(first_chunks(), Each(::testing::Not(HasSubstr("Spring tide"))));
    EXPECT_THAT(batches_, Each(Le(3U)));
    std::size_t asked = 0;
    for (const std::size_t batch : batches_) asked += batch;
    EXPECT_EQ(asked, std::size_t{documents} * 6);
}

TEST_F(SentenceVectorsTest, AnotherModelCutsAnew) {
    const IngestReport by_words = ingest();
    EXPECT_EQ(by_words.added, std::uint64_t{documents});
    use(std::make_unique<SeaEmbedder>(batches_));
    EXPECT_THAT(options_.chunking.fingerprint(), HasSubstr("embedder=sea/1"));
    EXPECT_EQ(ingest().rechunked, std::uint64_t{documents});
    batches_.clear();
    EXPECT_EQ(ingest().rechunked, 0U);
    EXPECT_THAT(batches_, IsEmpty());
}

TEST_F(SentenceVectorsTest, OtherStrategiesKeepTheirFingerprint) {
    chunk::ChunkOptions plain;
    chunk::ChunkOptions with_model = plain;
    embed_sentences_with(std::make_unique<SeaEmbedder>(batches_), {}, cancellation_, with_model);
    EXPECT_EQ(plain.fingerprint(), with_model.fingerprint());
}

TEST_F(SentenceVectorsTest, AModelThatFailsEndsTheRunAndTheNextGoesOn) {
    options_.threads = 1;
    use(std::make_unique<SeaEmbedder>(batches_, 5));
    EXPECT_THROW(static_cast<void>(ingest()), Error);
    EXPECT_EQ(first_chunks().size(), 2U) << "two batches a document: two were whole";
    bool failed = false;
    store_->for_each_source(
        "", [&](const store::Source& source) { failed = failed || source.status == store::SourceStatus::failed; });
    EXPECT_FALSE(failed) << "no document is at fault";
    use(std::make_unique<SeaEmbedder>(batches_));
    const IngestReport next = ingest();
    EXPECT_EQ(next.added, std::uint64_t{documents} - 2);
    EXPECT_EQ(next.unchanged, 2U);
}

TEST_F(SentenceVectorsTest, WhatIsSpentIsToldBeforeItIsAskedFor) {
    std::uint64_t tokens = 0;
    const SpendTokens spend = [&](std::uint64_t more) {
        tokens += more;
        if (tokens > 100) throw Error(ErrorCode::budget_exceeded, "enough");
    };
    options_.threads = 1;
    use(std::make_unique<SeaEmbedder>(batches_), spend);
    try {
        static_cast<void>(ingest());
        FAIL() << "nothing stopped it";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::budget_exceeded);
    }
    EXPECT_GT(tokens, 100U);
    EXPECT_LT(batches_.size(), std::size_t{documents} * 2);
    EXPECT_FALSE(batches_.empty());
}

}  // namespace
}  // namespace quarry::ingest
