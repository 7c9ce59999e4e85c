// Runs of agents in a server.
#include "core/serve/agent_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "core/app/agent_catalog.h"
#include "core/app/escaped_error.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/serve/agent_parts.h"
#include "core/serve/caller_meter.h"
#include "core/serve/jobs.h"
#include "core/serve/service.h"
#include "core/wire/agent_json.h"
#include "core/wire/error_json.h"

namespace quarry::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;
using EventData = nlohmann::json;

constexpr std::chrono::milliseconds between_texts{20};  ///< Parts of a text that come faster are one event.
constexpr std::size_t most_waits = 256;                 ///< Requests.
constexpr std::size_t most_remembered = 10'000;         ///< Runs that wait for a time.
constexpr std::size_t most_kept = 4 << 20;              ///< Bytes of events besides steps and ends, while one process works.

/// Writes the events of a run to its log, in their order. Thread-safe.
class AgentEventWriter {
public:
    AgentEventWriter(RunLog& log, const AgentEvents& kept, std::function<void(const std::string& id)> known,
                const AgentRuns::Begun& begun)
        : log_(log), kept_(kept), known_(std::move(known)), begun_(begun) {}

    void told(std::string_view name, const EventData& data) {
        const std::lock_guard lock(mutex_);
        if (name == "run") return begin(data);
        if (name == "text") {
            if (kept_.messages) add_text(data);
            return;
        }
        flush();
        if (name == "step") return log_.refresh(run_);  // the base has it already
        if (name == "values") {
            if (kept_.values) write(name, {{"values", data}});
        } else if (kept_.tasks) {
            write(name, data);
        }
    }
    /// What is left.
    void end() {
        const std::lock_guard lock(mutex_);
        if (!run_) return;
        flush();
        log_.refresh(run_);
    }
    [[nodiscard]] const std::string& id() const noexcept { return id_; }

private:
    void begin(const EventData& data) {
        id_ = data.at("run").get<std::string>();
        known_(id_);
        run_ = log_.resume(id_);
        if (!run_) throw Error(ErrorCode::locked, "the run was removed");
        write("run", data);
        if (begun_) begun_(run_, run_->last() - 1);
    }
    void add_text(const EventData& data) {
        const std::string node = data.value("node", "");
        if (node != node_) flush();
        node_ = node;
        text_ += data.value("text", "");
        if (SteadyClock::now() - written_ >= between_texts) flush();
    }
    void flush() {
        if (text_.empty()) return;
        write("text", {{"node", node_}, {"text", std::exchange(text_, {})}});
        written_ = SteadyClock::now();
    }
    void write(std::string_view name, const EventData& data) {
        std::string line = data.dump(-1, ' ', false, EventData::error_handler_t::replace);
        if ((bytes_ += line.size()) > most_kept) return;
        const std::vector<store::RunChange> changes = {
            {.id = id_, .events = {{0, std::string(name), std::move(line)}}}};
        log_.writer()->call([&](store::RunLogRepository& log) { log.append(changes); });
        log_.refresh(run_);
    }

    RunLog& log_;
    const AgentEvents kept_;
    const std::function<void(const std::string& id)> known_;
    const AgentRuns::Begun& begun_;
    std::mutex mutex_;  ///< Of all below.
    std::string id_, node_, text_;
    std::shared_ptr<Run> run_;
    std::size_t bytes_ = 0;
    SteadyClock::time_point written_{};
};

}  // namespace

AgentRuns::AgentRuns(Service& service, std::size_t most, std::chrono::milliseconds between_looks)
    : service_(service), most_(most), between_looks_(between_looks), waits_(most_waits) {
    if (service_.runs().writer() != nullptr) thread_ = std::thread([this] { look_after(); });
}

AgentRuns::~AgentRuns() { stop(); }

