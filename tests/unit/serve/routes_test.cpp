#include "core/serve/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/serve/openapi.h"

namespace quarry::serve {
namespace {

bool takes_something(const Json& body) { return body.contains("properties") && !body["properties"].empty(); }

#ifndef NDEBUG
using ::testing::HasSubstr;

TEST(Routes, ResponsesAreHeldAgainstWhatIsDeclared) {
    const auto& all = all_routes();
    const auto route = std::ranges::find(all, std::string("get_me"), &Route::id);
    ASSERT_NE(route, all.end());
    const Json caller = {{"name", "owner"}, {"scopes", Json::array()}};
    EXPECT_EQ(response_fault(*route, json_response(caller)), "");
    EXPECT_EQ(response_fault(*route, problem(404, "nothing")), "");
    EXPECT_THAT(response_fault(*route, json_response({{"name", 1}, {"scopes", Json::array()}})),
                HasSubstr("GET /api/v1/me gives what does not fit its schema: /name"));
    EXPECT_THAT(response_fault(*route, json_response(caller, 202)), HasSubstr("gives 202, which it does not declare"));
}
#endif

TEST(Routes, SayWhatTheyAre) {
    std::set<std::string> ids, addresses;
    for (const Route& route : all_routes()) {
        const std::string name = route.method + " " + route.path;
        EXPECT_TRUE(addresses.insert(name).second) << name << " is there twice";
        EXPECT_TRUE(!route.id.empty() && ids.insert(route.id).second) << name << " has no id of its own";
        EXPECT_FALSE(route.summary.empty()) << name;
        EXPECT_FALSE(route.tag.empty()) << name;
        EXPECT_FALSE(route.responses.empty()) << name;
        EXPECT_TRUE(route.handle) << name;
        for (const Parameter& parameter : route.parameters) {
            EXPECT_FALSE(parameter.description.empty()) << name << " " << parameter.name;
            EXPECT_TRUE(parameter.schema.is_object()) << name << " " << parameter.name;
            const bool in_path = route.path.find("{" + parameter.name + "}") != std::string::npos;
            EXPECT_EQ(in_path, parameter.place == Parameter::Place::path) << name << " " << parameter.name;
            EXPECT_FALSE(parameter.required && parameter.example.is_null()) << name << " " << parameter.name;
            if (!parameter.example.is_null()) {
                EXPECT_TRUE(parameter.checked->problems(nlohmann::json(parameter.example)).empty()) << name;
            }
        }
        if (route.body.is_null()) continue;
        EXPECT_FALSE(takes_something(route.body) && route.example.is_null()) << name << " has no example";
        if (route.example.is_null()) continue;
        const auto problems = route.checked_body->problems(nlohmann::json(route.example));
        EXPECT_TRUE(problems.empty()) << name << ": " << problems.front();
    }
}

TEST(Routes, HaveAnExampleThatCanBeTyped) {
    const Json paths = openapi("1").at("paths");
    const auto curl = [&](const char* path, const char* method) {
        return paths.at(path).at(method).at("x-codeSamples").at(0).at("source").get<std::string>();
    };
    EXPECT_EQ(curl("/api/v1/documents/{document}", "get"),
              "curl -H \"Authorization: Bearer $TOKEN\" \"$URL/api/v1/documents/notes%2Ftoday.md\"");
    EXPECT_EQ(curl("/api/v1/keys/{key}", "delete"),
              "curl -X DELETE -H \"Authorization: Bearer $TOKEN\" \"$URL/api/v1/keys/wiki\"");
    EXPECT_EQ(curl("/api/v1/search", "post"), "curl -H \"Authorization: Bearer $TOKEN\" --json "
                                              "'{\"query\":\"retry policy\",\"limit\":5}' \"$URL/api/v1/search\"");
    EXPECT_EQ(curl("/livez", "get"), "curl \"$URL/livez\"");
    for (const auto& [path, methods] : paths.items()) {
        for (const auto& [method, operation] : methods.items()) {
            EXPECT_EQ(curl(path.c_str(), method.c_str()).find("/{"), std::string::npos) << path;
        }
    }
}

TEST(Routes, AreOpenOnPurposeOnly) {
    // Whoever adds one here has thought about what strangers get.
    const std::set<std::string> open = {"/livez", "/readyz",      "/sign-in", "/auth/token", "/auth/session",
                                        "/docs",  "/docs/{file}", "/redoc",   "/ws/chat",
                                        "/.well-known/oauth-protected-resource",
                                        "/.well-known/oauth-protected-resource/mcp", "/", "/page/{file}"};
    for (const Route& route : all_routes()) {
        EXPECT_TRUE(!route.open || open.contains(route.path)) << route.path;
    }
}

}  // namespace
}  // namespace quarry::serve
