#include "core/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/analyze/analyzer.h"
#include "prepared.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using testing::failed;
using testing::found;
using testing::prepared;
using testing::problems;
using testing::put;

class StoreTest : public ::testing::Test {
protected:
    std::vector<std::string> uris(std::string_view prefix = "") const {
        std::vector<std::string> all;
        store->for_each_source(prefix, [&](const Source& source) { all.push_back(source.uri); });
        return all;
    }

    std::unique_ptr<Store> store = open_store_in_memory();
};

TEST_F(StoreTest, keeps_what_a_source_and_its_document_say) {
    PreparedSource source = prepared("/p/a.md", "The moon.\n\nThe sun.", "Sky");
    source.source.metadata_json = R"({"author":"Ada"})";
    put(*store, source);

    const std::optional<Source> stored = store->source("/p/a.md");
    ASSERT_TRUE(stored && stored->document_id);
    EXPECT_EQ(stored->stamp, (FileStamp{19, 42}));
    EXPECT_EQ(stored->content_hash, content_hash("The moon.\n\nThe sun."));
    EXPECT_EQ(stored->status, SourceStatus::ok);
    EXPECT_EQ(stored->metadata_json, R"({"author":"Ada"})");
    EXPECT_EQ(stored->ingested_at, 1000);
    EXPECT_EQ(stored->title, "Sky");
    EXPECT_EQ(stored->media_type, "text/plain");
    EXPECT_EQ(stored->text_bytes, 19U);
    EXPECT_EQ(stored->chunk_count, 2U);
    EXPECT_EQ(store->document_text(*stored->document_id), "The moon.\n\nThe sun.");

    const std::vector<Chunk> chunks = store->chunks_of(*stored->document_id);
    ASSERT_EQ(chunks.size(), 2U);
    EXPECT_EQ(chunks[1].text, "The sun.");
    EXPECT_EQ(chunks[1].ordinal, 1U);
    EXPECT_EQ(chunks[1].span, (document::ChunkSpan{11, 19, 3, 3, {"Top", "Under"}}));
    EXPECT_EQ(chunks[1].uri, "/p/a.md");
    EXPECT_EQ(chunks[1].title, "Sky");
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, answers_nothing_for_what_is_not_there) {
    EXPECT_FALSE(store->source("/none"));
    EXPECT_FALSE(store->document_text(7));
    EXPECT_THAT(store->chunks_of(7), IsEmpty());
    EXPECT_FALSE(store->chunk(7));
    EXPECT_FALSE(store->setting("analyzer"));
    EXPECT_FALSE(store->model("none"));
    EXPECT_EQ(store->remove(std::vector<std::string>{"/none"}), 0U);
    EXPECT_EQ(store->chunk_count(), 0U);
    store->for_each_vector("none", [](std::int64_t, std::span<const float>) { FAIL(); });
}

TEST_F(StoreTest, lists_sources_below_a_folder_in_order) {
    for (const char* uri : {"/p/b/x", "/p/a", "/p/b", "/p/b!x", "/p/bc", "/p/b0", "/q"}) {
        put(*store, prepared(uri, uri));
    }
    EXPECT_THAT(uris("/p/b"), ElementsAre("/p/b", "/p/b/x"));
    EXPECT_THAT(uris("/p/b/"), ElementsAre("/p/b", "/p/b/x"));
    EXPECT_THAT(uris("/"), ElementsAre("/p/a", "/p/b", "/p/b!x", "/p/b/x", "/p/b0", "/p/bc", "/q"));
    EXPECT_THAT(uris("/none"), IsEmpty());
}

