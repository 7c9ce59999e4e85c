#include "core/mcp_client/http_transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/http/client.h"
#include "core/http/retry.h"
#include "core/http/url.h"
#include "core/llm/event_stream.h"
#include "core/mcp_client/event_listener.h"

namespace quarry::mcp_client {
namespace {

using Clock = std::chrono::steady_clock;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t longest_answer = 16'000'000;
constexpr std::size_t most_stream_messages = 10'000;
constexpr std::size_t longest_session_id = 1'024;
constexpr int most_renewals = 2;  ///< Of the right to use the server, within a request.
constexpr int most_reconnections = 8;
constexpr std::chrono::milliseconds usual_retry{1'000}, longest_retry{30'000}, farewell_time{500};
constexpr std::chrono::hours most_listening{24};

/// What has come in answer to a request so far.
struct Exchange {
    const Call& call;
    const PeerHandler& peer;
    Clock::time_point end;
    const Cancellation& cancel;
    bool is_stream = false;
    std::string body{};  ///< Of an answer that is not a stream.
    llm::EventStreamParser events{longest_answer};
    std::size_t messages = 0;
    std::optional<json_rpc::Message> answer{};
};

std::chrono::milliseconds left_until(Clock::time_point end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    return std::max(left, std::chrono::milliseconds(1));
}

bool is_session_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_session_id &&
           std::ranges::all_of(id, [](char c) { return c >= 0x21 && c <= 0x7E; });
}

class HttpTransport final : public Transport {
public:
    HttpTransport(const ServerDefinition& server, const Environment& environment,
                  std::unique_ptr<Authorization> authorization)
        : name_(server.name),
          url_(server.url),
          public_only_(!server.is_users_own),
          authorization_(std::move(authorization)) {
        for (const NamedText& header : server.headers) {
            const std::string what = fmt::format("mcp.servers.{}.headers.{}", server.name, header.name);
            headers_.emplace_back(header.name, expand_variables(header.text, what, environment));
        }
        if (!headers_.empty()) http::refuse_key_in_the_clear(url_);
    }

    ~HttpTransport() override {
        listener_.reset();
        if (session_.empty()) return;
        try {
            const Cancellation nothing;
            http::HttpRequest request = prepared("DELETE", farewell_time, nothing);
            static_cast<void>(side_.send(request, nothing));
        } catch (...) {  // a session ends by itself too
        }
    }

    void use_version(std::string_view version) override { version_ = version; }

    void restart() override {
        listener_.reset();
        session_.clear();
    }

    void listen(const PeerHandler& peer, const Cancellation& cancel) override {
        http::HttpRequest get = prepared("GET", most_listening, cancel);
        http::HttpRequest post = prepared("POST", most_listening, cancel);
        listener_ = std::make_unique<EventListener>(std::move(get), std::move(post), peer);
    }

    [[nodiscard]] json_rpc::Message exchange(const Call& call, const PeerHandler& peer,
                                             std::chrono::milliseconds timeout, const Cancellation& cancel) override {
        Exchange state{.call = call, .peer = peer, .end = Clock::now() + timeout, .cancel = cancel};
        for (int renewals = 0;; ++renewals) {
            const http::HttpResponse response = post(state);
            if (state.answer) return std::move(*state.answer);
            if (response.status >= 200 && response.status < 300) break;
            if (wants_authorization(response) && renewals < most_renewals) {
                renew(response, cancel);
                continue;
            }
            if (response.status == 404 && !session_.empty()) throw refusal(response);  // the session is over
            if (std::optional<json_rpc::Message> failure = failure_in(response.body, call.id)) return *failure;
            throw refusal(response);
        }
        for (int times = 0; state.is_stream && !session_or_id(state).empty() && times < most_reconnections; ++times) {
            reconnect(state);
            if (state.answer) return std::move(*state.answer);
        }
        throw Error(ErrorCode::provider_failed, fmt::format("the MCP server {} gave no answer", name_))
            .because("its answer ended too early");
    }

