// What is quoted comes with what it needs to be read, and is shown as it is in the document.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/answer/complete_excerpts.h"
#include "core/answer/shown_excerpt.h"
#include "tests/unit/answer/answer_fixture.h"

namespace quarry::answer {
namespace {

class ExcerptTest : public AnswerTest {
protected:
    /// The passages of a text, cut at each "%%", all of which have the word "vault".
    std::vector<passages::Passage> passages_of(const std::string& marked, const std::string& type = "text/markdown") {
        add("/d/a", marked, type);
        return retrieve_passages(*store_, {}, "vault", options_, Cancellation()).passages;
    }
    /// The sentences from one with the words `first` to one with the words `last`, shown.
    std::string shown(const std::string& text, std::string_view first, std::string_view last, Markup markup,
                      const std::string& type = "text/markdown") {
        const std::vector<passages::Passage> passages = passages_of(text, type);
        return shown_excerpt(passages.at(0), excerpt(passages, first, last), AnswerForm::passages, markup);
    }
    static ChosenExcerpt excerpt(const std::vector<passages::Passage>& passages, std::string_view first,
                                 std::string_view last) {
        for (std::size_t i = 0; i < passages.size(); ++i) {
            const auto place = [&](std::string_view words) {
                return static_cast<std::size_t>(
                    std::ranges::find_if(passages[i].sentences,
                                         [&](const auto& one) { return one.text.find(words) != std::string::npos; }) -
                    passages[i].sentences.begin());
            };
            if (place(first) < passages[i].sentences.size()) return {i, place(first), place(last), 0};
        }
        ADD_FAILURE() << first << " is in no passage";
        return {};
    }
    /// The texts of the excerpts, completed.
    static std::vector<std::string> completed(const std::vector<passages::Passage>& passages,
                                              std::vector<ChosenExcerpt> excerpts, bool is_clear,
                                              std::string_view question = "vault") {
        std::vector<std::string> texts;
        std::vector<PassageReading> readings;
        for (const passages::Passage& passage : passages) readings.push_back({&passage, find_parts(passage)});
        QuestionReading reading(question);
        for (const ChosenExcerpt& one : complete_excerpts(reading, readings, {is_clear, std::move(excerpts)})) {
            texts.push_back(shown_excerpt(passages[one.passage], one, AnswerForm::sentences, Markup::text));
        }
        return texts;
    }
};

using Texts = std::vector<std::string>;

constexpr const char* steps =
    "The vault is large.\n\nTo install it:\n\n1. Get the archive.\n2. Unpack it:\n\n   ```\n   tar xf a.tar\n   ```\n\n"
    "3. Polish it.\n4. Close it.\n\nHinges are made of steel.\n";
constexpr const char* shown_steps =
    "To install it:\n1. Get the archive.\n2. Unpack it:\n   tar xf a.tar\n3. Polish it.\n4. Close it.";

TEST_F(ExcerptTest, TwoOfOneListAreThatListInItsOrder) {
    const std::vector<passages::Passage> passages = passages_of(steps);
    const ChosenExcerpt end = excerpt(passages, "Close", "Close"), beginning = excerpt(passages, "Get", "Unpack");
    for (const bool is_clear : {true, false}) {
        EXPECT_EQ(completed(passages, {end, beginning}, is_clear), Texts{shown_steps}) << is_clear;
    }
    EXPECT_EQ(completed(passages, {end}, true), Texts{"Close it."}) << "one step alone was chosen";
    EXPECT_EQ(completed(passages, {end}, false), Texts{shown_steps}) << "of a passage, which has room for it";
}

TEST_F(ExcerptTest, AListThatDoesNotFitIsNotJoined) {
    std::string list = "The vault needs:\n\n";
    for (int i = 0; i < 40; ++i) list += "- thing number " + std::to_string(i) + " of many\n";
    const std::vector<passages::Passage> passages = passages_of(list);
    const ChosenExcerpt end = excerpt(passages, "number 39", "number 39"),
                        first = excerpt(passages, "number 0", "number 0");
    EXPECT_EQ(completed(passages, {end, first}, true).size(), 2U);
}

TEST_F(ExcerptTest, NeighboursAreOneInTheOrderOfTheDocument) {
    const std::vector<passages::Passage> passages =
        passages_of("The vault is red. Paint is dear. Rust is cheap.\n\nOil is new.");
    const auto one = [&](std::string_view words) { return excerpt(passages, words, words); };
    EXPECT_EQ(completed(passages, {one("Paint"), one("vault")}, true), Texts{"The vault is red. Paint is dear."});
    EXPECT_EQ(completed(passages, {one("Rust"), one("vault")}, true), (Texts{"Rust is cheap.", "The vault is red."}));
    EXPECT_EQ(completed(passages, {one("vault"), one("Rust"), one("Paint")}, true),
              Texts{"The vault is red. Paint is dear. Rust is cheap."});
    EXPECT_EQ(completed(passages, {one("Oil"), one("Rust")}, true), (Texts{"Oil is new.", "Rust is cheap."}))
        << "the clear one first";
    EXPECT_EQ(completed(passages, {one("Oil"), one("Rust")}, false), Texts{"Rust is cheap. Oil is new."});
}

TEST_F(ExcerptTest, NeighboursThatAreLongTogetherStayTwo) {
    std::string text = "The vault is red.";
    for (int i = 0; i < 40; ++i) text += fmt::format(" Room number {} is one of all that are here.", i);
    const std::vector<passages::Passage> passages = passages_of(text);
    const ChosenExcerpt first = excerpt(passages, "vault", "number 19 "),
                        rest = excerpt(passages, "number 20 ", "number 39 ");
    EXPECT_EQ(completed(passages, {first, rest}, false).size(), 2U);
    EXPECT_EQ(completed(passages, {first, excerpt(passages, "number 20 ", "number 22 ")}, false).size(), 1U);
}

struct Antecedent {
    const char* question;
    const char* before;
    const char* after;
};

TEST_F(ExcerptTest, WhatPointsBackHasWhatItPointsToInFront) {
    for (const Antecedent& one :
         {Antecedent{"who designed the vault?", "The vault keeps files.", "It was designed in Oslo."},
          {"wer hat den Tresor entworfen?", "Der Tresor (vault) hält Dateien.", "Er wurde in Bonn entworfen."},
          {"qui a conçu le coffre ?", "Le coffre (vault) garde tout.", "Il a été conçu à Lyon."}}) {
        store_ = store::open_store_in_memory();
        const std::vector<passages::Passage> passages =
            passages_of(std::string(one.before) + "\n\n" + one.after + "\n");
        EXPECT_EQ(completed(passages, {excerpt(passages, one.after, one.after)}, false, one.question),
                  Texts{std::string(one.before) + " " + one.after});
    }
}

TEST_F(ExcerptTest, AColonHasWhatItLeadsToBehindIt) {
    const std::string led_to = "The vault can be exported:\n\n    vault export\n    vault check\n\nThat is all.\n";
    const std::vector<passages::Passage> passages = passages_of(led_to);
    EXPECT_EQ(completed(passages, {excerpt(passages, "exported", "exported")}, false),
              Texts{"The vault can be exported:\n    vault export\n    vault check"});
}

TEST_F(ExcerptTest, AColonThatAPassageEndsInHasTheLinesBehindThePassage) {
    const std::vector<passages::Passage> passages =
        passages_of("The vault is red. The vault can be exported:\n\n%%```\nexport --all\n```\n");
    EXPECT_EQ(completed(passages, {excerpt(passages, "red", "exported")}, false),
              Texts{"The vault is red. The vault can be exported:\nexport --all"});
}

TEST_F(ExcerptTest, CodeBehindAColonHasTheSentenceThatLeadsToIt) {
    const std::vector<passages::Passage> passages =
        passages_of("All can be exported:\n\n%%```\n%%vault export\nvault check\n```\n");
    EXPECT_EQ(completed(passages, {excerpt(passages, "vault export", "vault check")}, true),
              Texts{"All can be exported:\nvault export\nvault check"});
    EXPECT_EQ(completed(passages, {excerpt(passages, "vault check", "vault check")}, true), Texts{"vault check"});
}

TEST_F(ExcerptTest, AColonThatAPassageEndsInJoinsThatToWhatItLeadsTo) {
    EXPECT_EQ(passages_of("The vault can be exported:\n\n%%```\n%%vault export\n```\n").size(), 1U)
        << "though a fence is between them";
    store_ = store::open_store_in_memory();
    EXPECT_EQ(passages_of("The vault can be exported:\n\n```\n%%vault export\n```\n").size(), 1U);
    store_ = store::open_store_in_memory();
    EXPECT_EQ(passages_of("The vault is red:\n\n```\n%%ls\n```\n").at(0).sentences.size(), 2U);
}

TEST_F(AnswerTest, AListBehindAColonGoesOnBehindCode) {
    add("/d/ja.md",
        "金庫を開けるには：\n\n1. 鍵を取る。\n2. 命令を打つ：\n\n   ```\n   kinko\n   ```\n\n3. 開ける。\n\n終わり。\n",
        "text/markdown");
    EXPECT_EQ(ask("金庫を開けるには").text,
              "金庫を開けるには：\n1. 鍵を取る。\n2. 命令を打つ：\n   kinko\n3. 開ける。 [1]");
}

TEST_F(ExcerptTest, NoPassageEndsInAColonThatLeadsToNothing) {
    const std::vector<passages::Passage> passages = passages_of("The vault is red. The vault can be exported:");
    EXPECT_EQ(completed(passages, {excerpt(passages, "red", "exported")}, false), Texts{"The vault is red."});
    EXPECT_EQ(completed(passages, {excerpt(passages, "exported", "exported")}, false),
              Texts{"The vault can be exported:"})
        << "there is nothing else";
}

TEST_F(ExcerptTest, PassagesThatComeToTouchAreOne) {
    options_.sources = 4;
    const std::vector<passages::Passage> passages =
        passages_of("The vault vault vault is red.\n\n%%A vault is one of the many things here, and dear.\n\n%%Vault "
                    "vault vault.\n");
    ASSERT_EQ(passages.size(), 1U) << "whatever the order in which they were found";
    EXPECT_EQ(passages[0].sentences.size(), 3U);
}

TEST_F(ExcerptTest, PassagesHaveWholeSentencesAndAreOneWhereTheseTouch) {
    const std::vector<passages::Passage> passages =
        passages_of("Intro.\n\nThe vault%% is red and%% has a lid.%% The vault%% opens by itself.\n\nOutro.");
    ASSERT_EQ(passages.size(), 1U);
    EXPECT_EQ(passages[0].text.substr(passages[0].text.find("The")),
              "The vault is red and has a lid. The vault opens by itself.");
}

constexpr const char* table =
    "The vault has settings.\n\n| name | value |\n|:--|---|\n| port | 80 |\n%%| vault | 25 |\n\nThat is all.\n";

TEST_F(ExcerptTest, ARowHasTheNamesOfItsColumns) {
    EXPECT_EQ(shown(table, "| vault", "| vault", Markup::text), "| name | value |\n| vault | 25 |");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(table, "| vault", "| vault", Markup::markdown), "| name | value |\n|:--|---|\n| vault | 25 |")
        << "also where the head is in a part of the document that was not found";
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("Vault:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nThat is all.\n", "Vault", "all",
                    Markup::markdown),
              "Vault:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nThat is all.");
}

