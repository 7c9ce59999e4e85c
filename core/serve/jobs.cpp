#include "core/serve/jobs.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/app/escaped_error.h"
#include "core/base/bounded_json.h"
#include "core/serve/answer_run.h"
#include "core/serve/caller_meter.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t lease_seconds = 60;
constexpr std::chrono::seconds between_renewals{15};
constexpr std::chrono::hours between_cleanings{1};
constexpr std::chrono::seconds longest_wait{5};  ///< Before the table is looked at again.

/// Tells a run's readers what is said on the way.
class JobNotices final : public app::Notices {
public:
    explicit JobNotices(Run& run) : run_(run) {}
    void note(std::string_view line) override { add_event(run_, "notice", {{"level", "note"}, {"text", line}}); }
    void warn(std::string_view line) override { add_event(run_, "notice", {{"level", "warning"}, {"text", line}}); }
    void remark(std::string_view) override {}
    void progress(std::string_view line) override {
        const auto now = SteadyClock::now();
        if (line.empty() || now - told_ < std::chrono::milliseconds(500)) return;
        told_ = now;
        add_event(run_, "progress", {{"text", line}});
    }

private:
    Run& run_;
    SteadyClock::time_point told_{};
};

}  // namespace

std::optional<Caller> caller_of_principal(Service& service, const std::string& principal) {
    if (principal == app::Principal{}.name) return *owner();
    auto identity = service.access().users().by_principal(principal);
    return identity ? std::optional(caller_of(std::move(*identity))) : std::nullopt;
}

std::int64_t Jobs::back_off(int attempts) {
    return std::min(std::int64_t{5} << (2 * std::clamp(attempts - 1, 0, 5)), longest_back_off);
}

Jobs::Jobs(Service& service) : service_(service) {
    if (service_.runs().writer() == nullptr) return;
    for (const bool writes : {true, false}) threads_.emplace_back([this, writes] { work(writes); });
    threads_.emplace_back([this] { look_after(); });
}

Jobs::~Jobs() { stop(); }

void Jobs::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (const auto& run : running_) run->cancellation()->cancel();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

std::shared_ptr<Run> Jobs::submit(const Caller& caller, std::string_view kind, const nlohmann::json& request) {
    if (service_.runs().writer() == nullptr) {
        throw Error(ErrorCode::failed, "jobs are not available: the knowledge base is read-only");
    }
    if (!service_.has_base()) throw Error(ErrorCode::locked, "the knowledge base was moved or removed");
    const store::StoredJob job{.kind = std::string(kind), .request = request.dump(), .not_before = service_.clock()()};
    auto run = service_.runs().begin({.owner = caller.principal.name, .kind = job.kind, .background = true}, &job);
    {
        const std::lock_guard lock(mutex_);
        ++submitted_;
    }
    changed_.notify_all();
    return run;
}

std::optional<store::StoredJob> Jobs::find(std::string_view id, std::string_view owner) {
    if (service_.runs().writer() == nullptr) return std::nullopt;
    auto job = service_.runs().writer()->call([&](store::RunLogRepository& log) { return log.find_job(id); });
    return job && job->principal == owner ? job : std::nullopt;
}

std::vector<store::StoredJob> Jobs::list(std::string_view owner, std::size_t limit, std::string_view after) {
    if (service_.runs().writer() == nullptr) return {};
    return service_.runs().writer()->call(
        [&](store::RunLogRepository& log) { return log.list_jobs(owner, limit, after); });
}

void Jobs::cancel(const std::string& id) {
    if (const auto run = service_.runs().resume(id)) service_.runs().cancel(run);
}

void Jobs::work(bool writes) {
    std::uint64_t seen = 0;
    for (;;) {
        std::optional<store::StoredJob> job;
        try {
            const std::int64_t now = service_.clock()();
            job = service_.runs().writer()->call([&](store::RunLogRepository& log) {
                const auto next = log.next_job_at();
                return next && *next <= now ? log.lease_job(writes, now, service_.runs().mark(), now + lease_seconds)
                                            : std::nullopt;
            });
            if (job) perform(*job);
        } catch (const Error&) {
            static_cast<void>(service_.public_failure(std::current_exception()));  // another process writes, or worse
            job.reset();
        }
        std::unique_lock lock(mutex_);
        if (!job) changed_.wait_for(lock, longest_wait, [&] { return stopped_ || submitted_ != seen; });
        seen = submitted_;
        if (stopped_) return;
    }
}

void Jobs::look_after() {
    SteadyClock::time_point cleaned{};
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        const bool cleans = SteadyClock::now() - cleaned >= between_cleanings;
        lock.unlock();
        try {
            renew_leases();
            if (cleans) clean_uploads();
        } catch (const Error&) {
            // The next time, then: a lease is longer than three of these waits.
        }
        if (cleans) cleaned = SteadyClock::now();
        lock.lock();
        changed_.wait_for(lock, between_renewals, [&] { return stopped_; });
    }
}

