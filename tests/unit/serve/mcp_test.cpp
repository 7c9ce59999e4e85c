// The Model Context Protocol over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/mcp/protocol.h"
#include "core/serve/mcp_endpoint.h"
#include "core/serve/mcp_sessions.h"
#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;

class McpHttp : public ServiceTest {
protected:
    [[nodiscard]] net::Request posted(const Json& message) const {
        return with(request("POST", "/mcp", message.dump()), "Accept", "application/json, text/event-stream");
    }
    /// A request of the modern dialect with the header that fits it.
    [[nodiscard]] net::Request modern(const std::string& method, Json params = Json::object()) const {
        params["_meta"][mcp::version_key] = mcp::modern_version;
        params["_meta"][mcp::capabilities_key] = {{"elicitation", Json::object()}};
        net::Request made = posted(json_rpc::request(1, method, params));
        made.headers.push_back({"MCP-Protocol-Version", std::string(mcp::modern_version)});
        made.headers.push_back({"Mcp-Method", method});
        for (const char* name : {"name", "uri"}) {
            if (params.contains(name)) made.headers.push_back({"Mcp-Name", params[name]});
        }
        return made;
    }
    [[nodiscard]] Json answer(const net::Request& made) {
        testing::ServeCall call(*service_, made);
        return Json::parse(call.response().body);
    }
    [[nodiscard]] std::string begin() {
        testing::ServeCall call(
            *service_, posted(json_rpc::request(
                           0, "initialize",
                           {{"protocolVersion", "2025-11-25"}, {"capabilities", {{"elicitation", Json::object()}}}})));
        return std::string(call.response().header("MCP-Session-Id"));
    }
    [[nodiscard]] net::Request in_session(const std::string& session, const Json& message) const {
        return with(posted(message), "MCP-Session-Id", session);
    }
    [[nodiscard]] net::Request get(const std::string& session, const std::string& last = {}) const {
        net::Request made =
            with(with(request("GET", "/mcp"), "Accept", "text/event-stream"), "MCP-Session-Id", session);
        return last.empty() ? made : with(made, "Last-Event-ID", last);
    }
};

TEST_F(McpHttp, ModernRequestsAreAnsweredWithoutASession) {
    EXPECT_EQ(answer(modern("server/discover"))["result"]["supportedVersions"][0], "2026-07-28");
    const Json found = answer(modern("tools/call", {{"name", "search"}, {"arguments", {{"query", "moon"}}}}));
    EXPECT_THAT(found.dump(), HasSubstr("The moon is far away"));
    EXPECT_EQ(status(modern("no/such")), 404);
}

TEST_F(McpHttp, TheHeaderMustFitTheBody) {
    const net::Request good = modern("tools/call", {{"name", "search"}, {"arguments", {{"query", "moon"}}}});
    for (const char* field : {"MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"}) {
        for (const char* value : {"other", "", "=?base64?!?="}) {
            const net::Request wrong = with(good, field, value);
            EXPECT_EQ(status(wrong), 400) << field << " " << value;
            EXPECT_EQ(answer(wrong)["error"]["code"], mcp::header_mismatch) << field << " " << value;
        }
    }
    EXPECT_EQ(status(with(good, "Mcp-Name", "=?base64?c2VhcmNo?=")), 200) << "encoded";
    Json body = Json::parse(good.body);
    body["params"]["_meta"][mcp::version_key] = "2030-01-01";
    net::Request unknown = with(good, "MCP-Protocol-Version", "2030-01-01");
    unknown.body = body.dump();
    EXPECT_EQ(answer(unknown)["error"]["code"], mcp::unsupported_version);
}