TEST_F(ExcerptTest, ATableOfAQuotationIsATable) {
    EXPECT_EQ(shown("> Vault:\n>\n> | a | b |\n> |---|---|\n> | 1 | 2 |\n", "1", "1", Markup::markdown),
              "| a | b |\n|---|---|\n| 1 | 2 |");
}

TEST_F(ExcerptTest, AHeadThatIsTooLongIsLeftOut) {
    const std::string head = "| " + std::string(2000, 'x') + " | vault |\n|---|---|\n";
    EXPECT_EQ(shown("Of the vault.\n\n" + head + "| one | two |\n", "one", "one", Markup::text), "| one | two |");
}

TEST_F(ExcerptTest, HeadingsAloneAnswerNothing) {
    add("/d/a", "# The vault\n\n| Colour of the vault | Size |\n|---|---|\n", "text/markdown");
    EXPECT_EQ(failure("which colour has the vault"), ErrorCode::nothing_found);
}

TEST_F(ExcerptTest, MarkdownOfADocumentDoesNothingElseInAnAnswer) {
    EXPECT_EQ(
        shown("The vault has <b onclick=x> and `<i>` as of [^1], see <https://a.b>.", "The", "The", Markup::markdown),
        "The vault has \\<b onclick=x> and `<i>` as of \\[^1], see <https://a.b>.");
    EXPECT_EQ(shown("To open the vault:\n\n3. Turn it.\n", "To", "Turn", Markup::markdown),
              "To open the vault:\n\n3. Turn it.");
}

