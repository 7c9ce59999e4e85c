// Mixed load without sockets, for the sanitizers of threads and addresses. QUARRY_SOAK_SECONDS says for how long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;

class SoakTest : public ServiceTest {
public:
    void expect(std::vector<int> wanted, std::string method, const std::string& target, std::string body = {}) {
        auto made = call(std::move(method), target, std::move(body));
        const net::Response& response = made.response();
        EXPECT_THAT(wanted, ::testing::Contains(response.status)) << target << response.body;
        ++done_;
    }
    void search(std::mt19937& /*chance*/) { expect({200}, "POST", "/api/v1/search", R"({"query": "moon earth"})"); }
    void ask(std::mt19937& /*chance*/) {
        expect({200}, "POST", "/v1/chat/completions",
               R"({"model": "quarry", "messages": [{"role": "user", "content": "What makes the tides?"}]})");
    }
    /// Reads a stream, or leaves it.
    void stream(std::mt19937& chance) {
        auto made = testing::ServeCall(*service_,
                                       with(request("POST", "/api/v1/ask", R"({"question": "What makes the tides?"})"),
                                            "Accept", "text/event-stream"));
        if (made.response().status != 200) return;
        const bool whole = chance() % 2 == 0;
        const std::string& text = made.read_to(whole ? "" : "event: ");
        if (whole) {
            EXPECT_THAT(text, HasSubstr("event: done"));
        }
        ++done_;
    }
    void change(std::mt19937& chance) {
        const std::string id = "note" + std::to_string(chance() % 5);
        const nlohmann::json document = {{"id", id}, {"text", "The anchor number " + std::to_string(chance()) + "."}};
        expect({200}, "POST", "/api/v1/documents", nlohmann::json{{"documents", {document}}}.dump());
        if (chance() % 2 == 0) {
            expect({200, 404}, "POST", "/api/v1/documents/delete", nlohmann::json{{"documents", {id}}}.dump());
        }
    }
    void converse(std::mt19937& chance) {
        const std::string place = "/api/v1/conversations/c" + std::to_string(chance() % 3);
        expect({200}, "POST", place + "/messages", R"({"question": "What makes the tides?"})");
        expect({200}, "GET", "/api/v1/conversations");
        if (chance() % 4 == 0) expect({200}, "DELETE", place);
    }

    std::atomic<std::size_t> done_{0};
};

TEST_F(SoakTest, ManyAtOnce) {
    const char* const wanted = std::getenv("QUARRY_SOAK_SECONDS");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(wanted != nullptr ? std::atoi(wanted) : 2);
    std::vector<std::jthread> clients;
    unsigned seed = 0;
    for (auto work : {&SoakTest::search, &SoakTest::ask, &SoakTest::stream, &SoakTest::stream, &SoakTest::change,
                      &SoakTest::converse}) {
        clients.emplace_back([this, work, end, chance = std::mt19937(++seed)]() mutable {
            while (std::chrono::steady_clock::now() < end) (this->*work)(chance);
        });
    }
    clients.clear();
    EXPECT_GT(done_, 6U);
    expect({200}, "POST", "/api/v1/search", R"({"query": "moon"})");
}

}  // namespace
}  // namespace quarry::serve
