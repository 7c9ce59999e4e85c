#include "core/serve/service.h"

#include <fmt/compile.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "core/app/escaped_error.h"
#include "core/app/user_service.h"
#include "core/base/ascii.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/crypto/secret.h"
#include "core/serve/answer_run.h"
#include "core/serve/caller_meter.h"
#include "core/serve/cross_origin.h"
#include "core/serve/idempotency.h"
#include "core/serve/mcp_endpoint.h"
#include "core/serve/openai.h"
#include "core/serve/openapi.h"
#include "core/serve/representation.h"
#include "core/serve/request_scope.h"
#include "core/serve/request_values.h"
#include "core/serve/router.h"
#include "core/store/base_address.h"
#include "core/wire/json_escapes.h"

namespace quarry::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// The host of a Host or an Origin, without port and brackets, in lower case.
std::string host_name(std::string_view text) {
    if (text.starts_with('[')) return ascii_lower(text.substr(1, text.find(']') - 1));
    return ascii_lower(text.substr(0, text.find(':')));
}

bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

/// Of the threads that wait for models, so many may work on agents: answers have the others.
std::size_t most_agents(std::size_t generators) { return std::max<std::size_t>(1, generators * 3 / 4); }

std::size_t reader_count(std::size_t wanted) {
    return wanted > 0 ? wanted : std::max(2U, std::thread::hardware_concurrency());
}

constexpr const char* forged = "a request by a cookie needs the field X-CSRF-Token: csrf of /api/v1/me";

net::Response not_signed_in(const net::Request& request) {
    net::Response response =
        problem(401, "sign in with a key, an access token, or the token that quarry serve printed");
    const bool is_mcp = request.path() == "/mcp";
    response.set("WWW-Authenticate", is_mcp ? mcp_challenge(request, "") : "Bearer realm=\"quarry\"");
    return response;
}

/// Whose tokens the settings say are trusted too; null for none.
std::unique_ptr<Issuer> make_issuer(const config::Config& config, const ServiceOptions& options) {
    if (config.text("serve.issuer").empty()) return nullptr;
    return std::make_unique<Issuer>(IssuerOptions{
        .issuer = config.text("serve.issuer"),
        .audience = config.text("serve.audience"),
        .jwks_url = config.text("serve.jwks_url"),
        .clock = options.clock,
        .fetch = options.fetch_keys ? options.fetch_keys : key_fetcher(config.boolean("serve.jwks_private"))});
}

