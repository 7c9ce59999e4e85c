#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/analyze/analyzer.h"
#include "core/base/error.h"
#include "core/store/store.h"
#include "prepared.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using testing::found;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;
using testing::put;

TermQuery any_of(const std::vector<std::string>& terms) {
    TermQuery query;
    for (const std::string& term : terms) query.terms.push_back({term});
    return query;
}

TEST(LexicalTest, finds_title_headings_and_text) {
    const auto store = open_store_in_memory();
    PreparedSource source = prepared("/p/a", "Tides follow the moon.", "Astronomy notes");
    source.chunks[0].heading_path = {"Gravity", "Oceans"};
    put(*store, source);
    put(*store, prepared("/p/b", "Unrelated."));
    analyze::Analyzer analyzer;
    for (const char* word : {"astronomy", "gravity", "oceans", "tides", "moon"}) {
        EXPECT_THAT(found(*store, analyzer.analyzed(word)), ElementsAre("Tides follow the moon.")) << word;
    }
}

TEST(LexicalTest, the_rarer_match_comes_first_and_ties_go_by_id) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat\n\ncat\n\ncat dog\n\nfish"));
    const std::vector<std::string> terms{"cat", "dog"};
    const std::vector<document::ScoredChunk> hits = store->lexical(any_of(terms), {}, 10);
    ASSERT_EQ(hits.size(), 3U);
    EXPECT_EQ(store->chunk(hits[0].chunk_id)->text, "cat dog");
    EXPECT_GT(hits[0].score, hits[1].score);
    EXPECT_EQ(hits[1].score, hits[2].score);
    EXPECT_LT(hits[1].chunk_id, hits[2].chunk_id);
    EXPECT_EQ(store->lexical(any_of(terms), {}, 2).size(), 2U);
    EXPECT_THAT(store->lexical(any_of(terms), {}, 0), IsEmpty());
}

TEST(LexicalTest, a_term_counts_as_often_as_the_query_has_it) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat\n\ndog"));
    TermQuery query = any_of({"cat"});
    const double once = store->lexical(query, {}, 10)[0].score;
    query.terms[0].weight = 2;
    EXPECT_DOUBLE_EQ(store->lexical(query, {}, 10)[0].score, 2 * once);
}

TEST(LexicalTest, readings_of_a_term_count_as_one) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "haus\n\nhauser haus\n\nhauser\n\nfish\n\nhouse"));
    TermQuery query = any_of({"hauser"});
    query.terms[0].others = {"haus", "unknown"};
    const std::vector<document::ScoredChunk> hits = store->lexical(query, {}, 10);
    ASSERT_EQ(hits.size(), 3U);
    EXPECT_EQ(store->chunk(hits[0].chunk_id)->text, "hauser haus");
    EXPECT_DOUBLE_EQ(hits[1].score, hits[2].score);
    const std::vector<lexical::LexicalExplanation> words = store->explain(query, std::vector{hits[0].chunk_id});
    ASSERT_EQ(words[0].terms.size(), 1U);
    EXPECT_EQ(words[0].terms[0].chunks, 3U);
    EXPECT_EQ(words[0].terms[0].occurrences[2], 2U);
    EXPECT_DOUBLE_EQ(words[0].terms[0].score, hits[0].score);
    // What the index has not is no reading.
    query.terms[0] = {"unknown", 1, false, {"fish", "nothing"}};
    ASSERT_EQ(store->lexical(query, {}, 10).size(), 1U);
    EXPECT_DOUBLE_EQ(store->lexical(query, {}, 10)[0].score, store->lexical(any_of({"fish"}), {}, 10)[0].score);
}

