#include "core/chat/chat_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../store/prepared.h"
#include "core/answer/prompt.h"
#include "core/base/file.h"
#include "tests/support/answer_events.h"

namespace quarry::chat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct FollowUpCase {
    const char* name;
    const char* question;
    bool follow_up;
};

class FollowUpTest : public ::testing::TestWithParam<FollowUpCase> {};

TEST_P(FollowUpTest, IsTold) { EXPECT_EQ(is_follow_up(GetParam().question), GetParam().follow_up); }

INSTANTIATE_TEST_SUITE_P(
    All, FollowUpTest,
    ::testing::Values(
        FollowUpCase{"it", "How far is it?", true}, FollowUpCase{"its", "What about its colour?", true},
        FollowUpCase{"them", "How do I undo them all at once in production?", true},
        FollowUpCase{"goes_on", "And on PostgreSQL?", true}, FollowUpCase{"why", "Why?", true},
        FollowUpCase{"more", "Tell me more please", true}, FollowUpCase{"how_many", "How many?", true},
        FollowUpCase{"that_short", "Is that safe?", true},
        FollowUpCase{"that_long", "Which migrations have a table that several columns reference?", false},
        FollowUpCase{"alone", "How far away is the moon?", false}, FollowUpCase{"android", "Android versions?", false},
        FollowUpCase{"german", "Wie weit ist der Mond?", false},
        FollowUpCase{"german_opener", "Und sein Durchmesser?", true},
        FollowUpCase{"german_possessive", "Wie groß ist sein Durchmesser?", true},
        FollowUpCase{"german_pronoun", "WIE WEIT IST ER WEG?", true}, FollowUpCase{"german_why", "Warum?", true},
        FollowUpCase{"german_to_be", "Was kann die Ursache sein?", false},
        FollowUpCase{"german_there_is", "Gibt es Migrationen?", false},
        FollowUpCase{"french_opener", "Et en hiver ?", true},
        FollowUpCase{"french_possessive", "Quel est son diamètre ?", true},
        FollowUpCase{"french_inverted", "Combien pèse-t-elle ?", true},
        FollowUpCase{"french_alone", "Quelle est la distance de la lune ?", false},
        FollowUpCase{"spanish_opener", "¿Y su diámetro?", true},
        FollowUpCase{"spanish_possessive", "¿Cuál es su diámetro?", true},
        FollowUpCase{"spanish_alone", "¿A qué distancia está la luna?", false},
        FollowUpCase{"italian_possessive", "Qual è il suo diametro?", true},
        FollowUpCase{"italian_opener", "E in inverno?", true},
        FollowUpCase{"italian_alone", "Quanto dista la luna?", false},
        FollowUpCase{"portuguese_possessive", "Qual é o seu diâmetro?", true},
        FollowUpCase{"portuguese_pronoun", "Quanto pesa ela?", true},
        FollowUpCase{"portuguese_alone", "Qual é a distância da lua?", false},
        FollowUpCase{"russian_opener", "А зимой?", true},
        FollowUpCase{"russian_possessive", "Какой у него диаметр?", true},
        FollowUpCase{"russian_alone", "Как далеко Луна?", false},
        FollowUpCase{"chinese_pronoun", "它的直径是多少？", true}, FollowUpCase{"chinese_opener", "那么冬天呢？", true},
        FollowUpCase{"chinese_alone", "月球有多远？", false}, FollowUpCase{"japanese_pronoun", "その直径は？", true},
        FollowUpCase{"japanese_opener", "では冬は？", true}, FollowUpCase{"japanese_alone", "月までの距離は？", false},
        FollowUpCase{"english_son", "Who was the son of Odin?", false}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(StandAlone, TakesTheWordsOfTheQuestionBefore) {
    const std::vector<EarlierTurn> earlier = {{"Who made cheese?", "", "Milk."},
                                              {"How far away is the \"moon\" of Earth?", "", "384,400 km."}};
    EXPECT_EQ(stand_alone_by_words("And its diameter?", earlier), "And its diameter? (away moon Earth)");
    EXPECT_EQ(stand_alone_by_words("What is a table?", earlier), "What is a table?");
    EXPECT_EQ(stand_alone_by_words("And its diameter?", {}), "And its diameter?");
    // A chain keeps its subject.
    const std::vector<EarlierTurn> chain = {{"And its diameter?", "And its diameter? (moon)", "3,474 km."}};
    EXPECT_EQ(stand_alone_by_words("Why?", chain), "Why? (diameter moon)");
}

struct SubjectCase {
    const char* name;
    const char* question;
    const char* subject;
};

class OwnSubjectTest : public ::testing::TestWithParam<SubjectCase> {};

TEST_P(OwnSubjectTest, IsWhatTheQuestionNamesItself) {
    EXPECT_EQ(own_subject(GetParam().question), GetParam().subject);
}

INSTANTIATE_TEST_SUITE_P(All, OwnSubjectTest,
                         ::testing::Values(SubjectCase{"another", "And the capital of Peru?", "capital peru"},
                                           SubjectCase{"season", "and in winter?", "winter"},
                                           SubjectCase{"second", "What about the second one?", ""},
                                           SubjectCase{"why", "Why?", ""}, SubjectCase{"more", "Tell me more", ""},
                                           SubjectCase{"german_why", "Und warum?", ""}),
                         [](const auto& one) { return std::string(one.param.name); });

/// Answers as it is told; keeps what it was asked.
class TalkingModel final : public llm::ChatModel {
public:
    [[nodiscard]] std::string name() const override { return "talking"; }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                         const Cancellation&) override {
        asked.push_back(request);
        llm::ChatResponse response;
        const std::string& system = request.messages.front().content;
        if (system.find("Summarise") != std::string::npos) {
            if (summary_fails) throw Error(ErrorCode::provider_failed, "no summary today");
            response.text = "SUMMARY";
        } else if (system.find("Write that question") != std::string::npos) {
            if (rewrite_fails) throw Error(ErrorCode::provider_failed, "no rewriting today");
            response.text = "How large is the moon?";
        } else {
            response.text = says;
            for (const char character : says) sink(std::string(1, character));
            if (failure) throw Error(*failure);
        }
        response.finish_reason = "stop";
        return response;
    }
    std::vector<llm::ChatRequest> asked;
    std::string says = "The moon is far [1].";
    std::optional<Error> failure;
    bool summary_fails = false, rewrite_fails = false;
};

class ChatSessionTest : public ::testing::Test {
protected:
    ChatSessionTest()
        : documents_(store::open_store(folder_.path() / "base.db", store::StoreMode::create)),
          store_(store::open_conversations(folder_.path() / "base.db", store::StoreMode::write)) {
        const std::vector<store::PreparedSource> sources = {
            testing::prepared("/d/moon.md", "The moon is far.\n\nThe moon is large."),
            testing::prepared("/d/sun.md", "The sun is hot.")};
        documents_->put(sources);
        options_.mode = search::SearchMode::lexical;
        options_.fence = "FENCE";
        session_options_.now = [this] { return ++time_; };
    }
    [[nodiscard]] ChatSession session(store::ConversationRepository* store) const { return {store, session_options_}; }
    ChatReply ask(ChatSession& session, std::string_view question) {
        return session.ask(*documents_, {.chat = &model_}, question, options_, events_, cancellation_);
    }
    [[nodiscard]] std::vector<store::ConversationTurn> kept(const std::string& name) {
        return store_->turns(store_->find(name)->id);
    }

    TemporaryDirectory folder_;
    std::unique_ptr<store::Store> documents_;
    std::unique_ptr<store::ConversationRepository> store_;
    TalkingModel model_;
    answer::AnswerOptions options_;
    ChatSessionOptions session_options_;
    std::int64_t time_ = 100;
    std::string shown_;
    answer::AnswerEvents events_ = quarry::testing::text_events([this](std::string_view piece) { shown_ += piece; });
    Cancellation cancellation_;
};

TEST_F(ChatSessionTest, KeepsQuestionsWithAnswers) {
    ChatSession talk = session(store_.get());
    EXPECT_THAT(talk.open("", "2026-11-21"), IsEmpty());
    EXPECT_FALSE(store_->latest());  // nothing was said yet
    const ChatReply reply = ask(talk, "How far is the moon?");
    EXPECT_EQ(talk.name(), "2026-11-21");
    EXPECT_EQ(reply.number, 1);
    EXPECT_FALSE(reply.not_kept);
    const std::vector<store::ConversationTurn> turns = kept("2026-11-21");
    ASSERT_THAT(turns, SizeIs(1));
    EXPECT_EQ(turns[0].state, store::TurnState::answered);
    EXPECT_EQ(turns[0].answer, "The moon is far [1].");
    EXPECT_THAT(turns[0].record, HasSubstr(R"("schema":"quarry.ask/1")"));
    EXPECT_THAT(turns[0].record, HasSubstr(R"("answer":"The moon is far [1].")"));
    EXPECT_EQ(shown_, "The moon is far [1].");
}

TEST_F(ChatSessionTest, TheModelIsGivenWhatWasSaidAndRewritesTheQuestion) {
    ChatSession talk = session(store_.get());
    static_cast<void>(talk.open("moon", ""));
    static_cast<void>(ask(talk, "How far is the moon?"));
    const ChatReply reply = ask(talk, "And its size?");
    EXPECT_EQ(reply.stand_alone, "How large is the moon?");
    const std::vector<llm::ChatMessage>& messages = model_.asked.back().messages;
    ASSERT_GE(messages.size(), 4U);
    EXPECT_EQ(messages[1].content, "How far is the moon?");
    EXPECT_EQ(messages[2].content, "The moon is far.");  // markers would mean other sources now
    EXPECT_THAT(messages.back().content, HasSubstr("And its size?"));
    EXPECT_EQ(kept("moon")[1].stand_alone, "How large is the moon?");
}

TEST_F(ChatSessionTest, WithoutRewritingWordsHelp) {
    model_.rewrite_fails = true;
    ChatSession talk = session(nullptr);
    static_cast<void>(talk.open("", ""));
    static_cast<void>(ask(talk, "How far is the moon?"));
    EXPECT_EQ(ask(talk, "And its size?").stand_alone, "And its size? (moon)");
    EXPECT_EQ(talk.name(), "");
}

TEST_F(ChatSessionTest, WithoutAModelAFollowUpIsAnsweredByItsOwnSubject) {
    const auto quoted = [&](std::string_view question) {
        ChatSession talk = session(nullptr);
        static_cast<void>(talk.open("", ""));
        const auto say = [&](std::string_view one) {
            return talk.ask(*documents_, {}, one, options_, events_, cancellation_).answer.text;
        };
        static_cast<void>(say("Is the moon far?"));
        try {
            return say(question);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::nothing_found);
            return std::string("nothing");
        }
    };
    EXPECT_EQ(quoted("And the capital of Peru?"), "nothing");
    // Nothing says why: what the question is about is shown, and not as an answer.
    const std::string why = quoted("Why?");
    EXPECT_TRUE(why.starts_with("No sentence answers this clearly")) << why;
    EXPECT_NE(why.find("\n\nThe moon is far."), std::string::npos) << why;
    EXPECT_EQ(quoted("And is it large?").substr(0, 18), "The moon is large.");
}

