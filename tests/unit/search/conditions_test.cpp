// What a query demands holds by words, by vector and in hybrid search; and what it may have been meant to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/hash.h"
#include "core/search/search.h"
#include "core/search/spelling.h"

namespace quarry::search {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

/// All texts alike, so that a vector search finds everything.
class EqualEmbedder final : public embed::Embedder {
public:
    [[nodiscard]] std::string name() const override { return "equal"; }
    [[nodiscard]] std::string fingerprint() const override { return "equal:1"; }
    [[nodiscard]] std::size_t dimensions() const override { return 1; }
    [[nodiscard]] std::size_t batch_size() const override { return 100; }
    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, embed::EmbedKind,
                                           const Cancellation&) override {
        return std::vector<float>(texts.size(), 1.0F);
    }
};

class ConditionsTest : public ::testing::Test {
protected:
    ConditionsTest() {
        add("/hat", "Hats", "the red hat of the king");
        add("/red", "Colours", "a hat that is red, no migration");
        add("/cat", "Animals", "migrating cats have fur");
        for (const auto& text : store_->unembedded(embedder_.fingerprint(), 100)) {
            const std::vector<float> one{1.0F};
            store_->put_vectors(embedder_.fingerprint(), 1, {&text.text_hash, 1}, one);
        }
    }
    void add(const std::string& uri, const std::string& title, const std::string& text) {
        store::PreparedSource source;
        source.source.uri = uri;
        source.source.content_hash = content_hash(text);
        source.document.emplace();
        source.document->title = title;
        source.document->text = text;
        source.document->media_type = "text/plain";
        source.chunks.push_back({0, text.size(), 1, 1, {}});
        store_->put({&source, 1});
    }
    void add_in(const std::string& language, const std::string& uri, const std::string& text) {
        store::PreparedSource source;
        source.source.uri = uri;
        source.source.content_hash = content_hash(text);
        source.document.emplace();
        source.document->language = language;
        source.document->text = text;
        source.document->media_type = "text/plain";
        source.chunks.push_back({0, text.size(), 1, 1, {}});
        store_->put({&source, 1});
    }
    [[nodiscard]] SearchResult find(std::string_view query, SearchMode mode, std::size_t limit = 10) {
        SearchOptions options;
        options.mode = mode;
        options.limit = limit;
        return search(*store_, {&embedder_}, query, options, Cancellation());
    }
    [[nodiscard]] std::set<std::string> uris(std::string_view query, SearchMode mode) {
        std::set<std::string> found;
        for (const SearchHit& hit : find(query, mode).hits) found.insert(hit.chunk.uri);
        return found;
    }
    [[nodiscard]] std::string suggestion(std::string_view query) {
        return check_spelling(*store_, query, parse_query(query), {}).suggestion;
    }

    std::unique_ptr<store::Store> store_ = store::open_store_in_memory();
    EqualEmbedder embedder_;
};

TEST_F(ConditionsTest, hold_in_every_mode) {
    for (const SearchMode mode : {SearchMode::lexical, SearchMode::vector, SearchMode::hybrid}) {
        SCOPED_TRACE(search_mode_name(mode));
        EXPECT_THAT(uris("\"red hat\" cats", mode), UnorderedElementsAre("/hat"));
        EXPECT_THAT(uris("hat -king", mode), Contains("/red"));
        EXPECT_THAT(uris("hat -king", mode), Not(Contains("/hat")));
        EXPECT_THAT(uris("title:hats red", mode), UnorderedElementsAre("/hat"));
        EXPECT_THAT(uris("migrat*", mode), UnorderedElementsAre("/red", "/cat"));
        EXPECT_THAT(uris("red -\"red hat\" -title:animals", mode), UnorderedElementsAre("/red"));
        EXPECT_THAT(uris("hat \"never said\"", mode), IsEmpty());
    }
}

