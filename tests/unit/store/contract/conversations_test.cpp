// Conversations and their turns.
#include <gmock/gmock.h>

#include <thread>

#include "core/base/error.h"
#include "tests/unit/store/contract/engine.h"

namespace quarry::store::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

/// The id of a new conversation whose turns have these questions.
std::int64_t talk_of(ConversationRepository& store, std::string_view name, const std::vector<std::string>& questions) {
    const std::int64_t id = store.open(name, 10).id;
    for (const std::string& question : questions) static_cast<void>(store.begin_turn(id, question, 11));
    return id;
}

std::vector<std::string> questions_of(const std::vector<ConversationTurn>& turns) {
    std::vector<std::string> questions;
    for (const ConversationTurn& turn : turns) questions.push_back(turn.question);
    return questions;
}

std::vector<SharedCase> turn_cases() {
    return {
        {"a_turn_is_there_from_its_question_on",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = store->open("moon", 10).id;
             EXPECT_EQ(store->begin_turn(id, "How far?", 11), 1);
             const std::vector<ConversationTurn> turns = base.conversations(StoreMode::read)->turns(id);
             ASSERT_THAT(turns, SizeIs(1));
             EXPECT_EQ(turns[0].state, TurnState::unfinished);
             EXPECT_EQ(turns[0].question, "How far?");
             EXPECT_EQ(turns[0].asked_at, 11);
             EXPECT_FALSE(turns[0].answered_at);
             EXPECT_EQ(turns[0].answer, "");
             EXPECT_EQ(turns[0].record, "{}");
         }},
        {"what_a_conversation_is_about_only_grows",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = store->open("moon", 10).id;
             store->widen(id, std::vector<std::string>{"work"});
             EXPECT_THAT(*base.conversations()->find("moon")->collections, ElementsAre("work"));
             static_cast<void>(store->begin_turn(id, "How far?", 11));
             store->widen(id, std::vector<std::string>{"main", "work"});
             EXPECT_THAT(*base.conversations()->find("moon")->collections, ElementsAre("main", "work"));
             store->widen(id, std::vector<std::string>{"home"});
             EXPECT_THAT(*store->find("moon")->collections, ElementsAre("home", "main", "work"));
             EXPECT_THAT(*store->list()[0].conversation.collections, ElementsAre("home", "main", "work"));
             store->widen(id, std::nullopt);
             store->widen(id, std::vector<std::string>{"home"});
             EXPECT_FALSE(store->latest()->collections);
             const std::int64_t other = store->open("sun", 10).id;
             EXPECT_FALSE(store->find("sun")->collections);
             store->widen(other, std::vector<std::string>());
             EXPECT_THAT(*store->find("sun")->collections, IsEmpty());
         }},
        {"what_came_of_an_answer_is_seen_by_others",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = talk_of(*store, "moon", {"How far?"});
             store->keep_partial(id, 1, "The mo");
             EXPECT_EQ(base.conversations(StoreMode::read)->turns(id)[0].answer, "The mo");
         }},
        {"a_finished_turn_comes_back_whole",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = talk_of(*store, "moon", {"How far?"});
             store->finish_turn(id, answered(1, "It is far [1]. \xE6\x9C\x88"));
             const ConversationTurn turn = base.conversations(StoreMode::read)->turns(id).at(0);
             EXPECT_EQ(turn.state, TurnState::answered);
             EXPECT_EQ(turn.question, "How far?");
             EXPECT_EQ(turn.asked_at, 11);
             EXPECT_EQ(turn.stand_alone, "alone");
             EXPECT_EQ(turn.answer, "It is far [1]. \xE6\x9C\x88");
             EXPECT_EQ(turn.answered_at, 20);
             EXPECT_EQ(turn.record, R"({"a":1})");
         }},
        {"stopped_and_failed_turns_keep_their_state",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = talk_of(*store, "moon", {"a", "b"});
             ConversationTurn stopped = answered(1, "half"), failed = answered(2, "");
             stopped.state = TurnState::stopped;
             failed.state = TurnState::failed;
             store->finish_turn(id, stopped);
             store->finish_turn(id, failed);
             EXPECT_EQ(store->turns(id)[0].state, TurnState::stopped);
             EXPECT_EQ(store->turns(id)[1].state, TurnState::failed);
         }},
        {"a_late_piece_does_not_change_a_finished_answer",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = talk_of(*store, "moon", {"How far?"});
             store->finish_turn(id, answered(1, "whole"));
             store->keep_partial(id, 1, "late");
             EXPECT_EQ(store->turns(id)[0].answer, "whole");
         }},
        {"turns_behind_a_number",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = talk_of(*store, "moon", {"a", "b", "c"});
             EXPECT_THAT(questions_of(store->turns(id)), ElementsAre("a", "b", "c"));
             EXPECT_THAT(questions_of(store->turns(id, 1)), ElementsAre("b", "c"));
             EXPECT_THAT(store->turns(id, 3), IsEmpty());
             EXPECT_EQ(store->turns(id, 2)[0].number, 3);
         }},
        {"the_last_turn_can_begin_anew",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = talk_of(*store, "moon", {"a", "b"});
             store->finish_turn(id, answered(2, "x"));
             EXPECT_TRUE(store->restart_turn(id, 2));
             const ConversationTurn turn = store->turns(id, 1).at(0);
             EXPECT_EQ(turn.question, "b");
             EXPECT_EQ(turn.answer, "");
             EXPECT_EQ(turn.state, TurnState::unfinished);
             EXPECT_FALSE(turn.answered_at);
         }},
        {"no_other_turn_can_begin_anew",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = talk_of(*store, "moon", {"a", "b"});
             store->finish_turn(id, answered(1, "x"));
             EXPECT_FALSE(store->restart_turn(id, 1));
             EXPECT_FALSE(store->restart_turn(id, 3));
             EXPECT_FALSE(store->restart_turn(id + 1, 1));
             EXPECT_EQ(store->turns(id)[0].answer, "x");
         }},
        {"a_summary_never_shrinks",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = store->open("moon", 1).id;
             store->put_summary(id, "four turns", 4);
             store->put_summary(id, "three turns", 3);
             EXPECT_EQ(store->find("moon")->summary, "four turns");
             EXPECT_EQ(store->find("moon")->summarised, 4);
             store->put_summary(id, "six turns", 6);
             EXPECT_EQ(store->find("moon")->summary, "six turns");
         }},
        {"two_at_once_lose_nothing_and_double_nothing",
         [](SharedBase& base) {
             const std::int64_t id = base.conversations()->open("moon", 1).id;
             constexpr int each = 20;
             const auto talk = [&](const std::string& who) {
                 const auto store = base.conversations();
                 for (int i = 0; i < each; ++i) {
                     const std::int64_t number = store->begin_turn(id, who + std::to_string(i), 1);
                     store->keep_partial(id, number, "half");
                     store->finish_turn(id, answered(number, who + std::to_string(i)));
                 }
             };
             std::thread first(talk, "a"), second(talk, "b");
             first.join();
             second.join();
             const std::vector<ConversationTurn> turns = base.conversations(StoreMode::read)->turns(id);
             ASSERT_THAT(turns, SizeIs(2 * each));
             for (std::size_t i = 0; i < turns.size(); ++i) {
                 EXPECT_EQ(turns[i].number, static_cast<std::int64_t>(i + 1));
                 EXPECT_EQ(turns[i].answer, turns[i].question);
                 EXPECT_EQ(turns[i].state, TurnState::answered);
             }
         }},
    };
}