void AgentRuns::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (const auto& [id, one] : active_) one.cancellation->cancel();
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool AgentRuns::take_place() {
    const std::lock_guard lock(mutex_);
    if (places_taken_ >= most_) return false;
    ++places_taken_;
    return true;
}

void AgentRuns::leave_place() {
    const std::lock_guard lock(mutex_);
    --places_taken_;
}

void AgentRuns::remember(const app::AgentReport& report, const AgentEvents& kept) {
    const std::chrono::seconds left(std::max<std::int64_t>(0, *report.wakes_at - service_.clock()()));
    const std::lock_guard lock(mutex_);
    if (sleeping_.size() >= most_remembered) sleeping_.erase(sleeping_.begin());
    sleeping_.insert_or_assign(report.run.id, Sleeping{kept, *report.wakes_at, SteadyClock::now() + left});
}

std::set<std::string> AgentRuns::due() {
    const std::lock_guard lock(mutex_);
    std::set<std::string> ids;
    for (const auto& [id, one] : sleeping_) {
        if (one.until <= SteadyClock::now()) ids.insert(id);
    }
    return ids;
}

app::AgentReport AgentRuns::perform(const Caller& caller, const AgentEvents& kept, const Begun& begun,
                                    const Task& work) {
    if (!take_place()) throw Error(ErrorCode::locked, std::string(too_many_agents));
    struct Place {
        AgentRuns& of;
        ~Place() { of.leave_place(); }
    } const place{*this};
    return work_on(caller, kept, begun, work);
}

app::AgentReport AgentRuns::work_on(const Caller& caller, const AgentEvents& kept, const Begun& begun, const Task& work,
                                    std::int64_t not_before) {
    if (service_.runs().writer() == nullptr) {
        throw Error(ErrorCode::failed, "agents are not available: the knowledge base is read-only");
    }
    const auto cancellation = std::make_shared<Cancellation>();
    app::SilentNotices notices;
    CallerMeter meter(service_.access().users(), caller.identity);
    const app::RequestScope scope{*cancellation,
                                  notices,
                                  [clock = service_.clock(), not_before] { return std::max(clock(), not_before); },
                                  caller.principal,
                                  {.meter = caller.identity ? &meter : nullptr},
                                  caller.access};
    const auto known = [&](const std::string& id) {
        const std::lock_guard lock(mutex_);
        active_.insert_or_assign(id, Active{cancellation, caller.principal.name});
        if (stopped_) cancellation->cancel();
    };
    AgentEventWriter writer(service_.runs(), kept, known, begun);
    const auto forget = [&] {
        const std::lock_guard lock(mutex_);
        active_.erase(writer.id());
    };
    // The run is done or not, whether its last events can be written.
    const auto end_events = [&] {
        try {
            writer.end();
        } catch (...) {
            static_cast<void>(service_.public_failure(std::current_exception()));
        }
    };
    try {
        app::AgentService agents(service_.workspace());
        app::AgentReport report =
            work(agents, [&](std::string_view name, const nlohmann::json& data) { writer.told(name, data); }, scope);
        end_events();
        if (report.wakes_at) remember(report, kept);
        forget();
        if (report.error) static_cast<void>(service_.public_failure(std::make_exception_ptr(*report.error)));
        return report;
    } catch (const Error& error) {
        end_events();
        forget();
        if (writer.id().empty()) throw;
        return ended(writer.id(), caller, error);
    } catch (...) {
        end_events();
        forget();
        throw;
    }
}

/// What became of a run that was not worked on to its end.
app::AgentReport AgentRuns::ended(const std::string& id, const Caller& caller, const Error& error) {
    const Cancellation never;
    app::SilentNotices silent;
    const app::RequestScope scope{never, silent, service_.clock(), caller.principal};
    const app::AgentService agents(service_.workspace());
    store::AgentRun run = agents.find(id, scope);
    if (run.state == store::AgentRunState::cancelled) return {.run = std::move(run)};
    if (error.code() == ErrorCode::interrupted) agents.hand_over(id, scope);
    throw Error(error);
}