TEST(LexicalTest, no_term_is_a_syntax_error) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat and not near or"));
    const std::vector<std::string> terms{"",
                                         "\"",
                                         "\"\"",
                                         "'",
                                         "*",
                                         "^",
                                         "-",
                                         "a OR",
                                         "NEAR(",
                                         "title:cat",
                                         "{",
                                         "}",
                                         "(",
                                         ")",
                                         "+",
                                         "AND",
                                         "OR",
                                         "NOT",
                                         "\\",
                                         "%",
                                         ";--",
                                         "?1",
                                         ":x",
                                         "\xFF\xFE",
                                         "\xF0\x9F",
                                         "漢字",
                                         "🌕",
                                         "a b",
                                         "\n",
                                         std::string("nul\0\"", 5),
                                         std::string(100'000, 'x')};
    for (const std::string& term : terms) {
        EXPECT_NO_THROW((void)store->lexical(any_of({term}), {}, 10)) << term;
    }
    EXPECT_NO_THROW((void)store->lexical(any_of(terms), {}, 10));
    EXPECT_THAT(store->lexical({}, {}, 10), IsEmpty());
}

TEST(LexicalTest, thousands_of_terms_are_one_query) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat"));
    std::vector<std::string> terms;
    for (int i = 0; i < 5'000; ++i) terms.push_back("straw" + std::to_string(i));
    terms.push_back("cat");
    EXPECT_EQ(store->lexical(any_of(terms), {}, 10).size(), 1U);
}

TEST(LexicalTest, takes_terms_that_were_made_elsewhere) {
    const auto store = open_store_in_memory();
    PreparedSource source = prepared("/p/a", "Running cats.\n\nSleeping dogs.");
    analyze::Analyzer analyzer;
    source.terms = store->preparer()->prepare(*source.document, source.chunks);
    put(*store, source);
    EXPECT_THAT(found(*store, analyzer.analyzed("run")), ElementsAre("Running cats."));
    EXPECT_THAT(problems(*store), IsEmpty());
    store->remove(std::vector<std::string>{"/p/a"});
    EXPECT_THAT(found(*store, analyzer.analyzed("run")), IsEmpty());
}

TEST(LexicalTest, texts_of_chunks_are_those_of_the_chunks) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "Running cats.\n\nSleeping dogs."));
    std::vector<std::int64_t> ids;
    std::vector<std::string> texts;
    store->for_each_chunk([&](const Chunk& chunk) {
        ids.insert(ids.begin(), chunk.id);
        texts.insert(texts.begin(), chunk.text);
        return true;
    });
    ASSERT_EQ(ids.size(), 2U);
    ids.push_back(4711);
    texts.emplace_back();
    EXPECT_EQ(store->chunk_texts(ids), texts);
}

TEST(LexicalTest, what_comes_twice_in_a_transaction_is_found_as_it_came_last) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "bird"));
    put(*store, prepared("/p/b", "horse"));
    const std::vector<PreparedSource> sources{prepared("/p/b", "cat"), prepared("/p/c", "dog"),
                                              prepared("/p/b", "fish"), prepared("/p/c", "cow"),
                                              prepared("/p/d", "cat")};
    store->put(sources);
    EXPECT_THAT(found(*store, "cat"), ElementsAre("cat"));
    EXPECT_THAT(found(*store, "fish"), ElementsAre("fish"));
    for (const char* gone : {"horse", "dog"}) EXPECT_THAT(found(*store, gone), IsEmpty()) << gone;
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST(LexicalTest, an_index_of_another_analyzer_is_made_anew_by_the_next_write) {
    const auto store = open_store_in_memory();
    PreparedSource source = prepared("/p/a", "cat\n\ndog");
    // As some other analysis would have it.
    source.terms = store->preparer()->prepare(*prepared("/p/a", "chat\n\nchien", "").document, source.chunks);
    put(*store, source);
    EXPECT_FALSE(store->index_is_stale());
    store->set_setting(setting::analyzer, "another");
    EXPECT_TRUE(store->index_is_stale());
    EXPECT_THAT(problems(*store), IsEmpty());
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
    EXPECT_THROW(
        store->rebuild_index([](std::uint64_t, std::uint64_t) { throw Error(ErrorCode::interrupted, "interrupted"); }),
        Error);
    EXPECT_THAT(found(*store, "word7"), ElementsAre("word7")) << "rolled back, not half done";
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST(LexicalTest, only_chunks_in_the_scope) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat\n\ncat cat\n\ncat dog"));
    const std::vector<document::ScoredChunk> all = store->lexical(any_of({"cat"}), {}, 10);
    ASSERT_EQ(all.size(), 3U);
    const RetrievalScope scope{{}, {{{{{"dog"}}}, std::nullopt, false}}};
    const std::vector<document::ScoredChunk> found = store->lexical(any_of({"cat"}), scope, 1);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].chunk_id, all[2].chunk_id);
    EXPECT_EQ(found[0].score, all[2].score) << "the statistics are those of all";
}

TEST(LexicalTest, fields_have_weights) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "fish", "cat"));
    put(*store, prepared("/p/b", "cat", "fish"));
    const auto best = [&](double title, double body) {
        TermQuery query = any_of({"cat"});
        query.bm25.field_weights = {title, 1, body};
        return store->chunk(store->lexical(query, {}, 10).at(0).chunk_id)->uri;
    };
    EXPECT_EQ(best(2, 1), "/p/a");
    EXPECT_EQ(best(1, 2), "/p/b");
}

