#include "core/serve/mcp_endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/serve/caller_meter.h"
#include "core/serve/mcp_headers.h"
#include "core/serve/request_scope.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

using json_rpc::Message;

net::Response message_response(const mcp::Json& message, int status = 200) {
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = json_rpc::line(message)};
}

net::Response failure_response(int status, const mcp::Json& id, int code, std::string text) {
    return message_response(json_rpc::failure(id, {code, std::move(text), nullptr}), status);
}

net::Response events_response(std::shared_ptr<net::BodySource> source) {
    return {
        .headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}},
        .source = std::move(source),
        .heartbeat = ":\n\n"};
}

bool is_legacy_version(std::string_view version) {
    return std::ranges::find(mcp::legacy_versions, version) != mcp::legacy_versions.end();
}

/// Clients of older versions take an event without a message for a broken one.
bool is_primed(const McpSession& session) {
    const auto agreement = session.state()->agreement();
    return agreement && agreement->version >= mcp::legacy_versions.front();
}

RateClass rate_class_of(const mcp::Tool* tool, std::string_view method) {
    if (tool == nullptr)
        return method == "resources/read" || method == "prompts/get" ? RateClass::search : RateClass::none;
    if (tool->scope == "ask") return RateClass::generate;
    return tool->scope == "write" ? RateClass::ingest : RateClass::search;
}

/// What a session is sent beside responses, or the rest of a stream behind Last-Event-ID.
net::Response session_events(const net::Request& request, McpSession& session) {
    if (!accepts_both(request.header("Accept")) &&
        request.header("Accept").find("text/event-stream") == std::string::npos) {
        return failure_response(406, nullptr, json_rpc::invalid_request, "Accept must name text/event-stream");
    }
    std::shared_ptr<McpStream> stream = session.standing();
    std::uint64_t after = 0;
    if (const std::string_view last = request.header("Last-Event-ID"); !last.empty()) {
        const auto event = parse_event_id(last);
        stream = event ? session.find_stream(event->stream) : nullptr;
        if (!stream) {
            return failure_response(400, nullptr, json_rpc::invalid_request,
                                    "Last-Event-ID is not one of this session");
        }
        after = event->number;
    }
    net::Response response = events_response(stream->source(after, is_primed(session)));
    response.set("MCP-Session-Id", session.id());
    return response;
}

}  // namespace

/// The response to one POST: JSON, or a stream once something else is sent before the answer.
class McpEndpoint::Response final : public mcp::Channel {
public:
    /// `session` is null in the modern dialect.
    Response(std::shared_ptr<net::Exchange> exchange, std::shared_ptr<McpSession> session)
        : exchange_(std::move(exchange)), session_(std::move(session)) {}

    void send(const mcp::Json& message) override { stream()->send(message); }

    void finish(const mcp::Reply& reply) {
        if (reply.is_open) return;
        std::shared_ptr<McpStream> begun;
        {
            const std::lock_guard lock(mutex_);
            begun = stream_;
        }
        if (!begun) {
            net::Response response = message_response(reply.message, reply.status);
            if (!reply.missing_scope.empty()) {
                response.set("WWW-Authenticate", mcp_challenge(exchange_->request(), reply.missing_scope));
            }
            return respond(std::move(response));
        }
        if (!reply.message.is_null()) begun->send(reply.message);
        begun->end();
    }
    /// The request was cancelled by its client, which wants no answer.
    void drop() {
        std::shared_ptr<McpStream> begun;
        {
            const std::lock_guard lock(mutex_);
            begun = stream_;
        }
        begun ? begun->end() : respond({.status = 202});
    }
    void respond(net::Response response) {
        if (session_) response.set("MCP-Session-Id", session_->id());
        exchange_->respond(std::move(response));
    }
    /// Begins the stream.
    [[nodiscard]] std::shared_ptr<McpStream> stream() {
        const std::lock_guard lock(mutex_);
        if (stream_) return stream_;
        stream_ = session_ ? session_->new_stream() : std::make_shared<McpStream>();
        respond(events_response(stream_->source(0, session_ && is_primed(*session_))));
        return stream_;
    }

private:
    const std::shared_ptr<net::Exchange> exchange_;
    const std::shared_ptr<McpSession> session_;
    std::mutex mutex_;  ///< Protects the member below.
    std::shared_ptr<McpStream> stream_;
};