TEST_F(StoreTest, stores_a_text_once_however_many_sources_have_it) {
    put(*store, prepared("/p/b", "Same text."));
    put(*store, prepared("/p/a", "Same text."));
    put(*store, prepared("/p/c", "Same text.", "Another title"));
    EXPECT_EQ(store->stats().sources, 3U);
    EXPECT_EQ(store->stats().documents, 2U);
    EXPECT_EQ(store->source("/p/a")->document_id, store->source("/p/b")->document_id);
    EXPECT_EQ(store->chunks_of(*store->source("/p/b")->document_id).front().uri, "/p/a");

    EXPECT_EQ(store->remove(std::vector<std::string>{"/p/a"}), 1U);
    EXPECT_EQ(store->stats().documents, 2U) << "/p/b still has it";
    EXPECT_EQ(store->remove(std::vector<std::string>{"/p/b", "/p/c"}), 2U);
    EXPECT_EQ(store->stats().documents, 0U);
    EXPECT_EQ(store->stats().chunks, 0U);
    EXPECT_THAT(found(*store, "same"), IsEmpty());
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, replaces_an_edited_source) {
    put(*store, prepared("/p/a", "About the moon.\n\nKept paragraph."));
    put(*store, prepared("/p/a", "About the sun.\n\nKept paragraph."));
    EXPECT_THAT(found(*store, "moon"), IsEmpty());
    EXPECT_THAT(found(*store, "sun"), ElementsAre("About the sun."));
    EXPECT_EQ(store->stats().documents, 1U);
    EXPECT_EQ(store->stats().chunks, 2U);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, keeps_the_vectors_of_chunks_that_an_edit_left_alone) {
    put(*store, prepared("/p/a", "Old.\n\nKept."));
    const std::vector<std::string> hashes{content_hash("Old."), content_hash("Kept.")};
    store->put_vectors("m", 1, hashes, std::vector<float>{1, -1});
    put(*store, prepared("/p/a", "New.\n\nKept."));
    const auto missing = store->unembedded("m", 10);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0].text, "New.");
    EXPECT_EQ(store->stats().vectors, 1U) << "that of the old text is gone";
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, replaces_the_chunks_of_a_document_that_is_cut_anew) {
    const std::string text = "First part.\n\nSecond part.";
    put(*store, prepared("/p/a", text));
    const std::int64_t document = *store->source("/p/a")->document_id;
    PreparedSource whole = prepared("/p/a", text);
    whole.chunks = {{0, text.size(), 1, 3, {}}};
    put(*store, whole);
    EXPECT_EQ(store->source("/p/a")->document_id, document);
    EXPECT_EQ(store->source("/p/a")->chunk_count, 1U);
    EXPECT_THAT(found(*store, "second"), ElementsAre(text));
    EXPECT_EQ(store->unembedded_count("m"), 1U);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, gives_a_document_back_as_it_was_put_in) {
    PreparedSource source = prepared("/p/a", "# Top\n\nText.", "Top");
    source.document->blocks = {{document::BlockKind::heading, 0, 5, 1, "\"Top\""},
                               {document::BlockKind::paragraph, 7, 12, 0, ""}};
    source.document->metadata = {{"author", "Ada"}, {"date", "1843"}};
    put(*store, source);
    ASSERT_EQ(store->document_ids(0, 10).size(), 1U);
    const document::Document document = *store->document(store->document_ids(0, 10).front());
    EXPECT_EQ(document.text, source.document->text);
    EXPECT_EQ(document.title, "Top");
    EXPECT_EQ(document.language, "en");
    EXPECT_EQ(document.media_type, "text/plain");
    EXPECT_EQ(document.blocks, source.document->blocks);
    EXPECT_EQ(document.metadata, source.document->metadata);
    EXPECT_FALSE(store->document(99));
}

