// What people say of answers: whose it is, and with what it goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/store/store.h"
#include "tests/unit/store/contract/engine.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FeedbackContract : public ::testing::TestWithParam<SharedEngine> {
protected:
    FeedbackContract() : store_(open_store(path(), StoreMode::write)) {
        store_->put(std::vector<PreparedSource>{quarry::testing::prepared("/d/moon.md", "The moon is far."),
                                                quarry::testing::prepared("/d/sun.md", "The sun is hot.")});
        feedback_ = open_feedback(path(), StoreMode::write);
    }
    [[nodiscard]] std::filesystem::path path() const { return base_->address(); }
    std::int64_t put(const std::string& principal, const std::string& question, const std::string& uri = "/d/moon.md") {
        return feedback_->put({.principal = principal, .question = question, .sources = {{uri, "far"}}, .given_at = 7},
                              10);
    }
    [[nodiscard]] std::vector<std::string> questions(std::string_view principal = {}) const {
        std::vector<std::string> all;
        for (const Feedback& one : feedback_->list(principal, 0, 100)) all.push_back(one.question);
        return all;
    }

    std::unique_ptr<SharedBase> base_ = GetParam().open();
    std::unique_ptr<Store> store_;
    std::unique_ptr<FeedbackRepository> feedback_;
};

TEST_P(FeedbackContract, IsKeptAsItWasGiven) {
    const Feedback given{.principal = "user:1",
                         .question = "How \"far\"?\n",
                         .good = false,
                         .answer = "Near [1].",
                         .answerable = true,
                         .facts = {"far \xe2\x82\xac", "\""},
                         .comment = "no",
                         .sources = {{"/d/moon.md", "far"}, {"/d/sun.md", ""}},
                         .given_at = 9};
    const std::int64_t id = feedback_->put(given, 1);
    const std::vector<Feedback> all = open_feedback(path(), StoreMode::read)->list("user:1", 0, 10);
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].id, id);
    EXPECT_EQ(all[0].question, given.question);
    EXPECT_FALSE(all[0].good);
    EXPECT_TRUE(all[0].answerable);
    EXPECT_EQ(all[0].answer, given.answer);
    EXPECT_EQ(all[0].facts, given.facts);
    EXPECT_EQ(all[0].comment, "no");
    ASSERT_THAT(all[0].sources, SizeIs(2));
    EXPECT_EQ(all[0].sources[1].uri, "/d/sun.md");
    EXPECT_EQ(all[0].given_at, 9);
}

TEST_P(FeedbackContract, TheLastWordOnAQuestionCounts) {
    const std::int64_t first = put("owner", "a");
    put("user:1", "a");
    const std::int64_t second = put("owner", "a");
    EXPECT_NE(first, second);
    EXPECT_THAT(questions("owner"), ElementsAre("a"));
    EXPECT_THAT(questions(), ElementsAre("a", "a"));
}

TEST_P(FeedbackContract, IsListedInPartsTheNewestFirst) {
    put("owner", "a");
    put("user:1", "b");
    const std::int64_t last = put("owner", "c");
    EXPECT_THAT(questions(), ElementsAre("c", "b", "a"));
    EXPECT_THAT(feedback_->list("", last, 1), SizeIs(1));
    EXPECT_EQ(feedback_->list("", last, 1)[0].question, "b");
    EXPECT_EQ(feedback_->list("owner", last, 9)[0].question, "a");
}

TEST_P(FeedbackContract, AQuestionMayBeLong) {
    std::string question;
    for (std::uint32_t i = 1; question.size() < 20'000; i = i * 48'271U % 2'147'483'647U) question += std::to_string(i);
    put("owner", question);
    put("owner", question);
    put("owner", question + "?");
    EXPECT_THAT(questions("owner"), ElementsAre(question + "?", question));
}

TEST_P(FeedbackContract, HasALimitForEach) {
    for (const char* question : {"a", "b"}) feedback_->put({.principal = "owner", .question = question}, 2);
    EXPECT_THROW(feedback_->put({.principal = "owner", .question = "c"}, 2), Error);
    feedback_->put({.principal = "owner", .question = "b"}, 2);
    feedback_->put({.principal = "user:1", .question = "c"}, 2);
    EXPECT_THAT(questions(), SizeIs(3));
}

TEST_P(FeedbackContract, IsTakenBackByItsOwn) {
    const std::int64_t id = put("user:1", "a");
    EXPECT_FALSE(feedback_->remove("user:2", id));
    EXPECT_TRUE(feedback_->remove("user:1", id));
    EXPECT_FALSE(feedback_->remove("", id));
    const std::int64_t other = put("user:1", "b");
    EXPECT_TRUE(feedback_->remove("", other));
    EXPECT_THAT(questions(), IsEmpty());
}

TEST_P(FeedbackContract, GoesWithADocumentThatItCites) {
    put("owner", "moon");
    put("owner", "sun", "/d/sun.md");
    feedback_->put({.principal = "owner", .question = "both", .sources = {{"/d/sun.md", ""}, {"/d/moon.md", ""}}}, 10);
    ASSERT_EQ(store_->remove(std::vector<std::string>{"/d/moon.md"}), 1U);
    EXPECT_THAT(questions(), ElementsAre("sun"));
}

class FeedbackOfUsers : public FeedbackContract {};

TEST_P(FeedbackOfUsers, GoesWithWhoGaveIt) {
    const auto users = open_users(path(), StoreMode::write);
    users->add_user({.id = "1", .email = "ada@example.org", .created_at = 5});
    put("user:1", "a");
    put("user:2", "b");
    EXPECT_TRUE(users->remove_user("1"));
    EXPECT_THAT(questions(), ElementsAre("b"));
}

TEST_P(FeedbackOfUsers, GoesWithTheRightToReadWhatItQuotes) {
    const auto users = open_users(path(), StoreMode::write);
    users->set_grant({"user:2", "main", GrantedAccess::read});
    put("user:2", "b");
    put("owner", "c");
    users->set_grant({"user:2", "main", GrantedAccess::none});
    EXPECT_THAT(questions(), ElementsAre("c"));
}

INSTANTIATE_TEST_SUITE_P(Engines, FeedbackContract, ::testing::ValuesIn(shared_engines()), engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, FeedbackOfUsers, ::testing::ValuesIn(shared_engines()), engine_name);

}  // namespace
}  // namespace quarry::store::contract
