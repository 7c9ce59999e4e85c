// Quotations, support, verdicts, and saved answers that are checked again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/answer/check_sentences.h"
#include "core/answer/claim.h"
#include "core/answer/entailment.h"
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
    EXPECT_EQ(normal_number("Twelve"), "12");
    EXPECT_EQ(normal_number("1.2.0"), "1.2.0");
    EXPECT_EQ(normal_number("v2"), "");
    EXPECT_EQ(normal_number(""), "");
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
        SupportCase{"says_nothing", "So it is.", "The lock is a row.", true, true}),
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
        EXPECT_EQ(error.code(), ErrorCode::usage) << text;
        EXPECT_FALSE(error.hint().empty());
    }
}

}  // namespace
}  // namespace quarry::answer
