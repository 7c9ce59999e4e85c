#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "tests/unit/answer/answer_fixture.h"

namespace quarry::answer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Plain questions to a base of a document or two get the sentence alone, not the closest passages.
class ClearAnswerTest : public AnswerTest {
protected:
    struct Section {
        const char* heading;
        const char* text;
    };
    void add_sections(const std::string& uri, std::initializer_list<Section> sections) {
        store::PreparedSource source;
        source.source.uri = uri;
        document::Document document;
        document.media_type = "text/markdown";
        document.title = uri;
        for (const Section& section : sections) {
            const std::size_t start = document.text.size();
            document.text += std::string("## ") + section.heading;
            document.blocks.push_back({document::BlockKind::heading, start, document.text.size(), 2, section.heading});
            document.text += std::string("\n\n") + section.text + "\n\n";
            source.chunks.push_back({start, document.text.size(), 1, 1, {section.heading}});
        }
        source.source.content_hash = content_hash(document.text);
        source.document = std::move(document);
        store_->put({&source, 1});
    }
    void expect_clear(const char* question, const char* answer) {
        const Answer given = ask(question);
        EXPECT_EQ(given.form, AnswerForm::sentences) << question << "\n" << given.text;
        EXPECT_THAT(given.citations.at(0).shown, HasSubstr(answer)) << question;
    }
};

/// All steps are the answer, not one of them; the heading that asks the same leads to them.
TEST_F(ClearAnswerTest, StepsBelowAHeadingThatAsksAreOneAnswer) {
    add_sections("onsen.md",
                 {{"予約の方法", "1. 電話で空室を確認します。\n2. 名前と人数を伝えます。\n3. 番号を書き留めます。"},
                  {"変更", "予約の変更は三日前まで無料です。"},
                  {"食事", "魚が苦手な方は予約のときに伝えてください。"}});
    add_sections("lamps.md", {{"How to order a lamp", "1. Fill in the form.\n2. Leave it at the desk."},
                              {"Broken ones", "A lamp that is broken goes to the desk. No lamp is sold."},
                              {"Order of rooms", "Rooms are in the order of their lamp."}});
    expect_clear("予約はどうすればいいですか", "名前と人数を伝えます");
    expect_clear("How do I order a lamp?", "Leave it at the desk");
}

/// Every Japanese question may end in one that asks whether.
TEST_F(ClearAnswerTest, AJapaneseDefinitionIsNoQuestionWhether) {
    add_sections("onsen.md", {{"白川温泉", "白川温泉は北山の谷にある小さな温泉です。"},
                              {"白川温泉の注意", "浴場では写真を撮ることができません。走ることはできません。"}});
    expect_clear("白川温泉とは何ですか", "小さな温泉です");
}

TEST_F(ClearAnswerTest, AMeasureIsAskedForByItsName) {
    add_sections("terms.md", {{"Cuisson du grès", "Le grès est une terre qui cuit à 1280 degrés."},
                              {"Température", "Un cône fond à une température précise. La température du four monte "
                                              "pendant que le grès cuit."}});
    expect_clear("À quelle température cuit le grès ?", "1280");
}

/// Who sees to something is asked and said in other words.
TEST_F(ClearAnswerTest, WhoIsResponsibleIsAskedInManyWords) {
    add_sections("studio.md", {{"Equipment", "The camera is a Velmo 4. Jonas Reuter looks after it."},
                               {"Lamps", "Lamps are lent for a day. The camera needs two of them."}});
    add_sections("geräte.md", {{"Drucker", "Der Drucker steht im Flur. Frau Odermatt betreut den Drucker."}});
    options_.min_score = 0.5;
    expect_clear("Who is responsible for the camera?", "Jonas Reuter");
    expect_clear("Wer ist für den Drucker zuständig?", "Odermatt");
}

