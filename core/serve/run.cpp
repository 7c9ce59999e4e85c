#include "core/serve/run.h"

#include <algorithm>
#include <utility>

namespace quarry::serve {
namespace {

constexpr std::size_t most_pending = 1024 * 1024;  ///< Bytes that wait to be written before the one who adds waits.

std::size_t size_of(const RunEvent& event) { return event.name.size() + event.data.size(); }

}  // namespace

Run::Run(store::LoggedRun run, RunBounds bounds, std::function<void()> written, bool is_here)
    : id_(std::move(run.id)),
      owner_(std::move(run.principal)),
      kind_(std::move(run.kind)),
      background_(run.background),
      is_kept_(written || run.ended),
      started_at_(run.started_at),
      bounds_(bounds),
      written_(std::move(written)),
      added_(run.last),
      last_(run.last),
      kept_from_(run.kept_from),
      ended_(run.ended),
      ended_at_(run.ended_at),
      here_(is_here) {}

bool Run::is_here() const {
    const std::lock_guard lock(mutex_);
    return here_;
}

bool Run::is_lost() const {
    const std::lock_guard lock(mutex_);
    return lost_;
}

void Run::take_over(std::string holder) {
    const std::lock_guard lock(mutex_);
    here_ = true;
    holder_ = std::move(holder);
}

void Run::hand_over() {
    const std::lock_guard lock(mutex_);
    here_ = false;
}

void Run::lose_if_open() {
    {
        const std::lock_guard lock(mutex_);
        if (ending_ || ended_) return;
    }
    lose();
}

void Run::lose() {
    {
        const std::lock_guard lock(mutex_);
        lost_ = true;
        here_ = false;
        pending_.clear();
        pending_bytes_ = 0;
        added_ = last_;
        taken_.notify_all();
    }
    cancel_->cancel();
}

void Run::add(std::string name, std::string data) {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, [&] { return pending_bytes_ < most_pending || !failure_.empty() || lost_; });
    if (!failure_.empty() || ending_ || lost_) return;
    RunEvent event{++added_, std::move(name), std::move(data)};
    pending_bytes_ += size_of(event);
    pending_.push_back(std::move(event));
    lock.unlock();
    if (written_) return written_();
    if (auto change = take_change()) publish(std::move(*change));
}

std::uint64_t Run::next_number() const {
    const std::lock_guard lock(mutex_);
    return added_ + 1;
}

void Run::end(std::int64_t now, std::optional<NewEvent> last, std::optional<store::JobChange> job) {
    {
        const std::lock_guard lock(mutex_);
        if (ending_ || ended_ || lost_) return;
        ending_ = true;
        ended_at_ = now;
        job_ = std::move(job);
        if (last) pending_.push_back({++added_, std::move(last->name), std::move(last->data)});
    }
    if (written_) return written_();
    if (auto change = take_change()) publish(std::move(*change));
}

bool Run::has_ended() const {
    const std::lock_guard lock(mutex_);
    return ended_;
}

std::optional<std::int64_t> Run::ended_at() const {
    const std::lock_guard lock(mutex_);
    return ended_ ? ended_at_ : std::nullopt;
}

std::uint64_t Run::last() const {
    const std::lock_guard lock(mutex_);
    return last_;
}

std::optional<store::RunChange> Run::take_change() {
    const std::lock_guard lock(mutex_);
    const bool ends = ending_ && !end_taken_;
    if (lost_ || (pending_.empty() && !ends)) return std::nullopt;
    store::RunChange change{.id = id_, .events = std::exchange(pending_, {}), .holder = holder_};
    change.after = added_ - change.events.size();
    pending_bytes_ = 0;
    for (const RunEvent& event : change.events) {
        sizes_.push_back(static_cast<std::uint32_t>(size_of(event)));
        total_ += size_of(event);
    }
    while (total_ > bounds_.most_bytes && sizes_.size() > 1) {
        total_ -= sizes_.front();
        sizes_.pop_front();
        change.kept_from = added_ - sizes_.size() + 1;
    }
    if (ends) {
        end_taken_ = true;
        change.ended_at = ended_at_;
        change.job = std::exchange(job_, std::nullopt);
    }
    taken_.notify_all();
    return change;
}

void Run::publish(store::RunChange&& change) {
    {
        const std::lock_guard lock(mutex_);
        for (RunEvent& event : change.events) {
            bytes_ += size_of(event);
            last_ = event.number;
            events_.push_back(std::move(event));
        }
        if (change.kept_from > 0) kept_from_ = change.kept_from;
        const std::size_t most = is_kept_ ? bounds_.memory_bytes : bounds_.most_bytes;
        while (events_.size() > 1 && (bytes_ > most || events_.front().number < kept_from_)) {
            bytes_ -= size_of(events_.front());
            events_.pop_front();
        }
        ended_ = ended_ || change.ended_at.has_value();
    }
    wake();
}

void Run::fail(std::string why) {
    {
        const std::lock_guard lock(mutex_);
        failure_ = std::move(why);
        pending_.clear();
        pending_bytes_ = 0;
        ending_ = end_taken_ = ended_ = true;
        taken_.notify_all();
    }
    cancel_->cancel();
    wake();
}

void Run::catch_up(const store::LoggedRun& stored, bool rests) {
    {
        const std::lock_guard lock(mutex_);
        if (here_ || stored.last < last_) return;  // somebody else has seen more
        if (stored.last > last_) {                 // what is in memory is not followed by what comes now
            events_.clear();
            bytes_ = 0;
        }
        added_ = last_ = stored.last;
        kept_from_ = stored.kept_from;
        ended_ = stored.ended || rests;
        ended_at_ = stored.ended_at;
    }
    wake();
}

Run::Part Run::after(std::uint64_t number, std::size_t most_bytes) const {
    const std::lock_guard lock(mutex_);
    Part part;
    // A reader of another server may have an event that was stored a moment ago, and is not told of here yet.
    if (number > added_) part.lost = kept_from_;  // of a run that is not this one
    if (number + 1 < kept_from_) part.lost = kept_from_;
    if (part.lost > 0) number = kept_from_ - 1;
    part.is_stored = number < last_ && (events_.empty() || number + 1 < events_.front().number);
    if (part.is_stored) return part;
    std::size_t bytes = 0;
    auto next = std::ranges::upper_bound(events_, number, {}, &RunEvent::number);
    for (; next != events_.end() && bytes < most_bytes; ++next) {
        bytes += size_of(*next);
        part.events.push_back(*next);
    }
    part.ended = ended_ && next == events_.end();
    if (part.ended) part.failure = failure_;
    return part;
}

std::uint64_t Run::follow(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    followers_.emplace(++next_follower_, std::move(wake));
    return next_follower_;
}

std::size_t Run::leave(std::uint64_t follower) {
    const std::lock_guard lock(mutex_);
    followers_.erase(follower);
    return followers_.size();
}

std::size_t Run::followers() const {
    const std::lock_guard lock(mutex_);
    return followers_.size();
}

void Run::wake() const {
    std::vector<std::function<void()>> wakes;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [number, wake] : followers_) wakes.push_back(wake);
    }
    for (const auto& wake : wakes) wake();
}

}  // namespace quarry::serve