void AgentRuns::cancel(const std::string& run, const Caller& caller) {
    const Cancellation never;
    app::SilentNotices silent;
    static_cast<void>(app::AgentService(service_.workspace())
                          .cancel(run, {never, silent, service_.clock(), caller.principal}));
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = active_.find(run); found != active_.end()) found->second.cancellation->cancel();
    }
    if (const auto logged = service_.runs().resume(run)) service_.runs().refresh(logged);
}

void AgentRuns::cancel_all(const std::string& principal) {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, one] : active_) {
        if (one.principal == principal) one.cancellation->cancel();
    }
}

void AgentRuns::look_after() {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        lock.unlock();
        try {
            take_left();
        } catch (...) {
            // Another process writes, or the base was moved: the next time, then.
        }
        lock.lock();
        changed_.wait_for(lock, between_looks_, [&] { return stopped_; });
    }
}

void AgentRuns::take_left() {
    if (!service_.has_base() || !service_.is_ready()) return;
    const Cancellation never;
    app::SilentNotices silent;
    for (const store::AgentRun& run :
         app::AgentService(service_.workspace()).left({never, silent, service_.clock()}, due())) {
        {
            const std::lock_guard lock(mutex_);
            const auto later = refused_.find(run.id);
            const bool waits = later != refused_.end() && SteadyClock::now() < later->second.steady_until &&
                               service_.clock()() < later->second.until;
            if (stopped_ || waits || active_.contains(run.id) || !taken_.insert(run.id).second) continue;
        }
        const bool has_place = take_place();
        if (has_place && service_.try_submit(Work::generate, [this, run] { go_on(run); })) continue;
        if (has_place) leave_place();
        const std::lock_guard lock(mutex_);
        taken_.erase(run.id);
    }
}

void AgentRuns::go_on(const store::AgentRun& listed) {
    std::optional<Error> failure;
    try {
        // Another thread may have ended it, or given it up, between the look at the base and the mark that it is taken.
        if (const auto run = app::AgentService(service_.workspace()).still_running(listed)) {
            failure = app::AgentService::worn_out(*run);
            if (failure) {
                give_up(*run, *failure);
            } else {
                failure = worked_on(*run);
                if (failure) put_off(*run, *failure);
            }
        }
    } catch (...) {
        // The base cannot be read: it is listed again when it can.
        static_cast<void>(service_.public_failure(std::current_exception()));
        failure = app::escaped_error(std::current_exception());
    }
    leave_place();
    const std::lock_guard lock(mutex_);
    taken_.erase(listed.id);
    if (!failure) refused_.erase(listed.id);
}

/// Goes on with a run that was left; gives why that could not be done.
std::optional<Error> AgentRuns::worked_on(const store::AgentRun& run) {
    try {
        const auto caller = caller_of_principal(service_, run.principal);
        const bool is_offered = !caller || !caller->identity || app::is_offered(service_.workspace(), run.file);
        if (!caller || !is_offered || !caller->scopes.contains("agents")) {
            throw Error(ErrorCode::usage, "the caller who began the run may no longer do it");
        }
        Sleeping slept;
        {
            const std::lock_guard lock(mutex_);
            if (const auto remembered = sleeping_.extract(run.id)) slept = remembered.mapped();
        }
        const app::AgentResumeRequest request{.run = run.id,
                                              .flags = {.tells_values = slept.kept.values,
                                                        .longest_wait = longest_wait_in_thread,
                                                        .scopes = scopes_of(*caller)}};
        static_cast<void>(work_on(
            *caller, slept.kept, {},
            [&](app::AgentService& agents, const agent::EventSink& events, const app::RequestScope& scope) {
                return agents.resume(request, events, scope);
            },
            slept.wakes_at));
        return std::nullopt;
    } catch (...) {
        static_cast<void>(service_.public_failure(std::current_exception()));
        return app::escaped_error(std::current_exception());
    }
}

