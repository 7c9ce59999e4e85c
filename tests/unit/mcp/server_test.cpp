#include "core/mcp/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/base/error.h"
#include "tests/unit/mcp/fixture.h"

namespace quarry::mcp {
namespace {

Json schema_of(Json properties) {
    return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

/// A tool that repeats a text, one that asks before it does something, and one that fails.
Catalog sample_catalog(std::atomic<int>& done) {
    Catalog catalog;
    const Json input = schema_of({{"text", {{"type", "string"}}}});
    catalog.tools.push_back({.name = "repeat",
                             .input = input,
                             .scope = "read",
                             .checked = std::make_shared<const JsonSchema>(input.dump()),
                             .call = [](const Json& arguments, Call& call) -> Json {
                                 call.progress(1, 2, "half");
                                 call.log("info", Json("repeating"));
                                 return {{"content", Json::array({{{"type", "text"}, {"text", arguments["text"]}}})}};
                             }});
    catalog.tools.push_back(
        {.name = "change",
         .input = schema_of(Json::object()),
         .scope = "write",
         .call = [&done](const Json&, Call& call) -> Json {
             const Json answers =
                 call.ask({{.key = "sure", .method = "elicitation/create", .params = {{"message", "?"}}}}, {{"n", 7}});
             if (answers["sure"]["action"] == "accept") ++done;
             return {{"content", Json::array()}, {"structuredContent", {{"state", call.state()}}}};
         }});
    catalog.tools.push_back(
        {.name = "fail", .input = schema_of(Json::object()), .call = [](const Json&, Call&) -> Json {
             throw Error(ErrorCode::failed, "it broke", "mend it");
         }});
    catalog.prompts.push_back(
        {.name = "greet", .arguments = {{"who", "A name", true}}, .get = [](const Json& given, Call&) -> Json {
             return {{"messages",
                      Json::array({{{"role", "user"}, {"content", {{"type", "text"}, {"text", given["who"]}}}}})}};
         }});
    catalog.resource_scope = "read";
    catalog.resources = [](const std::string&, Call&) {
        return Page{Json::array({{{"uri", "x://a"}, {"name", "a"}}}), ""};
    };
    catalog.read = [](const std::string& uri, Call&) {
        return uri == "x://a" ? Json::array({{{"uri", uri}, {"text", "A"}}}) : Json();
    };
    catalog.complete = [](const Completion& wanted, Call&) { return std::vector<std::string>(150, wanted.value); };
    return catalog;
}

class McpServer : public ServerTest {
protected:
    std::atomic<int> done_ = 0;
    Server server_{sample_catalog(done_), {.version = "1.2", .instructions = "Hello."}};
};

TEST_F(McpServer, ModernRequestsNeedNoSession) {
    const Json discovered = result(server_, "server/discover");
    EXPECT_EQ(discovered["supportedVersions"], Json::array({modern_version}));
    EXPECT_EQ(discovered["resultType"], "complete");
    EXPECT_EQ(discovered["cacheScope"], "private");
    EXPECT_EQ(discovered["instructions"], "Hello.");
    const Json listed = result(server_, "tools/list");
    EXPECT_EQ(listed["tools"].size(), 3U);
    EXPECT_EQ(listed["ttlMs"], 0);
    EXPECT_EQ(
        result(server_, "tools/call", {{"name", "repeat"}, {"arguments", {{"text", "hi"}}}})["content"][0]["text"],
        "hi");
    EXPECT_EQ(result(server_, "resources/read", {{"uri", "x://a"}})["contents"][0]["text"], "A");
    EXPECT_EQ(result(server_, "prompts/get",
                     {{"name", "greet"}, {"arguments", {{"who", "Ada"}}}})["messages"][0]["content"]["text"],
              "Ada");
}

TEST_F(McpServer, LegacyRequestsNeedInitialize) {
    Session session;
    EXPECT_EQ(reply(server_, "tools/list", Json::object(), &session).message["error"]["code"],
              json_rpc::invalid_request);
    EXPECT_EQ(reply(server_, "ping", Json::object(), &session).message["result"], Json::object());
    begin(server_, session, "1990-01-01");
    EXPECT_EQ(session.agreement()->version, "2025-11-25") << "the newest, where the client's is not known";
    EXPECT_EQ(reply(server_, "tools/list", Json::object(), &session).message["result"]["tools"].size(), 3U);
    EXPECT_EQ(reply(server_, "server/discover", Json::object(), &session).message["error"]["code"],
              json_rpc::method_not_found);
    EXPECT_EQ(reply(server_, "resources/read", {{"uri", "x://no"}}, &session).message["error"]["code"],
              legacy_not_found);
}

TEST_F(McpServer, WrongRequestsGetTheProtocolsErrors) {
    struct Case {
        const char* method;
        Json params;
        int code;
    };
    const std::string hostile = "\x1b[2Jx\xc3\x28" + std::string(5000, 'y');
    const std::vector<Case> cases = {
        {"no/such", Json::object(), json_rpc::method_not_found},
        {"ping", Json::object(), json_rpc::method_not_found},
        {"initialize", Json::object(), json_rpc::method_not_found},
        {"tools/call", Json::object(), json_rpc::invalid_params},
        {"tools/call", {{"name", 7}}, json_rpc::invalid_params},
        {"tools/call", {{"name", hostile}}, json_rpc::invalid_params},
        {"tools/call", {{"name", "repeat"}, {"arguments", 3}}, json_rpc::invalid_params},
        {"tools/list", {{"cursor", "99"}}, json_rpc::invalid_params},
        {"tools/list", {{"cursor", "-1"}}, json_rpc::invalid_params},
        {"tools/list", {{"cursor", std::string(40, '9')}}, json_rpc::invalid_params},
        {"prompts/get", {{"name", "greet"}}, json_rpc::invalid_params},
        {"prompts/get", {{"name", "greet"}, {"arguments", {{"who", 1}}}}, json_rpc::invalid_params},
        {"resources/read", {{"uri", "x://no"}}, json_rpc::invalid_params},
        {"completion/complete", {{"ref", 1}}, json_rpc::invalid_params},
        {"completion/complete",
         {{"ref", {{"type", "ref/other"}}}, {"argument", Json::object()}},
         json_rpc::invalid_params},
        {"subscriptions/listen", Json::object(), json_rpc::invalid_params},
    };
    for (const Case& one : cases) EXPECT_EQ(error_code(server_, one.method, one.params), one.code) << one.method;
    const Reply refused = reply(server_, "tools/call", modern({{"name", hostile}}));
    const std::string told = refused.message["error"]["message"];
    EXPECT_LT(told.size(), 200U);
    EXPECT_EQ(told.find('\x1b'), std::string::npos);
    EXPECT_EQ(reply(server_, "no/such", modern()).status, 404);
}

TEST_F(McpServer, VersionsAreChecked) {
    Json params = {{"_meta", {{version_key, "2031-01-01"}, {capabilities_key, Json::object()}}}};
    const Reply unknown = reply(server_, "tools/list", params);
    EXPECT_EQ(unknown.message["error"]["code"], unsupported_version);
    EXPECT_EQ(unknown.message["error"]["data"]["supported"], Json::array({modern_version}));
    EXPECT_EQ(unknown.status, 400);
    for (const Json& version : {Json(3), Json(nullptr), Json::array(), Json(std::string(100'000, '9'))}) {
        params["_meta"][version_key] = version;
        EXPECT_TRUE(reply(server_, "tools/list", params).message.contains("error"));
    }
    EXPECT_EQ(reply(server_, "tools/list", {{"_meta", {{version_key, modern_version}}}}).message["error"]["code"],
              json_rpc::invalid_params);
}

TEST_F(McpServer, ToolsTellTheirFailuresToTheModel) {
    const Json failed = result(server_, "tools/call", {{"name", "fail"}});
    EXPECT_EQ(failed["isError"], true);
    EXPECT_EQ(failed["content"][0]["text"], "it broke\nmend it");
    const Json unfit = result(server_, "tools/call", {{"name", "repeat"}, {"arguments", {{"text", 5}}}});
    EXPECT_EQ(unfit["isError"], true);
}

TEST_F(McpServer, CallersSeeWhatTheyMayUse) {
    scopes_ = {"read"};
    EXPECT_EQ(result(server_, "tools/list")["tools"].size(), 2U);
    const Reply refused = reply(server_, "tools/call", modern({{"name", "change"}}));
    EXPECT_EQ(refused.missing_scope, "write");
    EXPECT_EQ(refused.status, 403);
    scopes_.clear();
    EXPECT_TRUE(result(server_, "resources/list")["resources"].empty());
    EXPECT_EQ(error_code(server_, "resources/read", {{"uri", "x://a"}}), json_rpc::invalid_params);
    EXPECT_TRUE(result(server_, "resources/templates/list")["resourceTemplates"].empty());
}

TEST_F(McpServer, ProgressAndLogsGoToWhoAskedForThem) {
    const Json call = {{"name", "repeat"}, {"arguments", {{"text", "x"}}}};
    static_cast<void>(result(server_, "tools/call", call));
    EXPECT_TRUE(channel_->messages().empty());
    Json params = call;
    params["_meta"] = {{"progressToken", "p"}, {log_level_key, "debug"}};
    static_cast<void>(result(server_, "tools/call", params));
    const std::vector<Json> sent = channel_->messages();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0]["params"],
              (Json{{"progressToken", "p"}, {"progress", 1.0}, {"total", 2.0}, {"message", "half"}}));
    EXPECT_EQ(sent[1]["params"]["data"], "repeating");
}

TEST_F(McpServer, ModernClientsAnswerInASecondRequest) {
    const Json first = result(server_, "tools/call", {{"name", "change"}});
    EXPECT_EQ(first["resultType"], "input_required");
    EXPECT_EQ(first["inputRequests"]["sure"]["method"], "elicitation/create");
    EXPECT_EQ(done_, 0);
    Json again = {{"name", "change"},
                  {"inputResponses", {{"sure", {{"action", "accept"}}}, {"other", 1}}},
                  {"requestState", first["requestState"]}};
    EXPECT_EQ(result(server_, "tools/call", again)["structuredContent"]["state"]["n"], 7);
    EXPECT_EQ(done_, 1);
    for (const Json& wrong : {Json(12345), Json(nullptr), Json::object(), Json({{"action", "maybe"}})}) {
        again["inputResponses"]["sure"] = wrong;
        EXPECT_EQ(result(server_, "tools/call", again)["resultType"], "input_required");
    }
    again["inputResponses"] = nullptr;
    EXPECT_EQ(result(server_, "tools/call", again)["resultType"], "input_required");
    EXPECT_EQ(done_, 1);
}

TEST_F(McpServer, AStateIsGoodForItsRequestOnly) {
    const Json first = result(server_, "tools/call", {{"name", "change"}});
    const std::string state = first["requestState"];
    const auto code = [&](const Json& tried, Json more = Json::object()) {
        Json params = {
            {"name", "change"}, {"inputResponses", {{"sure", {{"action", "accept"}}}}}, {"requestState", tried}};
        params.update(more);
        return error_code(server_, "tools/call", params);
    };
    for (const Json& tried :
         {Json(state + "-TAMPERED"), Json(state.substr(1)), Json(""), Json(5), Json(std::string(1 << 20, 'A'))}) {
        EXPECT_EQ(code(tried), json_rpc::invalid_params);
    }
    EXPECT_EQ(code(state, {{"arguments", {{"x", 1}}}}), json_rpc::invalid_params) << "other arguments";
    EXPECT_EQ(code(state, {{"name", "repeat"}, {"arguments", {{"text", "x"}}}}), json_rpc::invalid_params)
        << "another tool";
    now_ += 4000;
    EXPECT_EQ(code(state), json_rpc::invalid_params) << "too old";
    EXPECT_EQ(done_, 0);
    now_ -= 4000;
    EXPECT_EQ(code(state), 0);
    EXPECT_EQ(done_, 1);
}

TEST_F(McpServer, NobodyIsAskedWhoCannotAnswer) {
    capabilities_ = Json::object();
    EXPECT_EQ(error_code(server_, "tools/call", {{"name", "change"}}), missing_capability);
    Session session;
    begin(server_, session);
    EXPECT_TRUE(reply(server_, "tools/call", {{"name", "change"}}, &session).message.contains("error"));
    EXPECT_EQ(done_, 0);
}

TEST_F(McpServer, LegacyClientsAnswerMeanwhile) {
    Session session;
    begin(server_, session);
    Reply got;
    std::jthread asking([&] { got = reply(server_, "tools/call", {{"name", "change"}}, &session); });
    const Json question = channel_->wait_for("elicitation/create");
    session.deliver(message(json_rpc::result(999, {{"action", "accept"}})));  // to no question
    session.deliver(message(json_rpc::result("1", {{"action", "accept"}})));
    session.deliver(message(json_rpc::result(question["id"], {{"action", "accept"}})));
    session.deliver(message(json_rpc::result(question["id"], {{"action", "decline"}})));  // a second answer
    asking.join();
    EXPECT_TRUE(got.message.contains("result")) << got.message;
    EXPECT_EQ(done_, 1);
}

TEST_F(McpServer, AQuestionEndsWithItsSession) {
    Session session;
    begin(server_, session);
    Reply got;
    std::jthread asking([&] { got = reply(server_, "tools/call", {{"name", "change"}}, &session); });
    static_cast<void>(channel_->wait_for("elicitation/create"));
    session.close();
    asking.join();
    EXPECT_EQ(got.message["result"]["isError"], true);
    EXPECT_EQ(done_, 0);
}

TEST_F(McpServer, IdsAreUsedOnceAtATime) {
    Session session;
    const auto cancel = session.begin(5);
    ASSERT_TRUE(cancel);
    EXPECT_FALSE(session.begin(5));
    EXPECT_TRUE(session.begin("5")) << "a text is another id than a number";
    session.cancel(6);
    EXPECT_FALSE(cancel->cancelled());
    session.cancel(5);
    EXPECT_TRUE(cancel->cancelled());
    EXPECT_FALSE(session.end(5));
    EXPECT_TRUE(session.begin(5));
}

TEST_F(McpServer, CompletionsAreCut) {
    const Json completed =
        result(server_, "completion/complete",
               {{"ref", {{"type", "ref/prompt"}, {"name", "greet"}}}, {"argument", {{"name", "who"}, {"value", "A"}}}});
    EXPECT_EQ(completed["completion"]["values"].size(), 100U);
    EXPECT_EQ(completed["completion"]["hasMore"], true);
}

TEST_F(McpServer, ChangesAreTold) {
    std::atomic<int> revision = 1;
    Catalog catalog = sample_catalog(done_);
    catalog.lists_change = true;
    catalog.revisions = [&](const std::vector<std::string>& uris) {
        return std::vector<std::string>(uris.size(), std::to_string(revision.load()));
    };
    Server server(std::move(catalog), {.version = "1", .interval = std::chrono::milliseconds(1)});
    const auto modern_stream = std::make_shared<KeptChannel>(), legacy_stream = std::make_shared<KeptChannel>();
    const Reply listening = server.handle(
        message(json_rpc::request(
            "sub", "subscriptions/listen",
            modern({{"notifications", {{"toolsListChanged", true}, {"resourceSubscriptions", {"x://a", "x://no"}}}}}))),
        context(), modern_stream);
    EXPECT_TRUE(listening.is_open);
    const Json accepted = modern_stream->wait_for("notifications/subscriptions/acknowledged");
    EXPECT_EQ(accepted["params"]["notifications"]["resourceSubscriptions"], Json::array({"x://a"}));
    const auto session = std::make_shared<Session>();
    session->set_outgoing(legacy_stream);
    begin(server, *session);
    server.watch(session);
    EXPECT_EQ(reply(server, "resources/subscribe", {{"uri", "x://a"}}, session.get()).message["result"],
              Json::object());
    EXPECT_TRUE(reply(server, "resources/subscribe", {{"uri", "x://no"}}, session.get()).message.contains("error"));
    revision = 2;
    EXPECT_EQ(modern_stream->wait_for("notifications/resources/updated")["params"]["_meta"][subscription_key], "sub");
    EXPECT_EQ(legacy_stream->wait_for("notifications/resources/updated")["params"]["uri"], "x://a");
    server.list_changed("tools");
    static_cast<void>(modern_stream->wait_for("notifications/tools/list_changed"));
    static_cast<void>(legacy_stream->wait_for("notifications/tools/list_changed"));
    EXPECT_EQ(reply(server, "resources/unsubscribe", {{"uri", "x://a"}}, session.get()).message["result"],
              Json::object());
    EXPECT_TRUE(session->subscriptions().empty());
}

}  // namespace
}  // namespace quarry::mcp
