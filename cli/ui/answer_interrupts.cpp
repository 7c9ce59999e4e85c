#include "cli/ui/answer_interrupts.h"

#include <atomic>

namespace quarry::cli {
namespace {

// A signal handler takes no argument, so what it works on has to be reachable from nowhere.
std::atomic<Cancellation*> watched_answer{nullptr};
std::atomic<bool> answer_interrupted{false};
std::atomic<bool> end_requested{false};

void on_answer_signal(int signal) {
    (signal == SIGINT ? answer_interrupted : end_requested).store(true);
    if (Cancellation* const answer = watched_answer.load()) answer->cancel();
}

}  // namespace

AnswerInterrupts::AnswerInterrupts() {
    answer_interrupted.store(false);
    end_requested.store(false);
    struct sigaction action = {};
    action.sa_handler = on_answer_signal;  // without SA_RESTART: what waits returns
    sigaction(SIGINT, &action, &before_interrupt_);
    sigaction(SIGTERM, &action, &before_end_);
}

AnswerInterrupts::~AnswerInterrupts() {
    watched_answer.store(nullptr);
    sigaction(SIGINT, &before_interrupt_, nullptr);
    sigaction(SIGTERM, &before_end_, nullptr);
}

void AnswerInterrupts::watch(Cancellation* cancellation) noexcept { watched_answer.store(cancellation); }

bool AnswerInterrupts::interrupted() noexcept { return answer_interrupted.exchange(false); }

bool AnswerInterrupts::ended() const noexcept { return end_requested.load(); }

}  // namespace quarry::cli
