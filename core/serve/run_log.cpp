#include "core/serve/run_log.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/error.h"

namespace quarry::serve {

using SteadyClock = std::chrono::steady_clock;

std::string random_hex(std::size_t bytes) {
    std::string random(bytes, '\0');
    if (getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes)) {
        throw Error(ErrorCode::failed, "the system gives no random numbers");
    }
    std::string hex;
    for (const char byte : random) fmt::format_to(std::back_inserter(hex), "{:02x}", static_cast<unsigned char>(byte));
    return hex;
}

Run::Run(std::string id, std::string owner, bool background, std::size_t most_bytes)
    : id_(std::move(id)), owner_(std::move(owner)), background_(background), most_bytes_(most_bytes) {}

void Run::add(std::string name, std::string data) {
    {
        const std::lock_guard lock(mutex_);
        bytes_ += name.size() + data.size();
        events_.push_back({++last_, std::move(name), std::move(data)});
        while (bytes_ > most_bytes_ && events_.size() > 1) {
            bytes_ -= events_.front().name.size() + events_.front().data.size();
            events_.pop_front();
        }
    }
    wake();
}

void Run::end() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    wake();
}

bool Run::has_ended() const {
    const std::lock_guard lock(mutex_);
    return ended_;
}

std::uint64_t Run::last() const {
    const std::lock_guard lock(mutex_);
    return last_;
}

Run::Part Run::after(std::uint64_t number, std::size_t most_bytes) const {
    const std::lock_guard lock(mutex_);
    Part part;
    if (!events_.empty() && number + 1 < events_.front().number) part.lost = events_.front().number;
    std::size_t bytes = 0;
    auto next = std::ranges::upper_bound(events_, number, {}, &RunEvent::number);
    for (; next != events_.end() && bytes < most_bytes; ++next) {
        bytes += next->name.size() + next->data.size();
        part.events.push_back(*next);
    }
    part.ended = ended_ && next == events_.end();
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

/// A reader of a run's events. All but `follow` on the server's thread.
class EventStream final : public net::BodySource {
public:
    EventStream(RunLog& log, std::shared_ptr<Run> run, std::uint64_t after, RunLog::StreamForm form)
        : log_(log), run_(std::move(run)), form_(std::move(form)), position_(after) {
        // Followed from now on, so that no run is taken for left before its stream has begun.
        follower_ = run_->follow([] {});
    }
    ~EventStream() override { stop(); }

    void start(std::function<void()> wake) override {
        const std::uint64_t before = std::exchange(follower_, run_->follow(std::move(wake)));
        run_->leave(before);
    }

    State next(std::string& out) override {
        constexpr std::size_t piece = 32 * 1024;
        if (!std::exchange(begun_, true)) out = form_.begin;
        const Run::Part part = run_->after(position_, piece);
        if (part.lost > 0) out += form_.gap(part.lost);
        for (const RunEvent& event : part.events) {
            out += form_.event(*run_, event);
            position_ = event.number;
        }
        if (part.ended) {
            out += form_.end;
            return State::end;
        }
        if (part.events.empty() && log_.is_shut_down()) {
            out += form_.shutdown;
            return State::end;
        }
        return out.empty() && part.events.empty() ? State::waiting : State::more;
    }

    void stopped(bool /*complete*/) noexcept override { stop(); }

private:
    void stop() noexcept {
        if (std::exchange(stopped_, true)) return;
        if (run_->leave(follower_) == 0) log_.left(run_->id());
    }

    RunLog& log_;
    const std::shared_ptr<Run> run_;
    const RunLog::StreamForm form_;
    std::uint64_t position_, follower_ = 0;
    bool begun_ = false, stopped_ = false;
};

RunLog::RunLog(RunLimits limits) : limits_(limits), keeper_([this] { look_after(); }) {}

RunLog::~RunLog() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
}

std::shared_ptr<Run> RunLog::begin(const std::string& owner, bool background) {
    auto run = std::make_shared<Run>(random_hex(16), owner, background, limits_.most_bytes);
    const std::lock_guard lock(mutex_);
    runs_.emplace(run->id(), Kept{.run = run});
    return run;
}

std::shared_ptr<Run> RunLog::find(std::string_view id, std::string_view owner) const {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(id);
    return found == runs_.end() || found->second.run->owner() != owner ? nullptr : found->second.run;
}

const RunLog::StreamForm& RunLog::server_sent_events() {
    static const StreamForm form = {
        .begin = "retry: 2000\n\n",
        .event =
            [](const Run& run, const RunEvent& event) {
                return fmt::format("id: {}/{}\nevent: {}\ndata: {}\n\n", run.id(), event.number, event.name,
                                   event.data);
            },
        // Without an id of its own, so that a reader that comes back asks for the same again.
        .gap = [](std::uint64_t first) { return fmt::format("event: gap\ndata: {{\"first\":{}}}\n\n", first); },
        .shutdown = "event: shutdown\ndata: {}\n\n"};
    return form;
}

std::shared_ptr<net::BodySource> RunLog::stream(const std::shared_ptr<Run>& run, std::uint64_t after, StreamForm form) {
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
        if (found == runs_.end() || shut_down_) return;
        found->second.left = SteadyClock::now();
    }
    changed_.notify_all();
}

void RunLog::look_after() {
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
            if (has_ended && now - kept.ended >= limits_.kept) {
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
        changed_.wait_for(lock, std::min<SteadyClock::duration>(limits_.grace, std::chrono::seconds(1)));
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

void RunLog::cancel_all() {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, kept] : runs_) kept.run->cancellation()->cancel();
}

}  // namespace quarry::serve
