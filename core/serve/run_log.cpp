#include "core/serve/run_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/error.h"
#include "core/base/file_lock.h"
#include "core/crypto/secret.h"
#include "core/serve/event_stream.h"
#include "core/store/store.h"

namespace quarry::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t removed_at_once = 100;  ///< Runs, so that no other writer waits for long.
constexpr std::chrono::minutes between_removals{10};
/// Between two looks at the runs of agents that have readers: another process may go on with them.
constexpr std::chrono::seconds between_refreshes{1};
/// How long a run that ended stays in memory when the base has it: for clients that come back at once.
constexpr std::chrono::seconds again{10};

}  // namespace

RunLog::RunLog(RunLimits limits, RunPlace place) : limits_(limits), place_(std::move(place)) {
    if (!place_.base.empty()) open_base();
    keeper_ = std::jthread([this] { look_after(); });
    fetcher_ = std::jthread([this] { read_for_streams(); });
}

RunLog::~RunLog() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
    wanted_.notify_all();
    keeper_.join();
    fetcher_.join();
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
        std::filesystem::path serving = place_.base;
        serving += ".serving";
        lock_ = std::make_unique<FileLock>(serving, std::chrono::milliseconds(0), nullptr);
    } catch (const Error&) {
        return;  // another server works on this base: what has not ended is its
    }
    end_interrupted();
}

void RunLog::end_interrupted() {
    writer_->call([&](store::RunLogRepository& log) {
        log.release_jobs();
        std::vector<store::RunChange> changes;
        for (const store::LoggedRun& run : log.unfinished()) {
            const std::uint64_t number = run.last + 1;
            changes.push_back(
                {.id = run.id, .events = {{number, "failed", place_.interruption(number)}}, .ended_at = now()});
        }
        if (!changes.empty()) log.append(changes);
    });
}

std::shared_ptr<Run> RunLog::make(store::LoggedRun&& run) {
    // Shared by itself and by what tells the writer of it, which has to know it.
    const auto self = std::make_shared<std::weak_ptr<Run>>();
    auto made = std::make_shared<Run>(std::move(run), RunBounds{limits_.most_bytes, limits_.memory_bytes},
                                      [writer = writer_.get(), self] {
                                          if (auto changed = self->lock()) writer->changed(std::move(changed));
                                      });
    *self = made;
    return made;
}

std::shared_ptr<Run> RunLog::begin(const NewRun& run, const store::StoredJob* job) {
    store::LoggedRun begun{.id = crypto::random_hex(16),
                           .principal = run.owner,
                           .kind = run.kind,
                           .background = run.background,
                           .started_at = now()};
    const bool is_kept = writer_ != nullptr && !run.passing;
    if (is_kept) writer_->call([&](store::RunLogRepository& log) { log.begin(begun, job); });
    const std::shared_ptr<Run> made =
        is_kept ? make(std::move(begun))
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
    if (run->kind() != agent_kind || !reader_) return;
    std::optional<store::LoggedRun> stored;
    bool rests = false;
    {
        const std::lock_guard lock(reading_);
        stored = reader_->find(run->id());
        if (stored && !stored->ended && stored->last > 0) {
            const std::vector<RunEvent> last = reader_->events(run->id(), stored->last - 1, 1);
            rests = !last.empty() && last.front().name == "waiting";
        }
    }
    if (stored) run->catch_up(*stored, rests);
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
    auto loaded = make(std::move(*stored));
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
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = runs_.find(run->id()); found != runs_.end()) found->second.left = {};
    }
    return std::make_shared<EventStream>(*this, run, after, std::move(form));
}

void RunLog::left(const std::string& id) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = runs_.find(id);
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

void RunLog::refresh_agents(std::unique_lock<std::mutex>& lock) {
    std::vector<std::shared_ptr<Run>> followed;
    std::erase_if(runs_, [](const auto& one) {
        const Kept& kept = one.second;
        return kept.run->kind() == agent_kind && kept.run.use_count() == 1 && kept.run->followers() == 0;
    });
    for (const auto& [id, kept] : runs_) {
        if (kept.run->kind() == agent_kind && kept.run->followers() > 0) followed.push_back(kept.run);
    }
    if (followed.empty()) return;
    lock.unlock();
    for (const auto& run : followed) {
        try {
            refresh(run);
        } catch (const Error&) {
            // The next time, then.
        }
    }
    lock.lock();
}

void RunLog::look_after() {
    SteadyClock::time_point removed{}, refreshed{};
    std::unique_lock lock(mutex_);
    while (!ended_) {
        const auto now = SteadyClock::now();
        std::size_t count_of_ended = 0;
        auto oldest = runs_.end();
        for (auto one = runs_.begin(); one != runs_.end();) {
            Kept& kept = one->second;
            const bool has_ended = kept.run->has_ended();
            if (has_ended && kept.ended == SteadyClock::time_point{}) kept.ended = now;
            const bool is_left = kept.left != SteadyClock::time_point{} && kept.run->followers() == 0;
            if (!has_ended && is_left && !kept.run->is_background() && now - kept.left >= limits_.grace) {
                kept.run->cancellation()->cancel();
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
        if (now - refreshed >= between_refreshes) {
            refreshed = now;
            refresh_agents(lock);
            if (ended_) return;
        }
        changed_.wait_for(lock, std::min<SteadyClock::duration>(limits_.grace, std::chrono::seconds(1)));
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
