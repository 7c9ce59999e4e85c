#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "cli/answer_settings.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/run_trace.h"
#include "core/answer/batch.h"
#include "core/llm/limits.h"
#include "core/store/request_cache.h"

namespace quarry::cli {

/// What answers many questions at once: a store, an embedder and a model for each thread, one cache, one budget and
/// one trace for all.
class AnswerCrew {
public:
    /// `name` is that of the runs; `threads` 0 makes one member that asks no model and needs no key. Opens the base;
    /// says once what there is to say of the embedder. Borrows `context` and `config`. Throws Error as
    /// `make_chat_model` and `open_store` do.
    AnswerCrew(Context& context, const Config& config, AnswerOptions options, std::string name, std::size_t threads);
    ~AnswerCrew();
    AnswerCrew(const AnswerCrew&) = delete;
    AnswerCrew& operator=(const AnswerCrew&) = delete;

    /// One for each thread. They borrow this.
    [[nodiscard]] std::vector<BatchWorker> workers();

    /// Of the first thread, for who has no thread running.
    [[nodiscard]] const Store& store() const;
    [[nodiscard]] AnswerTools tools() const;
    [[nodiscard]] const AnswerOptions& options() const noexcept { return options_; }
    /// Why runs were not kept; empty when all were.
    [[nodiscard]] std::string trace_failure() const { return recorder_.failure(); }

private:
    struct Member;
    [[nodiscard]] Answer answer(Member& member, const BatchQuestion& question);

    Context& context_;
    const AnswerOptions options_;
    const std::string name_;
    RunRecorder recorder_;
    const std::unique_ptr<RequestCache> cache_;
    ChatRequest noted_;  ///< Of the member that asks no model.
    std::vector<std::unique_ptr<Member>> members_;
};

/// How many questions are answered at once: `asked`, else batch.parallel, else 16 for a server, one for a model file,
/// and one for each processor otherwise; at most one for each question.
[[nodiscard]] std::size_t crew_size(const Config& config, int asked, std::size_t questions);

}  // namespace quarry::cli
