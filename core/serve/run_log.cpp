#include "core/serve/run_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/error.h"
#include "core/crypto/secret.h"
#include "core/serve/event_stream.h"
#include "core/serve/server_marks.h"
#include "core/store/store.h"

namespace quarry::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t removed_at_once = 100;  ///< Runs, so that no other writer waits for long.
constexpr std::chrono::minutes between_removals{10};
/// After this without a look, a server that seemed gone is not known to have been gone all the time.
constexpr std::chrono::seconds still_unheld{30};
constexpr int most_tries_to_end = 100;
/// How long a run that ended stays in memory when the base has it: for clients that come back at once.
constexpr std::chrono::seconds again{10};
constexpr std::size_t id_bytes = 16;

}  // namespace

RunLog::RunLog(RunLimits limits, RunPlace place)
    : limits_(limits), place_(std::move(place)), mark_(crypto::random_hex(mark_bytes)) {
    if (!place_.base.empty()) open_base();
    keeper_ = std::jthread([this] { look_after(); });
    fetcher_ = std::jthread([this] { read_for_streams(); });
    if (listener_) hearer_ = std::jthread([this] { listen(); });
}

RunLog::~RunLog() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    listening_.cancel();
    changed_.notify_all();
    wanted_.notify_all();
    keeper_.join();
    fetcher_.join();
    if (hearer_.joinable()) hearer_.join();
    writer_.reset();
}

void RunLog::open_base() {
    try {
        auto log = store::open_run_log(place_.base, store::StoreMode::write);
        reader_ = store::open_run_log(place_.base, store::StoreMode::read);
        writer_ = std::make_unique<RunWriter>(std::move(log), place_.failure);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::locked) throw;
        // A base that can only be read can be served.
        static_cast<void>(place_.failure(std::current_exception()));
        return;
    }
    try {
        presence_ = store::open_presence(place_.base);
        presence_->hold(server_name(mark_));
    } catch (const Error&) {
        // Nobody can tell who lives: what others have not ended is left alone, and they leave alone what this one has.
        static_cast<void>(place_.failure(std::current_exception()));
        presence_.reset();
        mark_ = unknown_mark;
        return;
    }
    listener_ = store::open_run_log_listener(place_.base, listening_);
    end_left();
}

bool RunLog::is_gone(std::string_view server) {
    const std::lock_guard lock(holding_);
    if (server == mark_ || server == unknown_mark || !presence_) return false;
    const auto now = SteadyClock::now();
    if (is_held(*presence_, server_name(server))) {
        unheld_.erase(std::string(server));
        return false;
    }
    Unheld& seen = unheld_.try_emplace(std::string(server), Unheld{now, now}).first->second;
    // It may have been there since nobody asked.
    if (now - seen.last > still_unheld) seen.since = now;
    seen.last = now;
    return now - seen.since >= presence_->doubt();
}

void RunLog::hold(const std::string& name) {
    const std::lock_guard lock(holding_);
    if (presence_) presence_->hold(name);
}

void RunLog::end_left() {
    std::vector<store::RunChange> changes;
    std::vector<std::string> gone;
    {
        const std::lock_guard lock(reading_);
        for (const store::LoggedRun& run : reader_->unfinished()) {
            if (!is_gone(server_of(run.id))) continue;
            const std::uint64_t number = run.last + 1;
            changes.push_back({.id = run.id,
                               .events = {{number, "failed", place_.interruption(number)}},
                               .ended_at = now(),
                               .after = run.last});
        }
        gone = reader_->job_holders();
    }
    std::erase_if(gone, [&](const std::string& server) { return !is_gone(server); });
    if (changes.empty() && gone.empty()) return;
    writer_->call([&](store::RunLogRepository& log) {
        // What another server ends at the same time is refused here.
        log.append(changes);
        for (const std::string& server : gone) log.release_jobs(server);
    });
}

