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

/// "MB" is no name of a place.
TEST_F(ClearAnswerTest, AUnitIsNoName) {
    add_sections("log.md", {{"Log", "The log is kept by Anna.\n\nThe log is at most 10 MB."}});
    EXPECT_THAT(ask("who keeps the log").citations.at(0).quote, Not(HasSubstr("MB")));
    EXPECT_THAT(ask("whose log is it").citations.at(0).quote, HasSubstr("Anna"));
}

}  // namespace
}  // namespace quarry::answer
