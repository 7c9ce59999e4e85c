#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/answer/batch.h"
#include "core/app/answer_settings.h"
#include "core/app/run_trace.h"
#include "core/app/services.h"
#include "core/config/config.h"
#include "core/llm/limits.h"
#include "core/store/sqlite/request_cache.h"

namespace quarry::app {

/// What answers many questions at once: a store, an embedder and a model for each thread, one cache, one budget and
/// one trace for all.
class AnswerPool {
public:
    /// `name` is that of the runs; `threads` 0 makes one worker that asks no model and needs no key. Opens the base;
    /// says once what there is to say of the embedder. Borrows `services` and `config`. Throws Error as
    /// `make_chat_model` and `open_store` do.
    AnswerPool(Services& services, const config::Config& config, answer::AnswerOptions options, std::string name,
               std::size_t threads);
    ~AnswerPool();
    AnswerPool(const AnswerPool&) = delete;
    AnswerPool& operator=(const AnswerPool&) = delete;

    /// One for each thread. They borrow this.
    [[nodiscard]] std::vector<answer::BatchWorker> workers();

    /// Of the first thread, for who has no thread running.
    [[nodiscard]] const store::Store& store() const;
    [[nodiscard]] answer::AnswerTools tools() const;
    [[nodiscard]] const answer::AnswerOptions& options() const noexcept { return options_; }
    /// Why runs were not kept; empty when all were.
    [[nodiscard]] std::string trace_failure() const { return recorder_.failure(); }

private:
    struct Worker;
    [[nodiscard]] answer::Answer answer(Worker& worker, const answer::BatchQuestion& question);

    Services& services_;
    const answer::AnswerOptions options_;
    const std::string name_;
    RunRecorder recorder_;
    const std::unique_ptr<store::RequestCache> cache_;
    llm::ChatRequest noted_;  ///< Of the worker that asks no model.
    std::vector<std::unique_ptr<Worker>> workers_;
};

/// How many questions are answered at once: `asked`, else batch.parallel, else 16 for a server, one for a model file,
/// and one for each processor otherwise; at most one for each question.
[[nodiscard]] std::size_t worker_count(const config::Config& config, int asked, std::size_t questions);

}  // namespace quarry::app