    void notify(std::string_view method, const Json& params, std::chrono::milliseconds timeout,
                const Cancellation& cancel) override {
        http::HttpRequest request = prepared("POST", timeout, cancel);
        request.headers.emplace_back("Mcp-Method", std::string(method));
        request.body = json_rpc::line(json_rpc::notification(method, params));
        const http::HttpResponse response = side_.send(request, cancel);
        if (response.status >= 300) throw refusal(response);
    }

private:
    /// A request with all that each one has.
    [[nodiscard]] http::HttpRequest prepared(const char* method, std::chrono::milliseconds timeout,
                                             const Cancellation& cancel) {
        http::HttpRequest request{.method = method, .url = url_, .timeout = timeout, .max_body_bytes = longest_answer};
        request.public_only = public_only_;
        request.headers = headers_;
        const bool is_post = request.method == "POST";
        if (is_post) request.headers.emplace_back("Content-Type", "application/json");
        request.headers.emplace_back("Accept", is_post ? "application/json, text/event-stream" : "text/event-stream");
        if (!version_.empty()) request.headers.emplace_back("MCP-Protocol-Version", version_);
        if (!session_.empty()) request.headers.emplace_back("MCP-Session-Id", session_);
        if (const std::string token = authorization_ ? authorization_->access_token(cancel) : ""; !token.empty()) {
            request.headers.emplace_back("Authorization", "Bearer " + token);
        }
        return request;
    }

    [[nodiscard]] http::HttpResponse post(Exchange& state) {
        http::HttpRequest request = prepared("POST", left_until(state.end), state.cancel);
        for (const auto& header : state.call.headers) request.headers.push_back(header);
        request.body = json_rpc::line(json_rpc::request(state.call.id, state.call.method, state.call.params));
        return receive(request, state);
    }

    /// Sends, and reads what comes into `state`. A stream that breaks off is an answer that is not there yet.
    [[nodiscard]] http::HttpResponse receive(http::HttpRequest& request, Exchange& state) {
        http::HttpResponse head;
        state.is_stream = false;
        state.body.clear();
        request.before_body = [&](const http::HttpResponse& response) {
            head = response;
            take_session(response, state.call);
            const std::string type = ascii_lower(response.header("content-type").value_or(""));
            state.is_stream = type.starts_with("text/event-stream");
        };
        http::HttpResponse response;
        try {
            response = client_.send(request, state.cancel, [&](std::string_view piece) { return take(piece, state); });
            take_session(response, state.call);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::provider_failed || !state.is_stream || state.answer ||
                Clock::now() >= state.end) {
                throw;
            }
            response = head;
        }
        if (state.is_stream && !state.answer) {
            state.events.finish([&](const llm::ServerSentEvent& event) { take_event(event.data, state); });
        } else if (!state.body.empty()) {
            take_message(state.body, state, true);
        }
        return response;
    }

    void take_session(const http::HttpResponse& response, const Call& call) {
        if (call.method != "initialize") return;
        const std::string id = response.header("mcp-session-id").value_or("");
        if (is_session_id(id)) session_ = id;
    }

    /// False ends the request: its answer is there.
    [[nodiscard]] bool take(std::string_view piece, Exchange& state) {
        if (!state.is_stream) {
            state.body += piece;
            return true;
        }
        state.events.feed(piece, [&](const llm::ServerSentEvent& event) { take_event(event.data, state); });
        return !state.answer.has_value();
    }

    void take_event(std::string_view data, Exchange& state) {
        if (state.answer || trim(data).empty()) return;
        if (++state.messages > most_stream_messages) {
            throw Error(ErrorCode::provider_failed,
                        fmt::format("the MCP server {} floods quarry with messages", name_));
        }
        take_message(data, state, false);
    }