std::vector<SharedCase> conversation_cases() {
    return {
        {"a_new_base_has_none",
         [](SharedBase& base) {
             const auto store = base.conversations(StoreMode::read);
             EXPECT_FALSE(store->find("moon"));
             EXPECT_FALSE(store->latest());
             EXPECT_THAT(store->list(), IsEmpty());
             EXPECT_THAT(store->recent_questions(10), IsEmpty());
         }},
        {"opened_twice_is_one",
         [](SharedBase& base) {
             const std::int64_t id = base.conversations()->open("moon", 10).id;
             EXPECT_EQ(base.conversations()->open("moon", 99).id, id);
             EXPECT_EQ(base.conversations(StoreMode::read)->find("moon")->created_at, 10);
         }},
        {"new_ones_have_names_of_their_own",
         [](SharedBase& base) {
             const auto store = base.conversations();
             EXPECT_EQ(store->create("2026-11-21", 10).name, "2026-11-21");
             EXPECT_EQ(store->create("2026-11-21", 10).name, "2026-11-21-2");
             EXPECT_EQ(store->create("2026-11-21", 10).name, "2026-11-21-3");
         }},
        {"odd_names_are_refused",
         [](SharedBase& base) {
             const auto store = base.conversations();
             for (const std::string& name :
                  {std::string(), std::string(" a"), std::string("a\nb"), std::string("\x1b[31m"), std::string("\xff"),
                   std::string(max_conversation_name + 1, 'a')}) {
                 EXPECT_THROW(static_cast<void>(store->open(name, 1)), Error) << name;
             }
             EXPECT_THAT(store->list(), IsEmpty());
         }},
        {"a_name_is_data",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::string name = "'; DROP TABLE conversations; --";
             EXPECT_EQ(store->open(name, 1).name, name);
             EXPECT_EQ(store->open(std::string(max_conversation_name, 'a'), 1).name.size(), max_conversation_name);
             EXPECT_THAT(store->list(), SizeIs(2));
         }},
        {"the_latest_is_the_one_that_was_used_last",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const Conversation first = store->open("first", 1), second = store->open("second", 2);
             static_cast<void>(store->open("empty", 3));
             static_cast<void>(store->begin_turn(second.id, "in the second", 5));
             static_cast<void>(store->begin_turn(first.id, "in the first", 5));  // in the same second, but later
             EXPECT_EQ(store->latest()->name, "first");
         }},
        {"listed_in_order_of_use",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const Conversation first = store->open("first", 1), second = store->open("second", 2);
             static_cast<void>(store->open("empty", 3));
             static_cast<void>(store->begin_turn(second.id, "in the second", 5));
             static_cast<void>(store->begin_turn(first.id, "in the first", 5));
             const std::vector<ConversationListing> all = store->list();
             ASSERT_THAT(all, SizeIs(3));
             EXPECT_EQ(all[0].conversation.name, "first");
             EXPECT_EQ(all[0].turns, 1);
             EXPECT_EQ(all[0].last_at, 5);
             EXPECT_EQ(all[0].first_question, "in the first");
             EXPECT_EQ(all[1].conversation.name, "second");
             EXPECT_EQ(all[2].turns, 0);
             EXPECT_EQ(all[2].last_at, 3);
         }},
        {"recent_questions_oldest_first_none_twice_in_a_row",
         [](SharedBase& base) {
             const auto store = base.conversations();
             static_cast<void>(talk_of(*store, "moon", {"a", "b", "b", "c"}));
             EXPECT_THAT(store->recent_questions(10), ElementsAre("a", "b", "c"));
             EXPECT_THAT(store->recent_questions(2), ElementsAre("b", "c"));
         }},
        {"a_removed_one_is_gone_with_its_turns",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t moon = talk_of(*store, "moon", {"a"}), sun = talk_of(*store, "sun", {"b"});
             EXPECT_TRUE(base.conversations()->remove("moon"));
             EXPECT_FALSE(store->remove("moon"));
             EXPECT_THAT(store->turns(moon), IsEmpty());
             EXPECT_THAT(store->turns(sun), SizeIs(1));
             EXPECT_THAT(store->recent_questions(10), ElementsAre("b"));
         }},
        {"nothing_is_kept_in_one_that_was_removed",
         [](SharedBase& base) {
             const auto store = base.conversations();
             const std::int64_t id = talk_of(*store, "moon", {"a"});
             EXPECT_TRUE(base.conversations()->remove("moon"));
             EXPECT_THROW(static_cast<void>(store->begin_turn(id, "c", 2)), Error);
             EXPECT_THROW(store->finish_turn(id, answered(1, "x")), Error);
             EXPECT_FALSE(store->restart_turn(id, 1));
         }},
        {"a_reader_cannot_write",
         [](SharedBase& base) {
             const auto store = base.conversations(StoreMode::read);
             EXPECT_THROW(static_cast<void>(store->open("moon", 1)), Error);
             EXPECT_THAT(store->list(), IsEmpty());
         }},
    };
}

class TurnContract : public SharedContract {};
TEST_P(TurnContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, TurnContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()), ::testing::ValuesIn(turn_cases())),
                         case_name);

class ConversationContract : public SharedContract {};
TEST_P(ConversationContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, ConversationContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()),
                                            ::testing::ValuesIn(conversation_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