/// Adds a text as JSON.
void add_json_text(std::string& line, std::string_view text) {
    const bool is_plain =
        std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
    if (is_plain) {
        (line += '"').append(text) += '"';
    } else {
        line += wire::escape_json_controls(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
    }
}

std::uint64_t random_number() {
    const std::string bytes = crypto::random_bytes(sizeof(std::uint64_t));
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

/// The id that a client gave its request, to find it in logs; empty for none, or for what is no such id.
std::string_view given_id(const net::Request& request) {
    const std::string_view given = request.header("X-Request-Id");
    const bool fit = given.size() <= 64 && std::ranges::all_of(given, [](char c) {
                         return is_ascii_digit(c) || is_ascii_letter(c) || c == '-' || c == '_';
                     });
    return fit ? given : std::string_view();
}

const std::shared_ptr<const Caller>& nobody() {
    static const auto one = std::make_shared<const Caller>();
    return one;
}

/// The id of the trace that a request is part of (W3C Trace Context, traceparent); empty for what is none.
std::string_view trace_id_of(const net::Request& request) {
    const std::string_view given = request.header("traceparent");
    constexpr std::size_t version_00 = 55, begin = 3, digits = 32;
    if (given.size() < version_00 || (given.starts_with("00") && given.size() != version_00)) return {};
    for (std::size_t i = 0; i < version_00; ++i) {
        const bool is_hex = (given[i] >= '0' && given[i] <= '9') || (given[i] >= 'a' && given[i] <= 'f');
        if (i == 2 || i == begin + digits || i == 52 ? given[i] != '-' : !is_hex) return {};
    }
    const std::string_view id = given.substr(begin, digits);
    const bool is_none = given.starts_with("ff") || id.find_first_not_of('0') == std::string_view::npos;
    return is_none ? std::string_view() : id;
}

}  // namespace

bool is_loopback_name(std::string_view host) {
    // A name may begin like an address: 127.example.org.
    return host == "localhost" || host == "::1" ||
           (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

namespace {

app::Workspace::Shared shared_of(app::Workspace& workspace, const app::Clock& clock) {
    const Cancellation never;
    app::SilentNotices silent;
    return workspace.shared(workspace.services({never, silent, clock}));
}

}  // namespace

/// A request on its way: hands its response on with what all of them have, and notes it.
class Service::Incoming final : public net::Exchange {
public:
    Incoming(Service& service, std::shared_ptr<net::Exchange> exchange)
        : id(service.id_of(exchange->request())),
          match(find_route(exchange->request().method, exchange->request().path())),
          service_(service),
          exchange_(std::move(exchange)) {}

    [[nodiscard]] const net::Request& request() const noexcept override { return exchange_->request(); }
    void respond(net::Response response) override {
        if (keyed) finish_keyed(*keyed, response);
        service_.finish(*this, response);
        exchange_->respond(std::move(response));
    }
    void on_disconnect(std::function<void()> call) override { exchange_->on_disconnect(std::move(call)); }

    const std::string id;
    const SteadyClock::time_point begun = SteadyClock::now();
    const RouteMatch match;
    std::shared_ptr<const Caller> caller = nobody();
    std::shared_ptr<app::KeyedRequest> keyed{};  ///< Null without an Idempotency-Key.
    std::optional<RateLimiter::Verdict> rate{};

private:
    Service& service_;
    const std::shared_ptr<net::Exchange> exchange_;
};

Service::Service(app::Workspace& workspace, ServiceOptions options)
    : workspace_(workspace),
      options_(std::move(options)),
      proxies_(options_.proxies),
      next_id_(random_number()),
      access_(std::make_unique<app::SignInService>(workspace.base_path(), options_.clock,
                                                   app::audit_time(workspace.config())),
              make_issuer(workspace.config(), options_)),
      rates_(options_.rates),
      shared_(shared_of(workspace, options_.clock)),
      runs_(options_.runs, place_of_runs()),
      uploads_(*this, options_.upload_quota),
      mcp_(make_mcp_endpoint(*this, options_.version, options_.mcp)),
      readers_(reader_count(options_.readers), options_.queue),
      writer_(1, options_.queue),
      generators_(options_.generators, options_.queue),
      sign_ins_(2, options_.queue),
      agents_(std::make_unique<AgentRuns>(*this, most_agents(options_.generators), options_.agent_looks)),
      jobs_(std::make_unique<Jobs>(*this)) {}

bool Service::has_base() const {
    // A file may be moved away while it is served. Looking for a base on a server takes a connection.
    if (!store::is_server_base(workspace_.base_path())) return store::base_exists(workspace_.base_path());
    if (!has_base_) has_base_ = store::base_exists(workspace_.base_path());
    return has_base_;
}

std::shared_ptr<net::BodyReceiver> Service::receiver(const net::Request& head) {
    const RouteMatch match = find_route(head.method, head.path());
    return match.route != nullptr && match.route->takes_file ? uploads_.receiver(head) : nullptr;
}

std::pair<int, std::string> Service::refusal_of_file(const net::Request& head) {
    if (refusal(head)) return {403, "that host or origin is not allowed"};
    const auto caller = access_.caller_of(head);
    if (!caller) return {401, "sign in first"};
    if (Access::may_be_forged(head)) return {403, forged};
    const RouteMatch match = find_route(head.method, head.path());
    if (!caller->scopes.contains(match.route->scope)) return {403, "this needs the scope " + match.route->scope};
    return {0, {}};
}

RunPlace Service::place_of_runs() {
    return {
        .base = workspace_.base_path(),
        .clock = options_.clock,
        .interruption =
            [](std::uint64_t number) {
                return failed_event({ErrorCode::interrupted, "the server ended before the run was finished"}, number);
            },
        .cancellation =
            [](std::uint64_t number) {
                return failed_event({ErrorCode::interrupted, "cancelled"}, number);
            },
        .failure = [this](const std::exception_ptr& thrown) { return failed_event(public_failure(thrown), 0); }};
}

Service::~Service() {
    jobs_->stop();
    agents_->stop();
    runs_.cancel_all();
    mcp_->cancel_all();
    // All of them before any is gone: what one works on may hand work to another.
    for (WorkerPool* pool : {&sign_ins_, &readers_, &generators_, &writer_}) pool->end();
}

void Service::shut_down() {
    ready_ = false;
    runs_.shut_down();
    mcp_->shut_down();
}

Error Service::public_failure(const std::exception_ptr& thrown) {
    const Error error = app::escaped_error(thrown);
    if (options_.log && status_of(error.code()) >= 500) {
        std::string line =
            fmt::format(R"({{"time":{},"code":"{}","error":)", options_.clock(), error_code_name(error.code()));
        add_json_text(line, error.what());
        log(line += '}');
    }
    return public_error(error, options_.private_paths);
}

Error Service::shown_error(const Error& error, const std::string& principal) const {
    return principal == app::Principal{}.name ? error : public_error(error, options_.private_paths);
}

const std::string& Service::openapi_text() {
    std::call_once(openapi_made_, [this] { openapi_ = config::dump_json(openapi(options_.version)); });
    return openapi_;
}

void Service::log(std::string_view line) {
    const std::lock_guard lock(log_mutex_);
    options_.log(line);
}

std::string Service::id_of(const net::Request& request) {
    if (const std::string_view given = given_id(request); !given.empty()) return std::string(given);
    constexpr std::uint64_t odd =
        0x9E3779B97F4A7C15;  // so that no two of 2^64 are the same, and none looks like the next
    return fmt::format(FMT_COMPILE("{:016x}"), next_id_.fetch_add(1, std::memory_order_relaxed) * odd);
}

void Service::handle(const std::shared_ptr<net::Exchange>& exchange) {
    const auto incoming = std::make_shared<Incoming>(*this, exchange);
    try {
        route(incoming);
    } catch (...) {
        incoming->respond(problem_of(public_failure(std::current_exception())));
    }
}

std::optional<net::Response> Service::refusal(const net::Request& request) const {
    const auto is_known = [&](const std::string& host) {
        return is_loopback_name(host) || std::ranges::find(options_.hosts, host) != options_.hosts.end();
    };
    if (!is_known(host_name(request.header("Host")))) {
        return problem(421, "this server does not have that name; add it to serve.hosts");
    }
    const OriginKind kind = origin_kind(request, options_.origins);
    // A browser's cookie goes with requests of any page of this machine.
    const bool has_cookie = kind == OriginKind::any && !request.header("Cookie").empty();
    if (kind != OriginKind::refused && !has_cookie) return std::nullopt;
    return problem(403, "pages of that origin may not use this server; add it to serve.origins");
}

std::optional<net::Response> Service::rate_refusal(Incoming& incoming) {
    const Route& route = *incoming.match.route;
    incoming.rate =
        rates_.take(route.rate, route.open ? network_of(incoming.request().peer) : incoming.caller->principal.name);
    if (!incoming.rate || incoming.rate->allowed) return std::nullopt;
    return too_many_requests(*incoming.rate);
}

std::optional<net::Response> Service::shared_rate_refusal(Incoming& incoming) {
    const Route& route = *incoming.match.route;
    // Those without work are answered on the server's thread.
    if (!incoming.rate || !shared_.entries || route.work == Work::none) return std::nullopt;
    const std::string who = route.open ? network_of(incoming.request().peer) : incoming.caller->principal.name;
    RateLimiter::Verdict& rate = *incoming.rate;
    const std::string name = sha256(fmt::format("{}:rate:{}:{}", shared_.secret, rate.name, who));
    const auto taken = shared_.entries->take("quarry:rate:" + name, rate.limit);
    if (const auto failure = shared_.entries->new_failure(); failure && options_.log) {
        std::string line = fmt::format(R"({{"time":{},"warning":)", options_.clock());
        add_json_text(line, "limits and responses are not shared between servers: " + *failure);
        log(line += '}');
    }
    if (!taken) return std::nullopt;
    rate.allowed = taken->allowed;
    rate.remaining = std::min(rate.remaining, taken->remaining);
    rate.seconds = std::max(rate.seconds, taken->seconds);
    return rate.allowed ? std::nullopt : std::optional(too_many_requests(rate));
}

void Service::route(const std::shared_ptr<Incoming>& incoming) {
    const net::Request& request = incoming->request();
    if (auto refused = refusal(request)) return incoming->respond(std::move(*refused));
    const RouteMatch& match = incoming->match;
    if (match.route == nullptr) {
        if (match.allowed.empty()) return incoming->respond(problem(404, "there is nothing at this address"));
        if (auto allowed = preflight(request, match.allowed)) return incoming->respond(std::move(*allowed));
        net::Response response = problem(405, fmt::format("{} is not possible here", request.method));
        response.set("Allow", fmt::format("{}", fmt::join(match.allowed, ", ")));
        return incoming->respond(std::move(response));
    }
    if (match.route->open) return start(incoming);
    const Access::Credentials credentials = Access::credentials_of(request);
    if (auto caller = access_.known(credentials)) return admit(incoming, std::move(caller));
    if (!Access::may_be_known(credentials)) return incoming->respond(not_signed_in(incoming->request()));
    submit(access_.takes_long(credentials) ? Work::sign_in : Work::read, incoming,
           [this, incoming, credentials] { identify(incoming, credentials); });
}

void Service::identify(const std::shared_ptr<Incoming>& incoming, const Access::Credentials& credentials) {
    try {
        auto caller = access_.look_up(credentials, incoming->request().peer);
        if (!caller) return incoming->respond(not_signed_in(incoming->request()));
        const auto identity = caller->identity;
        admit(incoming, std::move(caller));
        // Only how recent the note is depends on it.
        if (identity->key_id) static_cast<void>(writer_.submit([this, identity] { note_use(*identity); }));
    } catch (...) {
        incoming->respond(problem_of(public_failure(std::current_exception())));
    }
}

void Service::note_use(const app::Identity& identity) {
    try {
        access_.users().note_use(identity);
    } catch (...) {
        static_cast<void>(public_failure(std::current_exception()));
    }
}

void Service::admit(const std::shared_ptr<Incoming>& incoming, std::shared_ptr<const Caller> caller) {
    if (Access::may_be_forged(incoming->request())) return incoming->respond(problem(403, forged));
    const std::string& scope = incoming->match.route->scope;
    if (!scope.empty() && !caller->scopes.contains(scope)) {
        return incoming->respond(problem(403, fmt::format("this needs the scope {}", scope)));
    }
    incoming->caller = std::move(caller);
    start(incoming);
}

void Service::start(const std::shared_ptr<Incoming>& incoming) {
    if (auto refused = rate_refusal(*incoming)) return incoming->respond(std::move(*refused));
    const Work work = incoming->match.route->work;
    if (work == Work::none) return run(incoming);
    submit(work, incoming, [this, incoming] { run(incoming); });
}

bool Service::try_submit(Work kind, std::function<void()> work) {
    WorkerPool& pool = kind == Work::write      ? writer_
                       : kind == Work::generate ? generators_
                       : kind == Work::sign_in  ? sign_ins_
                                                : readers_;
    return pool.submit(std::move(work));
}

void Service::submit(Work kind, const std::shared_ptr<net::Exchange>& exchange, std::function<void()> work) {
    if (try_submit(kind, std::move(work))) return;
    net::Response response = problem(503, "the server is busy; try again");
    response.set("Retry-After", "1");
    exchange->respond(std::move(response));
}

void Service::run(const std::shared_ptr<Incoming>& incoming) {
    try {
        const Route& route = *incoming->match.route;
        if (auto refused = shared_rate_refusal(*incoming)) return incoming->respond(std::move(*refused));
        RequestValues read = read_values(route, incoming->request(), incoming->match.path);
        if (!read.problems.empty()) {
            return incoming->respond(problem(read.status, "the request does not fit this route", read.problems));
        }
        if (route.work == Work::write && !has_base()) {
            return incoming->respond(problem(503, "the knowledge base was moved or removed"));
        }
        // A budget that is used up is said before anything is begun.
        if (route.work == Work::generate) CallerMeter(access_.users(), incoming->caller->identity).check();
        const Call call{incoming, std::move(read.values), *incoming->caller, *this};
        if (auto repeated = keyed_response(*incoming, call)) return incoming->respond(std::move(*repeated));
        auto response = route.handle(call);
        if (!response) return;
        if (const std::string fault = response_fault(route, *response); !fault.empty()) {
            throw Error(ErrorCode::failed, fault);
        }
        // As it is, for whatever the one accepts who repeats the request.
        if (incoming->keyed) finish_keyed(*std::exchange(incoming->keyed, nullptr), *response);
        if (route.work != Work::none) negotiate(incoming->request(), *response);
        incoming->respond(std::move(*response));
    } catch (...) {
        incoming->respond(problem_of(public_failure(std::current_exception())));
    }
}

std::optional<net::Response> Service::keyed_response(Incoming& incoming, const Call& call) const {
    const bool may_wait = incoming.match.route->work != Work::none;
    if (!may_wait || !has_key(incoming.request())) return std::nullopt;
    const CallScope scope(call);
    KeyedCall begun = begin_keyed(workspace_.services(*scope), incoming.caller->principal.name, incoming.request());
    incoming.keyed = std::move(begun.request);
    return std::move(begun.response);
}

void Service::finish(const Incoming& incoming, net::Response& response) {
    const net::Request& request = incoming.request();
    if (request.path().starts_with("/v1/")) give_openai_form(response);
    const auto time = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - incoming.begun);
    const std::int64_t microseconds = time.count();
    constexpr std::size_t usual_fields = 20;
    response.headers.reserve(usual_fields);
    response.set("X-Request-Id", incoming.id);
    response.set("X-Process-Time",
                 fmt::format(FMT_COMPILE("{}.{:06}"), microseconds / 1'000'000, microseconds % 1'000'000));
    response.set("Server-Timing",
                 fmt::format(FMT_COMPILE("total;dur={}.{:03}"), microseconds / 1000, microseconds % 1000));
    response.set("X-Content-Type-Options", "nosniff");
    response.set("X-Frame-Options", "DENY");
    response.set("Referrer-Policy", "no-referrer");
    if (request.encrypted) response.set("Strict-Transport-Security", "max-age=31536000");
    add_cross_origin_fields(response, request, origin_kind(request, options_.origins));
    if (!options_.origins.empty()) {
        const std::string vary(response.header("Vary"));
        if (vary.find("Origin") == std::string::npos) response.set("Vary", vary.empty() ? "Origin" : vary + ", Origin");
    }
    if (incoming.rate) add_rate_fields(response, *incoming.rate, request.path().starts_with("/v1/"));
    if (response.header("Cache-Control").empty()) {
        response.set("Cache-Control", is_safe(request.method) ? "private, no-cache" : "no-store");
    }
    if (response.header("Content-Security-Policy").empty()) {
        response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
    static const std::string none;
    const std::string& route = incoming.match.route == nullptr ? none : incoming.match.route->path;
    metrics_.count(route, response.status, time);
    if (options_.log) log(line_of(incoming, route, response.status, microseconds));
}

std::string Service::line_of(const Incoming& incoming, const std::string& route, int status,
                             std::int64_t microseconds) const {
    const net::Request& request = incoming.request();
    const bool has_caller = incoming.match.route != nullptr && !incoming.match.route->open;
    constexpr std::size_t usual = 256;
    std::string line;
    line.reserve(usual);
    const auto put = std::back_inserter(line);
    fmt::format_to(put, FMT_COMPILE(R"({{"time":{},"id":"{}","method":)"), options_.clock(), incoming.id);
    add_json_text(line, request.method);
    // The path as it was declared: what stands in its place, and the query, may be private.
    fmt::format_to(put, FMT_COMPILE(R"(,"route":"{}","status":{},"ms":{}.{:03},"peer":)"), route, status,
                   microseconds / 1000, microseconds % 1000);
    add_json_text(line, request.peer);
    line += R"(,"caller":)";
    add_json_text(line, has_caller ? incoming.caller->principal.name : std::string_view());
    if (const std::string_view trace = trace_id_of(request); !trace.empty())
        fmt::format_to(put, R"(,"trace":"{}")", trace);
    return line += '}';
}

}  // namespace quarry::serve