TEST_F(ChatSessionTest, OldTurnsAreSummedUp) {
    session_options_.history_tokens = 40;
    ChatSession talk = session(store_.get());
    static_cast<void>(talk.open("moon", ""));
    model_.says = "The moon is far [1]. It really is far away from here, and from everything else.";
    for (int i = 0; i < 3; ++i) static_cast<void>(ask(talk, "How far is the moon?"));
    const ChatReply reply = ask(talk, "How far is the moon?");
    EXPECT_THAT(model_.asked.back().messages[1].content, HasSubstr("SUMMARY"));
    EXPECT_EQ(store_->find("moon")->summary, "SUMMARY");
    // Another process goes on with it.
    ChatSession later = session(store_.get());
    static_cast<void>(later.open("moon", ""));
    static_cast<void>(ask(later, "How far is the moon?"));
    EXPECT_THAT(model_.asked.back().messages[1].content, HasSubstr("SUMMARY"));
}

TEST_F(ChatSessionTest, WithoutASummaryOldTurnsAreLeftOutAndItIsSaid) {
    session_options_.history_tokens = 20;
    model_.summary_fails = true;
    ChatSession talk = session(nullptr);
    static_cast<void>(talk.open("", ""));
    model_.says = std::string(20, 'x') + " The moon is far [1]. And so on, and so on, and so on, and so on.";
    static_cast<void>(ask(talk, "How far is the moon?"));
    EXPECT_THAT(ask(talk, "How far is the moon?").notes, ElementsAre(HasSubstr("could not be summarised")));
}

