// The service without sockets: what it answers, to whom, and how streams go on.
#include "core/serve/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/base64.h"
#include "core/base/json_schema.h"
#include "core/serve/openapi.h"
#include "core/serve/router.h"
#include "core/wire/document_schema.h"
#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ServeCall;
using ::testing::StartsWith;

TEST_F(ServiceTest, SearchesAndReadsDocuments) {
    ServeCall search = call("POST", "/api/v1/search", R"({"query": "tides", "limit": 3})");
    EXPECT_EQ(search.response().status, 200);
    const nlohmann::json found = search.json();
    EXPECT_EQ(found.at("schema"), "quarry.search/1");
    EXPECT_THAT(found.at("hits").at(0).at("uri").get<std::string>(), EndsWith("/d/moon.md"));
    EXPECT_THAT(call("GET", "/api/v1/documents/%2Fd%2Fsun.md?start_line=1").json().at("text").get<std::string>(),
                StartsWith("The sun"));
    EXPECT_EQ(call("GET", "/api/v1/documents?limit=1").json().at("documents").size(), 1U);
    EXPECT_EQ(call("GET", "/api/v1/documents/nothing.md").response().status, 404);
}

TEST_F(ServiceTest, EveryResponseSaysWhatAllSay) {
    ServeCall me = ServeCall(*service_, with(request("GET", "/api/v1/me"), "X-Request-Id", "abc-1"));
    EXPECT_EQ(me.response().header("X-Request-Id"), "abc-1");
    for (const char* name : {"X-Process-Time", "Server-Timing", "X-Content-Type-Options", "Content-Security-Policy"}) {
        EXPECT_NE(me.response().header(name), "") << name;
    }
    EXPECT_EQ(me.json().at("name"), "owner");
    EXPECT_THAT(log_, HasSubstr("\"route\":\"/api/v1/me\",\"status\":200"));
    EXPECT_THAT(log_, Not(HasSubstr(service_->access().token())));
}

TEST_F(ServiceTest, NothingIsSaidToStrangers) {
    for (const Route& route : all_routes()) {
        std::string path = route.path;
        if (const std::size_t at = path.find('{'); at != std::string::npos) {
            path.replace(at, path.find('}') - at + 1, "1");
        }
        net::Request stranger = request(route.method, path, route.body.is_null() ? "" : "{}");
        std::erase_if(stranger.headers, [](const net::Header& header) { return header.name == "Authorization"; });
        if (!route.open) {
            EXPECT_EQ(status(stranger), 401) << path;
            EXPECT_EQ(status(with(stranger, "Authorization", "Bearer qt_0")), 401) << path;
            EXPECT_EQ(status(with(stranger, "Cookie", "quarry_session=0")), 401) << path;
        }
        EXPECT_EQ(status(with(request(route.method, path), "Host", "evil.example.org")), 421) << path;
        EXPECT_EQ(status(with(request(route.method, path), "Host", "127.evil.example.org")), 421) << path;
        EXPECT_EQ(status(with(request(route.method, path), "Origin", "https://evil.example.org")), 403) << path;
        EXPECT_EQ(status(with(request(route.method, path), "Origin", "null")), 403) << path;
    }
    EXPECT_EQ(status(with(request("GET", "/livez"), "Host", "docs.example.org:443")), 200);
    EXPECT_EQ(status(with(request("GET", "/livez"), "Origin", "https://wiki.example.org")), 200);
    EXPECT_EQ(status(with(request("GET", "/livez"), "Origin", "http://localhost:1")), 200);
}

TEST_F(ServiceTest, SignsInWithTokenPasswordOrOnce) {
    net::Request made = request("GET", "/api/v1/me");
    EXPECT_EQ(status(with(made, "Authorization", "Basic " + to_base64("me:" + service_->access().token()))), 200);
    ServeCall signing = call("GET", "/sign-in?code=" + service_->access().code());
    EXPECT_EQ(signing.response().status, 200);
    const std::string cookie(signing.response().header("Set-Cookie"));
    EXPECT_THAT(cookie, HasSubstr("HttpOnly; SameSite=Strict"));
    std::erase_if(made.headers, [](const net::Header& header) { return header.name == "Authorization"; });
    EXPECT_EQ(status(with(made, "Cookie", "a=b; " + cookie.substr(0, cookie.find(';')))), 200);
    EXPECT_EQ(call("GET", "/sign-in?code=" + service_->access().code()).response().status, 401);
    EXPECT_THAT(log_, Not(HasSubstr(service_->access().code())));
}

