// No word of a document without access reaches a response: random bases, random grants, every route, and every way to
// ask for what is not to be seen. The same of documents that were deleted.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/unit/serve/users_fixture.h"

namespace quarry::serve {
namespace {

using testing::ServeCall;

/// A document with words that are nowhere else. The first may be in requests; the others must not come back.
struct SecretDocument {
    std::string collection, id;
    std::string asked;
    std::vector<std::string> hidden;
};

class AccessProperty : public UsersTest {
protected:
    void make(unsigned seed) {
        random_.seed(seed);
        // What a model is sent comes back as its answer, so that a prompt is an output too.
        config_.set_flag("chat.provider", seed % 2 == 0 ? "command" : "extractive", "test");
        const std::string program = (folder_.path() / "echo.sed").string();
        write_file_atomically(program, "s/[\\\"]/ /g\ns/^/{\"text\": \"/\ns/$/\"}/\n");
        config_.set_flag("chat.command", "sed -f " + program, "test");
        config_.set_flag("ask.min_score", "0", "test");
        write_file_atomically((folder_.path() / "find.yaml").string(),
                              "{agent_class: ToolNode, name: find, tool_code: search, args: {query: input}}\n");
        config_.set_flag("serve.agents", (folder_.path() / "find.yaml").string(), "test");
        make_service({});
        for (int i = 0; i < 3; ++i) {
            const std::string collection = "c" + word();
            store::open_store(folder_.path() / "base.db", store::StoreMode::write)->add_collection(collection, "", 1);
            collections_.push_back(collection);
        }
        for (const std::string& collection : collections_) {
            for (int i = 0; i < 2; ++i) add_document(collection);
        }
    }

    void add_document(const std::string& collection) {
        SecretDocument made{collection, {}, word(), {word(), word(), word(), word()}};
        made.id = fmt::format("notes/{}.md", made.hidden[0]);
        const nlohmann::json document = {
            {"id", made.id},
            {"title", "Log " + made.hidden[1]},
            {"text", fmt::format("# Log {}\n\nThe keeper writes about the lamps, the {} and the {}.", made.hidden[1],
                                 made.asked, made.hidden[2])},
            {"metadata", {{"author", made.hidden[3]}}}};
        const nlohmann::json body = {{"documents", {document}}, {"collection", collection}};
        ServeCall added = call("POST", "/api/v1/documents", body.dump());
        ASSERT_EQ(added.response().status, 200) << added.response().body;
        documents_.push_back(std::move(made));
    }

    std::string word() {
        std::string text = "zq";
        for (int i = 0; i < 10; ++i) text += static_cast<char>('a' + random_() % 26);
        return text;
    }

    /// Requests to a route with what somebody might try about a document.
    [[nodiscard]] std::vector<net::Request> requests_to(const Route& route, const SecretDocument& about) const {
        const std::string near_name = about.id.substr(0, about.id.size() - 4);
        const std::string near_collection = about.collection.substr(0, about.collection.size() - 1);
        std::vector<std::string> paths;
        for (const std::string& value : {about.id, near_name, near_collection, std::string("1"), std::string("3")}) {
            std::string path = route.path;
            for (std::size_t open = 0; (open = path.find('{')) != std::string::npos;) {
                path.replace(open, path.find('}') - open + 1, encoded(value));
            }
            if (paths.empty() || path != paths.back()) paths.push_back(path);
        }
        std::vector<std::string> bodies = {route.body.is_null() ? std::string() : route.example.dump()};
        for (const char* name : {"query", "question", "like"}) {
            if (route.body.is_null() || !route.body["properties"].contains(name)) continue;
            for (const std::string& value :
                 {about.asked, std::string("keeper lamps"), near_name, about.asked.substr(0, 8)}) {
                bodies.push_back(nlohmann::json{{name, value}}.dump());
                bodies.push_back(nlohmann::json{{name, value}, {"collections", {near_collection}}}.dump());
                bodies.push_back(nlohmann::json{{name, value}, {"paths", {near_name + "*"}}}.dump());
            }
        }
        for (const char* name : {"documents", "paths", "collections"}) {
            if (route.body.is_null() || !route.body["properties"].contains(name)) continue;
            if (route.id == "ingest") continue;
            for (const std::string& value : {near_name, near_collection})
                bodies.push_back(nlohmann::json{{name, {value}}}.dump());
        }
        if (route.path == "/v1/chat/completions") {
            for (const std::string& model : {std::string("quarry"), "quarry/" + near_collection}) {
                bodies.push_back(nlohmann::json{
                    {"model", model}, {"messages", {{{"role", "user"}, {"content", "Which lamps? " + about.asked}}}}}
                                     .dump());
            }
        }
        if (route.id == "start_agent") {
            paths = {"/api/v1/agents/find/runs"};
            bodies = {nlohmann::json{{"input", about.asked}}.dump(), nlohmann::json{{"input", "keeper lamps"}}.dump()};
        }
        if (route.path == "/v1/responses") {
            bodies.push_back(nlohmann::json{{"model", "quarry"}, {"input", "Which lamps? " + about.asked}}.dump());
        }
        if (route.path == "/api/v1/jobs" && route.method == "POST") {
            const nlohmann::json questions = {"Which lamps? " + about.asked, near_name};
            bodies = {nlohmann::json{{"kind", "batch"}, {"request", {{"questions", questions}}}}.dump()};
        }
        std::vector<net::Request> requests;
        for (const std::string& path : paths) {
            for (const std::string& body : bodies) {
                if (path != paths.front() && body != bodies.front()) continue;
                requests.push_back(request(route.method, path, body));
                if (!body.empty() && (route.scope == "ask" || route.scope == "agents")) {
                    requests.push_back(with(requests.back(), "Accept", "text/event-stream"));
                }
            }
        }
        return requests;
    }
    static std::string encoded(const std::string& text) {
        std::string path;
        for (const char c : text) path += c == '/' ? std::string("%2F") : std::string(1, c);
        return path;
    }

