#include "core/store/sqlite/conversations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/store.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Access = ConversationStore::Access;

class ConversationsTest : public ::testing::Test {
protected:
    ConversationsTest() : path_(folder_.path() / "base.db") { static_cast<void>(open_store(path_, StoreMode::create)); }
    [[nodiscard]] ConversationStore open(Access access = Access::write) const { return {path_, access}; }

    TemporaryDirectory folder_;
    std::filesystem::path path_;
};

ConversationTurn answered(std::int64_t number, std::string answer) {
    ConversationTurn turn;
    turn.number = number;
    turn.state = TurnState::answered;
    turn.answered_at = 20;
    turn.stand_alone = "alone";
    turn.answer = std::move(answer);
    turn.record = R"({"a":1})";
    return turn;
}

TEST_F(ConversationsTest, ATurnIsThereFromTheQuestionOn) {
    ConversationStore store = open();
    const Conversation talk = store.open("moon", 10);
    EXPECT_EQ(store.begin_turn(talk.id, "How far?", 11), 1);

    std::vector<ConversationTurn> turns = open(Access::read).turns(talk.id);
    ASSERT_THAT(turns, SizeIs(1));
    EXPECT_EQ(turns[0].state, TurnState::unfinished);
    EXPECT_EQ(turns[0].question, "How far?");
    EXPECT_EQ(turns[0].asked_at, 11);
    EXPECT_FALSE(turns[0].answered_at);
    EXPECT_EQ(turns[0].record, "{}");

    store.keep_partial(talk.id, 1, "The mo");
    EXPECT_EQ(open(Access::read).turns(talk.id)[0].answer, "The mo");

    store.finish_turn(talk.id, answered(1, "The moon is far [1]."));
    turns = open(Access::read).turns(talk.id);
    ASSERT_THAT(turns, SizeIs(1));
    EXPECT_EQ(turns[0].state, TurnState::answered);
    EXPECT_EQ(turns[0].question, "How far?");
    EXPECT_EQ(turns[0].stand_alone, "alone");
    EXPECT_EQ(turns[0].answer, "The moon is far [1].");
    EXPECT_EQ(turns[0].answered_at, 20);
    EXPECT_EQ(turns[0].record, R"({"a":1})");

    store.keep_partial(talk.id, 1, "late");  // a finished answer stays
    EXPECT_EQ(store.turns(talk.id)[0].answer, "The moon is far [1].");
}

TEST_F(ConversationsTest, OnlyTheLastTurnCanBeginAnew) {
    ConversationStore store = open();
    const Conversation talk = store.open("moon", 10);
    for (const char* question : {"a", "b"}) {
        store.finish_turn(talk.id, answered(store.begin_turn(talk.id, question, 11), "x"));
    }
    EXPECT_FALSE(store.restart_turn(talk.id, 1));
    EXPECT_FALSE(store.restart_turn(talk.id, 3));
    EXPECT_TRUE(store.restart_turn(talk.id, 2));
    const std::vector<ConversationTurn> turns = store.turns(talk.id);
    ASSERT_THAT(turns, SizeIs(2));
    EXPECT_EQ(turns[0].answer, "x");
    EXPECT_EQ(turns[1].question, "b");
    EXPECT_EQ(turns[1].answer, "");
    EXPECT_EQ(turns[1].state, TurnState::unfinished);
}

TEST_F(ConversationsTest, TurnsBehindANumber) {
    ConversationStore store = open();
    const Conversation talk = store.open("moon", 10);
    for (const char* question : {"a", "b", "c"}) static_cast<void>(store.begin_turn(talk.id, question, 11));
    const std::vector<ConversationTurn> later = store.turns(talk.id, 1);
    ASSERT_THAT(later, SizeIs(2));
    EXPECT_EQ(later[0].question, "b");
    EXPECT_EQ(later[1].number, 3);
}

TEST_F(ConversationsTest, NamesAreFoundAndMade) {
    ConversationStore store = open();
    EXPECT_FALSE(store.find("moon"));
    EXPECT_FALSE(store.latest());
    const std::int64_t id = store.open("moon", 10).id;
    EXPECT_EQ(store.open("moon", 99).id, id);
    EXPECT_EQ(store.find("moon")->created_at, 10);
    EXPECT_EQ(store.create("2026-11-21", 10).name, "2026-11-21");
    EXPECT_EQ(store.create("2026-11-21", 10).name, "2026-11-21-2");
    EXPECT_EQ(store.create("2026-11-21", 10).name, "2026-11-21-3");
}

