#include "core/search/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/search/rank.h"

namespace quarry::search {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Embeds by counting a few letters: enough for vectors whose order is known.
class LetterEmbedder final : public embed::Embedder {
public:
    [[nodiscard]] std::string name() const override { return "letters"; }
    [[nodiscard]] std::string fingerprint() const override { return "letters:1"; }
    [[nodiscard]] std::size_t dimensions() const override { return 3; }
    [[nodiscard]] std::size_t batch_size() const override { return 2; }
    [[nodiscard]] double least_similarity() const override { return 0.3; }
    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, embed::EmbedKind,
                                           const Cancellation&) override {
        std::vector<float> vectors;
        for (const std::string_view text : texts) {
            std::vector<float> vector;
            for (const char letter : {'a', 'b', 'c'}) {
                vector.push_back(static_cast<float>(std::count(text.begin(), text.end(), letter)));
            }
            const float length = std::sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
            for (float& value : vector) vectors.push_back(length > 0 ? value / length : 0);
        }
        return vectors;
    }
};

class SearchTest : public ::testing::Test {
protected:
    void add(const std::string& uri, const std::string& text, const std::string& language = {}) {
        store::PreparedSource source;
        source.source.uri = uri;
        source.source.content_hash = content_hash(text);
        document::Document document;
        document.text = text;
        document.media_type = "text/plain";
        document.language = language;
        source.chunks.push_back({0, text.size(), 1, 1, {}});
        source.document = std::move(document);
        store_->put({&source, 1});
    }
    void embed_all() {
        for (const auto& text : store_->unembedded(embedder_.fingerprint(), 100)) {
            const std::string_view view = text.text;
            store_->put_vectors(embedder_.fingerprint(), 3, {&text.text_hash, 1},
                                embedder_.embed({&view, 1}, embed::EmbedKind::document, cancellation_));
        }
    }
    [[nodiscard]] SearchResult find(std::string_view query, SearchMode mode, std::size_t limit = 10) {
        SearchOptions options;
        options.mode = mode;
        options.limit = limit;
        return search(*store_, {with_embedder_ ? &embedder_ : nullptr}, query, options, cancellation_);
    }
    static std::vector<std::string> uris(const SearchResult& result) {
        std::vector<std::string> found;
        for (const SearchHit& hit : result.hits) found.push_back(hit.chunk.uri);
        return found;
    }

    std::unique_ptr<store::Store> store_ = store::open_store_in_memory();
    LetterEmbedder embedder_;
    Cancellation cancellation_;
    bool with_embedder_ = true;
};

TEST_F(SearchTest, LexicalFindsWordsInAnyForm) {
    add("one", "The migration was undone.");
    add("two", "Nothing of the kind.");
    const SearchResult result = find("Migrations?!", SearchMode::lexical);
    EXPECT_THAT(uris(result), ElementsAre("one"));
    EXPECT_EQ(result.mode, SearchMode::lexical);
    EXPECT_EQ(result.note, "");
    EXPECT_EQ(result.hits[0].lexical->rank, 1U);
    EXPECT_EQ(result.hits[0].lexical->scaled, 1);
    EXPECT_EQ(result.hits[0].score, result.hits[0].lexical->raw);
    EXPECT_FALSE(result.hits[0].dense);
}

TEST_F(SearchTest, VectorFindsTheNearest) {
    add("a", "aaa");
    add("b", "bbb");
    add("ab", "aab");
    embed_all();
    const SearchResult result = find("a", SearchMode::vector, 2);
    EXPECT_THAT(uris(result), ElementsAre("a", "ab"));
    EXPECT_NEAR(result.hits[0].score, 1, 1e-6);
    EXPECT_FALSE(result.hits[0].lexical);
}

TEST_F(SearchTest, HybridAddsBothParts) {
    add("both", "cab aaa");
    add("near", "aaa");
    add("far", "bbb");
    add("word", "cab bbb");
    embed_all();
    const SearchResult result = find("cab", SearchMode::hybrid);
    EXPECT_EQ(result.mode, SearchMode::hybrid);
    ASSERT_THAT(result.hits, SizeIs(4));
    for (const SearchHit& hit : result.hits) {
        const double expected =
            0.7 * (hit.lexical ? hit.lexical->scaled : 0) + 0.3 * (hit.dense ? hit.dense->scaled : 0);
        EXPECT_NEAR(hit.score, expected, 1e-12) << hit.chunk.uri;
        EXPECT_TRUE(hit.dense) << hit.chunk.uri;
    }
    EXPECT_TRUE(std::is_sorted(result.hits.begin(), result.hits.end(),
                               [](const SearchHit& left, const SearchHit& right) { return left.score > right.score; }));
}

