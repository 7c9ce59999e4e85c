// Quotations, support, verdicts, and saved answers that are checked again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/answer/check_sentences.h"
#include "core/answer/claim.h"
#include "core/answer/entailment.h"
#include "core/answer/quantity.h"
#include "core/answer/quotations.h"
#include "core/answer/support.h"
#include "core/answer/verify_answer.h"
#include "core/base/hash.h"
#include "core/passages/near_duplicate.h"
#include "tests/support/error_of.h"

namespace quarry::answer {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Quotations, AreFoundByTheirMarks) {
    EXPECT_THAT(find_quotations("He said \"not today\" and “never at all”."), ElementsAre("not today", "never at all"));
    EXPECT_THAT(find_quotations("Er sagt „heute nicht“, elle dit « pas encore »."),
                ElementsAre("heute nicht", "pas encore"));
    EXPECT_THAT(find_quotations("The \"main\" branch, `\"a b\"`, a 5\" disk and a 7\" one, \"never closed"), IsEmpty());
}

struct QuotationCase {
    const char* name;
    const char* quotation;
    bool there;
};
class QuotationIn : public ::testing::TestWithParam<QuotationCase> {};

TEST_P(QuotationIn, IsComparedWordForWord) {
    constexpr std::string_view text =
        "The **lock** is a row\nof the led\u00ADger’s table – a sec\u200Bond process waits for it.";
    EXPECT_EQ(has_quotation(text, GetParam().quotation), GetParam().there);
}