/// A request that is worked on.
struct McpEndpoint::Work {
    Call call;
    Message message;
    std::shared_ptr<McpSession> session;  ///< Null in the modern dialect.
    std::shared_ptr<Cancellation> cancel;
    std::shared_ptr<Response> response;
};

McpEndpoint::McpEndpoint(mcp::Catalog catalog, mcp::ServerOptions options)
    : server_(std::move(catalog), std::move(options)) {}

void McpEndpoint::post(const Call& call) {
    const net::Request& request = call.exchange->request();
    const auto refuse = [&](int status, const mcp::Json& id, int code, std::string text) {
        call.exchange->respond(failure_response(status, id, code, std::move(text)));
    };
    if (!accepts_both(request.header("Accept"))) {
        return refuse(406, nullptr, json_rpc::invalid_request,
                      "Accept must name application/json and text/event-stream");
    }
    if (!request.header("Content-Type").starts_with("application/json")) {
        return refuse(415, nullptr, json_rpc::invalid_request, "Content-Type must be application/json");
    }
    json_rpc::Reading reading = json_rpc::read(request.body);
    if (!reading.message) return refuse(400, reading.id, reading.failure.code, reading.failure.message);
    const std::string_view version = request.header("MCP-Protocol-Version");
    const bool has_session = !request.header("MCP-Session-Id").empty();
    const bool is_modern = mcp::Server::is_modern(*reading.message) || version == mcp::modern_version ||
                           (!has_session && reading.message->method == "server/discover");
    is_modern ? post_modern(call, std::move(*reading.message)) : post_legacy(call, std::move(*reading.message));
}

void McpEndpoint::post_modern(const Call& call, Message message) {
    const auto refuse = [&](int code, std::string text) {
        call.exchange->respond(failure_response(400, message.id, code, std::move(text)));
    };
    if (message.kind == Message::Kind::notification) return call.exchange->respond({.status = 202});
    if (message.kind != Message::Kind::request) {
        return refuse(json_rpc::invalid_request, "answers belong in inputResponses of the repeated request");
    }
    if (!mcp::Server::is_modern(message)) {
        return refuse(json_rpc::invalid_params, fmt::format("_meta must have {}", mcp::version_key));
    }
    if (const auto wrong = header_mismatch(call.exchange->request(), message)) {
        return refuse(mcp::header_mismatch, *wrong);
    }
    auto cancel = new_cancellation();
    call.exchange->on_disconnect([cancel] { cancel->cancel(); });
    auto response = std::make_shared<Response>(call.exchange, nullptr);
    start({call, std::move(message), nullptr, std::move(cancel), std::move(response)});
}

void McpEndpoint::post_legacy(const Call& call, Message message) {
    const net::Request& request = call.exchange->request();
    const auto refuse = [&](int status, const char* text) {
        call.exchange->respond(failure_response(status, message.id, json_rpc::invalid_request, text));
    };
    const std::string_view version = request.header("MCP-Protocol-Version"), id = request.header("MCP-Session-Id");
    if (message.method == "initialize" && message.kind == Message::Kind::request) {
        return begin_session(call, std::move(message));
    }
    if (!version.empty() && !is_legacy_version(version)) return refuse(400, "unsupported protocol version");
    if (id.empty()) return refuse(400, "MCP-Session-Id is missing; start a session with initialize");
    const auto session = sessions_.find(id, call.caller.principal.name);
    if (!session) return refuse(404, "session not found; start one with initialize");
    if (message.kind == Message::Kind::result || message.kind == Message::Kind::failure) {
        session->state()->deliver(std::move(message));
        return call.exchange->respond({.status = 202});
    }
    auto response = std::make_shared<Response>(call.exchange, session);
    if (message.kind == Message::Kind::notification) {
        run({call, std::move(message), session, std::make_shared<Cancellation>(), response});
        return response->respond({.status = 202});
    }
    auto cancel = session->state()->begin(message.id);
    if (!cancel) return refuse(400, "a request with this id is in progress");
    start({call, std::move(message), session, std::move(cancel), std::move(response)});
}