/// What is about another version, or another number of the same thing, loses to what is about that which is asked for.
TEST_F(ClearAnswerTest, TheVersionThatIsAskedForIsShown) {
    add_sections("releases.md",
                 {{"Releases", "Version 3.2 was released on 4 March 2024, and was released late. The reader "
                               "of version 2.5 came out on 17 June 2021.\n\n"
                               "| Version | Released |\n|---|---|\n| 1.9 | 2 January 2019 |\n"},
                  {"4.0", "It was released on 5 May 2025."},
                  {"4.1", "It was released on 6 June 2025."}});
    add_sections("ausgaben.md", {{"Ausgaben", "Version 3.2 wurde am 4.3.2024 freigegeben und ist freigegeben.\n\n"
                                              "Die Version 2.7 kam am 17.6.2021 heraus."}});
    add_sections(
        "salles.md",
        {{"Salles", "La salle 12 a une porte rouge et une salle de bain.\n\nUne porte bleue ferme la salle 14."}});
    expect_clear("When was version 2.5 released?", "17 June 2021");
    expect_clear("When was version 1.9 released?", "2 January 2019");
    expect_clear("When was version 4.1 released?", "6 June 2025");
    expect_clear("Wann wurde die Version 2.7 freigegeben?", "17.6.2021");
    expect_clear("Quelle porte a la salle 14 ?", "bleue");
    add_sections("kelp.md", {{"6.1 of May", "Kelp was made anew."}, {"Price", "Kelp was made for 20 euros."}});
    EXPECT_EQ(ask("When was Kelp 6.1 made?").text, "Kelp was made anew. [1]");
    add_sections("changes.md", {{"8.2 of May", "Locks are made anew."}, {"Price", "Velmo was made for 20 euros."}});
    EXPECT_EQ(ask("When was Velmo 8.2 made?").citations.at(0).shown, "Locks are made anew.");
    EXPECT_EQ(ask("When was version 7.3 released?").form, AnswerForm::passages) << "nothing says that";
}

/// What is about another line or year, or counts something else, is no answer.
TEST_F(ClearAnswerTest, WhatHasAnotherNumberIsNotClear) {
    add_sections("town.md", {{"Town", "The town has 8 schools."},
                             {"Trams", "Line 5 runs to the airport."},
                             {"Fees", "In 2023 the annual fee was 40 euros."}});
    expect_clear("Where does line 5 run?", "airport");
    expect_clear("What was the annual fee in 2023?", "40 euros");
    for (const char* question :
         {"Where does line 8 run?", "Where does line 4 run?", "What was the annual fee in 2022?"})
        EXPECT_EQ(ask(question).form, AnswerForm::passages) << question;
}

/// A row is read with the names of its columns.
TEST_F(ClearAnswerTest, AValueOfATableIsFound) {
    add_sections("servers.md",
                 {{"Servers", "Fernholt needs little memory and is a quiet server.\n\n"
                              "| Server | Memory |\n|---|---|\n| Fernholt | 64 GB |\n| Grauberg | 128 GB |\n"}});
    add_sections("zimmer.md", {{"Zimmer", "Das Zimmer Nord hat einen schönen Preis gewonnen.\n\n"
                                          "Zimmer | Preis\n---|---\nNord | 80 Euro\nSüd | 95 Euro\n"}});
    add_sections("plans.md", {{"Plans", "Plan | Folders | Price\n---|---|---\nHome | 20 | 4 €\nTeam | 50 | 19 €\n"}});
    add_sections("limits.md", {{"Limits", "Plan | Requests per minute\n---|---\nTrial | 60\nOffice | 600\n"}});
    EXPECT_EQ(ask("How many requests per minute has the Office plan?").citations.at(0).shown,
              "Plan | Requests per minute\nOffice | 600");
    EXPECT_EQ(ask("what does the Team plan cost").text, "Plan | Folders | Price\nTeam | 50 | 19 € [1]");
    EXPECT_EQ(ask("How much memory does Fernholt need?").citations.at(0).shown,
              "| Server | Memory |\n| Fernholt | 64 GB |");
    EXPECT_EQ(ask("Welchen Preis hat das Zimmer Nord?").citations.at(0).shown, "Zimmer | Preis\nNord | 80 Euro");
}

/// What names a description is read with it: a term that is to be defined, a path where a place is wanted.
TEST_F(ClearAnswerTest, ADescriptionIsOfItsName) {
    add_sections("salt.md",
                 {{"Salt", "- Brine\n\n  Water that is full of salt.\n- Pan house\n\n  The building in which "
                           "brine is boiled."},
                  {"Files", "- /var/lib/pan/state.db\n\n  The state of the pan.\n- pan keep\n\n  Keeps the "
                            "state of the pan."}});
    expect_clear("what is brine", "Brine\n  Water that is full of salt.");
    expect_clear("where is the state of the pan", "/var/lib/pan/state.db\n  The state of the pan.");
}

/// A month is a date where one is wanted, in words too.
TEST_F(ClearAnswerTest, AMonthIsATime) {
    add_sections("salt.md",
                 {{"Opening times", "The museum is closed by 2 guards.\n\nThe museum is closed in January."}});
    add_sections("sel.md", {{"Fermeture", "Le musée est fermé par 2 gardes.\n\nLe musée est fermé en janvier."}});
    expect_clear("When is the museum closed?", "January");
    expect_clear("Quand le musée est-il fermé ?", "janvier");
}