INSTANTIATE_TEST_SUITE_P(Texts, QuotationIn,
                         ::testing::Values(QuotationCase{"exact", "is a row of the", true},
                                           QuotationCase{"emphasis_and_case", "the lock is a row", true},
                                           QuotationCase{"signs", "ledger's table - a second", true},
                                           QuotationCase{"full_stop", "a second process waits.", true},
                                           QuotationCase{"left_out", "The lock … waits for it", true},
                                           QuotationCase{"left_out_in_brackets", "The lock [...] of the ledger’s table",
                                                         true},
                                           QuotationCase{"wrong_order", "waits for it … The lock", false},
                                           QuotationCase{"another_word", "is a column of the", false},
                                           QuotationCase{"half_a_word", "is a row of the led", false},
                                           QuotationCase{"word_left_out", "is row of the", false}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(NormalNumber, HasOneFormForEachValue) {
    EXPECT_EQ(normal_number("384,400"), "384400");
    EXPECT_EQ(normal_number("384 400"), "384400");
    EXPECT_EQ(normal_number("3,5"), "3.5");
    EXPECT_EQ(normal_number("3.50"), "3.5");
    EXPECT_EQ(normal_number("2.0"), "2");
    EXPECT_EQ(normal_number("1.2.0"), "1.2.0");
    EXPECT_EQ(normal_number("v2"), "");
    EXPECT_EQ(normal_number(""), "");
}

TEST(FindQuantities, BindsUnitsMultiplesAndDates) {
    const auto shown = [](std::string_view text) {
        std::vector<std::string> all;
        for (const Quantity& quantity : find_quantities(text)) {
            all.push_back(quantity.shown + '|' + std::string(quantity.unit.name));
        }
        return all;
    };
    EXPECT_THAT(shown("It takes 1.3 seconds, 5-minute walks and 40% of utf8."),
                ElementsAre("1.3 seconds|seconds", "5-minute|minutes", "40%|percent"));
    EXPECT_THAT(shown("Pay US$5 or 120 million dollars at 50 km/h."),
                ElementsAre("US$5|dollars", "120 million dollars|dollars", "50 km/h|kilometres per hour"));
    EXPECT_THAT(shown("300 kilomètres par heure, 100 degrees Celsius, 1.3秒和384400公里"),
                ElementsAre("300 kilomètres par heure|kilometres per hour", "100 degrees Celsius|degrees Celsius",
                            "1.3秒|seconds", "384400公里|kilometres"));
    EXPECT_THAT(shown("On 3 May 1998 we may march."), ElementsAre("3 May 1998|"));
    EXPECT_THAT(shown("am 1. Juni 2018"), ElementsAre("1. Juni 2018|"));
    EXPECT_THAT(shown("no numbers here"), IsEmpty());
}

TEST(FindQuantities, ComparesAmounts) {
    const auto same = [](std::string_view one, std::string_view other) {
        const std::vector<Quantity> a = find_quantities(one), b = find_quantities(other);
        return a.size() == 1 && b.size() == 1 && a[0].equals(b[0]) && b[0].equals(a[0]);
    };
    EXPECT_TRUE(same("1,000 m", "1 km"));
    EXPECT_TRUE(same("90 minutes", "1.5 Stunden"));
    EXPECT_TRUE(same("2 years", "24 mois"));
    EXPECT_TRUE(same("5 pounds", "5 lb"));
    EXPECT_TRUE(same("3 million", "3,000,000"));
    EXPECT_FALSE(same("512 MB", "512 MiB"));
    EXPECT_FALSE(same("8 Mb", "8 MB"));
    EXPECT_FALSE(same("100 °C", "100 °F"));
    EXPECT_FALSE(same("5 dollars", "5 euros"));
    EXPECT_FALSE(same("12 March", "12 May"));
}

struct SupportCase {
    const char* name;
    const char* statement;
    const char* source;
    bool whole;
    bool some;
};
class SupportOf : public ::testing::TestWithParam<SupportCase> {};

TEST_P(SupportOf, IsMeasuredByClauses) {
    const Cancellation never;
    SupportScorer scorer;
    const std::string_view source = GetParam().source;
    const Support support = scorer.score(GetParam().statement, std::span(&source, 1), never);
    EXPECT_EQ(support.whole, GetParam().whole);
    EXPECT_EQ(support.some, GetParam().some);
    EXPECT_GE(support.score, 0.0);
    EXPECT_LE(support.score, 1.0);
    EXPECT_EQ(support.problems.empty(), support.whole);
}

INSTANTIATE_TEST_SUITE_P(
    Statements, SupportOf,
    ::testing::Values(
        SupportCase{"same_words", "The lock is a row of the ledger.", "The lock is a row of the ledger.", true, true},
        SupportCase{"other_order", "A row of the ledger is the lock.", "The lock is a row of the ledger.", true, true},
        SupportCase{"number_as_word", "It tries three times.", "It tries 3 times.", true, true},
        SupportCase{"wrong_number", "It tries 5 times.", "It tries 3 times.", false, false},
        SupportCase{"denied", "Guests may not enter the kitchen.", "Guests may enter the kitchen.", false, false},
        SupportCase{"denial_left_out", "Guests may enter the kitchen.", "Guests may not enter the kitchen.", false,
                    false},
        SupportCase{"contraction", "The cache doesn't keep errors.", "The cache does not keep errors.", true, true},
        SupportCase{"opposite", "Logs are written before the commit.", "Logs are written after the commit.", false,
                    false},
        SupportCase{"half", "The lock is a row of the ledger, and pigeons carry backups to Oslo.",
                    "The lock is a row of the ledger.", false, true},
        SupportCase{"nothing_of_it", "Pigeons carry backups to Oslo.", "The lock is a row of the ledger.", false,
                    false},
        SupportCase{"row_of_a_table", "Jupiter has 95 moons.", "Jupiter,95,69911", true, true},
        SupportCase{"says_nothing", "So it is.", "The lock is a row.", true, true},
        SupportCase{"unit", "The signal takes 1.3 hours.", "The signal takes 1.3 seconds.", false, false},
        SupportCase{"miles", "The moon is 384,400 miles away.", "The moon is 384,400 km away.", false, false},
        SupportCase{"unit_written_out", "The moon is 384400 kilometres away.", "The moon is 384,400 km away.", true,
                    true},
        SupportCase{"no_unit", "The cache holds at most 512.", "The cache holds at most 512 MiB.", true, true},
        SupportCase{"conversion", "A meeting takes 1.5 hours at most.", "A meeting takes 90 minutes at most.", true,
                    true},
        SupportCase{"german_thousands", "Der Mond ist 384.400 Kilometer entfernt.",
                    "Der Mond ist 384 400 km von der Erde entfernt.", true, true},
        SupportCase{"multiple", "They sold 3.1 billion cars.", "They sold 3.1 million cars.", false, false},
        SupportCase{"currency", "The plan costs 12 euros.", "The plan costs $12.", false, false},
        SupportCase{"rate", "They get 50 requests per minute.", "They get 50 requests per second.", false, false},
        SupportCase{"month", "It was signed on 12 May 1947.", "It was signed on 12 March 1947.", false, false},
        SupportCase{"iso_date", "It was merged on 14 August 2023.", "It was merged on 2023-08-14.", true, true},
        SupportCase{"roles", "Bob pays Alice for the garage.", "Alice pays Bob for the garage.", false, false},
        SupportCase{"passive", "Northwind was bought by Acme.", "Acme bought Northwind.", true, true},
        SupportCase{"passive_roles", "Acme was bought by Northwind.", "Acme bought Northwind.", false, false},
        SupportCase{"fronted", "Every night Alice pays Bob.", "Alice pays Bob every night.", true, true},
        SupportCase{"german_inversion", "Im Monat beträgt die Miete 900 Euro.", "Die Miete beträgt 900 Euro im Monat.",
                    true, true},
        SupportCase{"both_borders", "Portugal borders Spain.", "Spain borders Portugal.", true, true},
        SupportCase{"list_turned", "It reads text, tables and code.", "It reads code, text and tables.", true, true},
        SupportCase{"number_of_another", "Mars has 95 moons.", "Jupiter has 95 moons, Mars has 2.", false, false},
        SupportCase{"number_of_the_same", "Mars has 2 moons.", "Jupiter has 95 moons, Mars has 2.", true, true},
        SupportCase{"pairs_turned", "It was 4 % in 2015 and 7 % in 2019.", "It was 7 % in 2015 and 4 % in 2019.", false,
                    false},
        SupportCase{"of_two_clauses", "Redis stores the orders.",
                    "Redis stores the sessions, PostgreSQL stores the orders.", false, false},
        SupportCase{"another_name", "The treaty was signed in Madrid.", "The treaty was signed in Lisbon in spring.",
                    false, false},
        SupportCase{"denied_elsewhere", "The library opens on sundays.",
                    "The library opens at 9. It never opens on sundays.", false, false}),
    [](const auto& row) { return std::string(row.param.name); });

Citation citation_of(std::size_t number, std::string quote) {
    Citation citation;
    citation.number = number;
    citation.uri = "a.txt";
    citation.end_byte = quote.size();
    citation.sha256 = sha256(quote);
    citation.quote = std::move(quote);
    return citation;
}

TEST(CheckSentences, GivesEachStatementAVerdict) {
    const std::vector<Citation> citations = {citation_of(1, "The moon is 384,400 km away."),
                                             citation_of(2, "Cheese is yellow.")};
    const std::string answer =
        "## Answer\n\nThese are the facts:\n\n- The moon is 384,400 km away [1].\n- The moon is 1,000 km away [1].\n"
        "- Cheese is yellow and costs little money in Norway [2].\n- Birds can fly.\n- Is that so?\n"
        "- Dogs bark [7].\n\n```\ncode = 1\n```\n";
    const Cancellation never;
    const std::vector<SentenceCheck> checks = check_sentences(answer, citations, nullptr, never);
    std::vector<Verdict> verdicts;
    for (const SentenceCheck& check : checks) verdicts.push_back(check.verdict);
    EXPECT_THAT(verdicts, ElementsAre(Verdict::supported, Verdict::unsupported, Verdict::partly, Verdict::uncited,
                                      Verdict::unsupported));
    EXPECT_EQ(answer.substr(checks[0].start, checks[0].end - checks[0].start), "The moon is 384,400 km away [1].");
    EXPECT_THAT(checks[1].problems, Contains(HasSubstr("1,000")));
    EXPECT_THAT(checks[4].problems, Contains(HasSubstr("[7]")));
    EXPECT_FALSE(all_sentences_hold(checks));
    EXPECT_TRUE(all_sentences_hold({checks.data(), 1}));
    EXPECT_TRUE(check_sentences("The documents do not say.", {}, nullptr, never).empty());
}

TEST(CheckSentences, DoesNotHoldAnAddressThatWasLeftOutAgainstTheAnswer) {
    const std::vector<Citation> citations = {citation_of(1, "The moon is 384,400 km away.")};
    const Cancellation never;
    const auto checks = check_sentences("The moon is 384,400 km away address-left-out [1].\naddress-left-out [1]\n",
                                        citations, nullptr, never);
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_EQ(checks[0].verdict, Verdict::supported) << checks[0].problems.front();
}

TEST(CheckSentences, ReadsFewWordsInTheLanguageOfTheirDocument) {
    const auto verdict = [](std::string_view answer, std::string_view quote, std::string_view language) {
        std::vector<Citation> citations = {citation_of(1, std::string(quote))};
        citations[0].language = language;
        return check_sentences(answer, citations, nullptr, Cancellation()).at(0).verdict;
    };
    EXPECT_EQ(verdict("Pierre a frappé Marie [1].", "Marie a frappé Pierre.", "fr"), Verdict::unsupported);
    EXPECT_EQ(verdict("Ayer compró Ana un coche rojo [1].", "Ana compró ayer un coche rojo.", "es"),
              Verdict::supported);
    EXPECT_EQ(verdict("Rund 2000 Menschen kamen [1].", "Rund zweitausend Menschen kamen.", "de"), Verdict::supported);
}

TEST(CheckSentences, SaysWhichWordsAreNoLongerThere) {
    const Cancellation never;
    const std::vector<std::size_t> lost = {1};
    const auto checks = check_sentences("The moon is far [1].\n\nDogs bark [7].", {}, nullptr, never, lost);
    ASSERT_EQ(checks.size(), 2U);
    EXPECT_THAT(checks[0].problems, ElementsAre("the words of source [1] are not in its document"));
    EXPECT_THAT(checks[1].problems, ElementsAre("there is no source [7]"));
}

TEST(CheckSentences, LooksForQuotedWords) {
    const std::vector<Citation> citations = {citation_of(1, "The moon is 384,400 km away.")};
    const Cancellation never;
    const auto check = [&](std::string_view answer) {
        return check_sentences(answer, citations, nullptr, never).at(0);
    };
    EXPECT_EQ(check("It says \"the moon is 384,400 km away\" [1].").verdict, Verdict::supported);
    const SentenceCheck altered = check("It says \"the moon is 384,401 km away\" [1].");
    EXPECT_TRUE(altered.altered_quote);
    EXPECT_EQ(altered.verdict, Verdict::unsupported);
    // Quotation marks behind the full stop belong to the sentence.
    EXPECT_TRUE(check("« The moon is 2 km away. » [1]").altered_quote);
}

/// A model with one answer.
class Judge final : public llm::ChatModel {
public:
    explicit Judge(std::string answer) : answer_(std::move(answer)) {}
    [[nodiscard]] std::string name() const override { return "judge"; }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink&,
                                         const Cancellation&) override {
        asked = request.messages.back().content;
        llm::ChatResponse response;
        response.text = answer_;
        return response;
    }
    std::string asked;

private:
    std::string answer_;
};

TEST(Entailment, TakesTheModelsWordWhereItIsUsable) {
    const std::vector<Citation> citations = {citation_of(1, "The moon is 384,400 km away.")};
    const std::string answer = "Luna is remote [1]. The moon is near [1]. The moon is 384,400 km away [1].";
    const Cancellation never;
    std::vector<SentenceCheck> checks = check_sentences(answer, citations, nullptr, never);
    ASSERT_EQ(checks.size(), 3U);
    Judge judge("Here you are\n1: yes\n2 no\n7 yes\nnonsense");
    judge_entailment(judge, answer, citations, "FENCE", checks, never);
    EXPECT_THAT(judge.asked, HasSubstr("BEGIN CASE 1 FENCE\nStatement: Luna is remote"));
    EXPECT_EQ(checks[0].verdict, Verdict::supported);
    EXPECT_EQ(checks[1].verdict, Verdict::unsupported);
    EXPECT_EQ(checks[2].verdict, Verdict::supported);
}

TEST(TextSketch, KnowsTextsThatAreNearlyTheSame) {
    std::string text, other;
    for (int i = 0; i < 40; ++i) {
        text += "Line " + std::to_string(i * 7919) + " of a page about locks.\n";
        other += "Row " + std::to_string(i * 104729) + " in some list on birds.\n";
    }
    std::string changed = text;
    changed.replace(200, 4, "word");
    EXPECT_TRUE(passages::TextSketch(text).nearly_same(passages::TextSketch(changed)));
    EXPECT_TRUE(passages::TextSketch(text).nearly_same(passages::TextSketch(text.substr(0, text.size() / 2))));
    EXPECT_FALSE(passages::TextSketch(text).nearly_same(passages::TextSketch(other)));
    EXPECT_FALSE(passages::TextSketch("short").nearly_same(passages::TextSketch("short")));
}

class VerifyAnswer : public ::testing::Test {
protected:
    void put(const std::string& text) {
        store::PreparedSource source;
        source.source.uri = "a.txt";
        source.source.content_hash = content_hash(text);
        source.chunks.push_back({0, text.size(), 1, 1, {}});
        source.document.emplace();
        source.document->text = text;
        source.document->media_type = "text/plain";
        source.document->title = "a";
        store_->put({&source, 1});
    }
    [[nodiscard]] CheckedCitation check(const Citation& citation) {
        SavedAnswer answer;
        answer.text = "The moon is far [1].";
        answer.citations = {citation};
        const Cancellation never;
        return verify_answer(*store_, answer, {}, nullptr, never).citations.at(0);
    }
    std::unique_ptr<store::Store> store_ = store::open_store_in_memory();
};

TEST_F(VerifyAnswer, SaysWhatHasChanged) {
    const Citation citation = citation_of(1, "The moon is far.");
    EXPECT_EQ(check(citation).state, CitationState::gone);
    put("The moon is far. And cold.");
    EXPECT_EQ(check(citation).state, CitationState::unchanged);
    put("Preface.\n\nThe moon is far. And cold.");
    const CheckedCitation moved = check(citation);
    EXPECT_EQ(moved.state, CitationState::moved);
    EXPECT_EQ(moved.citation.start_byte, 10U);
    EXPECT_EQ(moved.citation.start_line, 3U);
    put("The moon is near.");
    EXPECT_EQ(check(citation).state, CitationState::changed);
    Citation edited = citation;
    edited.quote = "The moon is near.";
    EXPECT_EQ(check(edited).state, CitationState::altered);
    Citation beyond = citation;
    beyond.start_byte = static_cast<std::size_t>(-5);
    beyond.end_byte = 3;
    EXPECT_EQ(check(beyond).state, CitationState::changed);
}

TEST_F(VerifyAnswer, DoesNotBelieveTheRecord) {
    put("The moon is far.");
    const std::string record = nlohmann::json{{"schema", "quarry.ask/1"},
                                              {"question", "?"},
                                              {"answer", "The moon is made of cheese [1]."},
                                              {"sentences", {{{"verdict", "supported"}}}},
                                              {"citations",
                                               {{{"number", 1},
                                                 {"uri", "a.txt"},
                                                 {"start_byte", 0},
                                                 {"end_byte", 16},
                                                 {"quote", "The moon is far."},
                                                 {"sha256", sha256("The moon is far.")}}}}}
                                   .dump();
    const Cancellation never;
    const Verification result = verify_answer(*store_, parse_saved_answer(record), {}, nullptr, never);
    EXPECT_EQ(result.citations.at(0).state, CitationState::unchanged);
    EXPECT_EQ(result.sentences.at(0).verdict, Verdict::unsupported);
    EXPECT_FALSE(result.holds());
}

TEST(ParseSavedAnswer, RefusesWhatIsNone) {
    for (const char* const text :
         {"", "[]", "{", "{\"schema\": 1}", R"({"schema": "quarry.search/1"})",
          R"({"schema": "quarry.ask/1", "question": "?", "answer": "x"})",
          R"({"schema": "quarry.ask/1", "question": "?", "answer": "x", "citations": [1]})",
          R"({"schema": "quarry.ask/1", "question": "?", "answer": "x", "citations": [{"number": -1}]})"}) {
        const Error error = test::error_of([&] { static_cast<void>(parse_saved_answer(text)); });
        EXPECT_EQ(error.code(), ErrorCode::failed) << text;
        EXPECT_FALSE(error.hint().empty());
    }
}

}  // namespace
}  // namespace quarry::answer