TEST_F(ServiceTest, SaysWhatIsWrongWithARequest) {
    struct Case {
        const char* method;
        const char* target;
        const char* body;
        int status;
        const char* place;
        const char* type;
    };
    for (const Case& one : {
             Case{"POST", "/api/v1/search", R"({"query": 1})", 422, R"(["body","query"])", "type"},
             Case{"POST", "/api/v1/search", R"({"query": "a", "limit": "5"})", 422, R"(["body","limit"])", "type"},
             Case{"POST", "/api/v1/search", R"({"query": "a", "limit": 0})", 422, R"(["body","limit"])", "range"},
             Case{"POST", "/api/v1/search", R"({"query": "a", "mode": "x"})", 422, R"(["body","mode"])", "choice"},
             Case{"POST", "/api/v1/search", R"({"query": "a", "paths": ["b", 2]})", 422, R"(["body","paths","1"])",
                  "type"},
             Case{"POST", "/api/v1/ask", R"({})", 422, R"(["body"])", "missing"},
             Case{"POST", "/api/v1/ask", R"({"question": )", 400, R"(["body"])", "format"},
             Case{"POST", "/api/v1/ask", R"([])", 422, R"(["body"])", "type"},
             Case{"GET", "/api/v1/documents?limit=x", "", 422, R"(["query","limit"])", "type"},
             Case{"GET", "/api/v1/documents?limit=99999999999999999999", "", 422, R"(["query","limit"])", "type"},
             Case{"GET", "/api/v1/documents?limit=0", "", 422, R"(["query","limit"])", "range"},
             Case{"GET", "/api/v1/documents?limit=1&limit=2", "", 422, R"(["query","limit"])", "invalid"},
             Case{"GET", "/api/v1/documents?nonsense=1", "", 422, R"(["query","nonsense"])", "unknown"},
             Case{"GET", "/api/v1/documents?a=%ff", "", 422, R"(["query"])", "format"},
         }) {
        ServeCall answer = call(one.method, one.target, one.body);
        EXPECT_EQ(answer.response().status, one.status) << one.target << one.body << answer.response().body;
        EXPECT_EQ(answer.response().header("Content-Type"), "application/problem+json");
        const nlohmann::json error = answer.json().at("errors").at(0);
        EXPECT_EQ(error.at("loc").dump(), one.place) << error;
        EXPECT_EQ(error.at("type"), one.type) << error;
    }
    EXPECT_EQ(status(with(request("POST", "/api/v1/search", "query=a"), "Content-Type", "text/plain")), 415);
    EXPECT_EQ(call("GET", "/nowhere").response().status, 404);
    EXPECT_EQ(call("GET", "/api/v1/documents/..").response().status, 404);
    ServeCall put = call("PUT", "/api/v1/documents");
    EXPECT_EQ(put.response().status, 405);
    EXPECT_EQ(put.response().header("Allow"), "GET, POST, HEAD");
    EXPECT_EQ(call("POST", "/api/v1/search", std::string(100'000, '[')).response().status, 400);
}

TEST_F(ServiceTest, AnswersComeWholeOrAsEvents) {
    const std::string question = R"({"question": "What makes the tides?"})";
    const nlohmann::json whole = call("POST", "/api/v1/ask", question).json();
    EXPECT_THAT(JsonSchema(wire::find_document_schema("quarry.ask/1")->json).problems(whole), IsEmpty());

    ServeCall stream(*service_, with(request("POST", "/api/v1/ask", question), "Accept", "text/event-stream"));
    EXPECT_EQ(stream.response().header("X-Accel-Buffering"), "no");
    const std::string run(stream.response().header("Location").substr(std::string("/api/v1/runs/").size()));
    const std::string events = stream.read_to();
    EXPECT_THAT(events, StartsWith("retry: 2000\n\nid: " + run + "/1\nevent: retrieved\ndata: {"));
    EXPECT_THAT(events, HasSubstr("event: claim\n"));
    EXPECT_THAT(events, HasSubstr("event: done\n"));

    // Any number of readers get the same, from where they want.
    ServeCall again = call("GET", "/api/v1/runs/" + run + "/events");
    EXPECT_EQ(again.read_to(), events);
    ServeCall rest(*service_, with(request("GET", "/api/v1/runs/" + run + "/events"), "Last-Event-ID", run + "/2"));
    EXPECT_EQ(rest.read_to(), "retry: 2000\n\n" + events.substr(events.find("id: " + run + "/3")));
    EXPECT_EQ(call("GET", "/api/v1/runs/" + run).json().at("ended"), true);
    EXPECT_EQ(call("GET", "/api/v1/runs/" + std::string(32, '0') + "/events").response().status, 404);
}

TEST_F(ServiceTest, AnswersInTheBackgroundAreReadLater) {
    ServeCall accepted = call("POST", "/api/v1/ask", R"({"question": "What makes the tides?", "background": true})");
    EXPECT_EQ(accepted.response().status, 202);
    ServeCall events = call("GET", std::string(accepted.response().header("Location")) + "/events");
    EXPECT_THAT(events.read_to(), HasSubstr("event: done\n"));
}

TEST_F(ServiceTest, AFailureIsTheLastEvent) {
    ServeCall stream(*service_, with(request("POST", "/api/v1/ask", R"({"question": "zzzqqq xxyyzz?"})"), "Accept",
                                     "text/event-stream"));
    const std::string& events = stream.read_to();
    EXPECT_THAT(events, HasSubstr("event: failed\n"));
    EXPECT_THAT(events, HasSubstr("\"code\":\"nothing_found\""));
}

TEST_F(ServiceTest, StreamsEndWhenTheServerDoesAndNobodyIsLeftWaiting) {
    const auto run = service_->runs().begin({.owner = "owner", .kind = "ask"});
    run->add("text", "{}");
    ServeCall stream = call("GET", "/api/v1/runs/" + run->id() + "/events");
    stream.read_to("/1\n");
    service_->shut_down();
    EXPECT_THAT(stream.read_to(), EndsWith("event: shutdown\ndata: {}\n\n"));
    EXPECT_EQ(call("GET", "/readyz").response().status, 503);
    EXPECT_EQ(call("GET", "/livez").response().status, 200);
}

TEST_F(ServiceTest, ARunThatNobodyReadsIsCancelledAfterAWhile) {
    make_service({.grace = std::chrono::milliseconds(50)});
    const auto left = service_->runs().begin({.owner = "owner", .kind = "ask"}),
               kept = service_->runs().begin({.owner = "owner", .kind = "ask", .background = true});
    {
        ServeCall one = call("GET", "/api/v1/runs/" + left->id() + "/events");
        ServeCall two = call("GET", "/api/v1/runs/" + kept->id() + "/events");
        one.read_to("retry");
        two.read_to("retry");
        EXPECT_FALSE(left->cancellation()->cancelled());
    }
    for (int i = 0; i < 1000 && !left->cancellation()->cancelled(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(left->cancellation()->cancelled());
    EXPECT_FALSE(kept->cancellation()->cancelled());
}

TEST_F(ServiceTest, OldEventsOfALongRunAreSaidToBeGone) {
    make_service({.most_bytes = 100});
    const auto run = service_->runs().begin({.owner = "owner", .kind = "ask", .background = true});
    for (int i = 0; i < 10; ++i) run->add("text", std::string(20, 'x'));
    run->end(1);
    const std::string events = call("GET", "/api/v1/runs/" + run->id() + "/events").read_to();
    EXPECT_THAT(events, StartsWith("retry: 2000\n\nevent: gap\ndata: {\"first\":7}\n\nid: " + run->id() + "/7\n"));
    EXPECT_THAT(events, HasSubstr("/10\n"));
}

TEST(WorkerPool, AFullQueueTakesNoMore) {
    std::mutex held;
    std::atomic<int> done = 0;
    {
        WorkerPool pool(1, 2);
        std::unique_lock lock(held);
        const auto work = [&] {
            const std::lock_guard wait(held);
            ++done;
        };
        while (pool.waiting() < 2) static_cast<void>(pool.submit(work));  // one is being worked on then, or none yet
        EXPECT_FALSE(pool.submit(work) && pool.submit(work));
    }
    EXPECT_GE(done, 2);
}

/// Keeps every thread of a service's pools until it goes.
class BusyPools {
public:
    explicit BusyPools(Service& service) {
        for (const auto& [kind, threads] : {std::pair(Work::read, 1), std::pair(Work::write, 1),
                                            std::pair(Work::generate, 1), std::pair(Work::sign_in, 2)}) {
            for (int i = 0; i < threads; ++i) {
                const auto begun = std::make_shared<std::promise<void>>();
                EXPECT_TRUE(service.try_submit(kind, [begun, end = end_] {
                    begun->set_value();
                    end.wait();
                }));
                begun->get_future().wait();
            }
        }
    }
    BusyPools(const BusyPools&) = delete;
    BusyPools& operator=(const BusyPools&) = delete;
    ~BusyPools() { over_.set_value(); }

private:
    std::promise<void> over_;
    const std::shared_future<void> end_ = over_.get_future().share();
};

TEST_F(ServiceTest, TheServersThreadWorksOnNoRequest) {
    options_.readers = options_.generators = 1;
    options_.queue = all_routes().size();
    make_service({});
    // Nothing that takes time: what is known in memory, and a file whose body another thread has.
    const std::set<std::string> at_once = {"livez",     "readyz", "metrics",         "redoc",
                                           "sign_in",   "get_me", "upload_document", "open_chat",
                                           "protected_resource",  "protected_resource_mcp"};
    std::vector<std::unique_ptr<ServeCall>> waiting;
    const BusyPools busy(*service_);
    for (const Route& route : all_routes()) {
        EXPECT_TRUE(route.work != Work::none || at_once.contains(route.id)) << route.id;
        if (route.work == Work::none) continue;
        std::string path = route.path;
        if (const std::size_t at = path.find('{'); at != std::string::npos) {
            path.replace(at, path.find('}') - at + 1, "1");
        }
        waiting.push_back(
            std::make_unique<ServeCall>(*service_, request(route.method, path, route.body.is_null() ? "" : "{}")));
        EXPECT_FALSE(waiting.back()->is_answered()) << route.id;
    }
}

TEST_F(ServiceTest, AFullQueueIsAnsweredAtOnce) {
    options_.readers = options_.generators = options_.queue = 1;
    make_service({});
    const BusyPools busy(*service_);
    for (const auto& [target, body] : {std::pair("/api/v1/search", R"({"query": "tides"})"),
                                       std::pair("/api/v1/ask", R"({"question": "What makes the tides?"})"),
                                       std::pair("/api/v1/documents/delete", R"({"documents": ["a"]})")}) {
        ServeCall waits = call("POST", target, body);
        EXPECT_FALSE(waits.is_answered()) << target;
        ServeCall refused = call("POST", target, body);
        ASSERT_TRUE(refused.is_answered()) << target;
        EXPECT_EQ(refused.response().status, 503);
        EXPECT_EQ(refused.response().header("Retry-After"), "1");
    }
}

TEST_F(ServiceTest, DocumentsComeAndGo) {
    EXPECT_EQ(call("POST", "/api/v1/documents",
                   R"({"documents": [{"id": "mars.md", "text": "Mars has the Olympus volcano."}]})")
                  .response()
                  .status,
              200);
    EXPECT_EQ(call("POST", "/api/v1/search", R"({"query": "volcano"})").json().at("hits").size(), 1U);
    EXPECT_EQ(call("POST", "/api/v1/documents/delete", R"({"documents": ["mars.md"]})").response().status, 200);
    EXPECT_EQ(call("POST", "/api/v1/search", R"({"query": "volcano"})").json().at("hits").size(), 0U);
}

TEST_F(ServiceTest, NoMessageShowsTheServersFolders) {
    std::filesystem::remove(folder_.path() / "base.db");
    make_service({});
    ServeCall search = call("POST", "/api/v1/search", R"({"query": "tides"})");
    EXPECT_GE(search.response().status, 400);
    EXPECT_THAT(search.response().body, Not(HasSubstr(folder_.path().string())));
}

TEST(Routes, AreDescribed) {
    std::set<std::string> ids;
    for (const Route& route : all_routes()) {
        EXPECT_TRUE(ids.insert(route.id).second) << route.path;
        EXPECT_THAT(route.summary, EndsWith(".")) << route.path;
        EXPECT_FALSE(route.tag.empty() || route.responses.empty()) << route.path;
        EXPECT_TRUE(route.scope.empty() || std::ranges::count(scope_names(), route.scope) == 1) << route.path;
        EXPECT_TRUE(route.open || !route.scope.empty() || route.id == "get_me" || route.id == "openapi" ||
                    route.id == "sign_out" || route.tag == "jobs" || route.tag == "mcp")
            << route.path;
        for (const Parameter& parameter : route.parameters) EXPECT_FALSE(parameter.description.empty()) << route.path;
        if (route.checked_body) {
            EXPECT_THAT(route.checked_body->problems(route.example), IsEmpty()) << route.path;
        }
        for (const RouteResponse& response : route.responses) {
            EXPECT_TRUE(response.document.empty() || wire::find_document_schema(response.document)) << route.path;
        }
    }
}

TEST(Routes, ReferencesOfTheirDescriptionLeadSomewhere) {
    const Json document = openapi("1");
    const std::function<void(const Json&)> look = [&](const Json& part) {
        if (part.is_object() && part.contains("$ref") && part["$ref"].is_string()) {
            const std::string target = part["$ref"];
            ASSERT_THAT(target, StartsWith("#/"));
            EXPECT_TRUE(document.contains(Json::json_pointer(target.substr(1)))) << target;
        }
        if (part.is_structured()) {
            for (const Json& inner : part) look(inner);
        }
    };
    look(document);
    EXPECT_EQ(document.at("paths").size() > 10, true);
}

}  // namespace
}  // namespace quarry::serve
