// Sources, documents and chunks, settings, vectors and models.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/unit/store/contract/corpus.h"

namespace quarry::store::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using testing::prepared;
using testing::problems;
using testing::put;

std::vector<std::string> uris(const Store& store, std::string_view prefix = "") {
    std::vector<std::string> uris;
    store.for_each_source(prefix, [&](const Source& source) { uris.push_back(source.uri); });
    return uris;
}

std::int64_t document_of(const Store& store, std::string_view uri) { return *store.source(uri)->document_id; }

std::vector<Case> document_cases() {
    return {
        {"a_source_comes_back",
         [](Bench& b) {
             fill(b.store());
             const Source source = *b.store().source("https://example.org/b");
             EXPECT_EQ(source.kind, SourceKind::url);
             EXPECT_EQ(source.ingested_at, 2'000'000'000);
             EXPECT_EQ(source.title, "Page");
             EXPECT_EQ(source.media_type, "text/html");
             EXPECT_EQ(source.language, "de");
             EXPECT_EQ(source.chunk_count, 1U);
             EXPECT_EQ(source.text_bytes, 17U);
         }},
        {"no_such_source", [](Bench& b) { EXPECT_EQ(b.store().source("/none"), std::nullopt); }},
        {"sources_in_order",
         [](Bench& b) {
             fill(b.store());
             EXPECT_THAT(uris(b.store()), ElementsAre("/home/notes/a.md", "/home/notes2/c.md", "https://example.org/b",
                                                      "record-7", "stdin"));
         }},
        {"sources_below_a_folder",
         [](Bench& b) {
             fill(b.store());
             EXPECT_THAT(uris(b.store(), "/home/notes"), ElementsAre("/home/notes/a.md"));
             EXPECT_THAT(uris(b.store(), "/home/"), ElementsAre("/home/notes/a.md", "/home/notes2/c.md"));
         }},
        {"states_of_sources",
         [](Bench& b) {
             fill(b.store());
             std::size_t seen = 0;
             b.store().for_each_source_state("", [&](SourceState&& state) {
                 ++seen;
                 EXPECT_EQ(state.status, SourceStatus::ok);
             });
             EXPECT_EQ(seen, 5U);
             const std::vector<std::string> asked = {"record-7", "nowhere", "/home/notes/a.md"};
             std::vector<std::string> there;
             for (const SourceState& state : b.store().source_states(asked)) {
                 there.push_back(state.uri);
                 EXPECT_EQ(state.collection, "main");
             }
             EXPECT_THAT(there, UnorderedElementsAre("/home/notes/a.md", "record-7"));
             EXPECT_THAT(b.store().source_states({}), IsEmpty());
         }},
        {"text_of_a_document",
         [](Bench& b) {
             fill(b.store());
             const std::int64_t id = document_of(b.store(), "/home/notes/a.md");
             EXPECT_EQ(b.store().document_text(id), "one alpha\n\ntwo alpha beta");
             std::string parts;
             b.store().for_each_text_part(id, [&](std::string_view part) { parts += part; });
             EXPECT_EQ(parts, "one alpha\n\ntwo alpha beta");
             EXPECT_EQ(b.store().document_span(id, 4, 9), "alpha");
             EXPECT_EQ(b.store().document(id)->title, "Notes");
         }},
        {"no_such_document",
         [](Bench& b) {
             EXPECT_EQ(b.store().document_text(99), std::nullopt);
             EXPECT_FALSE(b.store().document(99));
             EXPECT_THAT(b.store().chunks_of(99), IsEmpty());
         }},
        {"no_such_span",
         [](Bench& b) {
             fill(b.store());
             EXPECT_THROW(static_cast<void>(b.store().document_span(document_of(b.store(), "stdin"), 0, 1000)), Error);
         }},
        {"documents_in_pages",
         [](Bench& b) {
             fill(b.store());
             EXPECT_EQ(b.store().document_count(), 5U);
             const std::vector<std::int64_t> first = b.store().document_ids(0, 3);
             ASSERT_EQ(first.size(), 3U);
             EXPECT_EQ(b.store().document_ids(first.back(), 3).size(), 2U);
             EXPECT_THAT(b.store().document_ids(0, 0), IsEmpty());
         }},
        {"chunks_by_place",
         [](Bench& b) {
             fill(b.store());
             const std::int64_t id = document_of(b.store(), "/home/notes/a.md");
             EXPECT_EQ(b.store().chunk_at(id, 1)->text, "two alpha beta");
             EXPECT_FALSE(b.store().chunk_at(id, 2));
             EXPECT_EQ(b.store().chunks_of(id).size(), 2U);
         }},
        {"every_chunk",
         [](Bench& b) {
             fill(b.store());
             std::size_t seen = 0;
             b.store().for_each_chunk([&](const Chunk&) { return ++seen < 4; });
             EXPECT_EQ(seen, 4U) << "stopped";
             EXPECT_EQ(b.store().chunk_count(), 6U);
         }},
        {"same_text_once",
         [](Bench& b) {
             put(b.store(), prepared("/a", "same"));
             put(b.store(), prepared("/b", "same"));
             EXPECT_EQ(b.store().stats().documents, 1U);
             EXPECT_EQ(document_of(b.store(), "/a"), document_of(b.store(), "/b"));
         }},
        {"an_edit_replaces",
         [](Bench& b) {
             put(b.store(), prepared("/a", "old words"));
             put(b.store(), prepared("/a", "new words"));
             EXPECT_EQ(b.store().stats().documents, 1U);
             EXPECT_EQ(b.store().document_text(document_of(b.store(), "/a")), "new words");
         }},
        {"what_a_source_replaces",
         [](Bench& b) {
             using Replaced = std::optional<std::string>;
             const auto replaced = [&](const std::vector<PreparedSource>& sources) { return b.store().put(sources); };
             const std::string old_hash = prepared("/a", "old").source.content_hash;
             EXPECT_THAT(replaced({prepared("/a", "old"), testing::failed("/b", "odd")}),
                         ElementsAre(Replaced(), Replaced()));
             EXPECT_THAT(
                 replaced({prepared("/c", "c"), prepared("/a", "new"), prepared("/b", "b"), prepared("/c", "d")}),
                 ElementsAre(Replaced(), Replaced(old_hash), Replaced(""),
                             Replaced(prepared("/c", "c").source.content_hash)));
         }},
        {"a_failed_source",
         [](Bench& b) {
             put(b.store(), testing::failed("/a", "it is odd"));
             EXPECT_EQ(b.store().source("/a")->error, "it is odd");
             EXPECT_EQ(b.store().stats().failed_sources, 1U);
         }},
        {"removal",
         [](Bench& b) {
             fill(b.store());
             EXPECT_EQ(b.store().remove(std::vector<std::string>{"stdin", "none"}), 1U);
             EXPECT_EQ(b.store().chunk_count(), 5U);
             EXPECT_THAT(testing::found(b.store(), "bloc"), IsEmpty());
             EXPECT_THAT(problems(b.store()), IsEmpty());
         }},
        {"touch",
         [](Bench& b) {
             fill(b.store());
             b.store().touch(std::vector<UnchangedSource>{{"/home/notes/a.md", {1, 2}, "git x"}});
             EXPECT_EQ(b.store().source("/home/notes/a.md")->validator, "git x");
         }},
        {"settings",
         [](Bench& b) {
             EXPECT_EQ(b.store().setting("mine"), std::nullopt);
             b.store().set_setting("mine", "1");
             b.store().set_setting("mine", "2");
             EXPECT_EQ(b.store().setting("mine"), "2");
         }},
        {"prepared_terms_are_the_same",
         [](Bench& b) {
             PreparedSource source = prepared("/a", "one alpha\n\ntwo alpha beta");
             source.terms = b.store().preparer()->prepare(*source.document, source.chunks);
             put(b.store(), source);
             EXPECT_EQ(testing::found(b.store(), "alpha").size(), 2U);
             EXPECT_THAT(problems(b.store()), IsEmpty());
         }},
        {"terms_of_another_engine_are_passed_over",
         [](Bench& b) {
             class Strange final : public PreparedTerms {};
             PreparedSource source = prepared("/a", "one alpha");
             source.terms = std::make_shared<const Strange>();
             put(b.store(), source);
             EXPECT_EQ(testing::found(b.store(), "alpha").size(), 1U);
         }},
        {"rechunk",
         [](Bench& b) {
             fill(b.store());
             const std::int64_t id = document_of(b.store(), "/home/notes/a.md");
             RechunkedDocument again{id, *b.store().document(id), {{0, 25, 1, 3, {"Top"}}}, {}};
             b.store().rechunk({&again, 1});
             EXPECT_EQ(b.store().chunks_of(id).size(), 1U);
             EXPECT_THAT(problems(b.store()), IsEmpty());
         }},
        {"kept_when_opened_again",
         [](Bench& b) {
             fill(b.store());
             if (!b.reopen()) return;
             EXPECT_EQ(b.store().chunk_count(), 6U);
             EXPECT_THAT(problems(b.store()), IsEmpty());
         }},
        {"verify_finds_nothing_wrong",
         [](Bench& b) {
             fill(b.store());
             EXPECT_THAT(problems(b.store()), IsEmpty());
         }},
        // Vectors and models.
        {"unembedded",
         [](Bench& b) {
             fill(b.store());
             EXPECT_EQ(b.store().unembedded_count("e"), 6U);
             const auto first = b.store().unembedded("e", 4, 0);
             ASSERT_EQ(first.size(), 4U);
             EXPECT_EQ(b.store().unembedded("e", 10, first.back().id).size(), 2U);
         }},
        {"vectors_come_back",
         [](Bench& b) {
             put(b.store(), prepared("/a", "alpha"));
             const auto text = b.store().unembedded("e", 1, 0).at(0);
             b.store().put_vectors("e", 2, {&text.text_hash, 1}, std::vector<float>{0.6F, 0.8F});
             EXPECT_EQ(b.store().unembedded_count("e"), 0U);
             EXPECT_EQ(b.store().vector_dimensions("e"), 2U);
             std::size_t seen = 0;
             b.store().for_each_vector("e", [&](std::int64_t, std::span<const float> vector) {
                 ++seen;
                 EXPECT_THAT(vector, ElementsAre(0.6F, 0.8F));
             });
             EXPECT_EQ(seen, 1U);
         }},
        {"vectors_of_a_wrong_length",
         [](Bench& b) {
             put(b.store(), prepared("/a", "alpha"));
             const auto text = b.store().unembedded("e", 1, 0).at(0);
             EXPECT_THROW(b.store().put_vectors("e", 2, {&text.text_hash, 1}, std::vector<float>{1}), Error);
         }},
        {"vectors_go_with_their_chunks",
         [](Bench& b) {
             put(b.store(), prepared("/a", "alpha"));
             const auto text = b.store().unembedded("e", 1, 0).at(0);
             b.store().put_vectors("e", 1, {&text.text_hash, 1}, std::vector<float>{1});
             b.store().remove(std::vector<std::string>{"/a"});
             b.store().for_each_vector("e", [](std::int64_t, std::span<const float>) { FAIL(); });
         }},
        {"generation_changes",
         [](Bench& b) {
             fill(b.store());
             const std::string before = b.store().generation();
             put(b.store(), prepared("/new", "new"));
             EXPECT_NE(b.store().generation(), before);
         }},
        {"models",
         [](Bench& b) {
             EXPECT_EQ(b.store().model("m"), std::nullopt);
             b.store().put_model("m", "bytes");
             EXPECT_EQ(b.store().model("m"), "bytes");
             ASSERT_EQ(b.store().embedders().size(), 1U);
             EXPECT_TRUE(b.store().embedders()[0].has_model);
             b.store().drop_embedder("m");
             EXPECT_THAT(b.store().embedders(), IsEmpty());
         }},
    };
}

class DocumentContract : public StoreContract {};
TEST_P(DocumentContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, DocumentContract,
                         ::testing::Combine(::testing::ValuesIn(engines()), ::testing::ValuesIn(document_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
