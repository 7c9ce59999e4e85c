#include "core/answer/refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

#include "tests/unit/answer/answer_fixture.h"

namespace quarry::answer {
namespace {

using ::testing::HasSubstr;

/// Small bases, with the share that is required by default.
class RefusalTest : public AnswerTest {
protected:
    RefusalTest() { options_.min_score = 0.5; }

    void expect_answers(std::initializer_list<std::pair<const char*, const char*>> questions) {
        for (const auto& [question, answer] : questions) {
            try {
                EXPECT_THAT(ask(question).text, HasSubstr(answer)) << question;
            } catch (const Error& error) {
                ADD_FAILURE() << question << ": " << error.what();
            }
        }
    }
    void expect_refused(std::initializer_list<const char*> questions) {
        for (const char* question : questions) EXPECT_EQ(failure(question), ErrorCode::nothing_found) << question;
    }
};

TEST_F(RefusalTest, FormsThatNoStemmerJoinsAreOneWord) {
    add("/d/torrek.md", "# Torrek\n\nTorrek is a program for tours. It was written by Ana Lind in 2019.\n",
        "text/markdown");
    add("/d/staff.md", "# Personal\n\nFerien werden bis zum 15. des Monats eingereicht.\n", "text/markdown");
    add("/d/libro.md", "# Marola\n\nLa biblioteca cierra a las 20 horas.\n", "text/markdown");
    expect_answers({{"Who wrote Torrek?", "Ana Lind"},
                    {"Who is the author of Torrek?", "Ana Lind"},
                    {"Bis wann muss ich Ferien einreichen?", "15."},
                    {"¿Cuándo va a cerrar la biblioteca?", "20 horas"}});
    expect_refused({"Who wrote Hamlet?", "Who is the author of Hamlet?"});
}

TEST_F(RefusalTest, WordsThatAskForADefinitionAreNoSubject) {
    add("/d/terms.md",
        "# Terms\n\nQuorum\n: The smallest number of nodes that must agree.\n\nShard\n: A part of a data set.\n",
        "text/markdown");
    add("/d/begriffe.md", "# Begriffe\n\nFunkzelle\n: Das Gebiet, das ein Sender versorgt.\n", "text/markdown");
    expect_answers({{"What does quorum mean?", "nodes that must agree"},
                    {"quorum meaning", "nodes that must agree"},
                    {"What does the term shard stand for", "part of a data set"},
                    {"Was bedeutet Funkzelle?", "Gebiet"},
                    {"Was versteht man unter einer Funkzelle?", "Gebiet"}});
    expect_refused({"What does justice mean?", "Was bedeutet Gerechtigkeit?"});
}

TEST_F(RefusalTest, CompoundsAreTheirParts) {
    add("/d/bahn.md",
        "# Bahn\n\nDie Bahn wurde 1902 gebaut. Zwei Strecken für Touristen haben eine Breite der Spur von 600 mm.\n",
        "text/markdown");
    add("/d/apotheke.md", "# Gesundheit\n\nTechniker in Apotheken prüfen den Bestand.\n", "text/markdown");
    expect_answers(
        {{"Welche Breite haben die Touristenstrecken?", "600 mm"}, {"Was prüfen Apothekentechniker?", "den Bestand"}});
    expect_refused({"Was prüfen Bahntechniker?", "Wie breit sind die Landstraßen?"});
}

/// What only holds a Japanese question together is in every document.
TEST_F(RefusalTest, HiraganaOfAQuestionAreNoSubject) {
    add("/d/onsen.md",
        "# 白川温泉\n\n白川温泉は1912年に木村太郎が開きました。誰でも入れます。\n\n## 料金\n\n大人は800円です。\n\n"
        "予約の方法:\n\n1. 電話で空いている日を確認します。\n2. 名前と人数を伝えます。\n",
        "text/markdown");
    add("/d/fruit.md", "# 果物\n\nりんごは棚にあります。\n", "text/markdown");
    expect_answers({{"予約はどうすればいいですか", "電話で空いている日を確認します"},
                    {"大人の料金はいくらですか", "800円"},
                    {"誰が白川温泉を開きましたか", "木村太郎"},
                    {"りんごはどこにありますか", "棚"}});
    expect_refused({"ピアノは誰が発明しましたか", "電話は誰が発明しましたか", "飛行機は誰が作りましたか",
                    "みかんはどこにありますか"});
}

/// A character is a word by itself, or a part of one: "請" of "申請".
TEST_F(RefusalTest, CharactersOfChineseWordsAreNotTakenOut) {
    add("/d/garden.md",
        "# 花园手册\n\n花园由陈丽华创办。\n\n申请地块的步骤：\n\n1. 填写表格。\n2. 交给管理员。\n\n"
        "要求：每块地种三种蔬菜。\n",
        "text/markdown");
    expect_answers({{"怎么申请地块？", "填写表格"}, {"要求是什么？", "三种蔬菜"}});
    expect_refused({"怎么做红烧肉？", "谁发明了电话？"});
}

/// Vietnamese has no phrases here, but its function words are known.
TEST_F(RefusalTest, FunctionWordsAreThoseOfALanguageWithoutPhrases) {
    add("/d/cho.md", "# Chợ\n\nChợ là nơi có nhiều người. Đây là chợ của làng và được mở vào năm 1990.\n",
        "text/markdown");
    expect_refused({"Ai là người được bầu vào năm đó?"});
}

/// A name, or a German noun, that is in no passage says more than a verb that is in none.
TEST_F(RefusalTest, ANameThatNoPassageHasIsWhatAQuestionIsAbout) {
    add("/d/leave.md",
        "# Ferien\n\nAlle Angestellten haben 25 Tage Ferien im Jahr. Anträge gehen an Frau Odermatt. Ende März wird "
        "abgerechnet.\n",
        "text/markdown");
    expect_answers({{"Wie viele Tage Ferien habe ich im Jahr?", "25 Tage"}, {"An wen gehen Anträge?", "Odermatt"}});
    expect_refused({"Wie viele Tage hat ein Jahr auf dem Mars?", "Wie viele Monde hat der Jupiter im Jahr?"});
}

TEST(NamesSomethingElse, NamesAreWordsWithACapitalWithinASentence) {
    passages::Passage passage;
    passage.title = "Torrek";
    passage.text = "Die Strecken für Touristen sind lang. Ana Lind schrieb das Programm.";
    const auto names = [&](const char* question) { return names_something_else(question, {&passage, 1}); };
    EXPECT_TRUE(names("Wie lang ist der Mars?"));
    EXPECT_TRUE(names("who wrote Hamlet's story"));
    EXPECT_FALSE(names("Mars is what?")) << "it begins the sentence";
    EXPECT_FALSE(names("who wrote hamlet"));
    EXPECT_FALSE(names("WHO WROTE HAMLET")) << "all is in capitals";
    EXPECT_FALSE(names("Who wrote Torrek's manual? Was it Lind?")) << "title and text";
    EXPECT_FALSE(names("Wie lang sind Touristenstrecken?")) << "made of words that are there";
    EXPECT_FALSE(names("Von wem sind die Programme?")) << "but for its ending";
    EXPECT_FALSE(names(""));
}

TEST_F(RefusalTest, AQuestionAboutNothingIsRefusedWithACure) {
    add("/d/a.md", "# The studio\n\nThe studio is open. What is the fee? The fee is 12 euros.\n", "text/markdown");
    for (const char* question :
         {"the", "what is", "How do I?", "was ist das", "qu'est-ce que c'est", "что это", "什么是", "何ですか"}) {
        try {
            ADD_FAILURE() << question << ": " << ask(question).text;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::nothing_found) << question;
            EXPECT_THAT(std::string(error.hint()), HasSubstr("quarry search")) << question;
        }
    }
    EXPECT_THAT(ask("the fee").text, HasSubstr("12 euros"));
}

}  // namespace
}  // namespace quarry::answer
