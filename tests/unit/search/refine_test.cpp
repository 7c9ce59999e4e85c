// What becomes of a ranking: filters, rerankers, diversity, context, other wordings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/search/diversify.h"
#include "core/search/search.h"
#include "tests/unit/store/prepared.h"

namespace quarry::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::prepared;
using testing::put;
using ::testing::SizeIs;

const Cancellation never;

/// Likes long texts.
class LongestFirst final : public rerank::Reranker {
public:
    [[nodiscard]] std::string name() const override { return "longest"; }
    [[nodiscard]] std::vector<double> score(std::string_view, std::span<const std::string_view> texts,
                                            const Cancellation&) override {
        std::vector<double> scores;
        for (const std::string_view text : texts) scores.push_back(static_cast<double>(text.size()));
        read += texts.size();
        return scores;
    }
    std::size_t read = 0;
};

/// Says the same whatever it is asked.
class Parrot final : public llm::ChatModel {
public:
    explicit Parrot(std::string words) : words_(std::move(words)) {}
    [[nodiscard]] std::string name() const override { return "parrot"; }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest&, const llm::TextSink&, const Cancellation&) override {
        return {words_, "stop", std::nullopt};
    }

private:
    std::string words_;
};

class Refined : public ::testing::Test {
protected:
    Refined() : store_(store::open_store_in_memory()) {
        put(*store_, prepared("/a.txt", "locks\n\nlocks and keys for doors\n\nlocks and keys", "A"));
        put(*store_, prepared("/b.txt", "the locks of ships", "B"));
        put(*store_, prepared("/c.txt", "bread", "C"));
        options_.mode = SearchMode::lexical;
    }

    [[nodiscard]] std::vector<std::string> texts(const SearchResult& result) const {
        std::vector<std::string> found;
        for (const SearchHit& hit : result.hits) found.push_back(hit.chunk.text);
        return found;
    }
    [[nodiscard]] std::vector<std::string> found(const std::string& query, const SearchTools& tools = {}) const {
        return texts(search(*store_, tools, query, options_, never));
    }

    std::unique_ptr<store::Store> store_;
    SearchOptions options_;
};

TEST_F(Refined, FiltersBeforeItRanks) {
    options_.limit = 1;
    options_.filter.folder = "/b.txt";
    EXPECT_THAT(found("locks"), ElementsAre("the locks of ships"));
    options_.filter.folder = "/c.txt";
    EXPECT_THAT(found("locks"), IsEmpty());
}

TEST_F(Refined, ARerankerDecidesAmongTheBest) {
    LongestFirst longest;
    EXPECT_THAT(found("locks", {nullptr, &longest}),
                ElementsAre("locks and keys for doors", "the locks of ships", "locks and keys", "locks"));
    EXPECT_EQ(longest.read, 4U);
    // Those that it does not read stay behind, in their order.
    const std::vector<std::string> plain = found("locks");
    options_.rerank_depth = 2;
    const std::vector<std::string> two = found("locks", {nullptr, &longest});
    EXPECT_THAT(two, SizeIs(4));
    EXPECT_EQ(std::vector(two.begin() + 2, two.end()), std::vector(plain.begin() + 2, plain.end()));
    const SearchResult result = search(*store_, {nullptr, &longest}, "locks", options_, never);
    ASSERT_TRUE(result.hits.front().rerank);
    EXPECT_EQ(result.hits.front().rerank->rank, 1U);
    EXPECT_EQ(result.hits.front().rerank->scaled, 1.0);
    EXPECT_FALSE(result.hits.back().rerank);
}

TEST_F(Refined, AsManyOfADocumentAsAreWanted) {
    options_.per_document = 1;
    options_.limit = 2;
    const SearchResult result = search(*store_, {}, "locks", options_, never);
    ASSERT_THAT(result.hits, SizeIs(2));
    EXPECT_NE(result.hits[0].chunk.uri, result.hits[1].chunk.uri);
}

TEST_F(Refined, DocumentsBehindManyResultsOfOneAreFound) {
    std::string many;
    for (int i = 0; i < 60; ++i) many += "apple apple apple " + std::to_string(i) + "\n\n";
    put(*store_, prepared("/many.txt", many, "Many"));
    put(*store_, prepared("/one.txt", "one apple among quite a few other words that make it long", "One"));
    options_.per_document = 1;
    options_.limit = 2;
    EXPECT_THAT(found("apple"), SizeIs(2));
}

