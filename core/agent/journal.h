#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/agent/definition.h"
#include "core/base/error.h"
#include "core/store/checkpoint_repository.h"

namespace quarry::agent {

/// What a person is asked before a run goes on.
struct PersonRequest {
    enum class Kind { question, approval, in_doubt };
    Kind kind = Kind::question;
    std::int64_t step = 0;
    std::string task{};
    std::int64_t number = 0;
    std::string question{};
    nlohmann::json schema{};       ///< Of the answer; null: any.
    std::string description{};     ///< What would be done.

    /// Names it among all that its run asks: "3.0.root/decide".
    [[nodiscard]] std::string decision() const;
    [[nodiscard]] nlohmann::json to_json() const;
    [[nodiscard]] static PersonRequest from_json(const nlohmann::json& json);
};

/// Whether an error ends this process's part in a run and not the run: another process, or a later one, goes on with
/// it.
[[nodiscard]] bool leaves_run(ErrorCode code) noexcept;

/// Thrown through a node that cannot go on without a person. Not an Error: nothing has failed.
struct WaitsForPerson {
    PersonRequest request;
};

/// Thrown through a node whose wait lasts longer than a thread is kept for it. Not an Error: nothing has failed.
struct WaitsForTime {
    std::int64_t until = 0;  ///< Seconds since 1970.
};

/// Told where a run is, by several threads at once: a trace measures it, and a test ends it there as if the process
/// had been killed. Each may throw; empty ones do nothing.
struct KillPoints {
    std::function<void(std::string_view where, const store::AgentCall& call)> at_call{};  ///< "begun", "made", "ended"
    std::function<void(std::string_view where, std::int64_t step)> at_step{};  ///< "computed", "committed"
};

/// Seconds since 1970.
using Now = std::function<std::int64_t()>;

/// A run's calls as its base keeps them: each is written before it begins and when it has ended, and is answered from
/// there when the run goes on after an end that nobody planned. Used by several threads at once.
class Journal {
public:
    /// Borrows the repository and the kill points, which may be null.
    Journal(store::CheckpointRepository& repository, store::RunHolder holder, Now now, const KillPoints* kill);

    /// Calls of the step that follows are kept under this number; those that are there already are read.
    void begin_step(std::int64_t step, bool may_be_there);

    /// The calls of one task, in their order. Used by one thread.
    class Task;

    /// Nothing is waited for: the run is one that was recorded.
    void skip_waits() noexcept { skips_waits_ = true; }
    /// Seconds; what has to wait longer throws WaitsForTime instead.
    void set_longest_wait(double seconds) noexcept { longest_wait_ = seconds; }

    [[nodiscard]] store::CheckpointRepository& repository() noexcept { return repository_; }
    [[nodiscard]] const store::RunHolder& holder() const noexcept { return holder_; }
    [[nodiscard]] std::mutex& mutex() noexcept { return mutex_; }
    [[nodiscard]] std::int64_t now() const { return now_(); }
    [[nodiscard]] std::int64_t step() const noexcept { return step_; }

private:
    friend class Task;
    friend class Account;

    struct Open {
        Budget budget{};
        Spent spent{};
    };
    /// The seconds, if a thread is kept for them; throws WaitsForTime if not.
    [[nodiscard]] double wait_here(double seconds, std::int64_t now) const;

    store::CheckpointRepository& repository_;
    const store::RunHolder holder_;
    const Now now_;
    const KillPoints* const kill_;
    mutable std::mutex mutex_;  ///< Of all below, and of the repository.
    std::int64_t step_ = 0;
    std::map<std::string, std::vector<store::AgentCall>> known_;  ///< Of the step, by task.
    std::map<std::string, Open> accounts_;                        ///< By the paths that they hold over.
    bool skips_waits_ = false;
    double longest_wait_ = std::numeric_limits<double>::infinity();
};

/// Thrown through whatever makes a call that a budget forbids. Not an Error: a model is not told of it as of a failure.
struct BudgetSpent {
    Error error;
    std::string account;  ///< Whose budget it is.
};

/// Holds a budget over the calls of all tasks at and below a path, for as long as it lives: a call that it has nothing
/// left for does not begin. A budget without limits holds nothing.
class Account {
public:
    Account(Journal& journal, std::string path, const Budget& budget, const Spent& before = {});
    ~Account();
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] Spent spent() const;

private:
    Journal& journal_;
    const std::string path_;
    const bool is_open_;
};

/// See Journal::Task.
class Journal::Task {
public:
    Task(Journal& journal, std::string task) : journal_(journal), task_(std::move(task)), account_(task_) {}