TEST_F(ExcerptTest, ALineThatUnderlinesAHeadingOfAPlainTextIsNoText) {
    EXPECT_EQ(shown("VAULT\n=====\n\nThe vault is open.\n", "The", "The", Markup::text, "text/plain"),
              "The vault is open.");
    add("/d/b", "THE VAULT\n-----\nIt holds keys.\n");
    EXPECT_EQ(ask("what does the vault hold").citations.at(0).quote, "It holds keys.");
}

TEST_F(ExcerptTest, CodeIsFencedInMarkdownAndKeepsItsIndentation) {
    const std::string code = "Ask the vault:\n\n    if open:\n        close()\n\n    x = ```\n\nThat is all.\n";
    EXPECT_EQ(shown(code, "Ask", "all", Markup::markdown),
              "Ask the vault:\n\n````\nif open:\n    close()\n\nx = ```\n````\n\nThat is all.")
        << "in a fence that is longer than what is in it";
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(code, "Ask", "close", Markup::text), "Ask the vault:\n    if open:\n        close()\n…");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("The vault:\n\n~~~sh\nls\n~~~\n\nRun:\n\n```\npwd\n```\n", "The vault", "pwd", Markup::markdown),
              "The vault:\n\n```sh\nls\n```\n\nRun:\n\n```\npwd\n```");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("The vault:\n\n```sh\nls\npwd\n```\n", "pwd", "pwd", Markup::markdown), "```\npwd\n```");
}