TEST_F(ConditionsTest, headings_within_a_passage_are_headings) {
    const auto add_with_headings = [&](const std::string& uri, const std::string& language, const std::string& text) {
        store::PreparedSource source;
        source.source.uri = uri;
        source.source.content_hash = content_hash(text);
        source.document.emplace();
        source.document->text = text;
        source.document->language = language;
        for (std::size_t at = text.find('#'); at != std::string::npos; at = text.find('#', at + 2)) {
            const std::size_t end = text.find('\n', at);
            source.document->blocks.push_back(
                {document::BlockKind::heading, at, end, 1, text.substr(at + 2, end - at - 2)});
        }
        source.chunks.push_back({0, text.size(), 1, 1, {"Above"}});
        store_->put({&source, 1});
    };
    add_with_headings("/keys", "en", "# Above\nfirst\n# Retention of keys\nThey are rotated.\n");
    add_with_headings("/text", "en", "# Above\nretention of keys\n# Other\nrotated keys\n");
    add_with_headings("/tasten", "de", "# Above\nTasten\n# Die Schlüssel\nrotated\n");
    const SearchMode mode = SearchMode::lexical;
    EXPECT_THAT(uris("heading:retention rotated", mode), UnorderedElementsAre("/keys"));
    EXPECT_THAT(uris("heading:\"retention of keys\" rotated", mode), UnorderedElementsAre("/keys"));
    EXPECT_THAT(uris("heading:\"keys of retention\" rotated", mode), IsEmpty());
    EXPECT_THAT(uris("heading:ret* rotated", mode), UnorderedElementsAre("/keys"));
    EXPECT_THAT(uris("heading:above heading:retention rotated", mode), UnorderedElementsAre("/keys"));
    EXPECT_THAT(uris("heading:above -heading:retention rotated", mode), UnorderedElementsAre("/text", "/tasten"));
    EXPECT_THAT(uris("heading:schlüssel rotated", mode), UnorderedElementsAre("/tasten"));
    EXPECT_THAT(uris("-body:first heading:keys rotated", mode), IsEmpty());
    EXPECT_THAT(uris("heading:retention", mode), UnorderedElementsAre("/keys"));
}

TEST_F(ConditionsTest, only_what_is_not_wanted_is_no_wish) {
    EXPECT_THAT(uris("-hat", SearchMode::lexical), IsEmpty());
    EXPECT_THAT(uris("-hat", SearchMode::vector), UnorderedElementsAre("/cat"));
}

TEST_F(ConditionsTest, plain_syntax_demands_nothing) {
    SearchOptions options;
    options.mode = SearchMode::lexical;
    options.syntax = QuerySyntax::plain;
    EXPECT_EQ(search(*store_, {}, "\"red cats\" -king", options, Cancellation()).hits.size(), 3U);
}

TEST_F(ConditionsTest, limit_holds_with_conditions) {
    EXPECT_EQ(find("migrat*", SearchMode::hybrid, 1).hits.size(), 1U);
    EXPECT_EQ(find("-hat fur", SearchMode::vector, 1).hits.size(), 1U);
}

TEST_F(ConditionsTest, explanations_add_up) {
    SearchOptions options;
    options.mode = SearchMode::lexical;
    options.explain = true;
    for (const SearchHit& hit : search(*store_, {}, "red red hat king", options, Cancellation()).hits) {
        ASSERT_TRUE(hit.words);
        double sum = 0;
        for (const lexical::TermScore& term : hit.words->terms) sum += term.score;
        EXPECT_NEAR(sum, hit.score, 1e-12);
    }
}

TEST_F(ConditionsTest, unknown_words_are_respelt) {
    EXPECT_EQ(suggestion("migratoin of hats"), "migration of hats") << "swapped";
    EXPECT_EQ(suggestion("kking"), "king") << "one too many";
    EXPECT_EQ(suggestion("migrtion"), "migration") << "one missing";
    EXPECT_EQ(suggestion("the kking's hat"), "the king's hat") << "a possessive";
    EXPECT_EQ(suggestion("animals \"ret hot\" colpurs"), "animals \"ret hot\" colours") << "mistaken; short ones stay";
    EXPECT_EQ(suggestion("title:animels -kimg"), "title:animals -kimg");
    EXPECT_EQ(suggestion("red hat"), "") << "all known";
    EXPECT_EQ(suggestion("xylophone king"), "") << "nothing near";
    EXPECT_EQ(suggestion("m1gration"), "") << "a digit";
    EXPECT_EQ(suggestion(""), "");
    EXPECT_EQ(find("migratoin", SearchMode::lexical).suggestion, "migration");
    EXPECT_EQ(find("migration", SearchMode::lexical).suggestion, "");
}

