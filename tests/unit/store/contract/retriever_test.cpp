// What retrieval finds, and in which order.
#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/store/contract/corpus.h"

namespace quarry::store::contract {
namespace {

using lexical::TermCondition;
using lexical::TermField;
using lexical::TermSequence;

// -- conditions ------------------------------------------------------------------------------------------------------

struct ConditionRow {
    const char* name;
    std::vector<TermCondition> conditions;
    const char* chunks;
};

TermSequence phrase(std::vector<std::string> terms) { return {std::move(terms), false}; }
TermSequence beginning(std::vector<std::string> terms) { return {std::move(terms), true}; }
TermCondition has(TermSequence sequence, std::optional<TermField> field = std::nullopt) {
    return {{std::move(sequence)}, field, false};
}
TermCondition has_not(TermSequence sequence, std::optional<TermField> field = std::nullopt) {
    return {{std::move(sequence)}, field, true};
}

const std::vector<ConditionRow>& condition_rows() {
    static const std::vector<ConditionRow> rows = {
        {"word", {has(phrase({"alpha"}))}, "one two three"},
        {"word_that_none_has", {has(phrase({"zeta"}))}, ""},
        {"phrase", {has(phrase({"alpha", "beta"}))}, "two"},
        {"phrase_in_another_order", {has(phrase({"beta", "alpha"}))}, ""},
        {"phrase_with_a_gap", {has(phrase({"four", "gamma"}))}, ""},
        {"prefix", {has(beginning({"ga"}))}, "three four"},
        {"prefix_is_a_whole_word_too", {has(beginning({"gamma"}))}, "three four"},
        {"prefix_of_the_last_word", {has(beginning({"alpha", "b"}))}, "two"},
        {"in_the_body", {has(phrase({"omega"}), TermField::body)}, "five"},
        {"in_the_title", {has(phrase({"record"}), TermField::title)}, "four"},
        {"not_in_the_title", {has(phrase({"omega"}), TermField::title)}, ""},
        {"in_headings", {has(phrase({"word"}), TermField::headings)}, "two"},
        {"prefix_in_headings", {has(beginning({"oth"}), TermField::headings)}, "two"},
        {"any_field_is_title_too", {has(phrase({"row"}))}, "five"},
        {"excluded", {has_not(phrase({"alpha"}))}, "four five six"},
        {"excluded_phrase", {has_not(phrase({"beta", "gamma"}))}, "one two three five six"},
        {"excluded_prefix", {has_not(beginning({"ga"}))}, "one two five six"},
        {"excluded_from_the_title", {has_not(phrase({"record"}), TermField::title)}, "one two three five six"},
        {"excluded_heading", {has_not(phrase({"word"}), TermField::headings)}, "one three four five six"},
        {"two_words", {has(phrase({"alpha"})), has(phrase({"beta"}))}, "two"},
        {"two_that_exclude", {has(phrase({"alpha"})), has(phrase({"omega"}))}, ""},
        {"word_but_not_another", {has(phrase({"alpha"})), has_not(phrase({"beta"}))}, "one three"},
        {"two_excluded", {has_not(phrase({"alpha"})), has_not(phrase({"beta"}))}, "five six"},
        {"all_excluded", {has(phrase({"alpha"})), has_not(phrase({"alpha"}))}, ""},
        {"one_of_two", {{{phrase({"omega"}), phrase({"bloc"})}, std::nullopt, false}}, "five six"},
        {"none_of_two", {{{phrase({"omega"}), phrase({"alpha"})}, std::nullopt, true}}, "four six"},
        {"heading_and_word", {has(phrase({"word"}), TermField::headings), has(phrase({"alpha"}))}, "two"},
        {"heading_and_other_word", {has(phrase({"word"}), TermField::headings), has(phrase({"omega"}))}, ""},
    };
    return rows;
}

std::vector<Case> condition_cases() {
    std::vector<Case> cases;
    for (const ConditionRow& row : condition_rows()) {
        cases.push_back({row.name, [row](Bench& bench) {
                             const RetrievalScope scope{{}, row.conditions};
                             EXPECT_EQ(words_of(bench.store(), bench.store().chunk_ids(scope, 0, 100)), row.chunks);
                         }});
    }
    return cases;
}

// -- what is found ---------------------------------------------------------------------------------------------------

std::vector<std::int64_t> ids_of(const std::vector<document::ScoredChunk>& hits) {
    std::vector<std::int64_t> ids;
    for (const document::ScoredChunk& hit : hits) ids.push_back(hit.chunk_id);
    return ids;
}

TermQuery words(std::vector<std::string> terms) {
    TermQuery query;
    for (std::string& term : terms) query.terms.push_back({std::move(term)});
    return query;
}

/// Vectors of two dimensions for all chunks: "one" at 0 degrees, each next one 15 further.
void fill_vectors(Store& store) {
    const std::vector<VectorStore::UnembeddedText> texts = store.unembedded("e", 100, 0);
    std::vector<std::string> hashes;
    std::vector<float> vectors;
    for (const VectorStore::UnembeddedText& text : texts) {
        static const std::vector<std::string> names = {"one", "two", "three", "four", "five", "six"};
        const auto name = std::find(names.begin(), names.end(), text.text.substr(0, text.text.find(' ')));
        const double angle = 0.26 * static_cast<double>(name - names.begin());
        hashes.push_back(text.text_hash);
        vectors.push_back(static_cast<float>(std::cos(angle)));
        vectors.push_back(static_cast<float>(std::sin(angle)));
    }
    store.put_vectors("e", 2, hashes, vectors);
}

const DenseQuery at_one{"e", {1, 0}};

std::vector<Case> ranking_cases() {
    return {
        {"no_terms_find_nothing",
         [](Bench& b) {
             fill(b.store());
             EXPECT_TRUE(b.store().lexical({}, {}, 10).empty());
         }},
        {"empty_base_finds_nothing",
         [](Bench& b) { EXPECT_TRUE(b.store().lexical(words({"alpha"}), {}, 10).empty()); }},
        {"limit_zero",
         [](Bench& b) {
             fill(b.store());
             EXPECT_TRUE(b.store().lexical(words({"alpha"}), {}, 0).empty());
         }},
        {"limit_cuts_the_tail",
         [](Bench& b) {
             fill(b.store());
             const auto all = b.store().lexical(every_word(), {}, 100);
             const auto two = b.store().lexical(every_word(), {}, 2);
             ASSERT_EQ(two.size(), 2U);
             EXPECT_EQ(two[0].chunk_id, all[0].chunk_id);
             EXPECT_EQ(two[1].chunk_id, all[1].chunk_id);
         }},
        {"any_of_the_terms",
         [](Bench& b) {
             fill(b.store());
             EXPECT_EQ(b.store().lexical(words({"omega", "bloc"}), {}, 10).size(), 2U);
         }},
        {"unknown_terms_do_no_harm",
         [](Bench& b) {
             fill(b.store());
             EXPECT_EQ(b.store().lexical(words({"omega", "unknown"}), {}, 10).size(), 1U);
         }},
        {"best_first",
         [](Bench& b) {
             fill(b.store());
             const auto hits = b.store().lexical(every_word(), {}, 100);
             for (std::size_t i = 1; i < hits.size(); ++i) EXPECT_GE(hits[i - 1].score, hits[i].score);
         }},
        {"ties_by_id",
         [](Bench& b) {
             for (const char* uri : {"/c", "/a", "/b"}) {
                 testing::put(b.store(), testing::prepared(uri, std::string("word ") + uri[1]));
             }
             const auto hits = b.store().lexical(words({"word"}), {}, 10);
             ASSERT_EQ(hits.size(), 3U);
             EXPECT_EQ(hits[0].score, hits[2].score);
             EXPECT_TRUE(std::is_sorted(hits.begin(), hits.end(),
                                        [](const auto& l, const auto& r) { return l.chunk_id < r.chunk_id; }));
         }},
        {"scope_leaves_scores_alone",
         [](Bench& b) {
             fill(b.store());
             const auto all = b.store().lexical(words({"alpha"}), {}, 10);
             RetrievalScope scope;
             scope.filter.languages = {"de"};
             const auto some = b.store().lexical(words({"alpha"}), scope, 10);
             ASSERT_EQ(some.size(), 1U);
             const auto same = std::find_if(all.begin(), all.end(),
                                            [&](const auto& hit) { return hit.chunk_id == some[0].chunk_id; });
             ASSERT_NE(same, all.end());
             EXPECT_EQ(some[0].score, same->score);
         }},
        {"scope_never_empties_a_result",
         [](Bench& b) {
             fill(b.store());
             RetrievalScope scope;
             scope.filter.kinds = {SourceKind::url};
             EXPECT_EQ(b.store().lexical(words({"gamma"}), scope, 1).size(), 1U);
         }},
        {"filter_and_condition",
         [](Bench& b) {
             fill(b.store());
             RetrievalScope scope{{}, {has(phrase({"gamma"}))}};
             scope.filter.languages = {"en"};
             EXPECT_EQ(words_of(b.store(), b.store().chunk_ids(scope, 0, 10)), "four");
         }},
        {"weight_multiplies",
         [](Bench& b) {
             fill(b.store());
             TermQuery query = words({"omega"});
             const double once = b.store().lexical(query, {}, 1).at(0).score;
             query.terms[0].weight = 3;
             EXPECT_DOUBLE_EQ(b.store().lexical(query, {}, 1).at(0).score, 3 * once);
         }},
        {"prefix_term",
         [](Bench& b) {
             fill(b.store());
             TermQuery query = words({"ga"});
             EXPECT_TRUE(b.store().lexical(query, {}, 10).empty());
             query.terms[0].prefix = true;
             EXPECT_EQ(b.store().lexical(query, {}, 10).size(), 2U);
         }},
        {"other_stems_are_the_same_term",
         [](Bench& b) {
             fill(b.store());
             TermQuery query = words({"unknown"});
             query.terms[0].others = {"omega", "bloc"};
             EXPECT_EQ(b.store().lexical(query, {}, 10).size(), 2U);
         }},
        {"scope_sees_new_documents",
         [](Bench& b) {
             fill(b.store());
             RetrievalScope scope;
             scope.filter.folder = "/home";
             EXPECT_EQ(b.store().chunk_ids(scope, 0, 100).size(), 3U);
             testing::put(b.store(), testing::prepared("/home/new.md", "seven alpha"));
             EXPECT_EQ(words_of(b.store(), b.store().chunk_ids(scope, 0, 100)), "one two four seven");
             b.store().remove(std::vector<std::string>{"/home/notes/a.md"});
             EXPECT_EQ(words_of(b.store(), b.store().chunk_ids(scope, 0, 100)), "four seven");
         }},
        {"chunk_ids_in_pages",
         [](Bench& b) {
             fill(b.store());
             const std::vector<std::int64_t> first = b.store().chunk_ids({}, 0, 4);
             ASSERT_EQ(first.size(), 4U);
             const std::vector<std::int64_t> rest = b.store().chunk_ids({}, first.back(), 4);
             EXPECT_EQ(words_of(b.store(), first), "one two three four");
             EXPECT_EQ(words_of(b.store(), rest), "five six");
         }},
        {"chunk_ids_of_a_scope_in_pages",
         [](Bench& b) {
             fill(b.store());
             RetrievalScope scope;
             scope.filter.folder = "/home";
             const std::vector<std::int64_t> first = b.store().chunk_ids(scope, 0, 2);
             EXPECT_EQ(words_of(b.store(), first), "one two");
             EXPECT_EQ(words_of(b.store(), b.store().chunk_ids(scope, first.back(), 2)), "four");
         }},
        {"explain_adds_up",
         [](Bench& b) {
             fill(b.store());
             const TermQuery query = words({"alpha", "beta"});
             const auto hits = b.store().lexical(query, {}, 10);
             const auto why = b.store().explain(query, ids_of(hits));
             ASSERT_EQ(why.size(), hits.size());
             for (std::size_t i = 0; i < hits.size(); ++i) {
                 double sum = 0;
                 for (const lexical::TermScore& term : why[i].terms) sum += term.score;
                 EXPECT_NEAR(sum, hits[i].score, 1e-9);
             }
         }},
        {"explain_what_has_no_term",
         [](Bench& b) {
             fill(b.store());
             const std::vector<std::int64_t> ids = b.store().chunk_ids({}, 0, 1);
             const auto why = b.store().explain(words({"omega"}), ids);
             ASSERT_EQ(why.size(), 1U);
             EXPECT_TRUE(why[0].terms.empty());
         }},
        {"term_weights_compare",
         [](Bench& b) {
             fill(b.store());
             const std::vector<std::string> terms = {"alpha", "omega", "unknown"};
             const std::vector<std::uint64_t> weights = b.store().term_weights(terms);
             ASSERT_EQ(weights.size(), 3U);
             EXPECT_GT(weights[0], weights[1]);
             EXPECT_GT(weights[1], 0U);
             EXPECT_EQ(weights[2], 0U);
         }},
        {"term_languages_of_an_empty_base",
         [](Bench& b) { EXPECT_EQ(b.store().term_languages(), std::vector<std::string>{"en"}); }},
        {"term_languages_english_first",
         [](Bench& b) {
             fill(b.store());
             EXPECT_EQ(b.store().term_languages(), (std::vector<std::string>{"en", "de", "fr"}));
         }},
        {"uri_in_the_scope",
         [](Bench& b) {
             testing::put(b.store(), testing::prepared("/a/x", "same", "T"));
             testing::put(b.store(), testing::prepared("/b/x", "same", "T"));
             const std::int64_t document = *b.store().source("/a/x")->document_id;
             ChunkFilter filter;
             filter.folder = "/b";
             EXPECT_EQ(b.store().filtered_uri(document, filter), "/b/x");
             filter.folder = "/c";
             EXPECT_EQ(b.store().filtered_uri(document, filter), std::nullopt);
         }},
        // Vectors.
        {"dense_without_vectors",
         [](Bench& b) {
             fill(b.store());
             const DenseCandidates found = b.store().dense(at_one, {}, 10, {});
             EXPECT_TRUE(found.chunks.empty());
             EXPECT_EQ(found.vectors, 0U);
         }},
        {"dense_nearest_first",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             const DenseCandidates found = b.store().dense(at_one, {}, 10, {});
             EXPECT_EQ(words_of(b.store(), ids_of(found.chunks)), "one two three four five six");
             EXPECT_EQ(found.vectors, 6U);
             EXPECT_NEAR(found.chunks[0].score, 1.0, 1e-3);
         }},
        {"dense_limit",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             EXPECT_EQ(words_of(b.store(), ids_of(b.store().dense(at_one, {}, 2, {}).chunks)), "one two");
         }},
        {"dense_in_a_scope",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             RetrievalScope scope;
             scope.filter.kinds = {SourceKind::url, SourceKind::jsonl};
             const DenseCandidates found = b.store().dense(at_one, scope, 1, {});
             EXPECT_EQ(words_of(b.store(), ids_of(found.chunks)), "three");
             EXPECT_EQ(found.vectors, 6U) << "all that there are";
         }},
        {"dense_also",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             const std::vector<std::int64_t> last = {b.store().chunk_ids({}, 0, 10).back()};
             EXPECT_EQ(words_of(b.store(), ids_of(b.store().dense(at_one, {}, 1, last).chunks)), "one six");
         }},
        {"dense_also_once",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             const std::vector<std::int64_t> first = {b.store().chunk_ids({}, 0, 1).front()};
             EXPECT_EQ(words_of(b.store(), ids_of(b.store().dense(at_one, {}, 2, first).chunks)), "one two");
         }},
        {"dense_of_another_embedder",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             EXPECT_EQ(b.store().dense({"other", {1, 0}}, {}, 10, {}).vectors, 0U);
         }},
        {"dense_of_another_length",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             EXPECT_ANY_THROW(static_cast<void>(b.store().dense({"e", {1, 0, 0}}, {}, 10, {})));
         }},
        {"prepared_finds_the_same",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             for (const bool exact : {false, true}) {
                 const Cancellation never;
                 EXPECT_EQ(b.store().prepare_dense("e", {exact, 2}, never), "");
                 EXPECT_EQ(words_of(b.store(), ids_of(b.store().dense(at_one, {}, 3, {}).chunks)), "one two three");
             }
         }},
        {"prepared_again_sees_what_changed",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             const Cancellation never;
             static_cast<void>(b.store().prepare_dense("e", {}, never));
             b.store().remove(std::vector<std::string>{"/home/notes/a.md"});
             static_cast<void>(b.store().prepare_dense("e", {}, never));
             EXPECT_EQ(words_of(b.store(), ids_of(b.store().dense(at_one, {}, 2, {}).chunks)), "three four");
         }},
        {"hybrid_is_both",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             const TermQuery query = words({"omega"});
             const Candidates found = b.store().hybrid(query, at_one, {}, 2);
             EXPECT_EQ(ids_of(found.lexical), ids_of(b.store().lexical(query, {}, 2)));
             EXPECT_EQ(words_of(b.store(), ids_of(found.dense.chunks)), "one two five");
         }},
        {"hybrid_in_a_scope",
         [](Bench& b) {
             fill(b.store());
             fill_vectors(b.store());
             RetrievalScope scope;
             scope.filter.folder = "/home";
             const Candidates found = b.store().hybrid(every_word(), at_one, scope, 10);
             EXPECT_EQ(found.lexical.size(), 3U);
             EXPECT_EQ(words_of(b.store(), ids_of(found.dense.chunks)), "one two four");
         }},
    };
}

class RetrieverConditionContract : public ReadingContract {};
TEST_P(RetrieverConditionContract, lets_through) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, RetrieverConditionContract,
                         ::testing::Combine(::testing::ValuesIn(engines()), ::testing::ValuesIn(condition_cases())),
                         case_name);

class RetrieverContract : public StoreContract {};
TEST_P(RetrieverContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, RetrieverContract,
                         ::testing::Combine(::testing::ValuesIn(engines()), ::testing::ValuesIn(ranking_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