    struct Call {
        store::AgentCallKind kind = store::AgentCallKind::tool;
        std::string name{};
        std::string input{};      ///< JSON, which the call is known by.
        bool keeps_input = true;  ///< Else only its hash is kept.
        bool may_repeat = false;  ///< Made twice it does no more than once, but for what it costs.
        std::optional<std::int64_t> number{};  ///< That `set_aside` gave; nothing: the next one.
    };
    /// The result of the call: from the journal when it was made before, else what `make` gives, which is kept.
    ///
    /// A call that was begun and has no end is in doubt: it is made again only if it may be repeated, or a person has
    /// said so. Throws WaitsForPerson for it; BudgetSpent before it begins a call; what `make` throws, which is kept
    /// too, but for an interruption; and Error(failed) when another call was made at this place before.
    ///
    /// Used by several threads at once for calls whose numbers were set aside.
    nlohmann::json call(const Call& call, const std::function<nlohmann::json(Spent& spent)>& make);
    /// Sets the numbers of so many calls aside, and gives the first.
    [[nodiscard]] std::int64_t set_aside(std::size_t calls);

    /// A person's answer. Throws WaitsForPerson until there is one.
    nlohmann::json ask(store::AgentCallKind kind, const PersonRequest& request);

    /// What is left of a wait, in seconds. It is kept when it begins, so that it goes on by the clock while no process
    /// works on the run; a clock that is set back does not make it longer than it was. `place` is from 1, each its own.
    /// Throws WaitsForTime where that is longer than set_longest_wait.
    [[nodiscard]] double time_left(std::string_view what, std::int64_t place, double seconds);
    /// That wait is over, whatever the clock says later.
    void end_wait(std::string_view what, std::int64_t place);
    /// Seconds that models and tools worked on the calls that the journal has answered so far.
    [[nodiscard]] double worked() const noexcept { return static_cast<double>(worked_.load()); }
    /// Whether a wait is on in this process: that is no work.
    [[nodiscard]] bool waits() const noexcept { return waits_.load() > 0; }
    /// Places of timers, as `time_left` takes them, for one more node that runs in the task: they are behind this one.
    [[nodiscard]] std::int64_t next_timers() noexcept { return std::exchange(timers_, timers_ + timers_of_a_node); }

    [[nodiscard]] const std::string& name() const noexcept { return task_; }
    [[nodiscard]] Journal& journal() noexcept { return journal_; }
    /// The path that calls count for: that of the task, and of the agent within it that runs as a tool.
    [[nodiscard]] const std::string& account() const noexcept { return account_; }
    /// Whether a budget allows so many calls and no more.
    [[nodiscard]] bool limits_calls() const;

    /// While it lives, calls count for this path.
    class CountFor {
    public:
        CountFor(Task& task, std::string path) : task_(task), before_(std::exchange(task.account_, std::move(path))) {}
        ~CountFor() { task_.account_ = before_; }
        CountFor(const CountFor&) = delete;
        CountFor& operator=(const CountFor&) = delete;

    private:
        Task& task_;
        const std::string before_;
    };
    /// While it lives, the task waits.
    class Waiting {
    public:
        explicit Waiting(Task& task) : task_(task) { ++task.waits_; }
        ~Waiting() { --task_.waits_; }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;

    private:
        Task& task_;
    };
    /// While it lives, a call that was interrupted after `timed_out` was set counts as failed.
    class TimeLimit {
    public:
        TimeLimit(Task& task, const std::atomic<bool>& timed_out) : task_(task) { task.limits_.push_back(&timed_out); }
        ~TimeLimit() { task_.limits_.pop_back(); }
        TimeLimit(const TimeLimit&) = delete;
        TimeLimit& operator=(const TimeLimit&) = delete;

    private:
        Task& task_;
    };

private:
    static constexpr std::int64_t timers_of_a_node = 32;  ///< Its wait, and one for each retry.

    /// Counts what a call took, with the lock held.
    void spend(const Spent& spent);
    void check_budgets() const;
    /// The next call's row as it is kept; nothing when there is none.
    std::optional<store::AgentCall> next(store::AgentCall& call, std::optional<std::int64_t> number = {});
    void at(std::string_view where, const store::AgentCall& call) const;

    Journal& journal_;
    const std::string task_;
    std::string account_;
    std::int64_t number_ = 0, timers_ = 0;
    std::atomic<std::int64_t> worked_{0};  ///< Seconds.
    std::atomic<int> waits_{0};
    std::vector<const std::atomic<bool>*> limits_{};
};

/// An error as a result that is kept, and back.
[[nodiscard]] nlohmann::json error_result(const Error& error);

}  // namespace quarry::agent
