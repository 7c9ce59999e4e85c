#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/base/error.h"
#include "core/store/store.h"
#include "prepared.h"

namespace quarry::store {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::prepared;
using testing::problems;
using testing::put;
using ::testing::UnorderedElementsAre;

/// Chunk text -> vector, for what `for_each_vector` visits.
std::multimap<std::string, std::vector<float>> vectors(const Store& store, std::string_view fingerprint) {
    std::multimap<std::string, std::vector<float>> all;
    store.for_each_vector(fingerprint, [&](std::int64_t chunk, std::span<const float> vector) {
        all.emplace(store.chunk(chunk)->text, std::vector<float>(vector.begin(), vector.end()));
    });
    return all;
}

void embed_all(Store& store, std::string_view fingerprint, std::size_t batch) {
    for (auto texts = store.unembedded(fingerprint, batch); !texts.empty();
         texts = store.unembedded(fingerprint, batch)) {
        std::vector<std::string> hashes;
        std::vector<float> values;
        for (const Store::UnembeddedText& text : texts) {
            hashes.push_back(text.text_hash);
            const float side = static_cast<float>(text.text.size()) / 100;
            values.insert(values.end(), {std::sqrt(1 - side * side), side});
        }
        store.put_vectors(fingerprint, 2, hashes, values);
    }
}

TEST(VectorsTest, every_distinct_text_is_asked_for_once_and_every_chunk_gets_its_vector) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "Shared.\n\nOwn text."));
    put(*store, prepared("/p/b", "Shared.\n\nShared.\n\nB."));
    EXPECT_EQ(store->unembedded_count("m"), 3U);
    embed_all(*store, "m", 1);
    EXPECT_EQ(store->unembedded_count("m"), 0U);
    EXPECT_EQ(store->stats().vectors, 3U);
    EXPECT_THAT(vectors(*store, "m"),
                UnorderedElementsAre(Pair("B.", ElementsAre(_, 0.02F)), Pair("Own text.", ElementsAre(_, 0.09F)),
                                     Pair("Shared.", ElementsAre(_, 0.07F)), Pair("Shared.", ElementsAre(_, 0.07F)),
                                     Pair("Shared.", ElementsAre(_, 0.07F))));
}

TEST(VectorsTest, new_texts_are_seen_after_all_were_embedded) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "One.\n\nTwo."));
    embed_all(*store, "m", 10);
    store->remove(std::vector<std::string>{"/p/a"});
    put(*store, prepared("/p/b", "Three."));
    const auto missing = store->unembedded("m", 10);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0].text, "Three.");
    EXPECT_EQ(missing[0].text_hash, content_hash("Three."));
}

TEST(VectorsTest, models_do_not_mix) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "One."));
    const std::vector<std::string> hashes{content_hash("One.")};
    store->put_vectors("a", 1, hashes, std::vector<float>{1});
    store->put_vectors("b", 3, hashes, std::vector<float>{0, 0, 1});
    store->put_model("a", "table a");
    store->put_model("b", std::string("table\0b", 7));
    EXPECT_THAT(vectors(*store, "a"), ElementsAre(Pair("One.", ElementsAre(1))));
    EXPECT_THAT(vectors(*store, "b"), ElementsAre(Pair("One.", ElementsAre(0, 0, 1))));
    EXPECT_EQ(store->model("b"), std::string("table\0b", 7));

    const auto both = store->embedders();
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[1].fingerprint, "b");
    EXPECT_EQ(both[1].dimensions, 3U);
    EXPECT_EQ(both[1].vectors, 1U);
    EXPECT_EQ(both[1].bytes, 7U + 3 * sizeof(float));
    EXPECT_TRUE(both[1].has_model);

    store->drop_embedder("a");
    EXPECT_THAT(vectors(*store, "a"), IsEmpty());
    EXPECT_FALSE(store->model("a"));
    EXPECT_EQ(store->unembedded_count("a"), 1U);
    EXPECT_EQ(store->unembedded_count("b"), 0U);
    store->drop_embedder("none of them");
    ASSERT_EQ(store->embedders().size(), 1U);
}

TEST(VectorsTest, texts_are_given_from_behind_an_id_on) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "One.\n\nTwo.\n\nThree."));
    const auto first = store->unembedded("m", 2);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_LT(first[0].id, first[1].id);
    const auto rest = store->unembedded("m", 2, first[1].id);
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].text, "Three.");
    EXPECT_THAT(store->unembedded("m", 2, rest[0].id), IsEmpty());
}

TEST(VectorsTest, a_vector_can_be_replaced_and_a_text_that_is_gone_is_passed_over) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "One."));
    const std::vector<std::string> hashes{content_hash("One."), content_hash("gone")};
    store->put_vectors("m", 1, hashes, std::vector<float>{1, 1});
    store->put_vectors("m", 1, hashes, std::vector<float>{-1, 1});
    EXPECT_THAT(vectors(*store, "m"), ElementsAre(Pair("One.", ElementsAre(-1))));
}

TEST(VectorsTest, wrong_shapes_are_refused) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "One."));
    const std::vector<std::string> hashes{content_hash("One.")};
    EXPECT_THROW(store->put_vectors("m", 2, hashes, std::vector<float>{1}), Error);
    store->put_vectors("m", 2, hashes, std::vector<float>{0, 1});
    EXPECT_THROW(store->put_vectors("m", 1, hashes, std::vector<float>{1}), Error);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST(VectorsTest, a_model_may_come_before_its_dimensions_are_known) {
    const auto store = open_store_in_memory();
    store->put_model("m", "table");
    store->put_model("m", "newer table");
    EXPECT_EQ(store->model("m"), "newer table");
    put(*store, prepared("/p/a", "One."));
    embed_all(*store, "m", 10);
    EXPECT_THAT(vectors(*store, "m"), ElementsAre(Pair("One.", ElementsAre(_, 0.04F))));
}

}  // namespace
}  // namespace quarry::store