TEST_F(SearchTest, what_has_no_word_of_the_query_and_nothing_in_common_is_left_out) {
    add("near", "aaa bat");
    add("far", "ccc the hello");
    embed_all();
    // The vector of "far" stands at a right angle to that of the query.
    EXPECT_THAT(uris(find("a bat", SearchMode::hybrid)), ElementsAre("near"));
    EXPECT_THAT(uris(find("a bat", SearchMode::vector)), ElementsAre("near"));
    EXPECT_THAT(uris(find("aaa hello", SearchMode::vector)), ElementsAre("near", "far")) << "it has the word";
    EXPECT_THAT(uris(find("the xylophone", SearchMode::lexical)), IsEmpty()) << "a function word is no match";
    EXPECT_THAT(uris(find("the", SearchMode::lexical)), ElementsAre("far")) << "but where there is nothing else";
    EXPECT_THAT(find("the xylophone", SearchMode::lexical).missing_words, ElementsAre("xylophone"));
}

TEST_F(SearchTest, ACompoundThatNoTextHasIsLookedForByItsParts) {
    add("fees", "Die Gebühr für das Parken beträgt 4 Euro je Stunde und wird am Automaten bezahlt.", "de");
    add("rooms", "Der Saal im zweiten Stock ist für Versammlungen und wird am Morgen geöffnet.", "de");
    const SearchResult found = find("Parkgebühr", SearchMode::lexical);
    EXPECT_THAT(uris(found), ElementsAre("fees"));
    EXPECT_THAT(found.missing_words, ElementsAre("Parkgebühr"));
    EXPECT_EQ(found.suggestion, "Park gebühr");
    EXPECT_THAT(uris(find("Parkstrafe", SearchMode::lexical)), IsEmpty()) << "all parts are needed";
    EXPECT_EQ(find("Park2019gebühr", SearchMode::lexical).suggestion, "") << "what has digits stays";
    EXPECT_EQ(find("A1234567 B1234567 C1234567 D1234567 Automten", SearchMode::lexical).suggestion,
              "A1234567 B1234567 C1234567 D1234567 automaten")
        << "and is not looked into";
}

TEST_F(SearchTest, FallsBackToWordsAndSaysWhy) {
    add("one", "cab");
    EXPECT_THAT(find("cab", SearchMode::hybrid).note, HasSubstr("no vectors of this embedder"));
    EXPECT_THAT(uris(find("cab", SearchMode::hybrid)), ElementsAre("one"));
    embed_all();
    EXPECT_EQ(find("cab", SearchMode::hybrid).note, "");
    EXPECT_THAT(find("xyz", SearchMode::hybrid).note, HasSubstr("no word of the query"));
    with_embedder_ = false;
    const SearchResult result = find("cab", SearchMode::hybrid);
    EXPECT_EQ(result.mode, SearchMode::lexical);
    EXPECT_THAT(result.note, HasSubstr("words only"));
}

TEST_F(SearchTest, VectorModeWithoutVectorsIsAnError) {
    add("one", "cab");
    for (const bool with_embedder : {true, false}) {
        with_embedder_ = with_embedder;
        try {
            (void)find("cab", SearchMode::vector);
            FAIL() << "expected an error";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::failed);
            EXPECT_THAT(error.hint(), HasSubstr("--mode lexical"));
        }
    }
}

TEST_F(SearchTest, VectorModeFindsNothingForWordsThatNobodyKnows) {
    add("one", "cab");
    embed_all();
    EXPECT_THAT(uris(find("xyz", SearchMode::vector)), IsEmpty());
    EXPECT_THAT(find("xyz", SearchMode::vector).missing_words, ElementsAre("xyz"));
}

TEST_F(SearchTest, NoQueryIsAMistake) {
    add("one", "some text about NEAR and AND");
    for (const char* query : {"", "   ", "\"", "AND OR NOT", "a*", "col:x", "(((", "^x", "-y", "NEAR(a b)",
                              "'; DROP TABLE", "\xF0\x9F\x98\x80"}) {
        EXPECT_NO_THROW((void)find(query, SearchMode::lexical)) << query;
    }
    EXPECT_THAT(find("...", SearchMode::lexical).hits, IsEmpty());
}

