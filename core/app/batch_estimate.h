#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/answer/batch.h"
#include "core/app/answer_pool.h"
#include "core/app/services.h"
#include "core/llm/price.h"

namespace quarry::app {

/// What answering questions would take, before any model is asked.
struct BatchEstimate {
    std::size_t questions = 0;
    std::size_t unanswerable = 0;  ///< The documents hold nothing for them: no model would be asked.
    bool uses_model = false;
    std::uint64_t input_tokens = 0;   ///< Estimated, of all prompts.
    std::uint64_t output_tokens = 0;  ///< At most, with chat.max_tokens; else at the length that answers usually have.
    std::optional<llm::ChatPrice> price;  ///< Nothing when it is not known.

    [[nodiscard]] std::optional<double> cost() const;
};

/// Finds the passages of each question and counts the tokens of its prompt.
[[nodiscard]] BatchEstimate estimate_batch(Services& services, const config::Config& config, const AnswerPool& pool,
                                           std::span<const answer::BatchQuestion> questions);

}  // namespace quarry::app
