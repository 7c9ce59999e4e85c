#include "core/serve/event_stream.h"

#include <fmt/format.h>

#include <utility>

namespace quarry::serve {

EventStream::EventStream(RunLog& log, std::shared_ptr<Run> run, std::uint64_t after,
                         std::shared_ptr<const RunLog::StreamForm> form)
    : log_(log), run_(std::move(run)), form_(std::move(form)), position_(after) {
    // Followed from now on, so that no run is taken for left before its stream has begun.
    follower_ = run_->follow([] {});
}

void EventStream::start(std::function<void()> wake) {
    {
        const std::lock_guard lock(mutex_);
        wake_ = wake;
    }
    const std::uint64_t before = std::exchange(follower_, run_->follow(std::move(wake)));
    run_->leave(before);
}

net::BodySource::State EventStream::next(std::string& out) {
    if (!std::exchange(begun_, true)) out = form_->begin;
    {
        const std::lock_guard lock(mutex_);
        if (fetching_) return out.empty() ? State::waiting : State::more;
        if (fetch_failed_) return State::failed;
        if (!found_.empty()) {
            // Some of them may have been dropped while they were looked for.
            if (found_.front().number > position_ + 1) out += form_->gap(found_.front().number);
            append(out, std::exchange(found_, {}));
            return State::more;
        }
    }
    const Run::Part part = run_->after(position_, piece);
    if (part.lost > 0) {
        out += form_->gap(part.lost);
        const std::lock_guard lock(mutex_);
        position_ = part.lost - 1;
    }
    if (part.is_stored) {
        {
            const std::lock_guard lock(mutex_);
            fetching_ = true;
        }
        log_.fetch(weak_from_this());
        return out.empty() ? State::waiting : State::more;
    }
    {
        const std::lock_guard lock(mutex_);
        append(out, part.events);
    }
    if (part.ended) {
        // Without a number: it is not written down, and its reader goes on behind the last that was.
        if (!part.failure.empty()) out += form_->event(*run_, {0, "failed", part.failure});
        out += form_->end;
        return State::end;
    }
    if (part.events.empty() && log_.is_shut_down()) {
        out += form_->shutdown;
        return State::end;
    }
    return out.empty() && part.events.empty() ? State::waiting : State::more;
}

void EventStream::append(std::string& out, const std::vector<RunEvent>& events) {
    for (const RunEvent& event : events) {
        out += form_->event(*run_, event);
        position_ = event.number;
    }
}

std::pair<std::string, std::uint64_t> EventStream::wanted() const {
    const std::lock_guard lock(mutex_);
    return {run_->id(), position_};
}

void EventStream::fetched(std::vector<RunEvent> events, bool failed) {
    std::function<void()> wake;
    const bool found_none = events.empty();  // the run was removed meanwhile
    // The base may have more by now than the run knows of.
    std::erase_if(events, [last = run_->last()](const RunEvent& event) { return event.number > last; });
    {
        const std::lock_guard lock(mutex_);
        fetching_ = false;
        fetch_failed_ = failed || found_none;
        found_ = std::move(events);
        wake = wake_;
    }
    if (wake) wake();
}

void EventStream::stop() noexcept {
    if (std::exchange(stopped_, true)) return;
    if (run_->leave(follower_) == 0) log_.left(run_);
}

}  // namespace quarry::serve