TEST_F(SearchTest, AHugeQueryIsCut) {
    add("one", "word1 of many");
    std::string query;
    for (int i = 0; i < 100'000; ++i) query += "word" + std::to_string(i) + " ";
    const SearchResult result = find(query, SearchMode::lexical);
    EXPECT_LE(result.terms.size(), 256U);
    EXPECT_THAT(uris(result), ElementsAre("one"));
}

TEST_F(SearchTest, TheLimitHolds) {
    for (int i = 0; i < 20; ++i) add("doc" + std::to_string(i), "cab number " + std::to_string(i));
    embed_all();
    for (const SearchMode mode : {SearchMode::lexical, SearchMode::vector, SearchMode::hybrid}) {
        EXPECT_THAT(find("cab", mode, 7).hits, SizeIs(7));
    }
}

TEST_F(SearchTest, StopsWhenItIsCancelled) {
    add("one", "cab");
    cancellation_.cancel();
    EXPECT_THROW((void)find("cab", SearchMode::lexical), Error);
}

TEST(Fuse, ScalesLexicalByItsBestAndDenseByItsRange) {
    const auto fused = fuse({{1, 10}, {2, 5}}, {{3, 0.9}, {1, 0.5}, {2, 0.1}}, Fusion::min_max, 0.3, 10);
    ASSERT_THAT(fused, SizeIs(3));
    EXPECT_EQ(fused[0].chunk_id, 1);
    EXPECT_NEAR(fused[0].score, 0.7 * 1 + 0.3 * 0.5, 1e-12);
    EXPECT_EQ(fused[1].chunk_id, 2);
    EXPECT_NEAR(fused[1].score, 0.7 * 0.5, 1e-12);
    EXPECT_EQ(fused[2].chunk_id, 3);
    EXPECT_NEAR(fused[2].score, 0.3, 1e-12);
    EXPECT_FALSE(fused[2].lexical);
    EXPECT_EQ(fused[2].dense->rank, 1U);
}

TEST(Fuse, TiesGoByIdAndTheLimitHolds) {
    const auto fused = fuse({{9, 2}, {4, 2}, {7, 2}}, {}, Fusion::min_max, 0.3, 2);
    ASSERT_THAT(fused, SizeIs(2));
    EXPECT_EQ(fused[0].chunk_id, 4);
    EXPECT_EQ(fused[1].chunk_id, 7);
    EXPECT_THAT(fuse({}, {}, Fusion::min_max, 0.3, 5), IsEmpty());
    // Candidates that are all equally near are all the best.
    EXPECT_EQ(fuse({}, {{1, 0.5}, {2, 0.5}}, Fusion::min_max, 0.3, 5)[1].dense->scaled, 1);
}

TEST(Fuse, InStandardDeviations) {
    // Lexical scores 6, 3 and 0: the mean is 3, the variance 6. Dense ones 0.9, 0.6 and 0.3: variance 0.06.
    const auto fused = fuse({{1, 6}, {2, 3}}, {{3, 0.9}, {1, 0.6}, {2, 0.3}}, Fusion::z_score, 0.5, 10);
    ASSERT_THAT(fused, SizeIs(3));
    EXPECT_EQ(fused[0].chunk_id, 1);
    EXPECT_NEAR(fused[0].score, 0.5 * 6 / std::sqrt(6) + 0.5 * 0.3 / std::sqrt(0.06), 1e-12);
    EXPECT_EQ(fused[1].chunk_id, 3);
    EXPECT_NEAR(fused[1].score, 0.5 * 0.6 / std::sqrt(0.06), 1e-12);
    EXPECT_EQ(fused[2].chunk_id, 2);
    EXPECT_NEAR(fused[2].score, 0.5 * 3 / std::sqrt(6), 1e-12);
}

TEST(Fuse, ByRanksAlone) {
    const auto fused = fuse({{1, 10}, {2, 5}}, {{3, 0.9}, {1, 0.5}, {2, 0.1}}, Fusion::reciprocal_rank, 0.9, 10);
    ASSERT_THAT(fused, SizeIs(3));
    EXPECT_EQ(fused[0].chunk_id, 1);
    EXPECT_NEAR(fused[0].score, 1.0 / 61 + 1.0 / 62, 1e-12);
    EXPECT_EQ(fused[1].chunk_id, 2);
    EXPECT_NEAR(fused[1].score, 1.0 / 62 + 1.0 / 63, 1e-12);
    EXPECT_EQ(fused[2].chunk_id, 3);
    EXPECT_NEAR(fused[2].score, 1.0 / 61, 1e-12);
}

TEST(Fusions, HaveNames) {
    for (const Fusion fusion : {Fusion::min_max, Fusion::z_score, Fusion::reciprocal_rank}) {
        EXPECT_EQ(fusion_by_name(fusion_name(fusion)), fusion);
    }
    EXPECT_THROW((void)fusion_by_name("sum"), Error);
}

TEST(SearchModes, HaveNames) {
    for (const SearchMode mode : {SearchMode::lexical, SearchMode::vector, SearchMode::hybrid}) {
        EXPECT_EQ(search_mode_by_name(search_mode_name(mode)), mode);
    }
    EXPECT_THROW((void)search_mode_by_name("semantic"), Error);
}

TEST(QueryTerms, AreDistinctAndInOrder) {
    EXPECT_THAT(query_terms("undo the Undo of migrations"), ElementsAre("undo", "the", "of", "migrat"));
    EXPECT_THAT(query_terms(""), IsEmpty());
}

}  // namespace
}  // namespace quarry::search
