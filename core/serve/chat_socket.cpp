#include "core/serve/chat_socket.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/serve/agent_parts.h"
#include "core/serve/agent_runs.h"
#include "core/serve/answer_run.h"

namespace quarry::serve {
namespace {

constexpr std::size_t most_waiting = 32;               ///< Messages of a client, and replies to them.
constexpr std::size_t most_waiting_bytes = 2 << 20;    ///< Of a client's messages.
constexpr std::size_t most_runs = 16;                  ///< That one socket follows.
constexpr std::size_t most_unknown_bytes = 16 * 1024;  ///< Of a message before its sender is known.
constexpr std::chrono::seconds sign_in_time{10};

/// What of a message is meant for the socket, and not for the answer.
constexpr std::array<const char*, 2> own_fields = {"type", "id"};

/// The events of a run as messages, a line each.
RunLog::StreamForm message_form(const Service& service, const std::string& run) {
    return {.event =
                [&service, run](const Run& of, const RunEvent& event) {
                    const bool is_agent = of.kind() == RunLog::agent_kind;
                    return fmt::format("{{\"type\":\"event\",\"run\":\"{0}\",\"id\":\"{0}/{1}\",\"number\":{1},"
                                       "\"event\":\"{2}\",\"data\":{3}}}\n",
                                       run, event.number, event.name,
                                       is_agent ? shown_agent_event(service, of.owner(), event) : event.data);
                },
            .gap =
                [run](std::uint64_t first) {
                    return fmt::format("{{\"type\":\"gap\",\"run\":\"{}\",\"first\":{}}}\n", run, first);
                }};
}

Json properties(Json more) {
    Json all = {{"type", {{"type", "string"}}}, {"id", {{"type", {"string", "integer"}}, {"maxLength", 64}}}};
    all.update(more);
    return all;
}

std::shared_ptr<const JsonSchema> schema_of(Json more, const std::vector<std::string>& required = {}) {
    const Json schema = {{"type", "object"},
                         {"properties", properties(std::move(more))},
                         {"required", required},
                         {"additionalProperties", false}};
    return std::make_shared<const JsonSchema>(schema.dump());
}

const Route& route_of_ask() {
    return *std::ranges::find_if(all_routes(), [](const Route& route) { return route.path == "/api/v1/ask"; });
}

/// The body of POST /api/v1/ask beside the message's own fields.
std::shared_ptr<const JsonSchema> message_schema() {
    Json schema = route_of_ask().body;
    schema["properties"] = properties(schema["properties"]);
    return std::make_shared<const JsonSchema>(schema.dump());
}

net::Response unfit(const std::vector<ValueProblem>& problems) {
    return problem(422, "the message is not valid", problems);
}

}  // namespace

/// Nobody who is known talks.
struct ChatSocket::NotSignedIn {};

/// What a client may send.
struct ChatSocket::Kind {
    std::string name;
    std::shared_ptr<const JsonSchema> schema;
    void (ChatSocket::*handle)(const Message& message);
};

const std::vector<ChatSocket::Kind>& ChatSocket::kinds() {
    static const Json text = {{"type", "string"}, {"minLength", 1}, {"maxLength", 4096}};
    static const Json number = {{"type", "integer"}, {"minimum", 0}};
    static const std::vector<Kind> all = {
        {"sign_in", schema_of({{"token", text}}, {"token"}), &ChatSocket::sign_in},
        {"message", message_schema(), &ChatSocket::ask},
        {"cancel", schema_of({{"run", text}}, {"run"}), &ChatSocket::cancel},
        {"resume", schema_of({{"run", text}, {"after", number}}, {"run"}), &ChatSocket::resume},
        {"approve",
         schema_of({{"run", text}, {"decision", text}, {"approved", {{"type", "boolean"}}}, {"values", Json::object()}},
                   {"run", "approved"}),
         &ChatSocket::approve},
        {"ping", schema_of(Json::object()), &ChatSocket::ping}};
    return all;
}

ChatSocket::ChatSocket(Service& service, net::Request handshake, const Caller* caller)
    : service_(service), handshake_(std::move(handshake)), is_known_(caller != nullptr) {
    if (caller) reply({}, "ready", {{"name", caller->principal.name}, {"scopes", caller->scopes}});
}

ChatSocket::~ChatSocket() = default;

std::chrono::seconds ChatSocket::first_message_time() const {
    const std::lock_guard lock(mutex_);
    return is_known_ ? std::chrono::seconds{} : sign_in_time;
}

std::size_t ChatSocket::most_bytes() const {
    const std::lock_guard lock(mutex_);
    return is_known_ ? WebSocketSession::most_bytes() : most_unknown_bytes;
}

void ChatSocket::start(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

void ChatSocket::received(std::string message) {
    bool is_full = false, is_unread = false, is_worked_on = false;
    {
        const std::lock_guard lock(mutex_);
        inbox_bytes_ += message.size();
        inbox_.push_back(std::move(message));
        is_full = inbox_.size() > most_waiting || inbox_bytes_ > most_waiting_bytes;
        is_unread = outbox_.size() > most_waiting;
        if (!is_full && !is_unread) is_worked_on = std::exchange(working_, true);
    }
    if (is_full) return close(1008, "too many messages are waiting");
    if (is_unread) return close(1008, "replies are not read");
    if (is_worked_on) return;
    // What a message holds is looked at elsewhere: its sender may have to be looked up, and a megabyte be parsed.
    if (!service_.try_submit(Work::read, [self = shared_from_this()] { self->work(); })) close(1013, "try again later");
}

void ChatSocket::work() {
    for (;;) {
        std::string message;
        {
            const std::lock_guard lock(mutex_);
            if (inbox_.empty() || closing_ || gone_) {
                working_ = false;
                return;
            }
            message = std::move(inbox_.front());
            inbox_.pop_front();
            inbox_bytes_ -= message.size();
        }
        handle(message);
    }
}

void ChatSocket::handle(const std::string& text) {
    Message message;
    try {
        message = parse_bounded_json(text);
        if (!message.is_object()) {
            return refuse({}, problem(400, message.is_discarded() ? json_problem(text) : "a message is a JSON object"));
        }
        const std::string type = message.contains("type") && message["type"].is_string() ? message["type"] : "";
        const auto kind = std::ranges::find(kinds(), type, &Kind::name);
        if (kind == kinds().end()) {
            std::vector<std::string> names;
            for (const Kind& one : kinds()) names.push_back(one.name);
            return refuse(message,
                          unfit({{{"type"}, fmt::format("must be one of {}", fmt::join(names, ", ")), "choice"}}));
        }
        std::vector<ValueProblem> problems;
        for (const std::string& one : kind->schema->problems(message)) problems.push_back(problem_in({}, one));
        if (!problems.empty()) return refuse(message, unfit(problems));
        if (kind->name != "sign_in" && kind->name != "ping") static_cast<void>(present_caller());
        (this->*kind->handle)(message);
    } catch (const NotSignedIn&) {
        send_away(message);
    } catch (...) {
        refuse(message, problem_of(service_.public_failure(std::current_exception())));
    }
}

/// Who talks, as it is known now: a key may have been taken back since the socket was opened.
Caller ChatSocket::present_caller() {
    net::Request request;
    {
        const std::lock_guard lock(mutex_);
        request = handshake_;
    }
    const auto caller = service_.access().caller_of(request);
    if (!caller) throw NotSignedIn();
    if (!caller->scopes.contains("ask")) throw Error(ErrorCode::usage, "this needs the scope ask");
    return *caller;
}

bool ChatSocket::may(RateClass kind, std::string_view who, const Message& message) {
    const auto rate = service_.rates().take(kind, who);
    if (rate && !rate->allowed) refuse(message, too_many_requests(*rate));
    return !rate || rate->allowed;
}

void ChatSocket::sign_in(const Message& message) {
    net::Request request;
    {
        const std::lock_guard lock(mutex_);
        request = handshake_;
    }
    if (!may(RateClass::sign_in, network_of(request.peer), message)) return;
    std::erase_if(request.headers, [](const net::Header& one) {
        return net::is_same_name(one.name, "Authorization") || net::is_same_name(one.name, "Cookie");
    });
    request.headers.push_back({"Authorization", "Bearer " + message.at("token").get<std::string>()});
    const auto caller = service_.access().caller_of(request);
    if (!caller) {
        return send_away(message);
    }
    {
        const std::lock_guard lock(mutex_);
        handshake_ = std::move(request);
        is_known_ = true;
    }
    reply(message, "ready", {{"name", caller->principal.name}, {"scopes", caller->scopes}});
}

void ChatSocket::ask(const Message& message) {
    in_background(message, [this, message](const Caller& caller) { answer(message, caller); });
}

void ChatSocket::in_background(const Message& message, std::function<void(const Caller& caller)> work) {
    if (!may(RateClass::generate, present_caller().principal.name, message)) return;
    // What `work` uses of this lives as long as the task.
    const bool taken =
        service_.try_submit(Work::generate, [self = shared_from_this(), message, work = std::move(work)] {
            try {
                work(self->present_caller());
            } catch (const NotSignedIn&) {
                self->send_away(message);
            } catch (...) {
                self->refuse(message, problem_of(self->service_.public_failure(std::current_exception())));
            }
        });
    if (!taken) refuse(message, problem(503, "the server is busy; try again"));
}

void ChatSocket::answer(const Message& message, const Caller& caller) {
    Message values = message;
    for (const char* field : own_fields) values.erase(field);
    const bool background = values.value("background", false);
    values.erase("background");
    const std::shared_ptr<Run> run =
        service_.runs().begin({.owner = caller.principal.name, .kind = "ask", .background = background});
    follow(message, run, 0, "started");
    answer_question(run, {nullptr, std::move(values), caller, service_});
}

std::shared_ptr<Run> ChatSocket::run_of(const Message& message) {
    return run_of_caller(service_, present_caller(), message.at("run").get<std::string>());
}

void ChatSocket::follow(const Message& message, const std::shared_ptr<Run>& run, std::uint64_t after,
                        const char* said) {
    const auto followed = std::make_shared<Followed>(Followed{service_.runs().stream(
        run, after, std::make_shared<const RunLog::StreamForm>(message_form(service_, run->id())))});
    {
        const std::lock_guard lock(mutex_);
        if (gone_) return;
        if (runs_ >= most_runs) throw Error(ErrorCode::usage, "this socket already follows as many runs as it may");
        ++runs_;
        new_.push_back(followed);
    }
    reply(message, said, {{"run", run->id()}});
}

void ChatSocket::cancel(const Message& message) {
    const std::shared_ptr<Run> run = run_of(message);
    if (run->kind() == RunLog::agent_kind) {
        service_.agents().cancel(run->id(), present_caller());
    } else {
        service_.runs().cancel(run);
    }
    reply(message, "ok", {{"run", run->id()}});
}

void ChatSocket::resume(const Message& message) {
    follow(message, run_of(message), message.value("after", std::uint64_t{0}), "started");
}

void ChatSocket::approve(const Message& message) {
    const std::shared_ptr<Run> run = run_of(message);
    if (run->kind() != RunLog::agent_kind) return refuse(message, problem(409, "no decision of this run is pending"));
    in_background(message, [this, message, run](const Caller& caller) {
        check_may_use(*run, caller);
        const bool approved = message.at("approved").get<bool>();
        nlohmann::json values = {{"run", run->id()}};
        if (message.contains("decision")) values["decision"] = message.at("decision");
        if (approved && message.contains("values")) {
            values["answer"] = message.at("values");
        } else {
            values[approved ? "approve" : "reject"] = true;
        }
        const auto begun = [&](const std::shared_ptr<Run>& gone_on, std::uint64_t after) {
            follow(message, gone_on, after, "started");
        };
        const auto refused = resume_agent({nullptr, std::move(values), caller, service_}, {}, begun);
        if (refused) refuse(message, *refused);
    });
}

void ChatSocket::ping(const Message& message) { reply(message, "pong"); }

void ChatSocket::reply(const Message& to, const char* type, Json fields) {
    Json said = {{"type", type}};
    if (to.is_object() && to.contains("id") && (to["id"].is_string() || to["id"].is_number_integer())) {
        said["id"] = to["id"];
    }
    said.update(fields);
    {
        const std::lock_guard lock(mutex_);
        outbox_.push_back(said.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    wake_sender();
}

void ChatSocket::refuse(const Message& to, const net::Response& problem) {
    Json fields = parse_bounded_json<Json>(problem.body);
    fields.erase("type");  // of problems: about:blank
    reply(to, "error", std::move(fields));
}

void ChatSocket::send_away(const Message& message) {
    refuse(message, problem(401, "sign in first, with a valid token"));
    close(1008, "not signed in");
}

void ChatSocket::close(std::uint16_t code, std::string reason) {
    {
        const std::lock_guard lock(mutex_);
        if (!closing_) closing_ = {code, std::move(reason)};
    }
    wake_sender();
}

void ChatSocket::wake_sender() {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        wake = wake_;
    }
    if (wake) wake();
}

void ChatSocket::take_new() {
    std::vector<std::shared_ptr<Followed>> all;
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        all.swap(new_);
        wake = wake_;
    }
    for (const auto& one : all) {
        one->source->start(wake);
        followed_.push_back(one);
    }
}

/// The next line of a run, each of them in turn; false when there is none.
bool ChatSocket::next_of_runs(std::string& out) {
    for (std::size_t i = 0; i < followed_.size(); ++i) {
        Followed& one = *followed_[(turn_ + i) % followed_.size()];
        while (one.lines.empty() && !one.ended) {
            std::string piece;
            const net::BodySource::State state = one.source->next(piece);
            for (const std::string_view line : split(piece, '\n')) {
                if (!line.empty()) one.lines.emplace_back(line);
            }
            one.ended = state == net::BodySource::State::end || state == net::BodySource::State::failed;
            if (state == net::BodySource::State::waiting) break;
        }
        if (one.lines.empty()) continue;
        out = std::move(one.lines.front());
        one.lines.pop_front();
        turn_ += i + 1;
        return true;
    }
    const std::size_t removed = std::erase_if(followed_, [](const std::shared_ptr<Followed>& one) {
        if (one->ended) one->source->stopped(true);
        return one->ended;
    });
    const std::lock_guard lock(mutex_);
    runs_ -= removed;
    return false;
}

net::WebSocketSession::State ChatSocket::next(std::string& out) {
    {
        const std::lock_guard lock(mutex_);
        if (!outbox_.empty()) {
            out = std::move(outbox_.front());
            outbox_.pop_front();
            return State::more;
        }
        if (closing_) return State::end;
    }
    take_new();
    if (next_of_runs(out)) return State::more;
    if (service_.is_ready()) return State::waiting;
    const std::lock_guard lock(mutex_);
    closing_ = {1001, "the server is ending"};
    out = R"({"type":"shutdown"})";
    return State::more;
}

net::WebSocketClosing ChatSocket::closing() const {
    const std::lock_guard lock(mutex_);
    return closing_.value_or(net::WebSocketClosing{});
}

void ChatSocket::stopped() noexcept {
    take_new();
    {
        const std::lock_guard lock(mutex_);
        gone_ = true;
        inbox_.clear();
        outbox_.clear();
        wake_ = nullptr;
    }
    for (const auto& one : followed_) one->source->stopped(false);
    followed_.clear();
}

}  // namespace quarry::serve