    void take_message(std::string_view text, Exchange& state, bool must_answer) {
        json_rpc::Reading reading = json_rpc::read(text);
        if (!reading.message) {
            throw Error(ErrorCode::provider_failed, fmt::format("the MCP server {} did not send a message", name_))
                .because(reading.failure.message);
        }
        json_rpc::Message& message = *reading.message;
        using Kind = json_rpc::Message::Kind;
        const bool is_answer = message.kind == Kind::result || message.kind == Kind::failure;
        if (is_answer && (message.id == state.call.id || (must_answer && message.id.is_null()))) {
            state.answer = std::move(message);
        } else if (is_answer && must_answer) {
            throw Error(ErrorCode::provider_failed,
                        fmt::format("the MCP server {} answered another request than it was sent", name_));
        } else if (message.kind == Kind::request) {
            answer_request(message, state);
        }
    }

    void answer_request(const json_rpc::Message& message, const Exchange& state) {
        const PeerAnswer answer = state.peer(message.method, message.params);
        http::HttpRequest request = prepared("POST", left_until(state.end), state.cancel);
        request.body = json_rpc::line(answer.failure ? json_rpc::failure(message.id, *answer.failure)
                                                     : json_rpc::result(message.id, answer.result));
        // The client of the stream is busy with it.
        const http::HttpResponse response = side_.send(request, state.cancel);
        if (response.status >= 300) throw refusal(response);
    }

    /// What makes a stream one that can be gone on with: the last id, in a dialect with sessions.
    [[nodiscard]] std::string session_or_id(const Exchange& state) const {
        return version_ == modern_version ? "" : state.events.last_id();
    }

    void reconnect(Exchange& state) {
        const std::string last = state.events.last_id();
        const auto asked = state.events.retry();
        const std::chrono::milliseconds wait = asked ? std::chrono::milliseconds(*asked) : usual_retry;
        http::sleep_cancellable(std::min({wait, longest_retry, left_until(state.end)}), state.cancel);
        http::HttpRequest request = prepared("GET", left_until(state.end), state.cancel);
        request.headers.emplace_back("Last-Event-ID", last);
        const http::HttpResponse response = receive(request, state);
        if (!state.answer && response.status >= 300) throw refusal(response);
    }

    [[nodiscard]] bool wants_authorization(const http::HttpResponse& response) const {
        if (!authorization_) return false;
        if (response.status == 401) return true;
        const std::string challenge = response.header("www-authenticate").value_or("");
        return response.status == 403 && challenge.find("insufficient_scope") != std::string::npos;
    }

    void renew(const http::HttpResponse& response, const Cancellation& cancel) {
        authorization_->renew({response.status, response.header("www-authenticate").value_or("")}, cancel);
    }

    /// A failure that a refusal's body says in the protocol's own words.
    [[nodiscard]] static std::optional<json_rpc::Message> failure_in(const std::string& body, const Json& id) {
        json_rpc::Reading reading = json_rpc::read(body);
        if (!reading.message || reading.message->kind != json_rpc::Message::Kind::failure) return std::nullopt;
        if (!reading.message->id.is_null() && reading.message->id != id) return std::nullopt;
        return std::move(reading.message);
    }

    [[nodiscard]] StatusError refusal(const http::HttpResponse& response) const {
        std::string hint;
        if (response.status == 401 || response.status == 403) hint = fmt::format("quarry mcp login {}", name_);
        if (response.status >= 300 && response.status < 400) hint = "write the address that it redirects to";
        const std::string body = one_line(strip_terminal_controls(replace_invalid_utf8(response.body)), 200);
        return {Error(ErrorCode::provider_failed,
                      fmt::format("the MCP server {} refused a request with status {}", name_, response.status), hint)
                    .because(body.empty() ? http::url_without_credentials(url_) : body),
                response.status};
    }

    std::string name_, url_;
    bool public_only_;
    std::unique_ptr<Authorization> authorization_;
    Headers headers_;
    std::string version_, session_;
    http::HttpClient client_;
    http::HttpClient side_;  ///< For what is sent while a stream is read.
    std::unique_ptr<EventListener> listener_;
};

}  // namespace

std::unique_ptr<Transport> make_http_transport(const ServerDefinition& server, const Environment& environment,
                                               std::unique_ptr<Authorization> authorization) {
    return std::make_unique<HttpTransport>(server, environment, std::move(authorization));
}

}  // namespace quarry::mcp_client
