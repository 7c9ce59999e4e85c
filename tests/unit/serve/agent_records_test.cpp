// What is kept of agents besides their runs: the audit log, what they remember, and the list in pages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/app/agent_memory.h"
#include "tests/unit/serve/agents_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ServeCall;
using ::testing::SizeIs;

class AgentRecordsTest : public AgentsTest {
protected:
    /// What the audit log has of agents, the newest first: "agent.run SUBJECT".
    [[nodiscard]] std::vector<std::string> audited() {
        std::vector<std::string> all;
        const auto log = shown("audit");
        for (const auto& one : log.at("entries")) {
            const std::string action = one.at("action");
            if (action.starts_with("agent.")) all.push_back(action + " " + one.at("subject").get<std::string>());
        }
        return all;
    }
    void remember(const std::string& principal, const std::string& agent, const std::string& text, bool for_user) {
        app::RequestScope scope{cancel_, notices_, [] { return std::int64_t{1'800'000'000}; }};
        scope.principal.name = principal;
        std::vector<passages::Passage> passages;
        tools::ToolRun run{passages, "FENCE", cancel_};
        static_cast<void>(app::make_memory_tool("remember", *workspace_, scope, {agent, "run of " + agent})
                              ->run({{"text", text}, {"for", for_user ? "user" : "agent"}}, run));
    }
    [[nodiscard]] nlohmann::json memory_of(const std::string& who, const std::string& query = {}) {
        net::Request made = request("GET", "/api/v1/agent-memory" + query);
        return ServeCall(*service_, who.empty() ? made : as(who, std::move(made))).json();
    }
};

TEST_F(AgentRecordsTest, TheAuditLogSaysWhoRanAndDecided) {
    const std::string one = run("review", {{"input", "Tides"}, {"thread", "t"}}).at("run");
    EXPECT_EQ(resume(one, {{"answer", {{"wrong", true}}}}).response().status, 422) << "what is refused is not noted";
    EXPECT_EQ(resume(one, {{"answer", {{"ok", true}}}}).response().status, 200);
    const std::string two = run("add", {{"input", {{"docs", nlohmann::json::array()}}}}).at("run");
    EXPECT_EQ(resume(two, {{"reject", true}}).json().at("state"), "failed");
    const std::string three = run("review", {{"input", "x"}}).at("run");
    EXPECT_EQ(call("POST", "/api/v1/agent-runs/" + three + "/cancel").response().status, 200);
    EXPECT_EQ(call("DELETE", "/api/v1/threads/t").response().status, 200);
    EXPECT_THAT(audited(), ElementsAre("agent.rm t", "agent.cancel " + three, "agent.run " + three + " review",
                                       "agent.reject " + two, "agent.run " + two + " add", "agent.answer " + one,
                                       "agent.run " + one + " review"));
    const auto entry = shown("audit").at("entries").at(0);
    EXPECT_EQ(entry.at("principal"), "owner");
    EXPECT_EQ(entry.at("address"), "127.0.0.1");
}

TEST_F(AgentRecordsTest, RunsAreListedInPages) {
    std::vector<std::string> begun, listed;
    for (int i = 0; i < 5; ++i) begun.insert(begun.begin(), run("count", {{"input", "x"}}).at("run"));
    static_cast<void>(run("review", {{"input", "x"}}));
    std::string after;
    for (int pages = 0; pages < 3; ++pages) {
        const auto page = shown("agent-runs?limit=2&state=done" + after);
        for (const auto& one : page.at("runs")) listed.push_back(one.at("run"));
        EXPECT_EQ(page.at("next").is_null(), pages == 2) << page;
        if (page.at("next").is_string()) after = "&after=" + page.at("next").get<std::string>();
    }
    EXPECT_EQ(listed, begun);
    EXPECT_THAT(shown("agent-runs?after=" + begun.back()).at("runs"), IsEmpty());
    EXPECT_EQ(shown("agent-runs?limit=1").at("next"), shown("agent-runs?limit=1").at("runs")[0].at("run"));
}

TEST_F(AgentRecordsTest, MemoryIsListedAndForgottenByItsUserAlone) {
    const std::string bot = "Bearer " + key("bot", {"agents"}, {{"main"}});
    const std::string without = "Bearer " + key("without", {"search", "read", "write"}, std::nullopt);
    const std::string name = ServeCall(*service_, as(bot, request("GET", "/api/v1/me"))).json().at("name");
    EXPECT_THAT(memory_of(bot).at("memory"), IsEmpty());
    remember(name, "helper", "The user's favourite colour is blue.", false);
    remember(name, "helper", "The user lives in Berlin.", true);
    remember(name, "other", "The user has a cat.", false);
    remember("owner", "helper", "The owner likes tea.", false);

    const auto all = memory_of(bot);
    ASSERT_THAT(all.at("memory"), SizeIs(3)) << all;
    std::string everything = all.dump();
    for (const char* text : {"favourite colour is blue.", "lives in Berlin.", "has a cat."})
        EXPECT_THAT(everything, HasSubstr(text));
    EXPECT_THAT(everything, Not(HasSubstr("tea")));
    const auto cat = memory_of(bot, "?agent=other").at("memory");
    ASSERT_THAT(cat, SizeIs(1));
    EXPECT_EQ(cat[0].at("run"), "run of other");
    EXPECT_EQ(cat[0].at("for"), "agent");
    const auto first = memory_of(bot, "?limit=2");
    ASSERT_THAT(first.at("memory"), SizeIs(2));
    EXPECT_THAT(memory_of(bot, "?after=" + first.at("next").get<std::string>()).at("memory"), SizeIs(1));

    const auto path_of = [](const nlohmann::json& entry) {
        std::string id = entry.at("id");
        id.replace(id.find('/'), 1, "%2F");
        return "/api/v1/agent-memory/" + id;
    };
    const std::string mine = path_of(cat[0]), of_owner = path_of(memory_of({}).at("memory").at(0));
    EXPECT_EQ(status(as(bot, request("DELETE", of_owner))), 404);
    EXPECT_EQ(status(request("DELETE", mine)), 404) << "not even the owner of the base";
    EXPECT_EQ(status(as(bot, request("DELETE", "/api/v1/agent-memory/moon.md"))), 404);
    for (const char* method : {"GET", "DELETE"}) {
        EXPECT_EQ(status(as(without, request(method, "/api/v1/agent-memory"))), 403);
    }
    EXPECT_EQ(status(as(bot, request("DELETE", mine))), 204);
    EXPECT_EQ(status(as(bot, request("DELETE", mine))), 404);
    ServeCall cleared(*service_, as(bot, request("DELETE", "/api/v1/agent-memory")));
    EXPECT_EQ(cleared.json().at("removed"), 2);
    EXPECT_THAT(memory_of(bot).at("memory"), IsEmpty());
    EXPECT_THAT(memory_of({}).at("memory"), SizeIs(1)) << "another's stays";
    EXPECT_THAT(audited().front(), HasSubstr("agent.forget all"));
}

}  // namespace
}  // namespace quarry::serve