/// As a job is: later each time, and not for ever where only a person can mend it. What passes by itself says nothing
/// of the run, such as that another process has it.
void AgentRuns::put_off(store::AgentRun run, const Error& error) {
    constexpr std::int64_t while_it_passes = 60;
    const bool may_pass = passes(error.code()) || error.code() == ErrorCode::interrupted;
    if (!may_pass) {
        try {
            const Cancellation never;
            app::SilentNotices silent;
            run.attempts =
                app::AgentService(service_.workspace()).count_attempt(run, {never, silent, service_.clock()});
        } catch (...) {
            static_cast<void>(service_.public_failure(std::current_exception()));
        }
    }
    const std::int64_t seconds = may_pass ? while_it_passes : Jobs::back_off(run.attempts);
    {
        const std::lock_guard lock(mutex_);
        if (!refused_.contains(run.id) && refused_.size() >= most_remembered) refused_.erase(refused_.begin());
        refused_[run.id] = {service_.clock()() + seconds, SteadyClock::now() + std::chrono::seconds(seconds)};
    }
    if (!may_pass && run.attempts >= agent::most_attempts) give_up(run, error);
}

void AgentRuns::give_up(const store::AgentRun& run, const Error& error) {
    try {
        const Cancellation never;
        app::SilentNotices silent;
        const app::AgentService agents(service_.workspace());
        if (!agents.give_up(run, error, {never, silent, service_.clock(), {run.principal}})) return;
        {
            const std::lock_guard lock(mutex_);
            refused_.erase(run.id);
        }
        if (const auto logged = service_.runs().resume(run.id)) service_.runs().refresh(logged);
    } catch (...) {
        static_cast<void>(service_.public_failure(std::current_exception()));
    }
}

std::optional<std::set<std::string>> scopes_of(const Caller& caller) {
    return caller.identity ? std::optional(caller.scopes) : std::nullopt;
}

std::string shown_agent_event(const Service& service, const std::string& owner, const RunEvent& event) {
    std::string data = event.data;
    if (event.name == "failed") {
        const EventData failed = parse_bounded_json(data);
        const Json error = wire::error_json(
            service.shown_error(wire::stored_error(failed.value("error", EventData()).dump()), owner));
        data = Json{{"error", error}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    if (event.name == "retry" && owner != app::Principal{}.name) {
        EventData retry = parse_bounded_json(data);
        if (retry.is_object()) retry["error"] = "the try failed";
        data = retry.dump(-1, ' ', false, EventData::error_handler_t::replace);
    }
    if (!data.starts_with('{') || data.size() < 2) data = "{}";
    return fmt::format("{{\"event\":\"{}\",\"number\":{}{}{}", event.name, event.number, data == "{}" ? "" : ",",
                       std::string_view(data).substr(1));
}

std::shared_ptr<const RunLog::StreamForm> event_form(const Service& service, const Run& run) {
    if (run.kind() != RunLog::agent_kind) return RunLog::server_sent_events();
    RunLog::StreamForm form = *RunLog::server_sent_events();
    form.event = [&service, plain = form.event](const Run& of, const RunEvent& event) {
        return plain(of, {event.number, event.name, shown_agent_event(service, of.owner(), event)});
    };
    return std::make_shared<const RunLog::StreamForm>(std::move(form));
}

void check_may_use(const Run& run, const Caller& caller) {
    if (run.kind() != RunLog::agent_kind || caller.scopes.contains("agents")) return;
    throw Error(ErrorCode::usage, "you may not use runs of agents: this needs the scope agents");
}

std::shared_ptr<Run> run_of_caller(Service& service, const Caller& caller, const std::string& id) {
    auto run = service.runs().find(id, caller.principal.name);
    if (!run) throw Error(ErrorCode::nothing_found, "there is no such run");
    check_may_use(*run, caller);
    return run;
}

}  // namespace quarry::serve