TEST_F(ConditionsTest, function_words_are_not_respelt) {
    add("/ein", "Words", "ein is a word of German");
    EXPECT_EQ(suggestion("einen"), "") << "not the stem of eined";
    EXPECT_EQ(suggestion("kking"), "king");
}

/// What is suggested is a word of the documents, not whatever has the stem of one.
TEST_F(ConditionsTest, short_words_are_respelt_as_they_are_written) {
    add("/map", "Words", "A map, and the end of M\u00E4rz. A lamp in a LAN. It has a range, and railways.");
    EXPECT_EQ(suggestion("Mars"), "") << "neither maps nor marz is there";
    EXPECT_EQ(suggestion("mapp"), "") << "as short as map much is near by chance";
    EXPECT_EQ(suggestion("lang lange"), "") << "nor do other first letters count";
    EXPECT_EQ(suggestion("railwayy"), "railways");
    EXPECT_EQ(suggestion("lamo"), "lamp");
}

TEST_F(ConditionsTest, a_word_one_slip_away_from_an_unknown_one_is_searched_for_as_well) {
    const SearchResult slipped = find("migratoin xylophones", SearchMode::lexical);
    EXPECT_EQ(uris("migratoin xylophones", SearchMode::lexical), uris("migration", SearchMode::lexical));
    EXPECT_THAT(slipped.missing_words, ElementsAre("migratoin", "xylophones"));
    EXPECT_EQ(also_searched_note(slipped.missing_words, slipped.suggestion),
              "no passage has: migratoin, xylophones; also searched for: migration xylophones");
    EXPECT_GT(find("migration", SearchMode::lexical).hits.front().score, slipped.hits.front().score)
        << "it weighs less than a word that is there";
    EXPECT_THAT(uris("red -migratoin", SearchMode::lexical), UnorderedElementsAre("/hat", "/red")) << "not wanted";
    EXPECT_THAT(find("xylophones", SearchMode::lexical).hits, IsEmpty());
}

TEST(OneSlipAwayTest, knows_the_letters_of_scripts) {
    EXPECT_THAT(one_slip_away("cat"), Contains("act"));
    EXPECT_THAT(one_slip_away("cat"), Contains("at"));
    EXPECT_THAT(one_slip_away("cat"), Contains("cart"));
    EXPECT_THAT(one_slip_away("cat"), Contains("atc")) << "a letter at another place";
    EXPECT_THAT(one_slip_away("cat"), Contains("cut"));
    EXPECT_THAT(one_slip_away("cat"), Not(Contains("cat")));
    EXPECT_THAT(one_slip_away("\u043A\u043E\u0442"), Contains("\u043A\u0438\u0442"));
    EXPECT_THAT(one_slip_away("\u6F22\u5B57"), Contains("\u5B57\u6F22"));
}

TEST_F(ConditionsTest, words_are_found_in_the_language_of_their_document) {
    add_in("de", "/haus", "Die H\u00E4user der Stadt sind alt.");
    add_in("ru", "/kniga",
           "\u0412 \u0433\u043E\u0440\u043E\u0434\u0435 \u043C\u043D\u043E\u0433\u043E \u043A\u043D\u0438\u0433.");
    EXPECT_THAT(index_languages(*store_), ElementsAre("en", "de", "ru"));
    const auto first = [&](std::string_view query) {
        const SearchResult result = find(query, SearchMode::lexical);
        return result.hits.empty() ? std::string() : result.hits.front().chunk.uri;
    };
    EXPECT_EQ(first("Haus"), "/haus");
    EXPECT_EQ(first("\"alte haus\""), "");
    EXPECT_EQ(first("\"das haus der stadt\""), "");
    EXPECT_EQ(first("\"haus der stadt\""), "/haus");
    EXPECT_EQ(first("\u043A\u043D\u0438\u0433\u0430"), "/kniga");
    EXPECT_EQ(first("migrated"), "/cat") << "as before";
}

