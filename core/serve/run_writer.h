#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/serve/run.h"
#include "core/store/run_log_repository.h"

namespace quarry::serve {

/// Writes what happens to runs into the base, on a thread of its own: at once when it has been quiet, else together
/// with what came in the ten milliseconds since. While another process writes, or the base's
/// server is away, it waits. Thread-safe.
class RunWriter {
public:
    /// `failed` is told what could not be written, on the writer's thread; the runs have ended then.
    RunWriter(std::unique_ptr<store::RunLogRepository> log,
              std::function<std::string(const std::exception_ptr&)> failed);
    /// Writes what is left.
    ~RunWriter();
    RunWriter(const RunWriter&) = delete;
    RunWriter& operator=(const RunWriter&) = delete;

    /// The run has something to write.
    void changed(std::shared_ptr<Run> run);

    /// What `work` gives, which is called on the writer's thread. Waits; throws what `work` throws, Error(locked) where
    /// another process has been writing for seconds, and Error(base_away) where the base's server is away.
    template <typename Work>
    auto call(Work&& work) {
        using Result = std::invoke_result_t<Work, store::RunLogRepository&>;
        std::promise<Result> promise;
        auto result = promise.get_future();
        submit([&](store::RunLogRepository& log, const std::exception_ptr& failure) {
            try {
                if (failure) std::rethrow_exception(failure);
                if constexpr (std::is_void_v<Result>) {
                    work(log);
                    promise.set_value();
                } else {
                    promise.set_value(work(log));
                }
            } catch (...) {
                promise.set_exception(std::current_exception());
            }
        });
        return result.get();
    }

private:
    using Call = std::function<void(store::RunLogRepository& log, const std::exception_ptr& failure)>;
    void submit(Call call);
    void work();
    void write(std::vector<std::shared_ptr<Run>> runs);
    /// Whether the base has the change: the connection was lost when it was being committed.
    [[nodiscard]] bool is_written(const store::RunChange& change);
    /// Those that wait are not kept waiting for what another process does.
    void refuse_calls(const std::exception_ptr& failure);

    const std::unique_ptr<store::RunLogRepository> log_;
    const std::function<std::string(const std::exception_ptr&)> failed_;
    std::mutex mutex_;  ///< Of those below.
    std::condition_variable changed_;
    std::vector<std::shared_ptr<Run>> runs_{};
    std::vector<Call> calls_{};
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace quarry::serve
