#include "core/ingest/embedding.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "core/base/error.h"
#include "core/base/hash.h"

namespace quarry::ingest {
namespace {

using ::testing::HasSubstr;

/// Embeds anything as one number, and fails or cancels after some batches.
class CountingEmbedder final : public embed::Embedder {
public:
    explicit CountingEmbedder(std::string fingerprint) : fingerprint_(std::move(fingerprint)) {}
    [[nodiscard]] std::string name() const override { return "counting"; }
    [[nodiscard]] std::string fingerprint() const override { return fingerprint_; }
    [[nodiscard]] std::size_t dimensions() const override { return 1; }
    [[nodiscard]] std::size_t batch_size() const override { return 10; }
    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, embed::EmbedKind kind,
                                           const Cancellation&) override {
        EXPECT_EQ(kind, embed::EmbedKind::document);
        if (batches == fail_after) throw Error(ErrorCode::provider_failed, "no answer");
        ++batches;
        embedded += texts.size();
        return std::vector<float>(texts.size(), 1.0F);
    }
    int batches = 0;
    int fail_after = -1;
    std::size_t embedded = 0;

private:
    std::string fingerprint_;
};

class EmbeddingTest : public ::testing::Test {
protected:
    void add(int from, int to) {
        std::vector<store::PreparedSource> sources;
        for (int i = from; i < to; ++i) {
            store::PreparedSource source;
            source.source.uri = fmt::format("doc{:04}", i);
            document::Document document;
            document.title = fmt::format("Document {}", i);
            document.text = fmt::format("Document {} is about subject{} and about subject{}. It was written by "
                                        "author{} in the year of the{}. Nobody has read it since then, they say.",
                                        i, i % 7, i % 5, i % 3, i);
            document.media_type = "text/plain";
            source.source.content_hash = content_hash(document.text);
            source.chunks.push_back({0, document.text.size(), 1, 1, {}});
            source.document = std::move(document);
            sources.push_back(std::move(source));
        }
        store_->put(sources);
    }
    EmbeddingReport update(bool refit = false, std::uint64_t computed_from = 2'000) {
        BuiltinUpdateOptions options;
        options.refit = refit;
        options.computed_from_chunks = computed_from;
        options.fit.epochs = 1;
        return update_builtin_vectors(*store_, options, cancellation_);
    }
    /// Every vector of the embedder in use, by chunk.
    [[nodiscard]] std::map<std::int64_t, std::vector<float>> all_vectors() const {
        std::map<std::int64_t, std::vector<float>> all;
        store_->for_each_vector(in_use(), [&all](std::int64_t id, std::span<const float> vector) {
            all[id].assign(vector.begin(), vector.end());
        });
        return all;
    }
    [[nodiscard]] std::string in_use() const { return store_->setting(store::setting::embedder).value_or(""); }
    [[nodiscard]] std::uint64_t vectors_in_use() const {
        std::uint64_t count = 0;
        store_->for_each_vector(in_use(), [&count](std::int64_t, std::span<const float>) { ++count; });
        return count;
    }
    std::unique_ptr<store::Store> store_ = store::open_store_in_memory();
    Cancellation cancellation_;
};

TEST_F(EmbeddingTest, ASmallBaseGetsNoTableAndSaysSo) {
    add(0, 63);
    const EmbeddingReport report = update();
    EXPECT_EQ(report.embedder, "");
    EXPECT_FALSE(report.fitted);
    EXPECT_THAT(report.note, HasSubstr("63 of 64"));
    EXPECT_EQ(in_use(), "");
    EXPECT_EQ(update(true).note, report.note);
}

TEST_F(EmbeddingTest, ALargerOneIsFittedOnceAndThenOnlyAddedTo) {
    add(0, 64);
    const EmbeddingReport first = update();
    EXPECT_TRUE(first.fitted);
    EXPECT_EQ(first.embedder, "builtin");
    EXPECT_EQ(first.embedded, 64U);
    EXPECT_EQ(vectors_in_use(), 64U);
    const std::string table = in_use();

    const EmbeddingReport again = update();
    EXPECT_FALSE(again.fitted);
    EXPECT_EQ(again.embedded, 0U);

    add(64, 80);
    const EmbeddingReport more = update();
    EXPECT_FALSE(more.fitted);
    EXPECT_EQ(more.embedded, 16U);
    EXPECT_EQ(in_use(), table);
    EXPECT_EQ(vectors_in_use(), 80U);
}

TEST_F(EmbeddingTest, ALargeBaseComputesItsVectorsInsteadOfKeepingThem) {
    add(0, 100);
    update();
    EXPECT_FALSE(store_->computes_vectors(in_use()));
    const auto kept = all_vectors();
    const std::uint64_t bytes = store_->embedders().front().bytes;
    EXPECT_EQ(kept.size(), 100U);
    EXPECT_EQ(update(false, 64).embedded, 0U) << "they had vectors";
    EXPECT_TRUE(store_->computes_vectors(in_use()));
    EXPECT_EQ(all_vectors(), kept) << "bit for bit";
    EXPECT_EQ(store_->embedders().front().vectors, 100U);
    EXPECT_EQ(store_->stats().vectors, 100U);
    EXPECT_EQ(bytes - store_->embedders().front().bytes, 100U * sizeof(float) * kept.begin()->second.size());
    std::vector<std::int64_t> some;
    store_->vectors_of(in_use(), std::vector<std::int64_t>{7, 9, 1'000},
                       [&](std::int64_t id, std::span<const float> vector) {
                           EXPECT_TRUE(std::ranges::equal(vector, kept.at(id)));
                           some.push_back(id);
                       });
    EXPECT_EQ(some, (std::vector<std::int64_t>{7, 9}));

    add(100, 110);
    EXPECT_EQ(store_->unembedded_count(in_use()), 10U);
    EXPECT_EQ(store_->unembedded(in_use(), 100).size(), 10U);
    EXPECT_EQ(vectors_in_use(), 100U) << "of texts that came since";
    EXPECT_EQ(update(false, 64).embedded, 10U);
    EXPECT_EQ(store_->unembedded_count(in_use()), 0U);
    EXPECT_EQ(vectors_in_use(), 110U);
    EXPECT_EQ(update(false, 2'000).embedded, 0U) << "they are not kept again";
    EXPECT_TRUE(store_->computes_vectors(in_use()));
    std::uint64_t keys = 0;
    store_->for_each_vector_key(in_use(), [&keys](std::int64_t, std::uint64_t) { ++keys; });
    EXPECT_EQ(keys, 110U);
    for (const store::VerifyFinding& finding : store_->verify({})) ADD_FAILURE() << finding.subject << finding.problem;
}

TEST_F(EmbeddingTest, IsFittedAnewWhenTheBaseHasDoubled) {
    add(0, 70);
    (void)update();
    const std::string before = in_use();
    add(70, 100);
    EXPECT_FALSE(update().fitted);
    add(100, 139);
    EXPECT_FALSE(update().fitted);
    add(139, 140);
    const EmbeddingReport doubled = update();
    EXPECT_TRUE(doubled.fitted);
    EXPECT_EQ(doubled.embedded, 140U);
    EXPECT_NE(in_use(), before);
    EXPECT_EQ(store_->model(before), std::nullopt);
    EXPECT_EQ(store_->stats().vectors, 140U);
}

TEST_F(EmbeddingTest, IsFittedAnewWhenHalfOfTheVectorsAreMissing) {
    add(0, 100);
    (void)update();
    add(100, 199);
    EXPECT_FALSE(update().fitted);  // 99 of 199.
    std::vector<std::string> gone;
    for (int i = 0; i < 100; ++i) gone.push_back(fmt::format("doc{:04}", i));
    (void)store_->remove(gone);
    add(200, 299);
    EXPECT_TRUE(update().fitted);  // 99 of 198.
}

TEST_F(EmbeddingTest, RefitIsDeterministic) {
    add(0, 70);
    (void)update();
    const std::string before = in_use();
    const EmbeddingReport report = update(true);
    EXPECT_TRUE(report.fitted);
    EXPECT_EQ(report.embedded, 0U);  // The same texts give the same table, whose vectors are there.
    EXPECT_EQ(in_use(), before);
}

TEST_F(EmbeddingTest, AnInterruptedRunLeavesTheOldEmbedderAndIsContinued) {
    add(0, 70);
    (void)update();
    const std::string before = in_use();
    CountingEmbedder embedder("counting:1");
    embedder.fail_after = 3;
    EXPECT_THROW((void)update_vectors(*store_, embedder, cancellation_), Error);
    EXPECT_EQ(in_use(), before);
    EXPECT_EQ(vectors_in_use(), 70U);

    embedder.fail_after = -1;
    std::uint64_t last = 0;
    const EmbeddingReport report = update_vectors(*store_, embedder, cancellation_,
                                                  [&](EmbeddingStage stage, std::uint64_t done, std::uint64_t total) {
                                                      EXPECT_EQ(stage, EmbeddingStage::embed);
                                                      EXPECT_EQ(total, 40U);
                                                      last = done;
                                                  });
    EXPECT_EQ(last, 40U);
    EXPECT_EQ(report.embedded, 40U);
    EXPECT_EQ(report.embedder, "counting");
    EXPECT_EQ(embedder.embedded, 70U);  // None twice.
    EXPECT_EQ(in_use(), "counting:1");
    EXPECT_EQ(store_->stats().vectors, 140U);  // Those of the table stay beside them.
}

/// Takes several calls at once; answers out of order, and refuses one text.
class ParallelEmbedder final : public embed::Embedder {
public:
    [[nodiscard]] std::string name() const override { return "parallel"; }
    [[nodiscard]] std::string fingerprint() const override { return "parallel:1"; }
    [[nodiscard]] std::size_t dimensions() const override { return 1; }
    [[nodiscard]] std::size_t batch_size() const override { return 5; }
    [[nodiscard]] std::size_t batch_tokens() const override { return tokens; }
    [[nodiscard]] std::size_t concurrency() const override { return 4; }
    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, embed::EmbedKind,
                                           const Cancellation&) override {
        const int call = calls++;
        most = std::max<int>(most, ++under_way);
        std::this_thread::sleep_for(std::chrono::milliseconds(call % 4 == 0 ? 20 : 2));
        --under_way;
        if (call == fail_call) throw Error(ErrorCode::provider_failed, "no answer");
        embedded += texts.size();
        return std::vector<float>(texts.size(), 1.0F);
    }
    std::size_t tokens = 1'000'000;
    int fail_call = -1;
    std::atomic<int> calls = 0, under_way = 0, most = 0;
    std::atomic<std::size_t> embedded = 0;
};

TEST_F(EmbeddingTest, BatchesAreUnderWayAtTheSameTime) {
    add(0, 70);
    ParallelEmbedder embedder;
    EXPECT_EQ(update_vectors(*store_, embedder, cancellation_).embedded, 70U);
    EXPECT_EQ(embedder.embedded, 70U);
    EXPECT_EQ(embedder.calls, 14);
    EXPECT_GT(embedder.most, 1);
    EXPECT_LE(embedder.most, 4);
    EXPECT_EQ(vectors_in_use(), 70U);
}

TEST_F(EmbeddingTest, WhatWasUnderWayIsKeptWhenOneFails) {
    add(0, 70);
    ParallelEmbedder embedder;
    embedder.fail_call = 4;
    EXPECT_THROW((void)update_vectors(*store_, embedder, cancellation_), Error);
    EXPECT_EQ(in_use(), "");
    EXPECT_EQ(store_->unembedded_count("parallel:1"), 70U - embedder.embedded);
    EXPECT_GE(embedder.embedded, 20U);
    embedder.fail_call = -1;
    (void)update_vectors(*store_, embedder, cancellation_);
    EXPECT_EQ(embedder.embedded, 70U);  // None twice.
    EXPECT_EQ(vectors_in_use(), 70U);
}

TEST_F(EmbeddingTest, BatchesAreCutByTokensToo) {
    add(0, 10);
    ParallelEmbedder embedder;
    embedder.tokens = 1;  // Less than any text has: each goes alone.
    (void)update_vectors(*store_, embedder, cancellation_);
    EXPECT_EQ(embedder.calls, 10);
}

TEST_F(EmbeddingTest, VectorsOfTwoModelsLieSideBySide) {
    add(0, 20);
    CountingEmbedder one("counting:1"), two("counting:2");
    (void)update_vectors(*store_, one, cancellation_);
    (void)update_vectors(*store_, two, cancellation_);
    EXPECT_EQ(in_use(), "counting:2");
    EXPECT_EQ(store_->embedders().size(), 2U);
    (void)update_vectors(*store_, one, cancellation_);
    EXPECT_EQ(in_use(), "counting:1");
    EXPECT_EQ(one.embedded, 20U);  // Asked for once.
    store_->drop_embedder("counting:2");
    EXPECT_EQ(store_->stats().vectors, 20U);
}

TEST_F(EmbeddingTest, TheBuiltInTableStaysBesideAnotherModel) {
    add(0, 70);
    (void)update();
    const std::string table = in_use();
    CountingEmbedder other("counting:1");
    (void)update_vectors(*store_, other, cancellation_);
    EXPECT_EQ(store_->embedders().size(), 2U);
    const EmbeddingReport back = update();
    EXPECT_FALSE(back.fitted);
    EXPECT_EQ(back.embedded, 0U);
    EXPECT_EQ(in_use(), table);
    (void)update_vectors(*store_, other, cancellation_);
    EXPECT_TRUE(update(true).fitted);
    EXPECT_EQ(store_->embedders().size(), 2U);  // of two tables the last one
}

TEST_F(EmbeddingTest, SaysBeforehandThatABaseIsTooSmall) {
    add(0, 63);
    EXPECT_THAT(too_small_for_builtin(*store_), HasSubstr("63 of 64"));
    add(63, 64);
    EXPECT_EQ(too_small_for_builtin(*store_), "");
}

TEST_F(EmbeddingTest, AFitThatWasKilledBeforeItsVectorsIsContinued) {
    add(0, 70);
    Cancellation cancellation;
    BuiltinUpdateOptions options;
    options.fit.epochs = 1;
    const auto cancel_at_first_vectors = [&](EmbeddingStage stage, std::uint64_t, std::uint64_t) {
        if (stage == EmbeddingStage::embed) throw Error(ErrorCode::interrupted, "interrupted");
    };
    EXPECT_THROW((void)update_builtin_vectors(*store_, options, cancellation, cancel_at_first_vectors), Error);
    EXPECT_EQ(in_use(), "");
    const EmbeddingReport report = update();
    EXPECT_EQ(report.embedded, 0U);  // All vectors were in the one batch that went through.
    EXPECT_EQ(vectors_in_use(), 70U);
}

TEST_F(EmbeddingTest, CancellationStopsBetweenBatches) {
    add(0, 70);
    CountingEmbedder embedder("counting:1");
    EXPECT_THROW((void)update_vectors(*store_, embedder, cancellation_,
                                      [this](EmbeddingStage, std::uint64_t, std::uint64_t) { cancellation_.cancel(); }),
                 Error);
    EXPECT_EQ(embedder.batches, 1);
}

TEST_F(EmbeddingTest, ADamagedTableIsReplaced) {
    add(0, 70);
    (void)update();
    const std::string table = in_use();
    store_->put_model(table, "damaged");
    const EmbeddingReport report = update();
    EXPECT_TRUE(report.fitted);
    EXPECT_EQ(vectors_in_use(), 70U);
    EXPECT_TRUE(store_->model(in_use()).value_or("").starts_with("QTABLE"));
}

TEST_F(EmbeddingTest, VerifyTellsOfADamagedTable) {
    EXPECT_TRUE(verify_builtin_tables(*store_).empty()) << "there is none";
    add(0, 70);
    (void)update_builtin_vectors(*store_, {}, Cancellation());
    const std::string table = store_->setting(store::setting::embedder).value();
    EXPECT_TRUE(verify_builtin_tables(*store_).empty());
    std::string bytes = store_->model(table).value();
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    store_->put_model(table, bytes);
    ASSERT_EQ(verify_builtin_tables(*store_).size(), 1U);
    EXPECT_THAT(verify_builtin_tables(*store_)[0].problem, HasSubstr("quarry embed fit"));
    BuiltinUpdateOptions options;
    options.refit = true;
    (void)update_builtin_vectors(*store_, options, Cancellation());
    EXPECT_TRUE(verify_builtin_tables(*store_).empty()) << "as it says";
    // Bytes that were stored so, and are no table.
    store_->put_model(embed::BuiltinEmbedder::fingerprint_of("no table"), "no table");
    EXPECT_EQ(verify_builtin_tables(*store_).size(), 1U);
}

TEST_F(EmbeddingTest, GoingBackToBuiltinOnASmallBaseMeansWords) {
    add(0, 10);
    CountingEmbedder embedder("counting:1");
    (void)update_vectors(*store_, embedder, cancellation_);
    EXPECT_EQ(in_use(), "counting:1");
    EXPECT_THAT(update().note, HasSubstr("by words"));
    EXPECT_EQ(in_use(), "");
}

TEST_F(EmbeddingTest, AnEmptyBaseIsUpToDate) {
    CountingEmbedder embedder("counting:1");
    EXPECT_EQ(update_vectors(*store_, embedder, cancellation_).embedded, 0U);
    EXPECT_EQ(in_use(), "counting:1");
}

}  // namespace
}  // namespace quarry::ingest
