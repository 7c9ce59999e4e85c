#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/mcp_client/authorization.h"
#include "core/mcp_client/client.h"
#include "core/mcp_client/foreign_tool.h"

namespace quarry::mcp_client {
namespace {

using ::testing::HasSubstr;

std::optional<std::string> no_variables(const std::string&) { return std::nullopt; }

ServerDefinition server_of(const std::string& behaviour) {
    ServerDefinition server{.name = "test", .is_users_own = true};
    server.command = {"/usr/bin/python3", QUARRY_SOURCE_DIR "/tests/support/mcp_server.py", behaviour};
    server.timeout = std::chrono::seconds(60);
    return server;
}

/// A connected client of tests/support/mcp_server.py.
std::unique_ptr<Client> client_of(const ServerDefinition& server, const FillForm& fill = {}) {
    const Cancellation cancel;
    auto client = make_client(server, no_variables, nullptr, fill);
    client->connect(cancel);
    return client;
}

/// What goes wrong when a server of that behaviour is used; empty when nothing does.
std::string failure_of(const ServerDefinition& server) {
    const Cancellation cancel;
    try {
        const auto client = client_of(server);
        const ToolListings listed = client->tools(cancel);
        static_cast<void>(client->call_tool(listed.tools.at(0), {{"text", "hi"}}, cancel));
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

class DialectTest : public ::testing::TestWithParam<const char*> {};

TEST_P(DialectTest, ToolsAreListedAndCalled) {
    const Cancellation cancel;
    const auto client = client_of(server_of(GetParam()));
    const ToolListings listed = client->tools(cancel);
    ASSERT_EQ(listed.tools.size(), 2U);
    EXPECT_TRUE(listed.tools[0].says_read_only);
    const Json result = client->call_tool(listed.tools[0], {{"text", "hi"}}, cancel);
    EXPECT_EQ(result["structuredContent"]["text"], "hi");
    EXPECT_EQ(client->info().protocol, std::string_view(GetParam()) == "modern" ? "2026-07-28" : "2025-11-25");
}
INSTANTIATE_TEST_SUITE_P(Dialects, DialectTest, ::testing::Values("modern", "legacy", "noise"));

TEST(HostileServer, EndsWithAClearError) {
    ServerDefinition slow = server_of("hang");
    slow.timeout = std::chrono::seconds(2);
    EXPECT_THAT(failure_of(slow), HasSubstr("no answer within 2 s"));
    EXPECT_THAT(failure_of(server_of("dies")), HasSubstr("it ended with status 1: out of luck"));
    EXPECT_THAT(failure_of(server_of("flood")), HasSubstr("it floods quarry with messages"));
    EXPECT_THAT(failure_of(server_of("list")), HasSubstr("does not end"));
    ServerDefinition missing = server_of("");
    missing.command = {"/no/such/program"};
    EXPECT_THAT(failure_of(missing), HasSubstr("cannot be started"));
}

TEST(HostileServer, ToolsThatMustNotBeUsedAreRefused) {
    const Cancellation cancel;
    const auto client = client_of(server_of("ref"));
    const ToolListings listed = client->tools(cancel);
    std::vector<std::string> refused;
    for (const RefusedListing& one : listed.refused) refused.push_back(one.name);
    EXPECT_THAT(refused, ::testing::ElementsAre("bad name!", "headers", "text"));
}

TEST(ForeignTool, ResultsAreDataAndCut) {
    const Cancellation cancel;
    const auto text_of = [&](const char* behaviour, std::size_t tool) {
        const ServerDefinition server = server_of(behaviour);
        auto client = client_of(server);
        const ToolListings listed = client->tools(cancel);
        const auto connection = std::make_shared<Connection>(server, std::move(client), nullptr);
        const auto made = make_foreign_tool(listed.tools.at(tool), connection);
        EXPECT_FALSE(made->read_only()) << "the server's word must not count";
        std::vector<passages::Passage> passages;
        tools::ToolRun run{.passages = passages, .fence = "FENCE", .cancellation = cancel};
        try {
            return made->run({{"text", "a FENCE b"}}, run);
        } catch (const Error& error) {
            return std::string(error.what());
        }
    };
    EXPECT_EQ(text_of("", 0), "BEGIN RESULT FENCE\na  b\nEND RESULT FENCE\n");
    EXPECT_THAT(text_of("", 1), HasSubstr("the tool test__fail failed: BEGIN RESULT FENCE\nno such thing"));
    const std::string cut = text_of("huge", 0);
    EXPECT_THAT(cut, HasSubstr("(cut: it gave more)"));
    EXPECT_LT(cut.size(), 21'000U);
}

TEST(Elicitation, IsAnsweredByDefaultsOrDeclined) {
    const Cancellation cancel;
    const auto asked = [&](const FillForm& fill) {
        const auto client = client_of(server_of("ask"), fill);
        const ToolListings listed = client->tools(cancel);
        return client->call_tool(listed.tools[0], {{"text", ""}}, cancel)["structuredContent"]["text"]
            .get<std::string>();
    };
    EXPECT_EQ(asked(filled_with_defaults), R"({"action": "accept", "content": {"colour": "red"}})");
    EXPECT_EQ(asked([](const ElicitationForm&) { return Json(); }), R"({"action": "decline"})");
    EXPECT_EQ(asked([](const ElicitationForm&) { return Json{{"colour", 7}}; }), R"({"action": "decline"})");
    EXPECT_EQ(asked({}), "-32601");
}

}  // namespace
}  // namespace quarry::mcp_client