void McpEndpoint::begin_session(const Call& call, Message message) {
    auto session = sessions_.begin(call.caller.principal.name);
    if (!session) {
        return call.exchange->respond(
            failure_response(503, message.id, json_rpc::internal_error, "the server has too many sessions"));
    }
    server_.watch(session->state());
    run({call, std::move(message), session, std::make_shared<Cancellation>(),
         std::make_shared<Response>(call.exchange, session)});
    if (!session->state()->agreement()) sessions_.end(session->id());
}

void McpEndpoint::start(Work work) {
    Service& service = work.call.service;
    const mcp::Tool* tool = server_.tool_of(work.message);
    const auto finish_early = [&](net::Response response) {
        if (work.session) static_cast<void>(work.session->state()->end(work.message.id));
        work.response->respond(std::move(response));
    };
    const auto rate = service.rates().take(rate_class_of(tool, work.message.method), work.call.caller.principal.name);
    if (rate && !rate->allowed) return finish_early(too_many_requests(*rate));
    if (!server_.is_slow(work.message)) return run(work);
    if (tool->scope == "write" && !service.has_base()) {
        return finish_early(problem(503, "the knowledge base is not where it was"));
    }
    if (service.try_submit(serve::Work::generate, [this, work] { run(work); })) return;
    net::Response busy =
        failure_response(503, work.message.id, json_rpc::internal_error, "the server is busy; try again");
    busy.set("Retry-After", "1");
    finish_early(std::move(busy));
}

void McpEndpoint::run(const Work& work) {
    const CallScope scope(work.call, work.cancel);
    mcp::Session* session = work.session ? work.session->state().get() : nullptr;
    const mcp::RequestContext context{*scope, work.call.caller.scopes, *work.response, session};
    std::shared_ptr<mcp::Channel> stream;
    if (work.message.method == "subscriptions/listen" && session == nullptr) {
        // Its stream lives as long as its connection.
        auto listening = work.response->stream();
        const std::lock_guard lock(mutex_);
        std::erase_if(listening_, [](const auto& one) { return one.expired(); });
        listening_.insert(listening);
        stream = std::move(listening);
    }
    const mcp::Reply reply = server_.handle(work.message, context, stream);
    if (work.message.kind != Message::Kind::request) return;
    const bool is_wanted = session == nullptr || session->end(work.message.id);
    is_wanted ? work.response->finish(reply) : work.response->drop();
}

std::shared_ptr<Cancellation> McpEndpoint::new_cancellation() {
    auto cancel = std::make_shared<Cancellation>();
    const std::lock_guard lock(mutex_);
    std::erase_if(running_, [](const auto& one) { return one.expired(); });
    running_.insert(cancel);
    return cancel;
}

net::Response McpEndpoint::in_session(const Call& call, const SessionWork& work) {
    const net::Request& request = call.exchange->request();
    const std::string_view id = request.header("MCP-Session-Id");
    if (id.empty() || request.header("MCP-Protocol-Version") == mcp::modern_version) {
        net::Response response = failure_response(405, nullptr, json_rpc::invalid_request, "use POST");
        response.set("Allow", "POST");
        return response;
    }
    const auto session = sessions_.find(id, call.caller.principal.name);
    if (!session) return failure_response(404, nullptr, json_rpc::invalid_request, "session not found");
    return work(request, *session);
}

net::Response McpEndpoint::get(const Call& call) { return in_session(call, session_events); }

net::Response McpEndpoint::remove(const Call& call) {
    return in_session(call, [this](const net::Request&, McpSession& session) {
        sessions_.end(session.id());
        return net::Response{.status = 204};
    });
}

void McpEndpoint::shut_down() {
    sessions_.shut_down();
    const std::lock_guard lock(mutex_);
    for (const auto& one : listening_) {
        if (const auto stream = one.lock()) stream->end();
    }
}

void McpEndpoint::cancel_all() {
    sessions_.close_all();
    const std::lock_guard lock(mutex_);
    for (const auto& one : running_) {
        if (const auto cancel = one.lock()) cancel->cancel();
    }
}

}  // namespace quarry::serve
