#pragma once

#include <csignal>

#include "core/base/cancel.h"

namespace quarry::cli {

/// While this lives, Ctrl-C stops what `watch` names and not the program; a request to end (SIGTERM) does so too, and
/// is remembered. One at a time.
class AnswerInterrupts {
public:
    AnswerInterrupts();
    ~AnswerInterrupts();
    AnswerInterrupts(const AnswerInterrupts&) = delete;
    AnswerInterrupts& operator=(const AnswerInterrupts&) = delete;

    /// What is stopped from now on; null for nothing. Borrowed.
    void watch(Cancellation* cancellation) noexcept;
    /// Whether Ctrl-C came since this was asked last.
    [[nodiscard]] bool interrupted() noexcept;
    /// Whether the program was asked to end.
    [[nodiscard]] bool ended() const noexcept;

private:
    struct sigaction before_interrupt_ = {};
    struct sigaction before_end_ = {};
};

}  // namespace quarry::cli