void Jobs::renew_leases() {
    std::set<std::shared_ptr<Run>> running;
    {
        const std::lock_guard lock(mutex_);
        running = running_;
    }
    for (const auto& run : running) {
        const std::int64_t until = service_.clock()() + lease_seconds;
        const bool is_ours = service_.runs().writer()->call(
            [&](store::RunLogRepository& log) { return log.renew_lease(run->id(), service_.runs().mark(), until); });
        if (!is_ours && !run->has_ended()) run->cancellation()->cancel();
    }
}

void Jobs::clean_uploads() {
    std::vector<std::string> wanted;
    const auto requests =
        service_.runs().writer()->call([](store::RunLogRepository& log) { return log.open_requests(); });
    for (const std::string& request : requests) {
        const auto document = parse_bounded_json<nlohmann::json>(request);
        for (const auto& upload : document.value("uploads", nlohmann::json::array())) {
            wanted.push_back(app::upload_of(upload).hash);
        }
    }
    const Cancellation never;
    app::SilentNotices silent;
    app::Services services = service_.workspace().services({never, silent, service_.clock()});
    app::UploadService(services).clean(wanted);
}

void Jobs::perform(const store::StoredJob& job) {
    const std::shared_ptr<Run> run = service_.runs().take_over(job.run_id);
    if (!run) return;
    {
        const std::lock_guard lock(mutex_);
        running_.insert(run);
        if (stopped_) run->cancellation()->cancel();
    }
    try {
        finish(job, *run);
    } catch (...) {
        note_failure(job, *run, service_.public_failure(std::current_exception()));
    }
    const std::lock_guard lock(mutex_);
    running_.erase(run);
}

void Jobs::note_failure(const store::StoredJob& job, Run& run, const Error& error) {
    try {
        failed(job, run, error);
    } catch (const Error&) {
        run.lose();  // the base cannot be written to: whoever can goes on when the lease is over
    }
}

void Jobs::finish(const store::StoredJob& job, Run& run) {
    const JobKind* kind = find_job_kind(job.kind);
    const auto caller = caller_of_principal(service_, job.principal);
    if (job.attempts > most_begun) {
        return failed(job, run, {ErrorCode::failed, "the job was started too often and never finished"});
    }
    if (kind == nullptr || !caller || !caller->scopes.contains(kind->scope)) {
        return failed(job, run, {ErrorCode::usage, "the caller who started this job may no longer do it"});
    }
    run.cancellation()->check();
    if (!service_.has_base()) throw Error(ErrorCode::locked, "the knowledge base was moved or removed");
    JobNotices notices(run);
    CallerMeter meter(service_.access().users(), caller->identity);
    meter.check();
    const app::RequestScope scope{*run.cancellation(),
                                  notices,
                                  service_.clock(),
                                  caller->principal,
                                  {.meter = caller->identity ? &meter : nullptr},
                                  caller->access};
    const auto request = parse_bounded_json<nlohmann::json>(job.request);
    const Json result = kind->work({request, service_.workspace(), scope, service_.runs(), run});
    run.end(service_.clock()(), NewEvent{"done", event_data_of(run, "done", {{"result", result}})},
            store::JobChange{.state = store::JobState::done, .result = result.dump()});
}

void Jobs::failed(const store::StoredJob& job, Run& run, const Error& error) {
    const std::int64_t now = service_.clock()();
    const std::string why = failed_event(error, run.next_number());
    bool stopped = false;
    {
        const std::lock_guard lock(mutex_);
        stopped = stopped_;
    }
    store::JobChange change{.state = store::JobState::given_up, .error = failed_event(error, 0)};
    if (stopped && error.code() == ErrorCode::interrupted) {
        change = {.state = store::JobState::waiting, .not_before = now, .is_no_attempt = true};
    } else if (passes(error.code()) && job.attempts < most_attempts) {
        change.state = store::JobState::waiting;
        change.not_before = now + back_off(job.attempts);
        add_event(run, "notice", {{"level", "warning"}, {"text", std::string(error.what()) + "; it is tried again"}});
    } else {
        if (error.code() == ErrorCode::interrupted) change.state = store::JobState::cancelled;
        run.end(now, NewEvent{"failed", why}, std::move(change));
        return;
    }
    service_.runs().writer()->call([&](store::RunLogRepository& log) {
        const std::vector<store::RunChange> changes = {
            {.id = run.id(), .job = change, .holder = service_.runs().mark()}};
        log.append(changes);
    });
    run.hand_over();
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;  // which cancels all that runs, and the next server goes on with it
    }
    // Who cancelled it before that asked this server, which is done with it.
    if (run.cancellation()->cancelled()) cancel(run.id());
}

}  // namespace quarry::serve
