#include "core/app/metered_model.h"

#include <utility>

#include "core/app/chat_models.h"
#include "core/llm/chat_tokens.h"
#include "core/llm/price.h"

namespace quarry::app {

llm::ChatResponse MeteredModel::chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                     const Cancellation& cancellation) {
    meter_.check();
    std::size_t answer_bytes = 0;
    llm::ChatResponse response;
    try {
        response = model_.chat(
            request,
            [&](std::string_view piece) {
                answer_bytes += piece.size();
                sink(piece);
            },
            cancellation);
    } catch (...) {
        // The server has read the prompt when it has begun to answer, or was told to stop.
        if (answer_bytes > 0 || cancellation.cancelled()) add_estimate(request, answer_bytes);
        throw;
    }
    if (response.cached) return response;
    if (response.usage) {
        const double cost = response.cost ? *response.cost : price_ ? price_->of(*response.usage) : 0;
        meter_.add(response.usage->input_tokens + response.usage->output_tokens, cost);
    } else {
        add_estimate(request, response.text.size());
    }
    return response;
}

void MeteredModel::add_estimate(const llm::ChatRequest& request, std::size_t answer_bytes) {
    constexpr std::size_t bytes_a_token = 4;
    llm::ChatUsage usage;
    usage.input_tokens = static_cast<std::int64_t>(llm::estimated_tokens(request));
    usage.output_tokens = static_cast<std::int64_t>(answer_bytes / bytes_a_token);
    meter_.add(usage.input_tokens + usage.output_tokens, price_ ? price_->of(usage) : 0);
}

std::unique_ptr<llm::ChatModel> metered(llm::ChatModel* model, const RequestScope& scope,
                                        const config::Config& config) {
    if (model == nullptr || scope.budget.meter == nullptr) return nullptr;
    return std::make_unique<MeteredModel>(*model, *scope.budget.meter, chat_price(config));
}

}  // namespace quarry::app
