// What agents remember, on a real base.
#include "core/app/agent_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/app/document_service.h"
#include "core/app/operation.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "tests/unit/store/prepared.h"

namespace quarry::app {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class AgentMemoryTest : public ::testing::Test {
protected:
    AgentMemoryTest() {
        const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::create);
        const std::vector<store::PreparedSource> sources = {
            testing::prepared("/d/moon.md", "The moon is far away from the earth.")};
        store->put(sources);
        config_.set_flag("embed.provider", "none", "test");
        config_.set_flag("search.mode", "lexical", "test");
    }
    [[nodiscard]] RequestScope scope(const std::string& principal) {
        RequestScope made{cancel_, notices_, [] { return std::int64_t{1'800'000'000}; }};
        made.principal.name = principal;
        return made;
    }
    [[nodiscard]] Services services() {
        return {config_, [](const std::string&) { return std::optional<std::string>(); }, folder_.path() / "base.db",
                cancel_, notices_, [] { return std::int64_t{1'800'000'000}; }};
    }
    std::string use(const std::string& tool, const Json& arguments, const std::string& agent = "helper",
                    const std::string& principal = "owner") {
        Workspace workspace(services());
        std::vector<passages::Passage> passages;
        tools::ToolRun run{passages, "FENCE", cancel_};
        return make_memory_tool(tool, workspace, scope(principal), {agent, "run1"})->run(arguments, run);
    }
    [[nodiscard]] Json operation(const char* name, const Json& request) {
        Workspace workspace(services());
        const RequestScope own = scope("owner");
        return Json(run_operation(*find_operation(name), request, {workspace, own}));
    }

    TemporaryDirectory folder_;
    config::Config config_ = config::Config::defaults();
    Cancellation cancel_;
    SilentNotices notices_;
};

TEST_F(AgentMemoryTest, IsRecalledByItsAgentAndUser) {
    EXPECT_EQ(use("recall", {{"query", "colour"}}), "Nothing is remembered.");
    EXPECT_THAT(use("remember", {{"text", "The user's favourite colour is blue."}}), HasSubstr("kept as memory.owner.helper/"));
    EXPECT_THAT(use("remember", {{"text", "The user lives in Berlin."}, {"for", "user"}}), HasSubstr("memory.owner/"));
    const std::string colour = use("recall", {{"query", "favourite colour"}});
    EXPECT_THAT(colour, HasSubstr("BEGIN MEMORY FENCE\nThe user's favourite colour is blue. (memory.owner.helper/"));
    EXPECT_THAT(use("load_memory", {{"query", "Berlin"}}), HasSubstr("lives in Berlin"));
    EXPECT_THAT(use("recall", {{"query", "Berlin"}}, "other"), HasSubstr("lives in Berlin")) << "all agents of the user";
    EXPECT_THAT(use("recall", {{"query", "colour"}}, "other"), Not(HasSubstr("blue"))) << "that agent's own";
    EXPECT_EQ(use("recall", {{"query", "colour Berlin"}}, "helper", "bob"), "Nothing is remembered.");
    EXPECT_EQ(use("recall", {{"query", "moon"}}), "Nothing is remembered of that.") << "documents are not memory";
}

TEST_F(AgentMemoryTest, IsADocumentWithItsOrigin) {
    const std::string kept = use("remember", {{"text", "The user's favourite colour is blue."}});
    EXPECT_EQ(use("remember", {{"text", "The user's favourite colour is blue."}}), kept) << "the same entry";
    const Json listed = operation("list_documents", {{"collections", {"memory.owner.helper"}}});
    ASSERT_EQ(listed["documents"].size(), 1U);
    EXPECT_THAT(listed["documents"][0].dump(), HasSubstr("\"run\":\"run1\""));
    EXPECT_THAT(listed["documents"][0].dump(), HasSubstr("\"agent\":\"helper\""));
    // Gone is gone.
    Services own = services();
    const std::vector<std::string> uris = {listed["documents"][0]["uri"]};
    const RemovedDocuments removed = DocumentService(own, std::vector<std::string>{"memory.owner.helper"})
                                         .remove(uris, false, [](const RemovedDocuments&) { return true; });
    EXPECT_EQ(removed.removed, 1U);
    EXPECT_THAT(use("recall", {{"query", "colour"}}), Not(HasSubstr("blue")));
}

TEST_F(AgentMemoryTest, IsNoPartOfTheDocumentsUnlessItIsNamed) {
    static_cast<void>(use("remember", {{"text", "The moon is made of cheese."}}));
    const Json found = operation("search", {{"query", "moon"}});
    ASSERT_EQ(found["hits"].size(), 1U);
    EXPECT_EQ(found["hits"][0]["uri"], "/d/moon.md");
    EXPECT_EQ(operation("search", {{"query", "moon"}, {"collections", {"memory.owner.helper"}}})["hits"].size(), 1U);
    EXPECT_EQ(operation("list_documents", Json::object())["documents"].size(), 1U);
}

TEST_F(AgentMemoryTest, NamesOfPeopleAndAgentsCannotBeMixedUp) {
    EXPECT_EQ(user_memory("ada"), "memory.ada");
    EXPECT_EQ(agent_memory("ada", "helper"), "memory.ada.helper");
    EXPECT_NE(user_memory("ada.helper"), agent_memory("ada", "helper"));
    EXPECT_NE(user_memory("Zoë"), user_memory("Zoe"));
    EXPECT_LE(agent_memory(std::string(200, 'x'), std::string(64, 'y')).size(), 64U);
    EXPECT_TRUE(is_memory_collection("memory.ada"));
    EXPECT_FALSE(is_memory_collection("memory"));
}

TEST_F(AgentMemoryTest, ChangesNothingWithoutPermission) {
    Workspace workspace(services());
    const RequestScope own = scope("owner");
    EXPECT_FALSE(make_memory_tool("remember", workspace, own, {})->read_only());
    EXPECT_TRUE(make_memory_tool("remember", workspace, own, {})->idempotent());
    EXPECT_TRUE(make_memory_tool("recall", workspace, own, {})->read_only());
    EXPECT_EQ(make_memory_tool("forget", workspace, own, {}), nullptr);
}

}  // namespace
}  // namespace quarry::app