TEST_F(ChatSessionTest, AStoppedAnswerIsKeptAsFarAsItCame) {
    ChatSession talk = session(store_.get());
    static_cast<void>(talk.open("moon", ""));
    model_.failure = Error(ErrorCode::interrupted, "interrupted");
    EXPECT_THROW(static_cast<void>(ask(talk, "How far is the moon?")), Error);
    std::vector<store::ConversationTurn> turns = kept("moon");
    ASSERT_THAT(turns, SizeIs(1));
    EXPECT_EQ(turns[0].state, store::TurnState::stopped);
    EXPECT_THAT(turns[0].answer, HasSubstr("The moon is"));
    EXPECT_THAT(turns[0].record, HasSubstr("interrupted"));

    model_.failure.reset();
    static_cast<void>(talk.ask_again(*documents_, {.chat = &model_}, options_, events_, cancellation_));
    turns = kept("moon");
    ASSERT_THAT(turns, SizeIs(1));
    EXPECT_EQ(turns[0].state, store::TurnState::answered);
    EXPECT_EQ(turns[0].answer, "The moon is far [1].");
}

TEST_F(ChatSessionTest, AFailureIsKeptAndNothingFoundIsAnAnswer) {
    ChatSession talk = session(store_.get());
    static_cast<void>(talk.open("moon", ""));
    model_.failure = Error(ErrorCode::provider_failed, "the server fell over");
    EXPECT_THROW(static_cast<void>(ask(talk, "How far is the moon?")), Error);
    model_.failure.reset();
    session_options_.follow_ups = FollowUps::none;
    EXPECT_THROW(static_cast<void>(talk.ask(*documents_, {}, "Xylophone?", options_, events_, cancellation_)), Error);
    const std::vector<store::ConversationTurn> turns = kept("moon");
    ASSERT_THAT(turns, SizeIs(2));
    EXPECT_EQ(turns[0].state, store::TurnState::failed);
    EXPECT_EQ(turns[1].state, store::TurnState::answered);
    EXPECT_EQ(turns[1].answer, answer::not_in_the_documents);
}

