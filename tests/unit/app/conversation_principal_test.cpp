// Conversations belong to whom they were had with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/app/conversation_archive.h"
#include "core/app/conversation_service.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "tests/unit/store/prepared.h"

namespace quarry::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConversationPrincipal : public ::testing::Test {
protected:
    ConversationPrincipal() {
        const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::create);
        store->put(std::vector<store::PreparedSource>{testing::prepared("/d/moon.md", "The moon makes the tides.")});
        config_.set_flag("embed.provider", "none", "test");
        config_.set_flag("chat.provider", "extractive", "test");
    }
    [[nodiscard]] Services services(const std::string& principal) {
        Services services{config_,
                          [](const std::string&) { return std::optional<std::string>(); },
                          folder_.path() / "base.db",
                          cancel_,
                          notices_,
                          [] { return std::int64_t{1'800'000'000}; }};
        services.principal = {principal};
        return services;
    }
    void ask(const std::string& principal, const std::string& conversation, const std::string& question) {
        const Services used = services(principal);
        Workspace workspace(services("owner"));
        ConversationService service(workspace, {.name = conversation}, used.scope());
        try {
            static_cast<void>(service.ask(
                &question, [](const auto&) {}, "chat", cancel_));
        } catch (const Error& refused) {
            EXPECT_EQ(refused.code(), ErrorCode::nothing_found) << "the question is kept then too";
        }
    }
    [[nodiscard]] std::vector<std::string> names_of(const std::string& principal) {
        std::vector<std::string> names;
        const Services used = services(principal);
        for (const auto& one : ConversationArchive(used).list()) names.push_back(one.conversation.name);
        return names;
    }

    TemporaryDirectory folder_;
    config::Config config_ = config::Config::defaults();
    Cancellation cancel_;
    SilentNotices notices_;
};

TEST_F(ConversationPrincipal, SeesItsOwnOnly) {
    ask("owner", "tides", "What makes the tides?");
    ask("user:1", "tides", "What does the moon make?");
    ask("user:1", "moon", "What makes the tides?");
    EXPECT_THAT(names_of("owner"), ElementsAre("tides"));
    EXPECT_THAT(names_of("user:1"), ElementsAre("moon", "tides"));
    EXPECT_THAT(names_of("key:1"), IsEmpty());
    const Services one = services("user:1"), other = services("user:2");
    EXPECT_EQ(ConversationArchive(one).find("tides").turns.at(0).question, "What does the moon make?");
    EXPECT_THROW(static_cast<void>(ConversationArchive(other).find("tides")), Error);
    const std::vector<std::string> name = {"tides"};
    EXPECT_THROW(ConversationArchive(other).remove(name), Error);
    ConversationArchive(one).remove(name);
    EXPECT_THAT(names_of("owner"), ElementsAre("tides"));
}

TEST_F(ConversationPrincipal, DoesNotReadWhatItsAnswersWereMadeFromAnyMore) {
    Services user = services("user:1");
    user.access.readable = std::vector<std::string>{"main"};
    {
        Workspace workspace(services("owner"));
        ConversationService service(workspace, {.name = "tides"}, user.scope());
        const std::string question = "What makes the tides?";
        static_cast<void>(service.ask(
            &question, [](const auto&) {}, "chat", cancel_));
    }
    EXPECT_EQ(ConversationArchive(user).list().size(), 1U);
    EXPECT_EQ(ConversationArchive(user).find("tides").turns.size(), 1U);
    user.access.readable = std::vector<std::string>{"other"};
    EXPECT_TRUE(ConversationArchive(user).list().empty());
    EXPECT_THROW(static_cast<void>(ConversationArchive(user).find("tides")), Error);
}

TEST_F(ConversationPrincipal, RedactionIsOfEveryone) {
    ask("owner", "tides", "What makes the tides? anna@example.org");
    ask("user:1", "tides", "What makes the tides? berta@example.org");
    const Services owner = services("owner"), user = services("user:1");
    EXPECT_EQ(ConversationArchive(owner).redact("email").turns, 2);
    EXPECT_THAT(ConversationArchive(user).find("tides").turns.at(0).question, ::testing::Not(HasSubstr("berta")));
}

}  // namespace
}  // namespace quarry::app
