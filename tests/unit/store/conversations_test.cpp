// What conversations in a file promise besides the contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/store.h"

namespace quarry::store {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class ConversationsTest : public ::testing::Test {
protected:
    ConversationsTest() : path_(folder_.path() / "base.db") { static_cast<void>(open_store(path_, StoreMode::create)); }
    [[nodiscard]] std::unique_ptr<ConversationRepository> open(StoreMode mode = StoreMode::write) const {
        return open_conversations(path_, mode);
    }

    TemporaryDirectory folder_;
    std::filesystem::path path_;
};

TEST_F(ConversationsTest, AKillLosesNothingThatWasKept) {
    const std::int64_t id = open()->open("moon", 1).id;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto store = open();
        const std::int64_t number = store->begin_turn(id, "How far?", 1);
        store->keep_partial(id, number, "The moon is");
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    const std::vector<ConversationTurn> turns = open(StoreMode::read)->turns(id);
    ASSERT_THAT(turns, SizeIs(1));
    EXPECT_EQ(turns[0].state, TurnState::unfinished);
    EXPECT_EQ(turns[0].answer, "The moon is");
}

TEST_F(ConversationsTest, AReaderIsToldWhyItCannotWrite) {
    const auto store = open(StoreMode::read);
    try {
        static_cast<void>(store->open("moon", 1));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("cannot keep the conversation in the knowledge base"));
        EXPECT_THAT(error.hint(), HasSubstr("check that you may write"));
    }
}

}  // namespace
}  // namespace quarry::store
