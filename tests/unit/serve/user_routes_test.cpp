// Users, keys and grants over HTTP: what administrators may do, and what they may not give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/json_schema.h"
#include "core/wire/document_schema.h"
#include "tests/unit/serve/users_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::IsEmpty;
using testing::ServeCall;

void expect_document(const nlohmann::json& document) {
    const wire::DocumentSchema* schema = wire::find_document_schema(document.at("schema").get<std::string>());
    ASSERT_NE(schema, nullptr) << document;
    EXPECT_THAT(JsonSchema(schema->json).problems(document), IsEmpty()) << document;
}

TEST_F(UsersTest, TheOwnerAdministrates) {
    ServeCall added = call("POST", "/api/v1/users", R"({"email": "bob@example.org", "password": "some password"})");
    EXPECT_EQ(added.response().status, 201);
    expect_document(added.json());
    EXPECT_EQ(call("POST", "/api/v1/users", R"({"email": "BOB@example.org"})").response().status, 400);
    EXPECT_EQ(call("POST", "/api/v1/users", R"({"email": "bob"})").response().status, 422);
    EXPECT_EQ(call("POST", "/api/v1/users", R"({"email": "c@example.org", "password": "short"})").response().status,
              422);
    ServeCall changed = call("PATCH", "/api/v1/users/bob@example.org", R"({"max_tokens": 5, "scopes": ["ask"]})");
    EXPECT_EQ(changed.json().at("user").at("max_tokens"), 5);
    EXPECT_EQ(changed.json().at("user").at("email"), "bob@example.org");
    EXPECT_EQ(call("PATCH", "/api/v1/users/bob@example.org", R"({"max_tokens": null})").json().at("user").at("scopes"),
              nlohmann::json({"ask"}));
    ServeCall list = call("GET", "/api/v1/users");
    expect_document(list.json());
    EXPECT_EQ(list.json().at("users").size(), 2U);
    ServeCall key_added =
        call("POST", "/api/v1/keys", R"({"name": "wiki", "scopes": ["ask"], "collections": ["main"]})");
    expect_document(key_added.json());
    EXPECT_EQ(me("Bearer " + key_added.json().at("secret").get<std::string>()), 200);
    expect_document(call("GET", "/api/v1/keys").json());
    expect_document(
        call("PUT", "/api/v1/collections/work/grants", R"({"principal": "wiki", "access": "write"})").json());
    EXPECT_EQ(
        call("PUT", "/api/v1/collections/no/grants", R"({"principal": "wiki", "access": "read"})").response().status,
        404);
    EXPECT_EQ(
        call("PUT", "/api/v1/collections/main/grants", R"({"principal": "no", "access": "read"})").response().status,
        404);
    expect_document(call("DELETE", "/api/v1/keys/wiki").json());
    EXPECT_EQ(me("Bearer " + key_added.json().at("secret").get<std::string>()), 401);
    expect_document(call("DELETE", "/api/v1/users/bob@example.org").json());
    EXPECT_EQ(call("DELETE", "/api/v1/users/bob@example.org").response().status, 404);
    ServeCall audit = call("GET", "/api/v1/audit?limit=2");
    EXPECT_EQ(audit.json().at("entries").at(0).at("action"), "user.rm");
    EXPECT_EQ(call("GET", "/api/v1/audit?limit=1&before=" + audit.json().at("next").dump()).json().at("entries").size(),
              1U);
}

TEST_F(UsersTest, AnAdministratorGivesNoMoreThanItHas) {
    const std::string admin = "Bearer " + key("admin", {"admin", "search"}, {{"main"}});
    const auto answer = [&](const char* method, const char* target, const char* body) {
        return status(as(admin, request(method, target, body)));
    };
    EXPECT_EQ(answer("POST", "/api/v1/users", R"({"email": "c@example.org", "scopes": ["search"]})"), 201);
    EXPECT_EQ(answer("POST", "/api/v1/users", R"({"email": "d@example.org", "scopes": ["write"]})"), 403);
    EXPECT_EQ(answer("PATCH", "/api/v1/users/c@example.org", R"({"scopes": ["migrations"]})"), 403);
    EXPECT_EQ(answer("PATCH", "/api/v1/users/c@example.org", R"({"password": "some password"})"), 422);
    EXPECT_EQ(answer("POST", "/api/v1/users", R"({"email": "d@example.org", "password": "short"})"), 422);
    EXPECT_EQ(answer("POST", "/api/v1/users", R"({"email": "nobody"})"), 422);
    EXPECT_EQ(answer("PUT", "/api/v1/collections/main/grants", R"({"principal": "admin", "access": "write"})"), 403);
    EXPECT_EQ(answer("PUT", "/api/v1/collections/work/grants", R"({"principal": "admin", "access": "read"})"), 404);
    EXPECT_EQ(answer("POST", "/api/v1/keys", R"({"name": "k", "scopes": ["search"]})"), 400);
    EXPECT_EQ(answer("POST", "/api/v1/keys",
                     R"({"name": "k", "scopes": ["search"], "user": "c@example.org", "collections": ["work"]})"),
              404);
    const std::string nobody = "Bearer " + key("nobody", {"search", "ask", "read", "write", "migrations"}, {{"main"}});
    for (const char* path : {"/api/v1/users", "/api/v1/keys", "/api/v1/audit", "/metrics"}) {
        EXPECT_EQ(status(as(nobody, request("GET", path))), 403) << path;
    }
}

