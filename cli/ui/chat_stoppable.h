#pragma once

#include "cli/ui/chat_loop.h"

namespace quarry::cli {

/// While this lives, Ctrl-C in a terminal ends the work that looks at `cancellation`, and not the chat.
class ChatLoop::Stoppable {
public:
    explicit Stoppable(ChatLoop& loop);
    ~Stoppable();
    Stoppable(const Stoppable&) = delete;
    Stoppable& operator=(const Stoppable&) = delete;

    [[nodiscard]] const Cancellation& cancellation() const noexcept { return cancellation_; }
    /// Whether the work alone is ended, rather than the program.
    [[nodiscard]] bool alone() const noexcept { return interrupts_ != nullptr; }

private:
    Cancellation stopped_;
    AnswerInterrupts* interrupts_;
    const Cancellation& cancellation_;
};

}  // namespace quarry::cli