TEST_F(ConversationsTest, TheLatestIsTheOneThatWasUsedLast) {
    ConversationStore store = open();
    const Conversation first = store.open("first", 1), second = store.open("second", 2);
    static_cast<void>(store.open("empty", 3));
    static_cast<void>(store.begin_turn(second.id, "in the second", 5));
    static_cast<void>(store.begin_turn(first.id, "in the first", 5));  // in the same second, but later
    EXPECT_EQ(store.latest()->name, "first");
    const std::vector<ConversationListing> all = store.list();
    ASSERT_THAT(all, SizeIs(3));
    EXPECT_EQ(all[0].conversation.name, "first");
    EXPECT_EQ(all[0].turns, 1);
    EXPECT_EQ(all[0].last_at, 5);
    EXPECT_EQ(all[0].first_question, "in the first");
    EXPECT_EQ(all[1].conversation.name, "second");
    EXPECT_EQ(all[2].turns, 0);
    EXPECT_EQ(all[2].last_at, 3);
}

TEST_F(ConversationsTest, RecentQuestions) {
    ConversationStore store = open();
    const Conversation talk = store.open("moon", 1);
    for (const char* question : {"a", "b", "b", "c"}) static_cast<void>(store.begin_turn(talk.id, question, 1));
    EXPECT_THAT(store.recent_questions(10), ElementsAre("a", "b", "c"));
    EXPECT_THAT(store.recent_questions(2), ElementsAre("b", "c"));
}

TEST_F(ConversationsTest, OddNamesAreRefused) {
    ConversationStore store = open();
    for (const std::string& name : {std::string(), std::string(" a"), std::string("a\nb"), std::string("\x1b[31m"),
                                    std::string("\xff"), std::string(201, 'a')}) {
        EXPECT_THROW(static_cast<void>(store.open(name, 1)), Error) << name;
    }
    EXPECT_EQ(store.open("'; DROP TABLE conversations; --", 1).name, "'; DROP TABLE conversations; --");
    EXPECT_THAT(store.list(), SizeIs(1));
}

TEST_F(ConversationsTest, ARemovedOneIsGoneWithItsTurns) {
    ConversationStore store = open();
    const Conversation talk = store.open("moon", 1), other = store.open("sun", 1);
    static_cast<void>(store.begin_turn(talk.id, "a", 1));
    static_cast<void>(store.begin_turn(other.id, "b", 1));
    ConversationStore second = open();
    EXPECT_TRUE(second.remove("moon"));
    EXPECT_FALSE(second.remove("moon"));
    EXPECT_THAT(store.turns(talk.id), IsEmpty());
    EXPECT_THAT(store.turns(other.id), SizeIs(1));
    EXPECT_THROW(static_cast<void>(store.begin_turn(talk.id, "c", 2)), Error);
    EXPECT_THROW(store.finish_turn(talk.id, answered(1, "x")), Error);
}

TEST_F(ConversationsTest, ASummaryNeverShrinks) {
    ConversationStore store = open();
    const Conversation talk = store.open("moon", 1);
    store.put_summary(talk.id, "four turns", 4);
    store.put_summary(talk.id, "three turns", 3);
    EXPECT_EQ(store.find("moon")->summary, "four turns");
    EXPECT_EQ(store.find("moon")->summarised, 4);
    store.put_summary(talk.id, "six turns", 6);
    EXPECT_EQ(store.find("moon")->summarised, 6);
}

TEST_F(ConversationsTest, TwoAtOnceLoseNothingAndDoubleNothing) {
    const std::int64_t id = open().open("moon", 1).id;
    constexpr int each = 50;
    const auto talk = [&](const std::string& who) {
        ConversationStore store = open();
        for (int i = 0; i < each; ++i) {
            const std::int64_t number = store.begin_turn(id, who + std::to_string(i), 1);
            store.keep_partial(id, number, "half");
            store.finish_turn(id, answered(number, who + std::to_string(i)));
        }
    };
    std::thread first(talk, "a"), second(talk, "b");
    first.join();
    second.join();
    const std::vector<ConversationTurn> turns = open(Access::read).turns(id);
    ASSERT_THAT(turns, SizeIs(2 * each));
    for (std::size_t i = 0; i < turns.size(); ++i) {
        EXPECT_EQ(turns[i].number, static_cast<std::int64_t>(i + 1));
        EXPECT_EQ(turns[i].answer, turns[i].question);
        EXPECT_EQ(turns[i].state, TurnState::answered);
    }
}

TEST_F(ConversationsTest, AKillLosesNothingThatWasKept) {
    const std::int64_t id = open().open("moon", 1).id;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ConversationStore store = open();
        const std::int64_t number = store.begin_turn(id, "How far?", 1);
        store.keep_partial(id, number, "The moon is");
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    const std::vector<ConversationTurn> turns = open(Access::read).turns(id);
    ASSERT_THAT(turns, SizeIs(1));
    EXPECT_EQ(turns[0].state, TurnState::unfinished);
    EXPECT_EQ(turns[0].answer, "The moon is");
}

TEST_F(ConversationsTest, AReaderCannotWrite) {
    ConversationStore store = open(Access::read);
    try {
        static_cast<void>(store.open("moon", 1));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("cannot keep the conversation in the knowledge base"));
        EXPECT_THAT(error.hint(), HasSubstr("check that you may write"));
    }
}

}  // namespace
}  // namespace quarry::store
