// Runs that are kept in the base: what readers get, after a restart too.
#include "core/serve/run_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;
using testing::ServeCall;
using ::testing::StartsWith;

class RunLogTest : public ServiceTest {
protected:
    std::shared_ptr<serve::Run> begin(std::string owner = "owner") {
        return service_->runs().begin({.owner = std::move(owner), .kind = "ask"});
    }
    static void wait_for_end(const serve::Run& run) {
        while (!run.has_ended()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ServeCall events(const std::string& run, const std::string& last = {}) {
        net::Request made = request("GET", "/api/v1/runs/" + run + "/events");
        if (!last.empty()) made = with(std::move(made), "Last-Event-ID", last);
        return {*service_, std::move(made)};
    }
};

TEST_F(RunLogTest, ARunIsReadFromTheBaseAfterARestart) {
    const auto run = begin();
    for (const char* word : {"a", "b", "c"}) run->add("text", "{\"text\":\"" + std::string(word) + "\"}");
    run->end(1'800'000'005);
    wait_for_end(*run);
    const std::string before = events(run->id()).read_to();
    make_service({});
    EXPECT_EQ(events(run->id()).read_to(), before);
    EXPECT_EQ(events(run->id(), run->id() + "/2").read_to(),
              "retry: 2000\n\nid: " + run->id() + "/3\nevent: text\ndata: {\"text\":\"c\"}\n\n");
    EXPECT_EQ(events(run->id(), run->id() + "/3").response().status, 204);
    const nlohmann::json listed = call("GET", "/api/v1/runs").json();
    EXPECT_EQ(listed.at("runs").at(0).at("id"), run->id());
    EXPECT_EQ(listed.at("runs").at(0).at("ended_at"), 1'800'000'005);
    EXPECT_EQ(listed.at("next"), nullptr);
}

TEST_F(RunLogTest, ARunThatAServerLeftBehindHasFailed) {
    // As a killed server leaves it.
    const auto log = store::open_run_log(folder_.path() / "base.db", store::StoreMode::write);
    const std::string id(32, 'a');
    log->begin({.id = id, .principal = "owner", .kind = "ask", .started_at = 5}, nullptr);
    const std::vector<store::RunChange> changes = {{.id = id, .events = {{1, "text", "{}"}, {2, "text", "{}"}}}};
    log->append(changes);
    make_service({});
    const std::string rest = events(id, id + "/2").read_to();
    EXPECT_THAT(rest, StartsWith("retry: 2000\n\nid: " + id + "/3\nevent: failed\ndata: {"));
    EXPECT_THAT(rest, HasSubstr("\"code\":\"interrupted\""));
    EXPECT_THAT(rest, HasSubstr("\"number\":3"));
    make_service({});
    EXPECT_EQ(events(id, id + "/2").read_to(), rest);  // once
}

TEST_F(RunLogTest, AReaderFarBehindIsServedFromTheBase) {
    make_service({.memory_bytes = 100});
    const auto run = begin();
    std::string expected = "retry: 2000\n\n";
    for (int i = 1; i <= 5000; ++i) {
        const std::string data = "{\"number\":" + std::to_string(i) + ",\"text\":\"" + std::string(20, 'x') + "\"}";
        run->add("text", data);
        expected += "id: " + run->id() + "/" + std::to_string(i) + "\nevent: text\ndata: " + data + "\n\n";
    }
    ServeCall slow = events(run->id());
    slow.read_to("/5000\n");
    run->end(1);
    EXPECT_EQ(slow.read_to(), expected);
    EXPECT_EQ(events(run->id()).read_to(), expected);
}

TEST_F(RunLogTest, WhatIsOfAnotherRunBeginsAgainBehindAGap) {
    const auto run = begin();
    run->add("text", "{}");
    run->end(1);
    wait_for_end(*run);
    const std::string again = "event: gap\ndata: {\"first\":1}\n\nid: " + run->id() + "/1\n";
    EXPECT_THAT(events(run->id(), std::string(32, 'b') + "/1").read_to(), HasSubstr(again));
    EXPECT_THAT(events(run->id(), run->id() + "/7").read_to(), HasSubstr(again));
}

TEST(Run, AReaderMayHaveAnEventBeforeTheRunTellsOfIt) {
    serve::Run run({.id = "one"}, {}, [] {}, true);
    run.add("text", "{}");
    std::optional<store::RunChange> stored = run.take_change();
    EXPECT_EQ(run.after(1, 1000).lost, 0U);
    EXPECT_NE(run.after(2, 1000).lost, 0U) << "of another run";
    run.add("text", "{}");
    run.publish(*std::move(stored));
    run.publish(*run.take_change());
    const serve::Run::Part part = run.after(1, 1000);
    EXPECT_EQ(part.lost, 0U);
    ASSERT_EQ(part.events.size(), 1U);
    EXPECT_EQ(part.events.front().number, 2U);
}

TEST_F(RunLogTest, RunsOfOthersAreNotThere) {
    const auto run = begin("user:1");
    run->add("text", "{}");
    run->end(1);
    wait_for_end(*run);
    for (const bool again : {false, true}) {
        if (again) make_service({});
        EXPECT_EQ(events(run->id()).response().status, 404);
        EXPECT_EQ(call("GET", "/api/v1/runs/" + run->id()).response().status, 404);
        EXPECT_EQ(call("DELETE", "/api/v1/runs/" + run->id()).response().status, 404);
        EXPECT_EQ(call("GET", "/api/v1/runs").json().at("runs").size(), 0U);
    }
}

TEST_F(RunLogTest, TheListGoesOnWhereItEnded) {
    for (int i = 0; i < 3; ++i) begin()->end(1'800'000'000);  // what ended long ago is removed
    std::string after;
    std::set<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        const nlohmann::json part = call("GET", "/api/v1/runs?limit=1" + after).json();
        ids.insert(part.at("runs").at(0).at("id").get<std::string>());
        if (i == 2) {
            EXPECT_EQ(part.at("next"), nullptr);
        } else {
            after = "&after=" + part.at("next").get<std::string>();
        }
    }
    EXPECT_EQ(ids.size(), 3U);
}

TEST_F(RunLogTest, OldRunsAreRemoved) {
    const auto log = store::open_run_log(folder_.path() / "base.db", store::StoreMode::write);
    const std::string old(32, 'a'), young(32, 'b');
    for (const std::string& id : {old, young}) {
        log->begin({.id = id, .principal = "owner", .kind = "ask", .started_at = 5}, nullptr);
        const std::vector<store::RunChange> changes = {
            {.id = id, .events = {{1, "text", "{}"}}, .ended_at = id == old ? 1'799'000'000 : 1'799'999'999}};
        log->append(changes);
    }
    make_service({.stored = std::chrono::hours(24)});
    while (log->find(old)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_TRUE(log->events(old, 0, 1000).empty());
    EXPECT_EQ(log->events(young, 0, 1000).size(), 1U);
}

TEST_F(RunLogTest, AStreamOfOpenAisClientsIsNotKept) {
    const std::string body =
        R"({"model": "quarry", "stream": true, "messages": [{"role": "user", "content": "tides?"}]})";
    EXPECT_THAT(call("POST", "/v1/chat/completions", body).read_to(), HasSubstr("[DONE]"));
    EXPECT_EQ(call("GET", "/api/v1/runs").json().at("runs").size(), 0U);
}

}  // namespace
}  // namespace quarry::serve