TEST_F(StoreTest, rechunks_documents_where_their_chunks_differ) {
    put(*store, prepared("/p/a", "One.\n\nTwo."));
    const std::int64_t id = *store->source("/p/a")->document_id;
    const std::int64_t first_chunk = store->chunks_of(id).front().id;
    RechunkedDocument same{id, *store->document(id), prepared("/p/a", "One.\n\nTwo.").chunks, {}};
    store->rechunk({&same, 1});
    EXPECT_EQ(store->chunks_of(id).front().id, first_chunk);
    same.chunks = {{0, 10, 1, 3, {}}};
    store->rechunk({&same, 1});
    EXPECT_EQ(store->source("/p/a")->chunk_count, 1U);
    EXPECT_EQ(store->chunks_of(id).front().text, "One.\n\nTwo.");
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, records_a_failure_and_drops_what_was_there) {
    put(*store, prepared("/p/a", "Once it was readable."));
    put(*store, failed("/p/a", "cannot read /p/a: Permission denied"));
    const Source source = *store->source("/p/a");
    EXPECT_EQ(source.status, SourceStatus::failed);
    EXPECT_EQ(source.error, "cannot read /p/a: Permission denied");
    EXPECT_FALSE(source.document_id);
    EXPECT_EQ(store->stats().failed_sources, 1U);
    EXPECT_EQ(store->stats().documents, 0U);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, touches_stamps_without_reading_anything) {
    put(*store, prepared("/p/a", "Text."));
    const std::vector<UnchangedSource> unchanged{{"/p/a", {5, 77}, "git 1f"}, {"/none", {1, 1}, ""}};
    store->touch(unchanged);
    EXPECT_EQ(store->source("/p/a")->stamp, (FileStamp{5, 77}));
    EXPECT_EQ(store->source("/p/a")->validator, "git 1f");
    EXPECT_GT(store->source("/p/a")->ingested_at, 1000);
    EXPECT_FALSE(store->source("/none"));
}

TEST_F(StoreTest, keeps_settings) {
    store->set_setting("chunking", "a");
    store->set_setting("chunking", "b");
    EXPECT_EQ(store->setting("chunking"), "b");
}

TEST_F(StoreTest, keeps_texts_with_any_valid_character) {
    const std::string text("NUL \0 and ü, 漢字, 🌕", 27);
    PreparedSource source = prepared("/p/a", text);
    source.document->metadata = {{"key", "wert"}, {"key", "second"}};
    put(*store, source);
    EXPECT_EQ(store->document_text(*store->source("/p/a")->document_id), text);
    EXPECT_EQ(store->chunks_of(*store->source("/p/a")->document_id).front().text, text);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, a_document_may_have_no_chunks) {
    put(*store, prepared("/p/a", ""));
    EXPECT_EQ(store->source("/p/a")->chunk_count, 0U);
    EXPECT_EQ(store->document_text(*store->source("/p/a")->document_id), "");
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(StoreTest, visits_every_chunk_in_order_until_told_to_stop) {
    put(*store, prepared("/p/b", "One.\n\nTwo."));
    put(*store, prepared("/p/a", "Three."));
    std::vector<std::string> texts;
    store->for_each_chunk([&](const Chunk& chunk) {
        EXPECT_TRUE(store->chunk(chunk.id)) << "the store may be asked meanwhile";
        texts.push_back(chunk.text);
        return true;
    });
    EXPECT_THAT(texts, ElementsAre("One.", "Two.", "Three."));
    texts.clear();
    store->for_each_chunk([&](const Chunk& chunk) {
        texts.push_back(chunk.text);
        return false;
    });
    EXPECT_EQ(texts.size(), 1U);
}

TEST_F(StoreTest, a_failing_batch_leaves_nothing_behind) {
    std::vector<PreparedSource> batch{prepared("/p/a", "Good."), prepared("/p/b", "Bad.")};
    batch[1].source.metadata_json = "{}";
    batch[1].source.uri = "/p/b";
    batch[1].chunks = {{0, 400, 1, 1, {}}};  // beyond the text
    EXPECT_ANY_THROW(store->put(batch));
    EXPECT_EQ(store->stats().sources, 0U);
    EXPECT_EQ(store->stats().chunks, 0U);
    EXPECT_THAT(found(*store, "good"), IsEmpty());
}

}  // namespace
}  // namespace quarry::store
