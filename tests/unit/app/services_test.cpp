// The services that doors call, on a real base.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/app/answer_service.h"
#include "core/app/conversation_service.h"
#include "core/app/document_service.h"
#include "core/app/knowledge_base.h"
#include "core/app/search_service.h"
#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/wire/answer_json.h"
#include "tests/unit/store/prepared.h"

namespace quarry::app {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ServicesTest : public ::testing::Test {
protected:
    ServicesTest() {
        const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::create);
        const std::vector<store::PreparedSource> sources = {
            testing::prepared("/d/moon.md", "The moon is far away from the earth."),
            testing::prepared("/d/sun.md", "The sun is hot and far away too.")};
        store->put(sources);
        config_.set_flag("embed.provider", "none", "test");
    }
    [[nodiscard]] Services services() {
        return {config_, [](const std::string&) { return std::optional<std::string>(); }, folder_.path() / "base.db",
                cancel_, notices_, [] { return std::int64_t{1'800'000'000}; }};
    }

    TemporaryDirectory folder_;
    config::Config config_ = config::Config::defaults();
    Cancellation cancel_;
    SilentNotices notices_;
};

TEST_F(ServicesTest, WhatAnUpgradeAddsToABaseIsShownAndCanBeCancelled) {
    const auto as_of_an_older_program = [&] {
        SQLite::Database(services().base_path.string(), SQLite::OPEN_READWRITE)
            .exec("DELETE FROM row_checksums; DELETE FROM settings WHERE name = 'row_checksums'");
    };
    struct Shown final : Notices {
        void note(std::string_view) override {}
        void warn(std::string_view) override {}
        void remark(std::string_view) override {}
        void progress(std::string_view line) override { lines.emplace_back(line); }
        std::vector<std::string> lines;
    } shown;
    Services watched{config_, services().environment, services().base_path, cancel_, shown, services().clock};
    as_of_an_older_program();
    DocumentService(watched).remove(std::vector<std::string>{"/d/sun.md"}, false);
    EXPECT_THAT(shown.lines, ::testing::Contains(::testing::StartsWith("taking checksums of the base")));
    EXPECT_EQ(shown.lines.back(), "");
    as_of_an_older_program();
    cancel_.cancel();
    EXPECT_THROW(static_cast<void>(open_to_write(watched, store::StoreMode::write)), Error);
}

TEST_F(ServicesTest, AnAnswerIsDeliveredAsNumberedEvents) {
    Workspace workspace(services());
    std::vector<std::string> names;
    std::vector<std::uint64_t> numbers;
    const answer::Answer answer = AnswerService(workspace).answer(
        {.question = "How far is the moon?"},
        [&](const answer::AnswerEvent& event) {
            names.emplace_back(wire::answer_event_name(event));
            numbers.push_back(event.number);
        },
        services().scope());
    EXPECT_THAT(answer.citations, SizeIs(1));
    EXPECT_THAT(names, ElementsAre("retrieved", "text", "claim", "done"));
    EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4));
}

TEST_F(ServicesTest, WhatTheDocumentsDoNotSayEndsWithFailed) {
    Workspace workspace(services());
    std::vector<std::string> names;
    EXPECT_THROW(static_cast<void>(AnswerService(workspace).answer(
                     {.question = "Xylophone?"},
                     [&](const answer::AnswerEvent& event) { names.emplace_back(wire::answer_event_name(event)); },
                     services().scope())),
                 Error);
    EXPECT_THAT(names, ElementsAre("failed"));
}

TEST_F(ServicesTest, WhatIsWrongWithARequestEndsWithFailedToo) {
    Workspace workspace(services());
    std::vector<std::string> names;
    const answer::AnswerEventSink sink = [&](const answer::AnswerEvent& event) {
        names.emplace_back(wire::answer_event_name(event));
    };
    const AnswerService service(workspace);
    EXPECT_THROW(static_cast<void>(
                     service.answer({.question = "far?", .flags = {.mode = "sideways"}}, sink, services().scope())),
                 Error);
    EXPECT_THROW(static_cast<void>(
                     service.answer({.question = std::string(longest_question + 1, 'a')}, sink, services().scope())),
                 Error);
    EXPECT_THAT(names, ElementsAre("failed", "failed"));
}

TEST_F(ServicesTest, ASinkThatThrowsGetsNoFurtherEvent) {
    Workspace workspace(services());
    for (const std::string_view last : {"retrieved", "text", "done"}) {
        std::vector<std::string> names;
        EXPECT_THROW(static_cast<void>(AnswerService(workspace).answer(
                         {.question = "How far is the moon?"},
                         [&](const answer::AnswerEvent& event) {
                             names.emplace_back(wire::answer_event_name(event));
                             if (names.back() == last) throw Error(ErrorCode::failed, "the reader is gone");
                         },
                         services().scope())),
                     Error);
        EXPECT_EQ(names.back(), last);
    }
}

TEST_F(ServicesTest, AnswersAndSearchesKeepToTheFilter) {
    Workspace workspace(services());
    store::ChunkFilter filter;
    filter.folder = "/d/sun.md";
    const answer::Answer answer =
        AnswerService(workspace).answer({.question = "What is far away?", .flags = {.filter = filter}}, {},
                                        services().scope());
    ASSERT_THAT(answer.citations, SizeIs(1));
    EXPECT_EQ(answer.citations.front().uri, "/d/sun.md");
    SearchRequest request;
    request.query = "far";
    request.filter = filter;
    const SearchOutcome found = SearchService(workspace).search(request, services().scope());
    ASSERT_THAT(found.result.hits, SizeIs(1));
    EXPECT_EQ(found.result.hits.front().chunk.uri, "/d/sun.md");
}

TEST_F(ServicesTest, OneWorkspaceServesManyThreads) {
    Workspace workspace(services());
    std::vector<std::size_t> found(8);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < found.size(); ++i) {
        threads.emplace_back([&, i] {
            SilentNotices silence;
            const Cancellation never;
            SearchRequest request;
            request.query = "far";
            for (int times = 0; times < 20; ++times) {
                const RequestScope scope{never, silence, [] { return std::int64_t{0}; }};
                found[i] += SearchService(workspace).search(request, scope).result.hits.size();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(found, Each(40));
}

TEST_F(ServicesTest, PartsOfAnEarlierStateAreNotUsedAgain) {
    Workspace workspace(services());
    SearchRequest request;
    request.query = "comet";
    EXPECT_THAT(SearchService(workspace).search(request, services().scope()).result.hits, IsEmpty());
    const std::vector<store::PreparedSource> sources = {testing::prepared("/d/comet.md", "A comet has a tail.")};
    store::open_store(folder_.path() / "base.db", store::StoreMode::write)->put(sources);
    EXPECT_THAT(SearchService(workspace).search(request, services().scope()).result.hits, SizeIs(1));
}

TEST_F(ServicesTest, ARequestSeesOneStateOfTheBase) {
    const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::write);
    const std::string table = "a table of token vectors";
    store->put_model("builtin:1", table);
    store->set_setting(store::setting::embedder, "builtin:1");
    Workspace workspace(services());
    const PartsWanted wanted{.mode = search::SearchMode::lexical};
    {
        const Workspace::Lease lease = workspace.lease(wanted, services().scope());
        // As another process does that fits a table anew.
        store->drop_embedder("builtin:1");
        store->set_setting(store::setting::embedder, "builtin:2");
        EXPECT_EQ(lease->store->setting(store::setting::embedder), "builtin:1");
        EXPECT_EQ(lease->store->model("builtin:1"), table);
    }
    const Workspace::Lease next = workspace.lease(wanted, services().scope());
    EXPECT_EQ(next->store->setting(store::setting::embedder), "builtin:2");
}

TEST_F(ServicesTest, AConversationSeesWhatIsReadInMeanwhile) {
    Workspace workspace(services());
    ConversationService conversation(workspace, {}, services().scope());
    const std::string question = "What has a tail?";
    EXPECT_THROW(static_cast<void>(conversation.ask(&question, {}, "chat", cancel_)), Error);
    const std::vector<store::PreparedSource> sources = {testing::prepared("/d/comet.md", "A comet has a tail.")};
    store::open_store(folder_.path() / "base.db", store::StoreMode::write)->put(sources);
    EXPECT_THAT(conversation.ask(&question, {}, "chat", cancel_).answer.citations, SizeIs(1));
}

TEST_F(ServicesTest, ACheckOfABaseSeesOneStateOfIt) {
    std::atomic<bool> done = false;
    std::thread writer([&] {
        const auto runs = store::open_runs(folder_.path() / "base.db", store::StoreMode::write);
        while (!done) static_cast<void>(runs->add({}, {}));
    });
    for (int round = 0; round < 20; ++round) {
        Services with = services();
        EXPECT_FALSE(DocumentService(with).verify().has_damage());
    }
    done = true;
    writer.join();
}

TEST_F(ServicesTest, WhatChangesWhilePartsAreLentIsSeenByTheNext) {
    Workspace workspace(services());
    const PartsWanted wanted{.mode = search::SearchMode::lexical};
    std::string before;
    {
        const Workspace::Lease lease = workspace.lease(wanted, services().scope());
        before = lease->state;
        const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::write);
        const std::vector<store::PreparedSource> sources = {testing::prepared("/d/mars.md", "Mars is red.")};
        store->put(sources);
    }
    EXPECT_NE(workspace.lease(wanted, services().scope())->state, before);
}

TEST_F(ServicesTest, AConversationRemembersItsQuestions) {
    Workspace workspace(services());
    {
        ConversationService conversation(workspace, {.name = "moon"}, services().scope());
        const std::string question = "How far is the moon?";
        EXPECT_EQ(conversation.ask(&question, {}, "chat", cancel_).number, 1);
    }
    const ConversationService again(workspace, {.name = "moon"}, services().scope());
    ASSERT_THAT(again.turns(), SizeIs(1));
    EXPECT_EQ(again.turns().front().question, "How far is the moon?");
}

}  // namespace
}  // namespace quarry::app