TEST_F(ConditionsTest, accents_tell_vietnamese_words_apart) {
    add_in("vi", "/toi", "T\u1ED9i l\u00E0 t\u1ED9i, kh\u00F4ng ph\u1EA3i t\u00F4i.");
    add_in("vi", "/ban", "B\u1EA1n b\u00E8 \u0111\u1EBFn ch\u01A1i v\u1EDBi t\u1ED1i qua.");
    add_in("fr", "/cafe", "Un caf\u00E9 au lait.");
    const auto uris = [&](std::string_view query) {
        std::vector<std::string> found;
        for (const SearchHit& hit : find(query, SearchMode::lexical).hits) found.push_back(hit.chunk.uri);
        return found;
    };
    EXPECT_THAT(uris("t\u1ED1i"), ElementsAre("/ban", "/toi")) << "as it is written first";
    EXPECT_THAT(uris("t\u1ED9i"), ElementsAre("/toi", "/ban"));
    const SearchQuery asked =
        parse_query("\u0111i \u0111i \u0111\u1EBFn", QuerySyntax::plain, index_languages(*store_));
    std::vector<std::string> texts;
    for (const lexical::LexicalTerm& term : asked.terms) texts.push_back(term.text);
    EXPECT_THAT(texts, ElementsAre("\u0111i", "di", "\u0111\u1EBFn", "\u0111en")) << "the exact form is no stem";
    EXPECT_NEAR(asked.terms[0].weight, 0.8 * std::pow(2, 0.7), 1e-9);
    EXPECT_NEAR(asked.terms[1].weight, 0.2 * std::pow(2, 0.7), 1e-9);
    EXPECT_THAT(uris("toi"), ElementsAre("/toi", "/ban")) << "without accents all are meant";
    EXPECT_THAT(uris("\"ban be den choi\""), ElementsAre("/ban")) << "phrases are compared without them";
    EXPECT_THAT(uris("\"b\u1EA1n b\u00E8 \u0111\u1EBFn\""), ElementsAre("/ban"));
    EXPECT_THAT(uris("\"qua toi\""), IsEmpty()) << "exact forms do not follow the text";
    const SearchResult french = find("un caf\u00E9", SearchMode::lexical);
    EXPECT_THAT(french.terms, Not(Contains("caf\u00E9")));
    ASSERT_EQ(french.hits.size(), 1U);
    const SearchResult shown = find("t\u1ED1i qua", SearchMode::lexical);
    const Snippet snippet = make_snippet(shown.hits.front().chunk.text, shown.terms, 200, "vi");
    EXPECT_EQ(snippet.matches.size(), 2U) << "each word once";
    const SearchResult missing = find("t\u1ED1i ng\u1EE7", SearchMode::lexical);
    EXPECT_THAT(missing.missing_words, ElementsAre("ng\u1EE7"));
    EXPECT_THAT(find("t\u1ED1i", SearchMode::lexical).missing_words, IsEmpty());
    EXPECT_TRUE(store_->verify({}).empty());
    store_->remove(std::vector<std::string>{"/toi"});
    EXPECT_THAT(uris("t\u1ED9i"), ElementsAre("/ban"));
    EXPECT_TRUE(store_->verify({}).empty());
}

TEST_F(ConditionsTest, a_document_that_is_read_again_in_another_language_is_indexed_anew) {
    add_in("de", "/haus", "Die H\u00E4user der Stadt sind alt.");
    add_in("en", "/haus", "Die H\u00E4user der Stadt sind alt.");
    EXPECT_TRUE(find("Haus", SearchMode::lexical).hits.empty());
    EXPECT_EQ(find("H\u00E4user", SearchMode::lexical).hits.size(), 1U);
    EXPECT_TRUE(store_->verify({}).empty());
    store_->remove(std::vector<std::string>{"/haus"});
    EXPECT_TRUE(store_->verify({}).empty());
}

TEST_F(ConditionsTest, an_older_index_is_searched_as_it_was_made_until_it_is_renewed) {
    add("/haus", "",
        "Die H\u00E4user der Stadt sind alt, und das ist nicht mit dem Wetter von heute zu erkl\u00E4ren.");
    store_->set_setting(store::setting::analyzer, "an older one");
    store_->set_setting(store::setting::languages, "");
    EXPECT_THAT(index_languages(*store_), ElementsAre("en"));
    store_->rebuild_index({});
    EXPECT_THAT(index_languages(*store_), ElementsAre("en", "de"));
    EXPECT_EQ(store_->source("/haus")->language, "de");
    EXPECT_EQ(find("Haus", SearchMode::lexical).hits.size(), 1U);
    EXPECT_TRUE(store_->verify({}).empty());
}

}  // namespace
}  // namespace quarry::search