std::shared_ptr<Run> RunLog::make(store::LoggedRun&& run, bool is_here) {
    // Shared by itself and by what tells the writer of it, which has to know it.
    const auto self = std::make_shared<std::weak_ptr<Run>>();
    auto made = std::make_shared<Run>(
        std::move(run), RunBounds{limits_.most_bytes, limits_.memory_bytes},
        [writer = writer_.get(), self] {
            if (auto changed = self->lock()) writer->changed(std::move(changed));
        },
        is_here);
    *self = made;
    return made;
}

std::shared_ptr<Run> RunLog::begin(const NewRun& run, const store::StoredJob* job) {
    store::LoggedRun begun{.id = crypto::random_hex(id_bytes - mark_bytes) + mark_,
                           .principal = run.owner,
                           .kind = run.kind,
                           .background = run.background,
                           .started_at = now()};
    const bool is_kept = writer_ != nullptr && !run.passing;
    if (is_kept) writer_->call([&](store::RunLogRepository& log) { log.begin(begun, job); });
    const std::shared_ptr<Run> made =
        is_kept ? make(std::move(begun), job == nullptr)  // any server may take a job
                : std::make_shared<Run>(std::move(begun), RunBounds{limits_.most_bytes, limits_.most_bytes});
    const std::lock_guard lock(mutex_);
    runs_.emplace(made->id(), Kept{.run = made, .passing = run.passing});
    return made;
}

std::shared_ptr<Run> RunLog::find(std::string_view id, std::string_view owner) {
    std::shared_ptr<Run> run;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = runs_.find(id); found != runs_.end()) {
            if (found->second.run->owner() != owner || found->second.passing) return nullptr;
            run = found->second.run;
        }
    }
    if (!run) run = load(id);
    if (!run || run->owner() != owner) return nullptr;
    refresh(run);
    return run;
}

void RunLog::refresh(const std::shared_ptr<Run>& run) {
    const bool is_agent = run->kind() == agent_kind;
    if (!reader_ || run->is_here() || (!is_agent && run->has_ended())) return;
    std::optional<store::LoggedRun> stored;
    bool rests = false;
    {
        const std::lock_guard lock(reading_);
        stored = reader_->find(run->id());
        if (is_agent && stored && !stored->ended && stored->last > 0) {
            const std::vector<RunEvent> last = reader_->events(run->id(), stored->last - 1, 1);
            rests = !last.empty() && last.front().name == "waiting";
        }
    }
    if (stored) return run->catch_up(*stored, rests);
    if (!is_agent) run->fail(place_.cancellation(0));  // it was removed
}

std::shared_ptr<Run> RunLog::take_over(std::string_view id) {
    std::shared_ptr<Run> run = resume(id);
    if (run && run->is_lost()) {
        // Its readers come back, and find the one that goes on.
        run->fail(place_.interruption(0));
        {
            const std::lock_guard lock(mutex_);
            if (const auto found = runs_.find(id); found != runs_.end() && found->second.run == run) runs_.erase(found);
        }
        run = resume(id);
    }
    if (!run) return nullptr;
    refresh(run);
    if (run->has_ended()) return nullptr;
    run->take_over(mark_);
    return run;
}

void RunLog::cancel(const std::shared_ptr<Run>& run) {
    if (run->is_here() || !writer_) {
        run->cancellation()->cancel();
        if (run->is_here() || !writer_) return;  // else it was handed over meanwhile, and nobody looks at that
    }
    writer_->call([&](store::RunLogRepository& log) {
        // Who works on it may add events meanwhile, each some milliseconds after the last.
        for (int tries = 0; tries < most_tries_to_end; ++tries) {
            const auto stored = log.find(run->id());
            if (!stored || stored->ended) return;
            const std::uint64_t number = stored->last + 1;
            const std::vector<store::RunChange> changes = {
                {.id = run->id(),
                 .events = {{number, "failed", place_.cancellation(number)}},
                 .ended_at = now(),
                 .job = store::JobChange{.state = store::JobState::cancelled, .error = place_.cancellation(0)},
                 .after = stored->last}};
            if (log.append(changes).empty()) return;
        }
        throw Error(ErrorCode::locked, "the run could not be cancelled", "try again");
    });
    refresh(run);
}

