// What people say of answers: whose it is, and with what it goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FeedbackTest : public ::testing::Test {
protected:
    FeedbackTest() : store_(open_store(path(), StoreMode::create)) {
        store_->put(std::vector<PreparedSource>{testing::prepared("/d/moon.md", "The moon is far."),
                                                testing::prepared("/d/sun.md", "The sun is hot.")});
        feedback_ = open_feedback(path(), StoreMode::write);
    }
    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "base.db"; }
    std::int64_t put(const std::string& principal, const std::string& question, const std::string& uri = "/d/moon.md") {
        return feedback_->put({.principal = principal, .question = question, .sources = {{uri, "far"}}, .given_at = 7},
                              10);
    }
    [[nodiscard]] std::vector<std::string> questions(std::string_view principal = {}) const {
        std::vector<std::string> all;
        for (const Feedback& one : feedback_->list(principal, 0, 100)) all.push_back(one.question);
        return all;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<FeedbackRepository> feedback_;
};

TEST_F(FeedbackTest, IsKeptAsItWasGiven) {
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

TEST_F(FeedbackTest, TheLastWordOnAQuestionCounts) {
    const std::int64_t first = put("owner", "a");
    put("user:1", "a");
    const std::int64_t second = put("owner", "a");
    EXPECT_NE(first, second);
    EXPECT_THAT(questions("owner"), ElementsAre("a"));
    EXPECT_THAT(questions(), ElementsAre("a", "a"));
}

TEST_F(FeedbackTest, IsListedInPartsTheNewestFirst) {
    put("owner", "a");
    put("user:1", "b");
    const std::int64_t last = put("owner", "c");
    EXPECT_THAT(questions(), ElementsAre("c", "b", "a"));
    EXPECT_THAT(feedback_->list("", last, 1), SizeIs(1));
    EXPECT_EQ(feedback_->list("", last, 1)[0].question, "b");
    EXPECT_EQ(feedback_->list("owner", last, 9)[0].question, "a");
}

TEST_F(FeedbackTest, HasALimitForEach) {
    for (const char* question : {"a", "b"}) feedback_->put({.principal = "owner", .question = question}, 2);
    EXPECT_THROW(feedback_->put({.principal = "owner", .question = "c"}, 2), Error);
    feedback_->put({.principal = "owner", .question = "b"}, 2);
    feedback_->put({.principal = "user:1", .question = "c"}, 2);
    EXPECT_THAT(questions(), SizeIs(3));
}

TEST_F(FeedbackTest, IsTakenBackByItsOwn) {
    const std::int64_t id = put("user:1", "a");
    EXPECT_FALSE(feedback_->remove("user:2", id));
    EXPECT_TRUE(feedback_->remove("user:1", id));
    EXPECT_FALSE(feedback_->remove("", id));
    const std::int64_t other = put("user:1", "b");
    EXPECT_TRUE(feedback_->remove("", other));
    EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(FeedbackTest, GoesWithADocumentThatItCites) {
    put("owner", "moon");
    put("owner", "sun", "/d/sun.md");
    feedback_->put({.principal = "owner", .question = "both", .sources = {{"/d/sun.md", ""}, {"/d/moon.md", ""}}}, 10);
    ASSERT_EQ(store_->remove(std::vector<std::string>{"/d/moon.md"}), 1U);
    EXPECT_THAT(questions(), ElementsAre("sun"));
}

TEST_F(FeedbackTest, GoesWithWhoGaveIt) {
    const auto users = open_users(path(), StoreMode::write);
    users->add_user({.id = "1", .email = "ada@example.org", .created_at = 5});
    put("user:1", "a");
    put("user:2", "b");
    EXPECT_TRUE(users->remove_user("1"));
    EXPECT_THAT(questions(), ElementsAre("b"));
}

TEST_F(FeedbackTest, GoesWithTheRightToReadWhatItQuotes) {
    const auto users = open_users(path(), StoreMode::write);
    users->set_grant({"user:2", "main", GrantedAccess::read});
    put("user:2", "b");
    put("owner", "c");
    users->set_grant({"user:2", "main", GrantedAccess::none});
    EXPECT_THAT(questions(), ElementsAre("c"));
}

}  // namespace
}  // namespace quarry::store