TEST(LexicalTest, a_prefix_is_one_term) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "catnip catfish\n\ncat\n\ndog"));
    TermQuery query = any_of({"cat"});
    query.terms[0].prefix = true;
    const std::vector<document::ScoredChunk> found = store->lexical(query, {}, 10);
    ASSERT_EQ(found.size(), 2U);
    const std::vector<std::int64_t> ids{found[0].chunk_id, found[1].chunk_id};
    const std::vector<lexical::LexicalExplanation> why = store->explain(query, ids);
    ASSERT_EQ(why.size(), 2U);
    EXPECT_EQ(why[0].terms.at(0).occurrences, (lexical::FieldCounts{0, 0, 2}));
    EXPECT_EQ(why[0].terms.at(0).chunks, 2U);
    EXPECT_EQ(why[1].terms.at(0).occurrences, (lexical::FieldCounts{0, 0, 1}));
}

// By hand: N = 2; "cat" in both, tf 1 and 2, lengths 2 + 2 + 2 and 2 + 2 + 3 with title and headings.
TEST(LexicalTest, explains_the_formula) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat dog\n\ncat cat fish", "One Two"));
    const TermQuery query = any_of({"cat"});
    const std::vector<document::ScoredChunk> found = store->lexical(query, {}, 10);
    ASSERT_EQ(found.size(), 2U);
    const std::int64_t id = found[0].chunk_id;
    const lexical::LexicalExplanation why = store->explain(query, {&id, 1}).at(0);
    EXPECT_DOUBLE_EQ(why.length, 7);
    EXPECT_DOUBLE_EQ(why.average_length, 6.5);
    const double idf = std::log(1 + 0.5 / 2.5);
    EXPECT_DOUBLE_EQ(why.terms.at(0).idf, idf);
    EXPECT_DOUBLE_EQ(why.terms.at(0).score, idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 7 / 6.5)));
    EXPECT_EQ(why.terms.at(0).score, found[0].score);
}

TEST(LexicalTest, conditions_pick_chunks) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "red hat cat\n\nhat red\n\nblue catnip", "Colours"));
    const auto matching = [&](const std::vector<lexical::TermCondition>& conditions) {
        std::vector<std::string> texts;
        for (const std::int64_t id : store->chunk_ids({{}, conditions}, 0, 1000))
            texts.push_back(store->chunk(id)->text);
        return texts;
    };
    const lexical::TermCondition phrase{{{{"red", "hat"}, false}}, std::nullopt, false};
    EXPECT_THAT(matching({phrase}), ElementsAre("red hat cat"));
    lexical::TermCondition not_phrase = phrase;
    not_phrase.excluded = true;
    EXPECT_THAT(matching({not_phrase}), ElementsAre("hat red", "blue catnip"));
    const lexical::TermCondition hat{{{{"hat"}, false}}, std::nullopt, false};
    EXPECT_THAT(matching({hat, not_phrase}), ElementsAre("hat red"));
    EXPECT_THAT(matching({{{{{"cat"}, true}}, lexical::TermField::body, false}}),
                ElementsAre("red hat cat", "blue catnip"));
    EXPECT_THAT(matching({{{{{"cat"}, true}}, lexical::TermField::title, false}}), IsEmpty());
    EXPECT_EQ(matching({{{{{"colour"}, false}}, lexical::TermField::title, false}}).size(), 3U);
    EXPECT_EQ(matching({}).size(), 3U);
    EXPECT_NO_THROW((void)matching({{{{{"\"", std::string("\0", 1)}, false}}, std::nullopt, false}}));
}

TEST(LexicalTest, lengths_follow_what_is_written) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat dog fish bird"));
    put(*store, prepared("/p/b", "cat"));
    const auto length_of_best = [&] {
        const TermQuery query = any_of({"cat"});
        const std::int64_t id = store->lexical(query, {}, 10).at(0).chunk_id;
        return store->explain(query, {&id, 1}).at(0).length;
    };
    EXPECT_DOUBLE_EQ(length_of_best(), 1 + 2 + 1);
    put(*store, prepared("/p/b", "cat and more of it"));
    EXPECT_DOUBLE_EQ(length_of_best(), 1 + 2 + 4) << "now /p/a is the shorter one";
    store->rebuild_index({});
    EXPECT_DOUBLE_EQ(length_of_best(), 1 + 2 + 4);
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST(LexicalTest, terms_are_weighed_for_comparison) {
    const auto store = open_store_in_memory();
    put(*store, prepared("/p/a", "cat cat\n\ncat dog"));
    const std::vector<std::string> terms{"cat", "dog", "fish"};
    const std::vector<std::uint64_t> weights = store->term_weights(terms);
    ASSERT_EQ(weights.size(), 3U);
    EXPECT_GT(weights[0], weights[1]);
    EXPECT_GT(weights[1], 0U);
    EXPECT_EQ(weights[2], 0U);
}

}  // namespace
}  // namespace quarry::store
