#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/store/store.h"
#include "core/tokenize/analyzer.h"
#include "prepared.h"

namespace quarry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::found;
using testing::prepared;
using testing::problems;
using testing::put;

TEST(LexicalTest, finds_title_headings_and_text) {
    const auto store = open_store_in_memory();
    PreparedSource source = prepared("/p/a", "Tides follow the moon.", "Astronomy notes");
    source.chunks[0].heading_path = {"Gravity", "Oceans"};
    put(*store, source);
    put(*store, prepared("/p/b", "Unrelated."));
    Analyzer analyzer;
    for (const char* word : {"astronomy", "gravity", "oceans", "tides", "moon"}) {
        EXPECT_THAT(found(*store, analyzer.analyzed(word)), ElementsAre("Tides follow the moon.")) << word;
    }
}

TEST(LexicalTest, the_rarer_match_comes_first_and_ties_go_by_id) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat\n\ncat\n\ncat dog\n\nfish"));
    const std::vector<std::string> terms{"cat", "dog"};
    const std::vector<ScoredChunk> hits = store->lexical_candidates(terms, 10);
    ASSERT_EQ(hits.size(), 3U);
    EXPECT_EQ(store->chunk(hits[0].chunk_id)->text, "cat dog");
    EXPECT_GT(hits[0].score, hits[1].score);
    EXPECT_EQ(hits[1].score, hits[2].score);
    EXPECT_LT(hits[1].chunk_id, hits[2].chunk_id);
    EXPECT_EQ(store->lexical_candidates(terms, 2).size(), 2U);
    EXPECT_THAT(store->lexical_candidates(terms, 0), IsEmpty());
}

TEST(LexicalTest, a_repeated_term_counts_once) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat\n\ndog"));
    const std::vector<std::string> once{"cat"};
    const std::vector<std::string> twice{"cat", "cat"};
    EXPECT_EQ(store->lexical_candidates(once, 1)[0].score, store->lexical_candidates(twice, 1)[0].score);
}

TEST(LexicalTest, no_term_is_a_syntax_error) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat and not near or"));
    const std::vector<std::string> terms{
        "",      "\"",        "\"\"", "'",  "*",  "^",   "-",      "a OR", "NEAR(", "title:cat", "{", "}",
        "(",     ")",         "+",    "AND", "OR", "NOT", "\\",     "%",    ";--",   "?1",        ":x",
        "\xFF\xFE", "\xF0\x9F", "漢字", "🌕", "a b", "\n",  std::string("nul\0\"", 5), std::string(100'000, 'x')};
    for (const std::string& term : terms) {
        EXPECT_NO_THROW((void)store->lexical_candidates({&term, 1}, 10)) << term;
    }
    EXPECT_NO_THROW((void)store->lexical_candidates(terms, 10));
    EXPECT_THAT(store->lexical_candidates({}, 10), IsEmpty());
}

TEST(LexicalTest, thousands_of_terms_are_one_query) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat"));
    std::vector<std::string> terms;
    for (int i = 0; i < 5'000; ++i) terms.push_back("straw" + std::to_string(i));
    terms.push_back("cat");
    EXPECT_EQ(store->lexical_candidates(terms, 10).size(), 1U);
}

TEST(LexicalTest, takes_terms_that_were_made_elsewhere) {
    const auto store = open_store_in_memory();
    PreparedSource source = prepared("/p/a", "Running cats.\n\nSleeping dogs.");
    Analyzer analyzer;
    source.terms = analyze_chunks(analyzer, *source.document, source.chunks);
    put(*store, source);
    EXPECT_THAT(found(*store, analyzer.analyzed("run")), ElementsAre("Running cats."));
    EXPECT_THAT(problems(*store), IsEmpty());
    store->remove(std::vector<std::string>{"/p/a"});
    EXPECT_THAT(found(*store, analyzer.analyzed("run")), IsEmpty());
}

TEST(LexicalTest, an_index_of_another_analyzer_is_made_anew_by_the_next_write) {
    const auto store = open_store_in_memory();
    PreparedSource source = prepared("/p/a", "cat\n\ndog");
    source.terms = {{"", "", "chat"}, {"", "", "chien"}};  // as some other analysis would have it
    put(*store, source);
    EXPECT_FALSE(store->index_is_stale());
    store->set_setting(setting::analyzer, "another");
    EXPECT_TRUE(store->index_is_stale());
    put(*store, prepared("/p/b", "fish"));
    EXPECT_FALSE(store->index_is_stale());
    EXPECT_THAT(found(*store, "chat"), IsEmpty());
    EXPECT_THAT(found(*store, "cat"), ElementsAre("cat"));
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST(LexicalTest, rebuilding_tells_how_far_it_is_and_can_be_stopped) {
    const auto store = open_store_in_memory();
    std::string text;
    for (int i = 0; i < 200; ++i) text += "word" + std::to_string(i) + "\n\n";
    put(*store, prepared("/p/a", text));
    std::uint64_t seen = 0;
    store->rebuild_index([&](std::uint64_t done, std::uint64_t total) {
        EXPECT_GT(done, seen);
        EXPECT_LE(done, total);
        seen = done;
    });
    EXPECT_GT(seen, 0U);
    EXPECT_THROW(store->rebuild_index([](std::uint64_t, std::uint64_t) {
        throw Error(ErrorCode::interrupted, "interrupted");
    }), Error);
    EXPECT_THAT(found(*store, "word7"), ElementsAre("word7")) << "rolled back, not half done";
    EXPECT_THAT(problems(*store), IsEmpty());
}

}  // namespace
}  // namespace quarry