/// What there is to do is asked in words that no answer has.
TEST_F(ClearAnswerTest, WhatToDoIsAWayThatIsWanted) {
    add_sections("fire.md", {{"Fire", "In a fire, ring the bell in the hall."}, {"Bells", "A bell costs 20 euros."}});
    add_sections("feuer.md", {{"Notfälle", "Bei Feuer wird die Klingel gedrückt."}, {"Raum", "Ein Raum ist leer."}});
    add_sections("feu.md", {{"Urgences", "En cas d'incendie, sonnez la cloche."}, {"Salle", "La salle est vide."}});
    add_sections("fuego.md",
                 {{"Emergencias", "En caso de incendio, toque la campana."}, {"Sala", "La sala está vacía."}});
    add_sections("pozhar.md", {{"Тревога", "При пожаре звоните в колокол."}, {"Зал", "Зал пуст."}});
    options_.min_score = 0.5;
    expect_clear("What should I do in a fire?", "ring the bell");
    expect_clear("Was tue ich bei Feuer?", "Klingel");
    expect_clear("Que faire en cas d'incendie ?", "cloche");
    expect_clear("¿Qué hago en caso de incendio?", "campana");
    expect_clear("Что делать при пожаре?", "колокол");
}

/// "MB" is no name of a place.
TEST_F(ClearAnswerTest, AUnitIsNoName) {
    add_sections("log.md", {{"Log", "The log is kept by Anna.\n\nThe log is at most 10 MB."}});
    EXPECT_THAT(ask("who keeps the log").citations.at(0).quote, Not(HasSubstr("MB")));
    EXPECT_THAT(ask("whose log is it").citations.at(0).quote, HasSubstr("Anna"));
}

TEST_F(ClearAnswerTest, ParagraphsWithoutAFullStopAnswerToo) {
    add("/d/notice.md",
        "# Notice\n\nDear members\n\nThe meeting is on 3 June in the hall\n\nThe fee is 20 euros\n\nPlease pay by "
        "May\n",
        "text/markdown");
    expect_clear("When is the meeting?", "The meeting is on 3 June in the hall");
    expect_clear("How much is the fee?", "The fee is 20 euros");
    add("/d/office.md",
        "# Office\n\n**Wifi**\n\nNetwork guest, password swordfish\n\n**Printer**\n\nThe printer is beside the "
        "kitchen\n",
        "text/markdown");
    expect_clear("What is the wifi password?", "Network guest, password swordfish");
}

TEST_F(ClearAnswerTest, OfSettingsAndSourceCodeIsABlock) {
    add("/d/app.yaml",
        "# Settings\nserver:\n  port: 8080\n  # Seconds\n  timeout: 30\nworkers:\n  - name: mail\n    retries: 5\n"
        "  - name: index\n    retries: 3\n",
        "text/plain");
    expect_clear("What is the timeout of the server?", "server:\n  port: 8080\n  # Seconds\n  timeout: 30\n…");
    expect_clear("How many retries does the index worker have?", "- name: index\n  retries: 3");
    add("/d/web.conf", "http {\n    gzip on;\n    server {\n        listen 81;\n        charset utf-8;\n    }\n}\n",
        "text/plain");
    expect_clear("What is the charset of the server?", "server {\n    listen 81;\n    charset utf-8;\n}\n…");
    add("/d/db.ini", "[daemon]\nsocket = /run/a\n\n[viewer]\nsocket = /run/b\n", "text/plain");
    expect_clear("What is the socket of the viewer?", "[viewer]\nsocket = /run/b");
    add("/d/ssh.conf", "Port 22\n# May root log in?\nPermitRootLogin no\n\nUseDNS no\n", "text/plain");
    expect_clear("May root log in?", "# May root log in?\nPermitRootLogin no");
    add("/d/lamp.c", "int lamp_power(void)\n{\n    return watts;\n}\n\nint other(void)\n{\n    return 0;\n}\n",
        "text/x-c");
    expect_clear("What does lamp_power return?", "int lamp_power(void)\n{\n    return watts;\n}");
    add("/d/pool.py",
        "class Pool:\n    size = 4\n\n    def acquire(self):\n        # Waits\n        return self.free.pop()\n",
        "text/x-python");
    expect_clear("How does acquire wait?", "def acquire(self):\n    # Waits\n    return self.free.pop()");
}

}  // namespace
}  // namespace quarry::answer
