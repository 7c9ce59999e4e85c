#include "core/answer/extractive.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <utility>

#include "core/answer/check_sentences.h"
#include "core/answer/question_kind.h"
#include "tests/unit/answer/answer_fixture.h"

namespace quarry::answer {
namespace {

using ::testing::HasSubstr;

struct KindCase {
    const char* question;
    QuestionKind kind;
    const char* right;  ///< The sentence that a text of both has to be answered with.
    const char* wrong;
};

class AnswerKindTest : public AnswerTest, public ::testing::WithParamInterface<KindCase> {};

TEST_P(AnswerKindTest, is_heard_and_answered) {
    const KindCase& one = GetParam();
    EXPECT_TRUE(QuestionReading(one.question).is(one.kind));
    add("/d/a.md", std::string(one.wrong) + "\n\n" + one.right + "\n", "text/markdown");
    EXPECT_EQ(ask(one.question).citations.at(0).quote, one.right);
}

INSTANTIATE_TEST_SUITE_P(
    kinds, AnswerKindTest,
    ::testing::Values(
        KindCase{"what is a lease", QuestionKind::definition, "A lease is a lock that ends by itself.",
                 "Nobody renews the lease here."},
        KindCase{"what is a sensor", QuestionKind::definition, "Sensor: it measures the level, and tells the pump.",
                 "Pump: a pump is a machine that stops when the sensor says that the tank is full."},
        KindCase{"was ist eine Weiche", QuestionKind::definition, "**Weiche** – führt Züge auf andere Gleise.",
                 "**Signal** – ein Signal ist eine Tafel vor einer Weiche."},
        KindCase{"difference between leases and locks", QuestionKind::difference,
                 "Locks stay, while leases end by themselves.", "Leases and locks were added last year."},
        KindCase{"what is the default timeout", QuestionKind::default_value, "The timeout is 30 seconds by default.",
                 "Set a timeout for each request."},
        KindCase{"how do I list the keys", QuestionKind::how_to, "Run `vault ls` for a list of keys.",
                 "The list of keys was long."},
        KindCase{"when was the vault opened", QuestionKind::when, "The vault was opened in May 2015.",
                 "The vault was opened by a mayor."},
        KindCase{"where is the cache kept", QuestionKind::where, "The cache is kept in ~/.cache/vault.",
                 "The cache is kept warm."},
        KindCase{"how many keys are there", QuestionKind::number, "There are 12 keys.", "There are keys for doors."},
        KindCase{"why is the vault slow", QuestionKind::why, "The vault is slow because it asks each key.",
                 "The vault is slow on Mondays."},
        KindCase{"was ist ein Pfand", QuestionKind::definition, "Ein Pfand ist eine Sicherheit.",
                 "Niemand gab das Pfand her."},
        KindCase{"pourquoi le coffre est lent", QuestionKind::why,
                 "Le coffre est lent parce que les clés sont longues.", "Le coffre est lent ce soir."},
        KindCase{"\u0441\u043A\u043E\u043B\u044C\u043A\u043E \u043A\u043B\u044E\u0447\u0435\u0439",
                 QuestionKind::number, "\u041A\u043B\u044E\u0447\u0435\u0439 \u0432\u0441\u0435\u0433\u043E 12.",
                 "\u041A\u043B\u044E\u0447\u0435\u0439 \u043D\u0435 \u0434\u0430\u043B\u0438."},
        KindCase{"por qué la caja es lenta", QuestionKind::why, "La caja es lenta porque las llaves son largas.",
                 "La caja es lenta esta noche."},
        KindCase{"为什么金库很慢", QuestionKind::why, "金库很慢，因为它要问每把钥匙。", "金库很慢，每天都很慢。"},
        KindCase{"鍵はいくつありますか", QuestionKind::number, "鍵は12個あります。", "鍵は扉のためにあります。"}));

TEST_F(AnswerTest, AnOptionIsNamedWithItsDescription) {
    add("/d/tool.1",
        "# tool(1)\n\n## OPTIONS\n\n- -z\n- --compress\n\n  Compresses data while it is sent.\n- -a, --archive\n\n"
        "  Keeps times and owners. The same as -rt.\n",
        "text/markdown");
    EXPECT_THAT(ask("what does -a do").text, HasSubstr("-a, --archive"));
    EXPECT_EQ(ask("what does -a do").citations.at(0).quote,
              "-a, --archive\n\n  Keeps times and owners. The same as -rt.");
    EXPECT_THAT(ask("how do I compress data").citations.at(0).quote,
                ::testing::StartsWith("- -z\n- --compress\n\n  Compresses"));
}

TEST_F(AnswerTest, StepsKeepTheirNumbers) {
    add("/d/setup.md",
        "# Setup\n\nThe vault is large.\n\nTo install the vault:\n\n1. Get the archive.\n2. Unpack it:\n\n"
        "   ```sh\n   tar xf vault.tar\n   ```\n\n3. Polish the hinges with oil.\n   - Use little.\n10) Close it.\n\n"
        "Hinges are made of steel.\n",
        "text/markdown");
    const std::string steps = "To install the vault:\n1. Get the archive.\n2. Unpack it:\n   tar xf vault.tar\n3. "
                              "Polish the hinges with oil.\n"
                              "   - Use little.\n10) Close it. [1]";
    EXPECT_EQ(ask("how do I install the vault").text, steps) << "from the line that leads to them";
    EXPECT_EQ(ask("how do I polish the hinges with oil").text, steps) << "from one of them";
}

TEST_F(AnswerTest, AListBeginsWithItsFirstMarker) {
    add("/d/fruit.md", "# Fruit\n\n1. Pears are sweet, and pears are green: wash them\n2. Plums are blue\n",
        "text/markdown");
    const Answer answer = ask("how do I wash pears");
    EXPECT_EQ(answer.text, "1. Pears are sweet, and pears are green: wash them\n2. Plums are blue [1]");
    EXPECT_THAT(answer.citations.at(0).quote, ::testing::StartsWith("1. Pears"));
    EXPECT_TRUE(citation_holds(*store_, answer.citations.at(0)));
    add("/d/trees.md", "# Trees\n\n- Oaks are brown\n- Willows are grey\n", "text/markdown");
    EXPECT_EQ(ask("what color are willows").citations.at(0).shown, "Willows are grey");
}

TEST_F(AnswerTest, WhereNoSentenceIsClearTheClosestPassagesAreShownAndNamedSo) {
    std::string text = "# Keys\n\n";
    for (const char* place : {"drawer", "cupboard", "car", "shed", "bag"}) {
        text += fmt::format("The key of the {0} is a key. Keys of a {0} are many.\n\n", place);
    }
    add("/d/keys.md", text, "text/markdown");
    const Answer vague = ask("which key");
    EXPECT_EQ(vague.form, AnswerForm::passages);
    EXPECT_THAT(vague.text, ::testing::StartsWith("No sentence answers this clearly; the closest passage:\n\nThe key"));
    EXPECT_THAT(vague.text, HasSubstr("cupboard")) << "a stretch, not a sentence";
    ASSERT_EQ(vague.sentences.size(), vague.citations.size());
    EXPECT_EQ(vague.text.substr(vague.sentences[0].start, 7), "The key") << "the line above states nothing";
    for (const SentenceCheck& check : check_sentences(vague.text, vague.citations, nullptr, Cancellation(), {})) {
        EXPECT_EQ(check.verdict, Verdict::supported) << "also when it is verified";
    }
    const Answer clear = ask("what is the key of the shed");
    EXPECT_EQ(clear.form, AnswerForm::sentences);
    EXPECT_EQ(clear.text, "The key of the shed is a key. Keys of a shed are many. [1]");
}

/// Several further places tell more than few long ones, where it is uncertain which of them answers.
TEST_F(AnswerTest, TheClosestPassagesAreFromSeveralPlaces) {
    for (const char* place : {"drawer", "cupboard", "car", "shed", "bag", "barn", "boat", "tent", "well"}) {
        std::string text = fmt::format("# {}\n\n", place);
        for (int i = 0; i < 12; ++i) {
            text += fmt::format("The key of the {0} is in room {1}, which has {0} number {1} beside the window.\n\n",
                                place, i);
        }
        add(fmt::format("/d/{}.md", place), text, "text/markdown");
    }
    const Answer vague = ask("where is which key");
    ASSERT_EQ(vague.form, AnswerForm::passages);
    const auto words = [](std::string_view text) { return std::ranges::count(text, ' ') + 1; };
    ASSERT_GT(vague.citations.size(), 3U);
    EXPECT_LE(vague.citations.size(), 7U);
    EXPECT_GT(words(vague.citations[0].quote), 120);
    EXPECT_LE(words(vague.citations[0].quote), 260);
    for (std::size_t i = 1; i < vague.citations.size(); ++i) EXPECT_LE(words(vague.citations[i].quote), 120) << i;
    std::set<std::string> places;
    for (const Citation& citation : vague.citations) places.insert(citation.uri);
    EXPECT_GT(places.size(), 2U);
}

TEST_F(AnswerTest, APassageThatHardlyAnswersIsNotShown) {
    add("/d/new.md",
        "# Keys\n\nThe key of version 2.5 is a key.\n\nA key which version 2.5 has is a key.\n\nVersion 2.5 has a "
        "key.\n",
        "text/markdown");
    add("/d/old.md", "# Keys\n\nVersion 3.1 has a key which is a key.\n", "text/markdown");
    const Answer vague = ask("which key has version 2.5");
    ASSERT_EQ(vague.form, AnswerForm::passages);
    for (const Citation& citation : vague.citations) EXPECT_EQ(citation.uri, "/d/new.md");
}

/// A piece of a long description of an option has the option's name.
TEST_F(AnswerTest, AShortPassageBeginsWithTheOptionThatItDescribes) {
    std::string text = "# tool(1)\n\n## OPTIONS\n\n";
    for (const char* name : {"alpha", "beta", "gamma", "delta"}) {
        text += fmt::format("- --{}=NUM\n\n", name);
        for (int i = 0; i < 4; ++i) {
            text += fmt::format(
                "  Waits for the harbour number {} before the {} sails away with all its heavy load.\n\n", i, name);
        }
    }
    add("/d/tool.1", text, "text/markdown");
    const Answer vague = ask("what waits for a harbour");
    ASSERT_EQ(vague.form, AnswerForm::passages);
    for (const Citation& citation : vague.citations) EXPECT_THAT(citation.quote, HasSubstr("=NUM")) << citation.quote;
}

/// Words that count and particles are no part of what is asked about, in languages without spaces too.
TEST_F(AnswerTest, WhatIsCountedIsNotRefusedInJapaneseAndChinese) {
    options_.min_score = 0.5;
    add("/d/leave.txt", "休暇は25日です。");
    add("/d/meeting.txt", "会議は月曜日の午前9時に始まります。");
    add("/d/shelf.txt", "本は二階の棚にあります。");
    add("/d/cats.txt", "他们养了三只猫。");
    add("/d/keys.txt", "仓库有12把钥匙。");
    add("/d/freight.txt", "运费是500元。");
    for (const auto& [question, answer] :
         std::initializer_list<std::pair<const char*, const char*>>{{"休暇は何日ありますか", "25日"},
                                                                    {"休暇は何日ですか？", "25日"},
                                                                    {"会議は何時からですか", "9時"},
                                                                    {"本はどこにありますか", "棚"},
                                                                    {"有几只猫", "三只猫"},
                                                                    {"钥匙有几把", "12把"},
                                                                    {"运费多少钱", "500元"}}) {
        EXPECT_THAT(ask(question).text, HasSubstr(answer)) << question;
    }
    for (const char* question : {"車は何台ありますか", "給料はいくらですか", "駅まで何分かかりますか", "有几辆车",
                                 "工资有多少", "电话号码是多少"}) {
        EXPECT_EQ(failure(question), ErrorCode::nothing_found) << question;
    }
}

TEST(QuestionReading, WhatIsAskedAboutHasNoCounters) {
    const auto subject = [](const char* question) { return std::string(trim(QuestionReading(question).subject())); };
    EXPECT_EQ(subject("休暇は何日ありますか"), "休暇は");
    EXPECT_EQ(subject("有几只猫"), "只猫") << "one character is no word of the index";
    EXPECT_EQ(subject("运费多少钱"), "运费");
    EXPECT_EQ(subject("was ist der Preis"), "der preis");
}
}  // namespace
}  // namespace quarry::answer