TEST_F(UsersTest, WhoMayOnlyReadACollectionAddsNothingToIt) {
    static_cast<void>(users().change_user("ada@example.org", {.scopes = {{"search", "read", "write"}}}));
    const std::string secret = "Bearer " + key("laptop", {"write"}, {{"main"}}, "ada@example.org");
    const char* const body = R"({"documents": [{"id": "a.md", "text": "The tides."}]})";
    EXPECT_EQ(status(as(secret, request("POST", "/api/v1/documents", body))), 403);
}

TEST_F(UsersTest, ARemovedUserLeavesNothing) {
    const std::string secret = "Bearer " + key("laptop", {"search", "ask"}, {{"main"}}, "ada@example.org");
    const std::string token = "Bearer " + token_for("correct+horse").at("access_token").get<std::string>();
    const std::string id = users().users().at(0).user.id;
    service_->access().users().add_spending({"user:" + id}, {10, 1});
    store::open_conversations(folder_.path() / "base.db", store::StoreMode::write, "user:" + id)->open("talk", 1);
    EXPECT_EQ(me(secret), 200);
    EXPECT_EQ(me(token), 200);
    EXPECT_EQ(call("DELETE", "/api/v1/users/" + id).response().status, 200);
    EXPECT_EQ(me(secret), 401);
    EXPECT_EQ(me(token), 401);
    const auto base = store::open_users(folder_.path() / "base.db", store::StoreMode::read);
    EXPECT_THAT(base->keys(), IsEmpty());
    EXPECT_THAT(base->grants({}), IsEmpty());
    EXPECT_THAT(base->conversation_owners(), IsEmpty());
    EXPECT_EQ(base->spent("user:" + id, "2027-01").tokens, 0);
}

TEST_F(UsersTest, ABudgetThatIsUsedUpIsSaidAtOnce) {
    const std::string secret = "Bearer " + key("laptop", {"search", "ask"}, {{"main"}}, "ada@example.org");
    const net::Request asking = as(secret, request("POST", "/api/v1/ask", R"({"question": "What makes the tides?"})"));
    static_cast<void>(users().change_user("ada@example.org", {.max_tokens = std::optional<std::int64_t>(100)}));
    EXPECT_EQ(status(asking), 200);
    const std::string id = users().users().at(0).user.id;
    service_->access().users().add_spending({"user:" + id}, {100, 0});
    ServeCall over(*service_, asking);
    EXPECT_EQ(over.response().status, 402);
    EXPECT_EQ(over.json().at("code"), "budget_exceeded");
    EXPECT_EQ(status(as(secret, request("POST", "/api/v1/search", R"({"query": "tides"})"))), 200);
    now_ += 40 * 86'400;
    EXPECT_EQ(users().users().at(0).spent.tokens, 0);
}

TEST_F(UsersTest, WhatAModelTookIsAdded) {
    const std::string program = (folder_.path() / "answer.sed").string();
    write_file_atomically(program, "s/.*/{\"text\": \"The moon makes the tides [1].\"}/\n");
    config_.set_flag("chat.provider", "command", "test");
    config_.set_flag("chat.command", "sed -f " + program, "test");
    make_service({});
    const std::string secret = "Bearer " + key("laptop", {"ask"}, {{"main"}}, "ada@example.org");
    const net::Request asking = as(secret, request("POST", "/api/v1/ask", R"({"question": "What makes the tides?"})"));
    EXPECT_EQ(status(asking), 200);
    const std::int64_t tokens = users().users().at(0).spent.tokens;
    EXPECT_GT(tokens, 10);
    EXPECT_EQ(users().keys().at(0).spent.tokens, tokens);
    ServeCall stream(*service_, with(asking, "Accept", "text/event-stream"));
    stream.read_to();
    EXPECT_GE(users().users().at(0).spent.tokens, tokens);
    static_cast<void>(users().change_user("ada@example.org", {.max_tokens = std::optional(tokens)}));
    EXPECT_EQ(status(asking), 402);
}

}  // namespace
}  // namespace quarry::serve