TEST_F(Refined, DiverseResultsHoldBackWhatWasSaid) {
    put(*store_, prepared("/d.txt", "locks and keys for gates", "D"));
    options_.relevance_weight = 0.3;
    const std::vector<std::string> picked = found("locks keys");
    ASSERT_GE(picked.size(), 2U);
    options_.relevance_weight = 1;
    EXPECT_EQ(picked.front(), found("locks keys").front());
    EXPECT_NE(picked, found("locks keys"));
}

TEST_F(Refined, NeighboursAndParentsAreExactSpans) {
    options_.context = SearchOptions::Context::neighbours;
    SearchResult result = search(*store_, {}, "doors", options_, never);
    ASSERT_THAT(result.hits, SizeIs(1));
    ASSERT_TRUE(result.hits.front().context);
    EXPECT_EQ(result.hits.front().context->text, "locks\n\nlocks and keys for doors\n\nlocks and keys");
    EXPECT_EQ(result.hits.front().context->start_line, 1U);
    EXPECT_EQ(result.hits.front().context->end_line, 5U);
    options_.context = SearchOptions::Context::parent;  // none was made: the section, which is all of it
    result = search(*store_, {}, "doors", options_, never);
    EXPECT_EQ(result.hits.front().context->text, "locks\n\nlocks and keys for doors\n\nlocks and keys");
    const ContextSpan small = parent_context(*store_, result.hits.front().chunk, 30);
    EXPECT_EQ(small.text, "locks and keys for doors");
    EXPECT_EQ(small.start_line, 3U);
    EXPECT_EQ(small.end_line, 3U);
}

TEST_F(Refined, WhatIsLikeAPassageIsNotThePassage) {
    const store::Chunk chunk = *store_->chunk(1);
    const SearchResult result = more_like(*store_, {}, chunk, options_, never);
    EXPECT_THAT(result.hits, SizeIs(3));
    for (const SearchHit& hit : result.hits) EXPECT_NE(hit.chunk.id, chunk.id);
}

TEST_F(Refined, AModelsWordingsAreLookedForToo) {
    Parrot other("1. bread\n2. \"zeppelin\"\n\n- ships\nfourth\n");
    options_.expansion = QueryExpansion::multi_query;
    const SearchResult result = search(*store_, {nullptr, nullptr, &other}, "doors", options_, never);
    EXPECT_THAT(result.queries, ElementsAre("bread", "zeppelin", "ships"));
    EXPECT_THAT(texts(result), ElementsAre("locks and keys for doors", "the locks of ships", "bread"));
    options_.expansion = QueryExpansion::rewrite;
    EXPECT_THAT(found("doors", {nullptr, nullptr, &other}), ElementsAre("bread"));
    options_.expansion = QueryExpansion::hyde;
    Parrot passage("There is bread\non ships.");
    EXPECT_THAT(search(*store_, {nullptr, nullptr, &passage}, "doors", options_, never).queries,
                ElementsAre("There is bread\non ships."));
    Parrot mute("  \n");
    EXPECT_THAT(found("doors", {nullptr, nullptr, &mute}), ElementsAre("locks and keys for doors"));
    EXPECT_THROW(static_cast<void>(found("doors")), Error);
}

TEST(PickDiverse, WeighsRelevanceAgainstLikeness) {
    const std::vector<double> relevance = {10, 9, 1};
    const auto likeness = [](std::size_t a, std::size_t b) { return a + b == 1 ? 1.0 : 0.0; };
    EXPECT_THAT(pick_diverse(relevance, likeness, 3, 1.0), ElementsAre(0, 1, 2));
    EXPECT_THAT(pick_diverse(relevance, likeness, 3, 0.5), ElementsAre(0, 2, 1));
    EXPECT_THAT(pick_diverse(relevance, likeness, 1, 0.5), ElementsAre(0));
    EXPECT_THAT(pick_diverse({}, likeness, 3, 0.5), IsEmpty());
}

TEST(TermOverlap, IsTheShareOfCommonTerms) {
    const std::vector<std::string_view> texts = {"red ships", "ships, red", "red bread", "", ""};
    const TermOverlap overlap(texts);
    EXPECT_EQ(overlap(0, 1), 1.0);
    EXPECT_NEAR(overlap(0, 2), 1.0 / 3, 1e-9);
    EXPECT_EQ(overlap(0, 3), 0.0);
    EXPECT_EQ(overlap(3, 4), 1.0);
}

}  // namespace
}  // namespace quarry::search
