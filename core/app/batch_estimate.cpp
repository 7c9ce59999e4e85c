// What a batch would cost.
#include "core/app/batch_estimate.h"

#include <fmt/format.h>

#include "core/answer/prompt.h"
#include "core/app/chat_models.h"
#include "core/llm/chat_tokens.h"

namespace quarry::app {
namespace {

// Of an answer of a few sentences with citations, where no limit is set.
constexpr std::uint64_t usual_answer_tokens = 300;

// In place of one by chance, so that the same questions are the same tokens each time.
constexpr std::string_view some_fence = "0123456789abcdef0123456789abcdef";

}  // namespace

std::optional<double> BatchEstimate::cost() const {
    if (!price) return std::nullopt;
    llm::ChatUsage usage;
    usage.input_tokens = static_cast<std::int64_t>(input_tokens);
    usage.output_tokens = static_cast<std::int64_t>(output_tokens);
    return price->of(usage);
}

BatchEstimate estimate_batch(Services& services, const config::Config& config, const AnswerPool& pool,
                             std::span<const answer::BatchQuestion> questions) {
    BatchEstimate estimate;
    const answer::AnswerTools tools = pool.tools();
    const answer::AnswerOptions& options = pool.options();
    estimate.uses_model = tools.chat != nullptr;
    if (estimate.uses_model) estimate.price = chat_price(config);
    const std::uint64_t answer_tokens =
        options.max_tokens ? static_cast<std::uint64_t>(*options.max_tokens) : usual_answer_tokens;
    for (const answer::BatchQuestion& question : questions) {
        services.cancel.check();
        services.notices.progress(fmt::format("estimate {}/{}", ++estimate.questions, questions.size()));
        try {
            const answer::Retrieved retrieved =
                answer::retrieve_passages(pool.store(), tools, question.text, options, services.cancel);
            llm::ChatRequest request;
            request.messages = answer::build_prompt(
                options.prompt,
                {question.text, retrieved.passages, std::string(some_fence), options.history, options.date, false});
            estimate.input_tokens += llm::estimated_tokens(request);
            estimate.output_tokens += answer_tokens;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::nothing_found) throw;
            ++estimate.unanswerable;
        }
    }
    services.notices.progress("");
    return estimate;
}

}  // namespace quarry::app