TEST_F(ExcerptTest, WhatIsInAListIsIndentedInIt) {
    const std::string list = "1. The vault:\n\n   ```sh\n   ls\n   ```\n\n2. Then:\n   - pull,\n   - push.\n3. End.\n";
    EXPECT_EQ(shown(list, "The vault", "End", Markup::markdown),
              "1. The vault:\n\n   ```sh\n   ls\n   ```\n\n2. Then:\n   - pull,\n   - push.\n3. End.");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(list, "The vault", "End", Markup::text),
              "1. The vault:\n   ls\n2. Then:\n   - pull,\n   - push.\n3. End.");
}

TEST_F(ExcerptTest, MarksOfQuotationsAreNotShown) {
    const std::string quotes =
        "> > The vault is\n> > red.\n\n> - Oil it:\n>\n>   ```sh\n>   if\n>     oil > a\n>   ```\n> - Close it.\n";
    EXPECT_EQ(shown(quotes, "The vault", "Close", Markup::text),
              "The vault is red.\n- Oil it:\n  if\n    oil > a\n- Close it.");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(quotes, "The vault", "Close", Markup::markdown),
              "The vault is red.\n- Oil it:\n\n  ```sh\n  if\n    oil > a\n  ```\n\n- Close it.");
}

TEST_F(ExcerptTest, ADefinitionHasItsTerm) {
    const std::vector<passages::Passage> passages =
        passages_of("The vault:\n\nlid\n: It closes by itself.\n: Or not.\n\nhinge\n: Of steel.\n");
    EXPECT_EQ(shown_excerpt(passages.at(0), excerpt(passages, "lid", "Of steel"), AnswerForm::passages, Markup::text),
              "lid\n: It closes by itself.\n: Or not.\n\nhinge\n: Of steel.");
    EXPECT_EQ(ask("what is a hinge").text, "hinge\n: Of steel. [1]");
    add("/d/b", "Quota : the space that one may use\n\nThat is so.\n");
    EXPECT_EQ(ask("what is a quota").text, "Quota : the space that one may use [1]") << "it is no name of what follows";
}

