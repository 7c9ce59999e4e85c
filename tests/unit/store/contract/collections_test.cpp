// Collections: what belongs together, and what is seen of it.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/unit/store/contract/corpus.h"

namespace quarry::store::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::problems;

ChunkFilter in(std::vector<std::string> collections) {
    ChunkFilter filter;
    filter.collections = std::move(collections);
    return filter;
}

void put_into(Store& store, PreparedSource source, std::string collection) {
    source.source.collection = std::move(collection);
    testing::put(store, std::move(source));
}

/// The corpus with its second and its third source, "three" and "four", in two collections.
void fill_collections(Store& store) {
    fill(store);
    store.add_collection("work", "What we do", 7);
    store.add_collection("home", "", 8);
    for (const auto& [uri, text, title, collection] :
         std::initializer_list<std::tuple<const char*, const char*, const char*, const char*>>{
             {"https://example.org/b", "three alpha gamma", "Page", "work"},
             {"/home/notes2/c.md", "four beta gamma", "Record", "home"}}) {
        put_into(store, testing::prepared(uri, text, title), collection);
    }
}

/// The first words of the chunks in these collections, sorted.
std::string found_in(const Store& store, std::vector<std::string> collections) {
    std::vector<std::string> words;
    for (const std::int64_t id : store.chunk_ids({in(std::move(collections)), {}}, 0, 100)) {
        words.push_back(words_of(store, {id}));
    }
    std::ranges::sort(words);
    return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string> names(const Store& store) {
    std::vector<std::string> names;
    for (const Collection& collection : store.collections()) names.push_back(collection.name);
    return names;
}

std::vector<Case> collection_cases() {
    return {
        {"main_is_there_from_the_start",
         [](Bench& b) {
             EXPECT_THAT(names(b.store()), ElementsAre("main"));
             EXPECT_THAT(b.store().collection_names(), ElementsAre("main"));
             fill(b.store());
             EXPECT_EQ(b.store().source("record-7")->collection, "main");
             EXPECT_EQ(b.store().collections()[0].sources, 5U);
         }},
        {"listed_by_name_behind_main",
         [](Bench& b) {
             fill_collections(b.store());
             const std::vector<Collection> all = b.store().collections();
             EXPECT_THAT(names(b.store()), ElementsAre("main", "home", "work"));
             EXPECT_EQ(all[2].description, "What we do");
             EXPECT_EQ(all[2].created_at, 7);
             EXPECT_EQ(all[2].sources, 1U);
             EXPECT_EQ(all[2].documents, 1U);
             EXPECT_EQ(all[0].sources, 3U);
         }},
        {"names_that_cannot_be",
         [](Bench& b) {
             for (const char* name : {"", "main", "-x", ".x", "a b", "a,b", "a/b", "\xC3\xA4", "a\n"}) {
                 EXPECT_THROW(b.store().add_collection(name, "", 1), Error) << name;
             }
             EXPECT_THROW(b.store().add_collection(std::string(65, 'a'), "", 1), Error);
             EXPECT_THROW(b.store().add_collection("a", std::string(2001, 'a'), 1), Error);
             EXPECT_NO_THROW(b.store().add_collection("Work-2024_v1.0", "", 1));
             EXPECT_THROW(b.store().add_collection("Work-2024_v1.0", "", 1), Error);
         }},
        {"removed_when_empty_only",
         [](Bench& b) {
             fill_collections(b.store());
             EXPECT_THROW(b.store().remove_collection("work"), Error);
             EXPECT_THROW(b.store().remove_collection("main"), Error);
             EXPECT_FALSE(b.store().remove_collection("none"));
             const std::vector<std::string> uris = {"https://example.org/b"};
             b.store().remove(uris);
             EXPECT_TRUE(b.store().remove_collection("work"));
             EXPECT_THAT(names(b.store()), ElementsAre("main", "home"));
             EXPECT_THAT(problems(b.store()), IsEmpty());
         }},
        {"a_source_of_no_collection_is_refused",
         [](Bench& b) {
             EXPECT_THROW(put_into(b.store(), testing::prepared("/x", "text"), "none"), Error);
             EXPECT_EQ(b.store().source("/x"), std::nullopt);
         }},
        {"a_known_source_stays_and_is_moved_when_asked",
         [](Bench& b) {
             fill_collections(b.store());
             testing::put(b.store(), testing::prepared("/home/notes2/c.md", "four omega", "Record"));
             EXPECT_EQ(b.store().source("/home/notes2/c.md")->collection, "home");
             put_into(b.store(), testing::prepared("/home/notes2/c.md", "four omega", "Record"), "work");
             EXPECT_EQ(b.store().source("/home/notes2/c.md")->collection, "work");
             EXPECT_EQ(found_in(b.store(), {"home"}), "");
             EXPECT_EQ(found_in(b.store(), {"work"}), "four three");
             EXPECT_EQ(b.store().stats().sources, 5U);
             EXPECT_THAT(problems(b.store()), IsEmpty());
         }},
        {"told_of_each_source_state",
         [](Bench& b) {
             fill_collections(b.store());
             std::map<std::string, std::string> seen;
             b.store().for_each_source_state("", [&](SourceState&& state) { seen[state.uri] = state.collection; });
             EXPECT_EQ(seen["/home/notes2/c.md"], "home");
             EXPECT_EQ(seen["stdin"], "main");
             b.store().for_each_source("",
                                       [&](const Source& source) { EXPECT_EQ(source.collection, seen[source.uri]); });
         }},
        {"filter",
         [](Bench& b) {
             fill_collections(b.store());
             EXPECT_EQ(found_in(b.store(), {"work"}), "three");
             EXPECT_EQ(found_in(b.store(), {"home", "work"}), "four three");
             EXPECT_EQ(found_in(b.store(), {"main"}), "five one six two");
             EXPECT_EQ(found_in(b.store(), {"main", "home", "work"}), "five four one six three two");
             EXPECT_EQ(found_in(b.store(), {"none"}), "");
             EXPECT_EQ(found_in(b.store(), {}), "");
         }},
        {"filter_beside_others",
         [](Bench& b) {
             fill_collections(b.store());
             ChunkFilter filter = in({"main", "home"});
             filter.folder = "/home";
             EXPECT_EQ(words_of(b.store(), b.store().chunk_ids({filter, {}}, 0, 9)), "one two four");
             filter = in({"main"});
             filter.metadata = {parse_metadata_test("author=Ada")};
             EXPECT_EQ(words_of(b.store(), b.store().chunk_ids({filter, {}}, 0, 9)), "one two");
             filter.collections = {"work"};
             EXPECT_EQ(words_of(b.store(), b.store().chunk_ids({filter, {}}, 0, 9)), "");
             filter = in({"work"});
             filter.media_types = {"text/*"};
             EXPECT_EQ(words_of(b.store(), b.store().chunk_ids({filter, {}}, 0, 9)), "three");
         }},
        {"filter_after_a_change",
         [](Bench& b) {
             fill_collections(b.store());
             EXPECT_EQ(found_in(b.store(), {"main", "home", "work"}), "five four one six three two");
             b.store().add_collection("more", "", 9);
             put_into(b.store(), testing::prepared("/m", "seven alpha"), "more");
             EXPECT_EQ(found_in(b.store(), {"main", "home", "work"}), "five four one six three two");
         }},
        {"shared_content_is_seen_by_the_source_that_may_be",
         [](Bench& b) {
             b.store().add_collection("work", "", 7);
             testing::put(b.store(), testing::prepared("/a", "same alpha"));
             put_into(b.store(), testing::prepared("/b", "same alpha"), "work");
             EXPECT_EQ(b.store().document_count(), 1U);
             const std::int64_t document = *b.store().source("/a")->document_id;
             EXPECT_EQ(b.store().filtered_uri(document, in({"main"})), "/a");
             EXPECT_EQ(b.store().filtered_uri(document, in({"work"})), "/b");
             EXPECT_EQ(b.store().filtered_uri(document, in({})), std::nullopt);
             const std::vector<std::string> uris = {"/b"};
             b.store().remove(uris);
             EXPECT_EQ(found_in(b.store(), {"main"}), "same");
             EXPECT_EQ(found_in(b.store(), {"work"}), "");
         }},
        {"what_a_document_says_of_itself_is_not_shared",
         [](Bench& b) {
             b.store().add_collection("work", "", 7);
             PreparedSource secret = testing::prepared("/a", "same alpha");
             secret.document->metadata = {{"author", "Mallory"}};
             put_into(b.store(), secret, "work");
             testing::put(b.store(), testing::prepared("/b", "same alpha"));
             EXPECT_EQ(b.store().document_count(), 2U);
             EXPECT_EQ(b.store().source("/b")->document_metadata_json, "{}");
             EXPECT_THAT(problems(b.store()), IsEmpty());
             // In one collection it is.
             put_into(b.store(), testing::prepared("/b", "same alpha"), "work");
             EXPECT_EQ(b.store().document_count(), 1U);
             // And no more when one of them leaves it.
             put_into(b.store(), testing::prepared("/b", "same alpha"), "main");
             EXPECT_EQ(b.store().document_count(), 2U);
             EXPECT_EQ(b.store().source("/b")->document_metadata_json, "{}");
             EXPECT_THAT(problems(b.store()), IsEmpty());
         }},
        {"term_weights_within",
         [](Bench& b) {
             fill_collections(b.store());
             const std::vector<std::string> terms = {"alpha", "gamma", "omega", "unknown"};
             EXPECT_THAT(b.store().term_weights_within(terms, in({"work"})), ElementsAre(1, 1, 0, 0));
             EXPECT_THAT(b.store().term_weights_within(terms, in({"home"})), ElementsAre(0, 1, 0, 0));
             EXPECT_THAT(b.store().term_weights_within(terms, in({})), ElementsAre(0, 0, 0, 0));
             EXPECT_EQ(b.store().term_weights_within(terms, {}), b.store().term_weights(terms));
         }},
        {"stats",
         [](Bench& b) {
             fill_collections(b.store());
             put_into(b.store(), testing::failed("/broken", "it is"), "work");
             put_into(b.store(), testing::prepared("/copy", "three alpha gamma", "Page"), "work");
             const std::vector<std::string> texts = {content_hash("three alpha gamma"),
                                                     content_hash("four beta gamma")};
             b.store().put_vectors("m", 1, texts, std::vector<float>{1, 1});
             const std::vector<std::string> work = {"work"};
             const StoreStats stats = b.store().collection_stats(work);
             EXPECT_EQ(stats.sources, 3U);
             EXPECT_EQ(stats.failed_sources, 1U);
             EXPECT_EQ(stats.documents, 1U);
             EXPECT_EQ(stats.chunks, 1U);
             EXPECT_EQ(stats.vectors, 1U);
             EXPECT_EQ(stats.text_bytes, 17U);
             EXPECT_EQ(b.store().collection_stats({}).sources, 0U);
         }},
        {"kept",
         [](Bench& b) {
             fill_collections(b.store());
             if (!b.reopen()) return;
             EXPECT_EQ(b.store().source("/home/notes2/c.md")->collection, "home");
             EXPECT_EQ(b.store().collections()[2].description, "What we do");
         }},
    };
}

class CollectionContract : public StoreContract {};
TEST_P(CollectionContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, CollectionContract,
                         ::testing::Combine(::testing::ValuesIn(engines()), ::testing::ValuesIn(collection_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
