// What a server sees of what others write to the runs of the base: it is told, or looks.
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/serve/run_log.h"
#include "core/serve/server_marks.h"

namespace quarry::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Between two looks into the base for events that others added, and for whether they ended a run of this process.
constexpr std::chrono::milliseconds between_looks_at_others{100}, between_looks_at_own{250};
/// The same where the base tells of what others write: for what it did not tell; and where it tells all the time.
constexpr std::chrono::milliseconds between_full_looks{2000}, least_rest{20};
/// Between two tries to listen.
constexpr std::chrono::seconds between_connections{1};

}  // namespace

RunLog::Watched RunLog::watched() {
    std::erase_if(runs_, [](const auto& one) {
        const Run& run = *one.second.run;
        const bool may_be_read_again = !run.is_here() && (run.kind() == agent_kind || !run.has_ended());
        return may_be_read_again && one.second.run.use_count() == 1 && run.followers() == 0;
    });
    Watched watched;
    for (const auto& [id, kept] : runs_) {
        if (!kept.run->is_kept()) continue;
        if (!kept.run->is_here()) {
            if (kept.run->followers() > 0) watched.followed.push_back(kept.run);
        } else if (!kept.run->has_ended()) {
            watched.open.push_back(kept.run);
        }
    }
    return watched;
}

void RunLog::listen() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
        lock.unlock();
        std::optional<std::vector<store::RunNews>> news;
        bool listens = true;
        try {
            news = listener_->news(between_full_looks);
        } catch (const Error&) {
            listens = false;
        }
        lock.lock();
        news_.listens = listens;
        note(news);
        if (!listens) changed_.wait_for(lock, between_connections, [this] { return ended_; });
    }
}

void RunLog::note(const std::optional<std::vector<store::RunNews>>& news) {
    if (!news) news_.all = true;
    for (const store::RunNews& one : news.value_or(std::vector<store::RunNews>())) {
        const auto found = runs_.find(one.id);
        if (found == runs_.end()) continue;
        // What this process writes is no news to it.
        if (found->second.run->is_here() && one.last < found->second.run->next_number()) continue;
        news_.runs.insert_or_assign(one.id, one.last);
    }
    if (news_.any()) changed_.notify_all();
}

RunLog::News RunLog::take_news() {
    const auto now = SteadyClock::now();
    News news = std::exchange(news_, {.listens = news_.listens, .all = false});
    news.all = news.all || !news.listens || now >= next_full_look_;
    if (news.all) next_full_look_ = now + between_full_looks;
    return news;
}

RunLog::NextLook RunLog::look() {
    const auto begun = SteadyClock::now();
    bool has_changed = true;
    Watched watched;
    News news;
    try {
        {
            const std::lock_guard lock(reading_);
            has_changed = reader_->has_changed();
        }
        {
            // Behind the question: what changes from now on is seen the next time.
            const std::lock_guard lock(mutex_);
            watched = this->watched();
            news = take_news();
        }
        for (const auto& run : watched.followed) {
            if (run->is_lost() || (has_changed && (news.all || news.runs.contains(run->id())))) refresh(run);
            const bool is_left =
                news.all && run->kind() != agent_kind && !run->has_ended() && is_gone(server_of(run->id()));
            if (is_left) next_sweep_ = {};
        }
        for (const auto& run : watched.open) {
            if (!has_changed || !(news.all || news.runs.contains(run->id()))) continue;
            const std::lock_guard lock(reading_);
            const auto stored = reader_->find(run->id());
            if (!stored || stored->ended) run->lose_if_open();
        }
        if (SteadyClock::now() >= next_sweep_) {
            next_sweep_ = SteadyClock::now() + between_sweeps;
            end_left();
        }
    } catch (const Error&) {
        // The next time, then.
        const std::lock_guard lock(mutex_);
        news_.all = true;
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun);
    NextLook next{.rest = std::max(least_rest, took * 10)};
    if (watched.followed.empty() && watched.open.empty()) return next;
    const auto unheard = watched.followed.empty() ? between_looks_at_own : between_looks_at_others;
    next.wait = std::max(news.listens ? between_full_looks : unheard, next.rest);
    return next;
}

}  // namespace quarry::serve
