// Work in the background, and what is left of it after a restart.
#include "core/serve/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;
using testing::ServeCall;

class JobsTest : public ServiceTest {
protected:
    /// Waits until a job has ended.
    nlohmann::json ended(const std::string& place) {
        for (;;) {
            const nlohmann::json job = call("GET", place).json();
            const std::string state = job.at("state");
            if (state != "waiting" && state != "running") return job;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }
    std::string submit(const std::string& body) {
        ServeCall accepted = call("POST", "/api/v1/jobs", body);
        EXPECT_EQ(accepted.response().status, 202) << accepted.response().body;
        return std::string(accepted.response().header("Location"));
    }
    std::unique_ptr<store::RunLogRepository> log() {
        return store::open_run_log(folder_.path() / "base.db", store::StoreMode::write);
    }
    /// A job as a killed server leaves it: begun so many times.
    void leave_job(const std::string& id, const std::string& kind, const std::string& request, int attempts) {
        service_.reset();
        const auto repository = log();
        const store::StoredJob job{.kind = kind, .request = request, .not_before = 5};
        repository->begin({.id = id, .principal = "owner", .kind = kind, .background = true, .started_at = 5}, &job);
        for (int i = 0; i < attempts; ++i) {
            EXPECT_TRUE(repository->lease_job(kind == "ingest", 10, "gone", 1'900'000'000).has_value());
            if (i + 1 < attempts) repository->release_jobs("gone");
        }
    }
};

constexpr const char* ingest_mars =
    R"({"kind": "ingest", "request": {"documents": [{"id": "mars.md", "text": "Mars has the Olympus volcano."}]}})";

TEST_F(JobsTest, AnIngestIsDoneAndTold) {
    const std::string place = submit(ingest_mars);
    const nlohmann::json job = ended(place);
    EXPECT_EQ(job.at("state"), "done") << job;
    EXPECT_EQ(job.at("attempts"), 1);
    EXPECT_EQ(job.at("result").at("schema"), "quarry.ingest/1");
    EXPECT_EQ(call("POST", "/api/v1/search", R"({"query": "volcano"})").json().at("hits").size(), 1U);
    EXPECT_THAT(call("GET", job.at("events").get<std::string>()).read_to(), HasSubstr("event: done\n"));
    EXPECT_EQ(call("GET", "/api/v1/jobs").json().at("jobs").at(0).at("id"), job.at("id"));
    EXPECT_EQ(call("GET", "/api/v1/runs").json().at("runs").at(0).at("kind"), "ingest");
    EXPECT_EQ(call("GET", "/api/v1/jobs/" + std::string(32, '0')).response().status, 404);
}

TEST_F(JobsTest, WhatAServerLeftBehindIsDoneByTheNext) {
    const std::string id(32, 'a');
    leave_job(id, "ingest", nlohmann::json::parse(ingest_mars).at("request").dump(), 1);
    make_service({});
    const nlohmann::json job = ended("/api/v1/jobs/" + id);
    EXPECT_EQ(job.at("state"), "done") << job;
    EXPECT_EQ(job.at("attempts"), 2);
}

TEST_F(JobsTest, WhatIsBegunTooOftenIsGivenUp) {
    const std::string id(32, 'a');
    leave_job(id, "ingest", nlohmann::json::parse(ingest_mars).at("request").dump(), Jobs::most_begun);
    make_service({});
    const nlohmann::json job = ended("/api/v1/jobs/" + id);
    EXPECT_EQ(job.at("state"), "given_up");
    EXPECT_THAT(job.at("error").dump(), HasSubstr("too often"));
    EXPECT_THAT(call("GET", job.at("events").get<std::string>()).read_to(), HasSubstr("event: failed\n"));
}

TEST_F(JobsTest, AJobOfACallerWhoIsGoneIsNotDone) {
    const std::string id(32, 'a');
    service_.reset();
    const store::StoredJob job{.kind = "ingest", .request = "{}", .not_before = 5};
    log()->begin({.id = id, .principal = "user:gone", .kind = "ingest", .started_at = 5}, &job);
    make_service({});
    while (log()->find_job(id)->state != store::JobState::given_up)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_EQ(call("GET", "/api/v1/jobs/" + id).response().status, 404);
}

TEST_F(JobsTest, ABatchGoesOnBehindWhatWasAnswered) {
    const std::string id(32, 'a');
    leave_job(id, "batch", R"({"questions": ["What makes the tides?", {"id": "sun", "question": "What is hot?"}]})", 1);
    const std::vector<store::RunChange> changes = {
        {.id = id, .events = {{1, "answer", R"({"event":"answer","number":1,"id":"1","error":null})"}}}};
    log()->append(changes);
    make_service({});
    const nlohmann::json job = ended("/api/v1/jobs/" + id);
    EXPECT_EQ(job.at("state"), "done") << job;
    EXPECT_EQ(job.at("result").at("questions"), 2);
    const std::string events = call("GET", job.at("events").get<std::string>()).read_to();
    EXPECT_THAT(events, HasSubstr("/2\nevent: answer\n"));
    EXPECT_THAT(events, HasSubstr("\"id\":\"sun\""));
    EXPECT_EQ(events.find("\"id\":\"1\"", events.find("/2\n")), std::string::npos);
}

TEST_F(JobsTest, AJobThatWaitsIsCancelled) {
    const std::string id(32, 'a');
    const store::StoredJob job{.kind = "ingest", .request = "{}", .not_before = 1'900'000'000};
    log()->begin({.id = id, .principal = "owner", .kind = "ingest", .background = true, .started_at = 5}, &job);
    make_service({});
    EXPECT_EQ(call("GET", "/api/v1/jobs/" + id).json().at("not_before"), 1'900'000'000);
    EXPECT_EQ(call("DELETE", "/api/v1/jobs/" + id).response().status, 200);
    EXPECT_EQ(ended("/api/v1/jobs/" + id).at("state"), "cancelled");
}

TEST_F(JobsTest, WhatFailsForAWhileIsTriedLater) {
    service_.reset();
    config_.set_flag("embed.provider", "ollama", "test");
    config_.set_flag("embed.base_url", "http://127.0.0.1:1", "test");
    config_.set_flag("embed.model", "nothing", "test");
    config_.set_flag("embed.retries", "0", "test");
    const std::string id(32, 'a');
    leave_job(id, "embed", "{}", 0);
    make_service({});
    nlohmann::json job;
    do {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        job = call("GET", "/api/v1/jobs/" + id).json();
    } while (job.at("state") != "waiting" || job.at("attempts") == 0);
    EXPECT_EQ(job.at("not_before"), 1'800'000'005);
    EXPECT_EQ(call("DELETE", "/api/v1/jobs/" + id).response().status, 200);
    EXPECT_THAT(call("GET", job.at("events").get<std::string>()).read_to(), HasSubstr("it is tried again"));
}

TEST_F(JobsTest, WhatDoesNotFitIsRefused) {
    EXPECT_EQ(call("POST", "/api/v1/jobs", R"({"kind": "nothing"})").response().status, 422);
    EXPECT_EQ(call("POST", "/api/v1/jobs", R"({"kind": "ingest"})").response().status, 422);
    EXPECT_EQ(call("POST", "/api/v1/jobs", R"({"kind": "ingest", "request": {"urls": ["file:///etc/passwd"]}})")
                  .response()
                  .status,
              422);
    // The files of another upload cannot be named.
    EXPECT_EQ(call("POST", "/api/v1/jobs", R"({"kind": "ingest", "request": {"uploads": []}})").response().status, 422);
    EXPECT_EQ(call("POST", "/api/v1/jobs", R"({"kind": "batch", "request": {"questions": []}})").response().status,
              422);
}

}  // namespace
}  // namespace quarry::serve
