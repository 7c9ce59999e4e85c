#pragma once

#include <memory>
#include <string>

#include "core/app/services.h"
#include "core/llm/chat_model.h"
#include "core/llm/price.h"

namespace quarry::app {

/// A model whose requests are counted as the caller's: each is asked for only while something of the budget is left,
/// and what it took is added when it is over, also when it was cut off. Borrows both.
class MeteredModel final : public llm::ChatModel {
public:
    MeteredModel(llm::ChatModel& model, SpendingMeter& meter, std::optional<llm::ChatPrice> price)
        : model_(model), meter_(meter), price_(price) {}

    [[nodiscard]] std::string name() const override { return model_.name(); }
    [[nodiscard]] std::string provider() const override { return model_.provider(); }
    [[nodiscard]] bool takes_sources() const override { return model_.takes_sources(); }
    /// Throws Error(budget_exceeded) too.
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                         const Cancellation& cancellation) override;

private:
    void add_estimate(const llm::ChatRequest& request, std::size_t answer_bytes);

    llm::ChatModel& model_;
    SpendingMeter& meter_;
    const std::optional<llm::ChatPrice> price_;
};

/// `model` counted for the scope's caller; null where there is no model or nobody counts: then `model` is used as it
/// is.
[[nodiscard]] std::unique_ptr<llm::ChatModel> metered(llm::ChatModel* model, const RequestScope& scope,
                                                      const config::Config& config);

}  // namespace quarry::app
