#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/app/services.h"
#include "core/net/message.h"
#include "core/serve/run.h"
#include "core/serve/run_writer.h"
#include "core/store/presence.h"

namespace quarry::serve {

/// How long runs are kept, and how much of them.
struct RunLimits {
    std::size_t most_runs = 1000;              ///< In memory, that have ended; the oldest go first.
    std::size_t most_bytes = 4 * 1024 * 1024;  ///< Of one run's events.
    std::size_t memory_bytes = 256 * 1024;     ///< Of those, in memory, where the base has them all.
    std::chrono::seconds kept{600};            ///< In memory after their end.
    std::chrono::hours stored{7 * 24};         ///< In the base after their end.
    std::chrono::milliseconds grace{10'000};   ///< Without a reader, before a run that is not in the background ends.
};

/// What a run is when it begins.
struct NewRun {
    std::string owner{};  ///< The name of its principal.
    std::string kind{};   ///< "ask", "ingest" ...
    bool background = false;
    /// In memory only, for a stream that cannot be gone on with: nothing is written, and it ends with its reader.
    bool passing = false;
};

/// Where runs are kept.
struct RunPlace {
    std::filesystem::path base{};  ///< Empty: in memory only.
    app::Clock clock{};
    /// What the last event of a run says that a server left behind, numbered `number`; of one that was cancelled.
    std::function<std::string(std::uint64_t number)> interruption{}, cancellation{};
    /// What is told to readers of what went wrong in writing.
    std::function<std::string(const std::exception_ptr&)> failure{};
};

class EventStream;

/// The runs of a server. With a base they are kept in it, and go on being readable when the server was started again.
/// Several servers may work on one base: each reads and cancels what the others work on. A base on a server tells of
/// what they write; else, and where that fails, each looks into the base at most ten times a second. A run in the
/// foreground that a server left behind unfinished ends with the event `failed` as soon as another one sees it; the
/// jobs of such a server are taken again.
///
/// The server's thread never waits for the base: one thread writes, another reads for readers that are behind.
/// Thread-safe.
class RunLog {
public:
    RunLog(RunLimits limits, RunPlace place);
    ~RunLog();
    RunLog(const RunLog&) = delete;
    RunLog& operator=(const RunLog&) = delete;

    /// A run that is written down, if runs are. Throws Error(locked) when another process writes for long. Not on the
    /// server's thread, but for a passing one.
    [[nodiscard]] std::shared_ptr<Run> begin(const NewRun& run, const store::StoredJob* job = nullptr);
    /// The run of this owner; null when there is none, or it is another's. Not on the server's thread.
    [[nodiscard]] std::shared_ptr<Run> find(std::string_view id, std::string_view owner);
    /// A run that is not in memory, or is: a job's, that goes on.
    [[nodiscard]] std::shared_ptr<Run> resume(std::string_view id);
    /// Has the readers of a run see what the base has of it, where another process or an agent writes its events. Not
    /// on the server's thread.
    void refresh(const std::shared_ptr<Run>& run);
    /// The run of a job that this server has the lease of; null where there is none, or it has ended.
    [[nodiscard]] std::shared_ptr<Run> take_over(std::string_view id);
    /// Ends a run, wherever it is worked on; not an agent's. Not on the server's thread.
    void cancel(const std::shared_ptr<Run>& run);
    /// What this server is called in the leases of jobs, and at the end of the ids of its runs. No other one has it.
    [[nodiscard]] const std::string& mark() const noexcept { return mark_; }
    /// What a run of an agent is called: its events are written with its steps (core/store/checkpoint_repository.h).
    static constexpr std::string_view agent_kind = "agent";

    /// The owner's runs, newest first, behind the run `after`. Not on the server's thread.
    [[nodiscard]] std::vector<store::LoggedRun> list(std::string_view owner, std::size_t limit, std::string_view after);

    /// Events of a run in the base, behind number `after`; about `most_bytes` of them.
    [[nodiscard]] std::vector<RunEvent> stored_events(const std::string& id, std::uint64_t after,
                                                      std::size_t most_bytes);

    /// The writer's; null without a base.
    [[nodiscard]] RunWriter* writer() noexcept { return writer_.get(); }
    [[nodiscard]] std::int64_t now() const { return place_.clock ? place_.clock() : 0; }

    /// How a stream writes events.
    struct StreamForm {
        std::string begin{};                                                        ///< Before the first.
        std::function<std::string(const Run& run, const RunEvent& event)> event{};  ///< May give nothing.
        std::function<std::string(std::uint64_t first)> gap{};  ///< Where events before `first` are not kept any more.
        std::string end{};                                      ///< Behind the last.
        std::string shutdown{};                                 ///< Instead, where the server ends before the run.
    };
    /// Server-sent events (WHATWG HTML, 9.2) with ids, names and data as they were added.
    [[nodiscard]] static const std::shared_ptr<const StreamForm>& server_sent_events();

