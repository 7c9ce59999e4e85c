#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/serve/job_kinds.h"
#include "core/serve/route.h"

namespace quarry::serve {

class Service;

/// Works on the jobs of a base: one after the other of those that write to its documents, and beside them one of the
/// others. A job that fails for a while is tried again, each time after a longer wait; one that was begun too often is
/// given up. What a server was working on when it was killed goes on with the next. Thread-safe.
class Jobs {
public:
    /// Begins to work. Without a base that can be written to there are no jobs.
    explicit Jobs(Service& service);
    ~Jobs();
    Jobs(const Jobs&) = delete;
    Jobs& operator=(const Jobs&) = delete;

    /// Accepts a job: it is stored when this returns. `request` fits its kind. Throws Error(failed) without a base that
    /// can be written to, locked.
    [[nodiscard]] std::shared_ptr<Run> submit(const Caller& caller, std::string_view kind,
                                              const nlohmann::json& request);

    /// The job of this owner; nothing when there is none, or it is another's.
    [[nodiscard]] std::optional<store::StoredJob> find(std::string_view id, std::string_view owner);
    /// The owner's jobs, newest first, behind the job `after`.
    [[nodiscard]] std::vector<store::StoredJob> list(std::string_view owner, std::size_t limit, std::string_view after);
    /// Ends a job that waits, and soon one that is worked on.
    void cancel(const std::string& id);

    /// Interrupts what is worked on; it goes on with the next server.
    void stop();

    static constexpr int most_attempts = 5;  ///< Of a job that fails for a while.
    static constexpr int most_begun = 20;    ///< That the server did not live through.
    static constexpr std::int64_t longest_back_off = 3600;
    /// Seconds that one waits after so many attempts: 5, 20, 80 ...
    [[nodiscard]] static std::int64_t back_off(int attempts);

private:
    void work(bool writes);
    void look_after();
    void renew_leases();
    void clean_uploads();
    void perform(const store::StoredJob& job);
    void finish(const store::StoredJob& job, Run& run);
    void note_failure(const store::StoredJob& job, Run& run, const Error& error);
    void failed(const store::StoredJob& job, Run& run, const Error& error);

    Service& service_;
    std::mutex mutex_;  ///< Of those below.
    std::condition_variable changed_;
    std::set<std::shared_ptr<Run>> running_{};
    std::uint64_t submitted_ = 0;
    bool stopped_ = false;
    std::vector<std::thread> threads_{};
};

/// Whom work in the background is done for, with the rights that they have now; nothing when there is no such caller
/// any more.
[[nodiscard]] std::optional<Caller> caller_of_principal(Service& service, const std::string& principal);

/// Gives a caller's job to the service: the response with 202, Location and the job.
[[nodiscard]] net::Response accepted_job(const Call& call, const std::string& kind, const nlohmann::json& request);
/// The schema of a job in a response.
[[nodiscard]] Json accepted_job_schema();

}  // namespace quarry::serve
