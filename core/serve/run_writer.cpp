#include "core/serve/run_writer.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "core/base/error.h"

namespace quarry::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_commits{10};
/// How long the end of the server waits for another process that writes.
constexpr std::chrono::seconds longest_end{8};
/// Before a server that is away is asked again.
constexpr std::chrono::milliseconds between_tries{100};

}  // namespace

RunWriter::RunWriter(std::unique_ptr<store::RunLogRepository> log,
                     std::function<std::string(const std::exception_ptr&)> failed)
    : log_(std::move(log)), failed_(std::move(failed)), thread_([this] { work(); }) {}

RunWriter::~RunWriter() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void RunWriter::changed(std::shared_ptr<Run> run) {
    {
        const std::lock_guard lock(mutex_);
        if (std::ranges::find(runs_, run) != runs_.end()) return;
        runs_.push_back(std::move(run));
        if (runs_.size() > 1) return;
    }
    changed_.notify_all();
}

void RunWriter::submit(Call call) {
    {
        const std::lock_guard lock(mutex_);
        calls_.push_back(std::move(call));
    }
    changed_.notify_all();
}

void RunWriter::work() {
    SteadyClock::time_point written{};
    for (;;) {
        std::vector<std::shared_ptr<Run>> runs;
        std::vector<Call> calls;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return ended_ || !runs_.empty() || !calls_.empty(); });
            changed_.wait_until(lock, written + between_commits, [&] { return ended_ || !calls_.empty(); });
            runs = std::exchange(runs_, {});
            calls = std::exchange(calls_, {});
            if (runs.empty() && calls.empty()) return;
        }
        if (!runs.empty()) write(std::move(runs));
        for (Call& call : calls) call(*log_, nullptr);
        written = SteadyClock::now();
    }
}

void RunWriter::write(std::vector<std::shared_ptr<Run>> runs) {
    std::vector<std::shared_ptr<Run>> changed;
    std::vector<store::RunChange> changes;
    for (std::shared_ptr<Run>& run : runs) {
        if (auto change = run->take_change()) {
            changes.push_back(std::move(*change));
            changed.push_back(std::move(run));
        }
    }
    if (changes.empty()) return;
    std::optional<SteadyClock::time_point> last_try;
    bool may_be_written = false;
    for (;;) {
        try {
            for (std::size_t i = changes.size(); may_be_written && i-- > 0;) {
                if (!changed[i] || !is_written(changes[i])) continue;
                changed[i]->publish(std::move(changes[i]));
                changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
                changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(i));
            }
            for (const std::size_t refused : log_->append(changes)) {
                if (!changed[refused]) continue;  // it was lost before the server went away
                if (may_be_written && is_written(changes[refused])) continue;  // the commit came through meanwhile
                changed[refused]->lose();
                changed[refused] = nullptr;
            }
            break;
        } catch (const Error& error) {
            const bool is_away = error.code() == ErrorCode::base_away;
            may_be_written = may_be_written || is_away;
            {
                std::unique_lock lock(mutex_);
                if (is_away) changed_.wait_for(lock, between_tries, [&] { return ended_ && !last_try; });
                if (ended_ && !last_try) last_try = SteadyClock::now() + longest_end;
            }
            const bool may_pass = is_away || error.code() == ErrorCode::locked;
            if (may_pass && (!last_try || SteadyClock::now() < *last_try)) {
                refuse_calls(std::current_exception());
                continue;
            }
            const std::string why = failed_(std::current_exception());
            for (const auto& run : changed) {
                if (run) run->fail(why);
            }
            return;
        }
    }
    for (std::size_t i = 0; i < changed.size(); ++i) {
        if (changed[i]) changed[i]->publish(std::move(changes[i]));
    }
}

bool RunWriter::is_written(const store::RunChange& change) {
    const std::uint64_t last = change.after.value_or(0) + change.events.size();
    const auto stored = log_->find(change.id);
    if (!stored || stored->last != last || (change.ended_at && !stored->ended)) return false;
    if (change.events.empty()) return stored->ended;
    // Another server may have ended it with an event of the same number.
    const std::vector<store::LoggedEvent> there = log_->events(change.id, last - 1, 1);
    return there.size() == 1 && there.front().data == change.events.back().data;
}

void RunWriter::refuse_calls(const std::exception_ptr& failure) {
    std::vector<Call> calls;
    {
        const std::lock_guard lock(mutex_);
        calls = std::exchange(calls_, {});
    }
    for (Call& call : calls) call(*log_, failure);
}

}  // namespace quarry::serve