    /// The events of a run behind number `after` as a stream. It follows the run at once. When the last stream of a run
    /// that is not in the background is left before its end, the run is cancelled after the time of grace; a passing
    /// one at once.
    [[nodiscard]] std::shared_ptr<net::BodySource> stream(
        const std::shared_ptr<Run>& run, std::uint64_t after,
        std::shared_ptr<const StreamForm> form = server_sent_events());

    /// Ends all streams with the event "shutdown"; runs go on.
    void shut_down();
    [[nodiscard]] bool is_shut_down() const;

    /// Cancels all runs; of one owner, where a name is given.
    void cancel_all(std::string_view owner = {});

private:
    friend class EventStream;
    struct Kept {
        std::shared_ptr<Run> run;
        bool passing = false;
        std::chrono::steady_clock::time_point left{};  ///< When the last reader left it; the clock's beginning: never.
        std::chrono::steady_clock::time_point ended{};
    };
    void left(const std::shared_ptr<Run>& run);
    void look_after();
    /// Runs that this process is to look after in the base.
    struct Watched {
        std::vector<std::shared_ptr<Run>> followed{};  ///< Others add their events.
        std::vector<std::shared_ptr<Run>> open{};      ///< Others may have ended them.
    };
    [[nodiscard]] Watched watched();
    /// Between two looks for what servers left behind, where nobody waits for it.
    static constexpr std::chrono::seconds between_sweeps{5};
    /// What is known of what was written to the base.
    struct News {
        bool listens = false;                                      ///< The base tells of it.
        bool all = true;                                           ///< Any run may have been written to.
        std::map<std::string, std::uint64_t, std::less<>> runs{};  ///< With the number of the last event.
        [[nodiscard]] bool any() const noexcept { return listens && (all || !runs.empty()); }
    };
    /// When to look into the base again.
    struct NextLook {
        std::optional<std::chrono::milliseconds> wait{};  ///< Nothing: with whatever comes.
        std::chrono::milliseconds rest{0};                ///< Though there be news.
    };
    /// Looks after them, as far as there is something new.
    NextLook look();
    [[nodiscard]] News take_news();
    void listen();
    void note(const std::optional<std::vector<store::RunNews>>& news);
    void drop_old();
    void open_base();
    /// Ends what servers left behind that are gone.
    void end_left();
    [[nodiscard]] bool is_gone(std::string_view server);
    void hold(const std::string& name);
    /// Whether a run of this server goes on though nobody here reads it.
    [[nodiscard]] static bool is_left(const Kept& kept);
    /// Of the runs that are left here, those that another server has readers of; unlocks while it looks. Tells others
    /// which runs are not read here any more.
    [[nodiscard]] std::set<std::string, std::less<>> read_elsewhere(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] std::shared_ptr<Run> make(store::LoggedRun&& run, bool is_here);
    [[nodiscard]] std::shared_ptr<Run> load(std::string_view id);
    /// Has the reading thread look for a stream's next events.
    void fetch(std::weak_ptr<EventStream> stream);
    void read_for_streams();

    const RunLimits limits_;
    const RunPlace place_;
    std::string mark_;
    std::mutex reading_;  ///< Of the next one.
    std::unique_ptr<store::RunLogRepository> reader_;
    std::mutex holding_;                         ///< Of the next one. Not taken by the server's thread.
    std::unique_ptr<store::Presence> presence_;  ///< Null without a base.
    /// A server that seems gone.
    struct Unheld {
        std::chrono::steady_clock::time_point since{}, last{};
    };
    std::map<std::string, Unheld> unheld_;
    mutable std::mutex mutex_;                   ///< Of those below.
    std::vector<std::shared_ptr<Run>> unread_;   ///< Of other servers, whose last reader here may have left.
    std::condition_variable changed_, wanted_;
    std::map<std::string, Kept, std::less<>> runs_;
    std::deque<std::weak_ptr<EventStream>> behind_;
    News news_;
    bool shut_down_ = false, ended_ = false;
    std::unique_ptr<RunWriter> writer_;                   ///< Null without a base.
    std::chrono::steady_clock::time_point next_sweep_{}, next_full_look_{};  ///< The keeper's.
    Cancellation listening_;
    std::unique_ptr<store::RunLogListener> listener_;  ///< Null where nobody tells.
    std::jthread keeper_, fetcher_, hearer_;
};

}  // namespace quarry::serve