TEST_F(McpHttp, WhatIsNoMessageIsRefused) {
    const net::Request good = modern("server/discover");
    const auto sent = [&](std::string body) {
        net::Request made = good;
        made.body = std::move(body);
        return made;
    };
    for (const char* body :
         {"", "{", "[]", "7", R"({"jsonrpc":"2.0"})", R"({"jsonrpc":"2.0","id":null,"method":"x"})", "\xff"}) {
        EXPECT_EQ(status(sent(body)), 400) << body;
    }
    EXPECT_EQ(status(sent(std::string(100'000, '['))), 400);
    EXPECT_EQ(status(with(good, "Content-Type", "text/plain")), 415);
    EXPECT_EQ(status(with(good, "Accept", "application/json")), 406);
    EXPECT_EQ(status(with(good, "Origin", "https://evil.example")), 403);
    EXPECT_EQ(status(with(good, "Host", "evil.example")), 421);
    EXPECT_EQ(status(request("GET", "/mcp")), 405);
    EXPECT_EQ(status(request("DELETE", "/mcp")), 405);
}

TEST_F(McpHttp, StrangersLearnWhereTokensComeFrom) {
    testing::ServeCall call(*service_, with(modern("tools/list"), "Authorization", "Bearer qt_wrong"));
    EXPECT_EQ(call.response().status, 401);
    const std::string challenge(call.response().header("WWW-Authenticate"));
    EXPECT_THAT(challenge,
                HasSubstr("resource_metadata=\"http://localhost:1/.well-known/oauth-protected-resource/mcp\""));
    net::Request metadata = request("GET", "/.well-known/oauth-protected-resource/mcp");
    std::erase_if(metadata.headers, [](const net::Header& one) { return one.name == "Authorization"; });
    EXPECT_EQ(answer(metadata)["resource"], "http://localhost:1/mcp");
}

TEST_F(McpHttp, SessionsBeginLiveAndEnd) {
    const std::string session = begin();
    ASSERT_FALSE(session.empty());
    const Json list = json_rpc::request(2, "tools/list", Json::object());
    EXPECT_EQ(status(in_session(session, json_rpc::notification("notifications/initialized", nullptr))), 202);
    EXPECT_EQ(answer(in_session(session, list))["result"]["tools"].size(), 10U);
    EXPECT_EQ(status(posted(list)), 400) << "no session";
    EXPECT_EQ(status(in_session("x", list)), 404);
    EXPECT_EQ(status(with(in_session(session, list), "MCP-Protocol-Version", "1999-01-01")), 400);
    EXPECT_EQ(status(in_session(session, json_rpc::result(99, Json::object()))), 202) << "an answer to no question";
    EXPECT_EQ(status(get("x")), 404);
    EXPECT_EQ(status(get(session, "7_1")), 400);
    EXPECT_EQ(status(get(session, std::string(10'000, '9'))), 400);
    EXPECT_EQ(status(with(request("DELETE", "/mcp"), "MCP-Session-Id", session)), 204);
    EXPECT_EQ(status(in_session(session, list)), 404);
}

TEST_F(McpHttp, StreamsGoOnBehindTheLastEvent) {
    const std::string session = begin();
    Json ask = {{"name", "ask"},
                {"arguments", {{"question", "How far away is the moon?"}}},
                {"_meta", {{"progressToken", "p"}}}};
    testing::ServeCall call(*service_, in_session(session, json_rpc::request(3, "tools/call", ask)));
    ASSERT_TRUE(call.response().source) << call.response().body;
    const std::string all = call.read_to();
    EXPECT_TRUE(all.starts_with("id: 1_0\ndata: \n\n")) << all;
    EXPECT_THAT(all, HasSubstr("notifications/progress"));
    EXPECT_THAT(all, HasSubstr("structuredContent"));
    testing::ServeCall again(*service_, get(session, "1_1"));
    const std::string rest = again.read_to();
    EXPECT_THAT(rest, HasSubstr("structuredContent"));
    EXPECT_EQ(rest.find("id: 1_1\nevent"), std::string::npos) << rest;
}

TEST_F(McpHttp, OneConnectionReadsAStream) {
    const std::string session = begin();
    testing::ServeCall first(*service_, get(session));
    static_cast<void>(first.read_to("id: 0_0"));
    testing::ServeCall second(*service_, get(session));
    static_cast<void>(second.read_to("id: 0_0"));
    static_cast<void>(first.read_to());  // it has ended
    service_->shut_down();
    static_cast<void>(second.read_to());
}

TEST_F(McpHttp, ListeningEndsWithTheServer) {
    const net::Request listen = modern(
        "subscriptions/listen", {{"notifications", {{"resourceSubscriptions", Json::array({"quarry://doc/sun.md"})}}}});
    testing::ServeCall call(*service_, listen);
    EXPECT_THAT(call.read_to("acknowledged"), HasSubstr("quarry://doc/sun.md"));
    service_->shut_down();
    static_cast<void>(call.read_to());
}

TEST(McpSessions, AreTheirOwnersAndBounded) {
    McpSessions sessions;
    const McpSessions::Clock::time_point start{};
    const auto mine = sessions.begin("user:1", start);
    EXPECT_TRUE(sessions.find(mine->id(), "user:1", start));
    EXPECT_FALSE(sessions.find(mine->id(), "user:2", start)) << "of another caller";
    EXPECT_FALSE(sessions.find("", "user:1", start));
    for (std::size_t i = 0; i < McpSessions::most_of_one; ++i)
        EXPECT_TRUE(sessions.begin("user:1", start + std::chrono::seconds(i + 1)));
    EXPECT_FALSE(sessions.find(mine->id(), "user:1", start)) << "the oldest made room";
    const auto idle = sessions.begin("user:3", start);
    EXPECT_TRUE(sessions.begin("user:4", start + McpSessions::idle + std::chrono::hours(1)));
    EXPECT_FALSE(sessions.find(idle->id(), "user:3", start));
}

TEST(McpStream, KeepsWhatFitsAndNumbersIt) {
    const auto stream = std::make_shared<McpStream>("5");
    for (std::size_t i = 0; i < McpStream::most_kept + 10; ++i) stream->send({{"n", i}});
    stream->end();
    const auto source = stream->source(McpStream::most_kept + 8, false);
    std::string out;
    EXPECT_EQ(source->next(out), net::BodySource::State::end);
    EXPECT_EQ(out,
              "id: 5_1009\nevent: message\ndata: {\"n\":1008}\n\nid: 5_1010\nevent: message\ndata: {\"n\":1009}\n\n");
    for (const char* bad : {"", "5", "_", "5_", "5_x", "5_-1", "5_99999999999999999999"})
        EXPECT_FALSE(parse_event_id(bad)) << bad;
}

}  // namespace
}  // namespace quarry::serve