std::shared_ptr<Run> RunLog::resume(std::string_view id) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = runs_.find(id); found != runs_.end()) return found->second.run;
    }
    return load(id);
}

std::shared_ptr<Run> RunLog::load(std::string_view id) {
    std::optional<store::LoggedRun> stored;
    if (reader_) {
        const std::lock_guard lock(reading_);
        stored = reader_->find(id);
    }
    if (!stored) return nullptr;
    auto loaded = make(std::move(*stored), false);
    const std::lock_guard lock(mutex_);
    // Another thread may have been quicker.
    return runs_.emplace(loaded->id(), Kept{.run = loaded}).first->second.run;
}

std::vector<store::LoggedRun> RunLog::list(std::string_view owner, std::size_t limit, std::string_view after) {
    if (!reader_) return {};
    const std::lock_guard lock(reading_);
    return reader_->list(owner, limit, after);
}

std::vector<RunEvent> RunLog::stored_events(const std::string& id, std::uint64_t after, std::size_t most_bytes) {
    if (!reader_) return {};
    const std::lock_guard lock(reading_);
    return reader_->events(id, after, most_bytes);
}

const std::shared_ptr<const RunLog::StreamForm>& RunLog::server_sent_events() {
    static const auto form = std::make_shared<const StreamForm>(StreamForm{
        .begin = "retry: 2000\n\n",
        .event =
            [](const Run& run, const RunEvent& event) {
                if (event.number == 0) return fmt::format("event: {}\ndata: {}\n\n", event.name, event.data);
                return fmt::format("id: {}/{}\nevent: {}\ndata: {}\n\n", run.id(), event.number, event.name,
                                   event.data);
            },
        // Without an id of its own, so that a reader that comes back asks for the same again.
        .gap = [](std::uint64_t first) { return fmt::format("event: gap\ndata: {{\"first\":{}}}\n\n", first); },
        .shutdown = "event: shutdown\ndata: {}\n\n"});
    return form;
}

std::shared_ptr<net::BodySource> RunLog::stream(const std::shared_ptr<Run>& run, std::uint64_t after,
                                                std::shared_ptr<const StreamForm> form) {
    auto stream = std::make_shared<EventStream>(*this, run, after, std::move(form));
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = runs_.find(run->id()); found != runs_.end()) found->second.left = {};
    }
    if (run->is_kept() && !run->is_here()) hold(reader_name(run->id()));
    refresh(run);
    changed_.notify_all();
    return stream;
}

void RunLog::left(const std::shared_ptr<Run>& run) {
    {
        const std::lock_guard lock(mutex_);
        if (presence_ && run->is_kept() && !run->is_here()) unread_.push_back(run);
        const auto found = runs_.find(run->id());
        if (found == runs_.end()) return;
        if (found->second.passing) {
            found->second.run->cancellation()->cancel();
            runs_.erase(found);
            return;
        }
        if (shut_down_) return;
        found->second.left = SteadyClock::now();
    }
    changed_.notify_all();
}

bool RunLog::is_left(const Kept& kept) {
    return kept.left != SteadyClock::time_point{} && kept.run->followers() == 0 && kept.run->is_here() &&
           !kept.run->has_ended() && !kept.run->is_background();
}

std::set<std::string, std::less<>> RunLog::read_elsewhere(std::unique_lock<std::mutex>& lock) {
    if (!presence_) return {};
    std::set<std::string, std::less<>> asked;
    for (const auto& [id, kept] : runs_) {
        if (is_left(kept) && kept.run->is_kept()) asked.insert(id);
    }
    const auto unread = std::exchange(unread_, {});
    if (asked.empty() && unread.empty()) return {};
    lock.unlock();
    {
        const std::lock_guard holding(holding_);
        for (const auto& run : unread) {
            if (run->followers() == 0) presence_->release(reader_name(run->id()));
        }
        std::erase_if(asked, [&](const std::string& id) { return !is_held(*presence_, reader_name(id)); });
    }
    lock.lock();
    return asked;
}