    /// All that a response says, and the events of a job that it begins.
    [[nodiscard]] std::string said(const net::Request& made) {
        ServeCall sent(*service_, made);
        std::string all = sent.response().source ? sent.read_to() : sent.response().body;
        for (const net::Header& header : sent.response().headers) all += header.name + ": " + header.value + "\n";
        constexpr std::string_view jobs = "/api/v1/jobs/";
        const std::string_view location = sent.response().header("Location");
        if (!location.starts_with(jobs)) return all;
        net::Request events = made;
        events.method = "GET";
        events.target = "/api/v1/runs/" + std::string(location.substr(jobs.size())) + "/events";
        events.body.clear();
        return all + said(events);
    }

    /// Sends everything as somebody and looks for words of what they may not see.
    void look(const std::string& authorization, const std::set<std::string>& readable,
              const std::set<std::string>& gone) {
        for (const Route& route : all_routes()) {
            // These change what the others look at, and echo nothing but what they were sent; they have tests of their
            // own.
            if (route.id == "ingest" || route.id == "sign_out" || route.id == "sign_in") continue;
            std::size_t tried = 0;
            for (const SecretDocument& about : documents_) {
                const bool is_gone = gone.contains(about.id);
                if (tried == 1 || (readable.contains(about.collection) && !is_gone)) continue;
                ++tried;
                for (const net::Request& made : requests_to(route, about)) {
                    const std::string answer = said(as(authorization, made));
                    for (const SecretDocument& one : documents_) {
                        if (readable.contains(one.collection) && !gone.contains(one.id)) continue;
                        for (const std::string& hidden : one.hidden) {
                            const bool asked = made.target.find(hidden) != std::string::npos ||
                                               made.body.find(hidden) != std::string::npos;
                            ASSERT_TRUE(asked || answer.find(hidden) == std::string::npos)
                                << route.method << " " << made.target << " " << made.body << " gave " << answer;
                        }
                        const bool is_named =
                            made.target.find(one.collection) != std::string::npos || route.scope == "admin";
                        ASSERT_TRUE(is_named || readable.contains(one.collection) ||
                                    answer.find(one.collection) == std::string::npos)
                            << route.method << " " << made.target << " " << made.body << " gave " << answer;
                    }
                    ++looked_;
                }
            }
        }
    }

    std::mt19937 random_;
    std::vector<std::string> collections_;
    std::vector<SecretDocument> documents_;
    std::size_t looked_ = 0;
};

TEST_F(AccessProperty, NothingOfADocumentWithoutAccessComesOut) {
    const std::vector<std::string> scopes = {"search", "ask", "read", "migrations", "agents", "admin"};
    for (unsigned seed = 1; seed <= 2; ++seed) {
        make(seed);
        // Others have asked for everything before.
        static_cast<void>(said(request("POST", "/api/v1/ask", R"({"question": "What about the lamps?"})")));
        std::set<std::string> readable;
        std::vector<std::string> granted;
        for (const std::string& collection : collections_) {
            if (random_() % 2 == 0 || (&collection == &collections_.back() && readable.size() == 2)) continue;
            readable.insert(collection);
            granted.push_back(collection);
        }
        if (seed == 1) {
            look("Bearer " + key("all", scopes, granted), readable, {});
            if (HasFatalFailure()) return;
            look("Bearer " + key("none", scopes, {}), {}, {});
        } else {
            // A key that was given everything, of a user who was not.
            static_cast<void>(users().add_user({.email = "bob@example.org", .scopes = {"search", "ask", "read"}}));
            const std::string secret = key("of", scopes, collections_, "bob@example.org");
            for (const std::string& collection : readable) {
                static_cast<void>(users().grant(collection, "bob@example.org", store::GrantedAccess::read));
            }
            look("Bearer " + secret, readable, {});
        }
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(looked_, 150U);
}

TEST_F(AccessProperty, NothingOfADeletedDocumentComesOut) {
    make(2);
    for (int i = 0; i < 2; ++i) {
        static_cast<void>(said(request("POST", "/api/v1/ask", R"({"question": "What about the lamps?"})")));
    }
    std::set<std::string> gone;
    for (const SecretDocument& one : documents_) {
        if (!gone.empty() && random_() % 2 == 0) continue;
        gone.insert(one.id);
        const nlohmann::json body = {{"documents", {one.id}}};
        ServeCall removed = call("POST", "/api/v1/documents/delete", body.dump());
        ASSERT_EQ(removed.response().status, 200) << removed.response().body;
    }
    look("Bearer " + service_->access().token(), {collections_.begin(), collections_.end()}, gone);
    EXPECT_GT(looked_, 50U);
}

}  // namespace
}  // namespace quarry::serve