TEST_F(ChatSessionTest, AnotherChatOnItIsToldOf) {
    ChatSession first = session(store_.get()), second = session(store_.get());
    static_cast<void>(first.open("moon", ""));
    static_cast<void>(ask(first, "How far is the moon?"));
    static_cast<void>(second.open("moon", ""));
    EXPECT_THAT(ask(second, "How large is the moon?").notes, IsEmpty());
    EXPECT_THROW(static_cast<void>(first.ask_again(*documents_, {.chat = &model_}, options_, events_, cancellation_)),
                 Error);
    const ChatReply reply = ask(first, "Is the moon far?");
    EXPECT_EQ(reply.number, 3);
    EXPECT_THAT(reply.notes, ElementsAre(HasSubstr("another chat added")));
    EXPECT_THAT(first.turns(), SizeIs(3));
    EXPECT_THAT(kept("moon"), SizeIs(3));
}

TEST_F(ChatSessionTest, AnAnswerThatCannotBeKeptIsStillGiven) {
    ChatSession talk = session(store_.get());
    static_cast<void>(talk.open("moon", ""));
    events_ = quarry::testing::text_events([&](std::string_view) { static_cast<void>(store_->remove("moon")); });
    const ChatReply reply = ask(talk, "How far is the moon?");
    EXPECT_EQ(reply.answer.text, "The moon is far [1].");
    ASSERT_TRUE(reply.not_kept);
    EXPECT_THAT(reply.not_kept->what(), HasSubstr("the conversation no longer exists"));
}

TEST_F(ChatSessionTest, AnUnfinishedTurnIsToldOf) {
    const store::Conversation talk = store_->open("moon", 1);
    static_cast<void>(store_->begin_turn(talk.id, "How far is the moon?", 1));
    ChatSession later = session(store_.get());
    EXPECT_THAT(later.open("moon", ""), ElementsAre(HasSubstr("not answered completely")));
    static_cast<void>(later.ask_again(*documents_, {.chat = &model_}, options_, events_, cancellation_));
    EXPECT_EQ(kept("moon")[0].answer, "The moon is far [1].");
}

}  // namespace
}  // namespace quarry::chat
