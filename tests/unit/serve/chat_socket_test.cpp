#include "core/serve/chat_socket.h"

#include <condition_variable>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using State = net::WebSocketSession::State;

/// A client of a socket without sockets.
class Client {
public:
    explicit Client(std::shared_ptr<net::WebSocketSession> session) : session_(std::move(session)) {
        session_->start([state = state_] {
            const std::lock_guard lock(state->mutex);
            state->woken = true;
            state->changed.notify_all();
        });
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { leave(); }
    void leave() {
        if (!std::exchange(left_, true)) session_->stopped();
    }

    void send(const nlohmann::json& message) { session_->received(message.dump()); }
    void send_text(std::string text) { session_->received(std::move(text)); }

    /// The next message; null at the end.
    nlohmann::json next() {
        for (;;) {
            {
                const std::lock_guard lock(state_->mutex);
                state_->woken = false;
            }
            std::string message;
            switch (session_->next(message)) {
                case State::more: return nlohmann::json::parse(message);
                case State::end: return nullptr;
                case State::waiting: break;
            }
            std::unique_lock lock(state_->mutex);
            state_->changed.wait(lock, [&] { return state_->woken; });
        }
    }
    nlohmann::json answer_to(const nlohmann::json& message) {
        send(message);
        return next();
    }
    /// The events up to the last one of a run.
    std::vector<nlohmann::json> events() {
        std::vector<nlohmann::json> all;
        while (all.empty() || (all.back()["event"] != "done" && all.back()["event"] != "failed")) all.push_back(next());
        return all;
    }

private:
    struct Shared {
        std::mutex mutex;
        std::condition_variable changed;
        bool woken = false;
    };
    const std::shared_ptr<net::WebSocketSession> session_;
    const std::shared_ptr<Shared> state_ = std::make_shared<Shared>();
    bool left_ = false;
};

class ChatSocketTest : public ServiceTest {
protected:
    [[nodiscard]] net::Request handshake(bool signed_in) const {
        net::Request made = request("GET", "/ws/chat");
        if (!signed_in) std::erase_if(made.headers, [](const auto& one) { return one.name == "Authorization"; });
        for (const auto& [name, value] : {std::pair{"Upgrade", "websocket"},
                                          {"Connection", "keep-alive, Upgrade"},
                                          {"Sec-WebSocket-Version", "13"},
                                          {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}) {
            made.headers.push_back({name, value});
        }
        return made;
    }
    [[nodiscard]] std::shared_ptr<net::WebSocketSession> open(const net::Request& made) {
        testing::ServeCall opening(*service_, made);
        EXPECT_EQ(opening.response().status, 101) << opening.response().body;
        return opening.response().web_socket;
    }
    [[nodiscard]] nlohmann::json sign_in() const {
        return {{"type", "sign_in"}, {"id", 1}, {"token", service_->access().token()}};
    }
};

TEST_F(ChatSocketTest, AnswersWithTheEventsOfAStreamAndTheirNumbers) {
    Client client(open(handshake(true)));
    EXPECT_EQ(client.next()["type"], "ready");
    const auto started = client.answer_to({{"type", "message"}, {"id", "a"}, {"question", "How far is the moon?"}});
    EXPECT_EQ(started["type"], "started");
    EXPECT_EQ(started["id"], "a");
    const auto events = client.events();
    const std::string run = started["run"];
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(events[i]["type"], "event");
        EXPECT_EQ(events[i]["number"], i + 1);
        EXPECT_EQ(events[i]["id"], run + "/" + std::to_string(i + 1));
        EXPECT_EQ(events[i]["data"]["event"], events[i]["event"]);
    }
    EXPECT_EQ(events.front()["event"], "retrieved");
    EXPECT_EQ(events.back()["event"], "done");
    EXPECT_NE(events.back()["data"]["answer"]["answer"].get<std::string>().find("far away"), std::string::npos);
    // The same run, the same numbers, over the stream.
    auto stream = call("GET", "/api/v1/runs/" + run + "/events");
    EXPECT_NE(stream.read_to().find("id: " + run + "/" + std::to_string(events.size())), std::string::npos);
}

TEST_F(ChatSocketTest, SignsInByTheFirstMessageOrASubprotocol) {
    Client late(open(handshake(false)));
    EXPECT_EQ(late.answer_to(sign_in())["type"], "ready");
    EXPECT_EQ(late.answer_to({{"type", "ping"}, {"id", 7}}), (nlohmann::json{{"type", "pong"}, {"id", 7}}));

    auto browser = with(handshake(false), "Sec-WebSocket-Protocol", "quarry, token." + service_->access().token());
    testing::ServeCall opening(*service_, browser);
    EXPECT_EQ(opening.response().header("Sec-WebSocket-Protocol"), "quarry");
    Client client(opening.response().web_socket);
    EXPECT_EQ(client.next()["type"], "ready");
    EXPECT_EQ(status(with(browser, "Sec-WebSocket-Protocol", "quarry, token.x")), 401);
}

TEST_F(ChatSocketTest, ClosesForThoseWhoAreNotKnown) {
    const auto wrong = open(handshake(false));
    Client client(wrong);
    const auto refused = client.answer_to({{"type", "sign_in"}, {"token", "x"}});
    EXPECT_EQ(refused["status"], 401);
    EXPECT_TRUE(client.next().is_null());
    EXPECT_EQ(wrong->closing().code, 1008);

    const auto early = open(handshake(false));
    EXPECT_GT(early->first_message_time().count(), 0);
    EXPECT_LT(early->most_bytes(), 100'000U);
    Client other(early);
    EXPECT_EQ(other.answer_to({{"type", "message"}, {"question", "How far?"}})["type"], "error");
    EXPECT_TRUE(other.next().is_null());
}

TEST_F(ChatSocketTest, RefusesWhatIsNoHandshakeOrComesFromAStrangersPage) {
    EXPECT_EQ(status(request("GET", "/ws/chat")), 426);
    EXPECT_EQ(status(with(handshake(true), "Sec-WebSocket-Version", "8")), 426);
    EXPECT_EQ(status(with(handshake(true), "Sec-WebSocket-Key", "short")), 426);
    EXPECT_EQ(status(with(handshake(true), "Origin", "https://evil.example")), 403);
    EXPECT_EQ(status(with(handshake(true), "Origin", "https://wiki.example.org")), 101);
}

TEST_F(ChatSocketTest, SaysWhatIsWrongWithAMessage) {
    Client client(open(handshake(true)));
    EXPECT_EQ(client.next()["type"], "ready");
    client.send_text("[" + std::string(10'000, '['));
    EXPECT_EQ(client.next()["status"], 400);
    EXPECT_EQ(client.answer_to(5)["status"], 400);
    EXPECT_EQ(client.answer_to({{"type", "shout"}})["errors"][0]["type"], "choice");
    EXPECT_EQ(client.answer_to({{"type", "message"}, {"id", 3}})["errors"][0]["type"], "missing");
    const auto unknown = client.answer_to({{"type", "ping"}, {"x", 1}});
    EXPECT_EQ(unknown["status"], 422) << unknown;
    EXPECT_EQ(client.answer_to({{"type", "message"}, {"question", 5}})["errors"][0]["loc"],
              nlohmann::json::array({"question"}));
    EXPECT_EQ(client.answer_to({{"type", "resume"}, {"run", "none"}})["status"], 404);
    EXPECT_EQ(client.answer_to({{"type", "cancel"}, {"run", "none"}})["status"], 404);
    EXPECT_EQ(client.answer_to({{"type", "ping"}})["type"], "pong");
}

TEST_F(ChatSocketTest, ResumesARunOnAnotherSocketBehindWhatWasRead) {
    Client first(open(handshake(true)));
    EXPECT_EQ(first.next()["type"], "ready");
    const std::string run = first.answer_to({{"type", "message"}, {"question", "How far is the moon?"}})["run"];
    const auto all = first.events();
    first.leave();

    Client second(open(handshake(true)));
    EXPECT_EQ(second.next()["type"], "ready");
    EXPECT_EQ(second.answer_to({{"type", "resume"}, {"run", run}, {"after", 1}})["run"], run);
    const auto rest = second.events();
    EXPECT_EQ(rest, std::vector(all.begin() + 1, all.end()));
    EXPECT_EQ(second.answer_to({{"type", "cancel"}, {"run", run}})["type"], "ok");
    const auto refused = second.answer_to({{"type", "approve"}, {"run", run}, {"decision", "d"}, {"approved", true}});
    EXPECT_EQ(refused["status"], 409);
}

TEST_F(ChatSocketTest, ClosesForAFloodAndWhenTheServerEnds) {
    const auto flooded = open(handshake(true));
    Client client(flooded);
    for (int i = 0; i < 2000; ++i) client.send({{"type", "ping"}});
    while (!client.next().is_null()) {
    }
    EXPECT_EQ(flooded->closing().code, 1008);

    const auto other = open(handshake(true));
    Client patient(other);
    EXPECT_EQ(patient.next()["type"], "ready");
    service_->shut_down();
    EXPECT_EQ(patient.next()["type"], "shutdown");
    EXPECT_TRUE(patient.next().is_null());
    EXPECT_EQ(other->closing().code, 1001);
}

TEST_F(ChatSocketTest, APersonAnswersAnAgent) {
    write_file_atomically((folder_.path() / "form.yaml").string(),
                          "{name: form, agent_class: FunctionNode, output_key: a, set: {b: '1'}, interrupt: {ask: 'How many?', "
                          "schema: {type: object, properties: {count: {type: integer}}, required: [count]}}}\n");
    config_.set_flag("serve.agents", (folder_.path() / "form.yaml").string(), "test");
    make_service({});
    const auto begun = call("POST", "/api/v1/agents/form/runs", R"({"input": "x"})").json();
    ASSERT_EQ(begun.at("state"), "waiting") << begun;
    const std::string run = begun.at("run");
    Client client(open(handshake(true)));
    EXPECT_EQ(client.next()["type"], "ready");
    EXPECT_EQ(client.answer_to({{"type", "resume"}, {"run", run}})["type"], "started");
    nlohmann::json event = client.next();
    while (event["event"] != "waiting") event = client.next();
    const auto decision = event["data"]["waiting"][0]["decision"];
    const auto answer = [&](const nlohmann::json& values, const nlohmann::json& to) {
        return client.answer_to(
            {{"type", "approve"}, {"id", 1}, {"run", run}, {"decision", to}, {"approved", true}, {"values", values}});
    };
    EXPECT_EQ(answer({{"count", 3}}, "9.9.form")["status"], 409);
    EXPECT_EQ(answer({{"count", "many"}}, decision)["status"], 422);
    EXPECT_EQ(answer({{"count", 3}}, decision)["type"], "started");
    const auto events = client.events();
    EXPECT_EQ(events.front()["event"], "run");
    EXPECT_EQ(events.back()["event"], "done") << events.back();
    EXPECT_EQ(answer({{"count", 3}}, decision)["status"], 409);
}

}  // namespace
}  // namespace quarry::serve