void RunLog::look_after() {
    SteadyClock::time_point removed{}, next_look{}, rested{};
    const auto due = [&] { return news_.any() ? std::min(next_look, rested) : next_look; };
    std::unique_lock lock(mutex_);
    while (!ended_) {
        const auto read_elsewhere = this->read_elsewhere(lock);
        const auto now = SteadyClock::now();
        std::size_t count_of_ended = 0;
        auto oldest = runs_.end();
        for (auto one = runs_.begin(); one != runs_.end();) {
            Kept& kept = one->second;
            const bool has_ended = kept.run->has_ended();
            if (has_ended && kept.ended == SteadyClock::time_point{}) kept.ended = now;
            if (is_left(kept)) {
                if (read_elsewhere.contains(one->first)) kept.left = now;
                if (now - kept.left >= limits_.grace) kept.run->cancellation()->cancel();
            }
            if (has_ended && now - kept.ended >= (kept.run->is_kept() ? std::min(limits_.kept, again) : limits_.kept)) {
                one = runs_.erase(one);
                continue;
            }
            if (has_ended && (++count_of_ended == 1 || kept.ended < oldest->second.ended)) oldest = one;
            ++one;
        }
        if (count_of_ended > limits_.most_runs) {
            runs_.erase(oldest);
            continue;
        }
        if (writer_ && now - removed >= between_removals) {
            removed = now;
            lock.unlock();
            drop_old();
            lock.lock();
            continue;
        }
        std::chrono::milliseconds pause = std::min<std::chrono::milliseconds>(limits_.grace, between_sweeps);
        if (writer_) {
            if (now >= due()) {
                lock.unlock();
                const NextLook next = look();
                lock.lock();
                const auto looked = SteadyClock::now();
                next_look = looked + next.wait.value_or(std::chrono::milliseconds(0));
                rested = looked + next.rest;
            }
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(due() - SteadyClock::now());
            if (left.count() > 0) pause = left;
        }
        if (ended_) return;
        changed_.wait_for(lock, std::clamp(pause, std::chrono::milliseconds(10), std::chrono::milliseconds(1000)));
    }
}

void RunLog::drop_old() {
    const std::int64_t before = now() - std::chrono::seconds(limits_.stored).count();
    try {
        while (writer_->call([&](store::RunLogRepository& log) { return log.remove_ended(before, removed_at_once); }) ==
               removed_at_once) {
        }
    } catch (const Error&) {
        // The next time, then.
    }
}

void RunLog::fetch(std::weak_ptr<EventStream> stream) {
    {
        const std::lock_guard lock(mutex_);
        behind_.push_back(std::move(stream));
    }
    wanted_.notify_one();
}

void RunLog::read_for_streams() {
    for (;;) {
        std::shared_ptr<EventStream> stream;
        {
            std::unique_lock lock(mutex_);
            wanted_.wait(lock, [&] { return ended_ || !behind_.empty(); });
            if (ended_) return;
            stream = behind_.front().lock();
            behind_.pop_front();
        }
        if (!stream) continue;
        const auto [id, after] = stream->wanted();
        try {
            stream->fetched(stored_events(id, after, EventStream::piece), false);
        } catch (const Error&) {
            stream->fetched({}, true);
        }
    }
}

void RunLog::shut_down() {
    std::vector<std::shared_ptr<Run>> all;
    {
        const std::lock_guard lock(mutex_);
        shut_down_ = true;
        for (const auto& [id, kept] : runs_) all.push_back(kept.run);
    }
    for (const auto& run : all) run->wake();
}

bool RunLog::is_shut_down() const {
    const std::lock_guard lock(mutex_);
    return shut_down_;
}

void RunLog::cancel_all(std::string_view owner) {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, kept] : runs_) {
        if (owner.empty() || kept.run->owner() == owner) kept.run->cancellation()->cancel();
    }
}

}  // namespace quarry::serve
