#pragma once

#include <exception>
#include <utility>

#include "core/answer/answer_event.h"
#include "core/app/escaped_error.h"

namespace quarry::app {

/// Calls `work`, which emits the events of a run, and ends them: with Done, which has what `answer_of` finds in the
/// result, or with Failed for whatever `work` throws. What the sink throws comes out, and ends the events.
template <typename Work, typename AnswerOf>
auto answer_run(const answer::AnswerEvents& events, Work&& work, AnswerOf&& answer_of) {
    auto result = [&] {
        try {
            return work();
        } catch (...) {
            if (!events.threw()) events.emit(answer::event::Failed{escaped_error(std::current_exception())});
            throw;
        }
    }();
    events.emit(answer::event::Done{answer_of(result)});
    return result;
}

}  // namespace quarry::app