TEST_F(ExcerptTest, ATermIsInALineOfItsOwn) {
    const std::string codes =
        "Codes of the vault:\n\nE3\n:   The password has expired. Ask.\nE4\n:   The account is locked.\n";
    EXPECT_EQ(shown(codes, "E3", "locked", Markup::text),
              "E3\n: The password has expired. Ask.\nE4\n: The account is locked.");
    EXPECT_EQ(ask("what does E4 mean").text, "E4\n: The account is locked. [1]");
}

/// A list, code or a table that is cut is marked, one line of it alone is not.
TEST_F(ExcerptTest, WhatIsCutIsMarked) {
    const std::string text = "The vault:\n\n1. Open it. Wait.\n2. Oil it.\n3. Close it.\n\n- a lid\n- a hinge\n- a "
                             "key\n\n```\nls\npwd\ncd\n```\n\n"
                             "| a | b |\n|---|---|\n| 1 | x |\n| 2 | y |\n| 3 | z |\n";
    const std::vector<passages::Passage> passages = passages_of(text);
    const auto shows = [&](std::string_view first, std::string_view last) {
        return shown_excerpt(passages.at(0), excerpt(passages, first, last), AnswerForm::sentences, Markup::text);
    };
    EXPECT_EQ(shows("The vault", "Oil"), "The vault:\n1. Open it. Wait.\n2. Oil it.\n…");
    EXPECT_EQ(shows("Open", "Close"), "1. Open it. Wait.\n2. Oil it.\n3. Close it.");
    EXPECT_EQ(shows("a lid", "a hinge"), "- a lid\n- a hinge\n…");
    EXPECT_EQ(shows("a hinge", "a hinge"), "a hinge");
    EXPECT_EQ(shows("ls", "pwd"), "ls\npwd\n…");
    EXPECT_EQ(shows("ls", "cd"), "ls\npwd\ncd");
    EXPECT_EQ(shows("| 1", "| 2"), "| a | b |\n| 1 | x |\n| 2 | y |\n…");
    EXPECT_EQ(shows("| 1", "| 1"), "| a | b |\n| 1 | x |");
}

TEST_F(ExcerptTest, WhatThePassageCutsIsMarked) {
    EXPECT_EQ(shown("The vault:\n\n1. Open it.\n2. Oil it.\n%%3. Close it.\n", "The vault", "Oil", Markup::text),
              "The vault:\n1. Open it.\n2. Oil it.\n…");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("The vault:\n\n```\nls\npwd\n%%cd\n```\n", "The vault", "pwd", Markup::markdown),
              "The vault:\n\n```\nls\npwd\n```\n\n…");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("The vault:\n\n1. Open it.\n2. Oil it.\n\n%%1. Other things\n", "The vault", "Oil", Markup::text),
              "The vault:\n1. Open it.\n2. Oil it.");
}

TEST_F(ExcerptTest, BetweenSentencesIsASpaceWhereTheDocumentHasOne) {
    EXPECT_EQ(shown("vault は金庫です。それは赤い。", "金庫", "赤い", Markup::text), "vault は金庫です。それは赤い。");
}

TEST_F(ExcerptTest, ColumnsOfAPlainTextStayInTheirLines) {
    const std::string columns = "Disks of the vault\n\nName    Size\ndisk0   500 GB\ndisk1   1 TB\n\nThat is\nall.\n";
    EXPECT_EQ(shown(columns, "Name", "Name", Markup::text, "text/plain"), "Name    Size\ndisk0   500 GB\ndisk1   1 TB");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(columns, "Name", "That", Markup::markdown, "text/plain"),
              "```\nName    Size\ndisk0   500 GB\ndisk1   1 TB\n```\n\nThat is all.");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("VAULT\n\n  Fire:      leave it\n  Power cut:  wait\n  Leak:      ask\n", "Fire", "Fire",
                    Markup::text, "text/plain"),
              "Fire:      leave it\nPower cut:  wait\nLeak:      ask");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(
        shown("To mount the vault:\n\n    mount a\n    ls a\n", "To mount", "mount a", Markup::text, "text/plain"),
        "To mount the vault:\n    mount a\n    ls a");
}

}  // namespace
}  // namespace quarry::answer
