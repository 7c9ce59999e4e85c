// Requests and tokens a minute, and the budget of a run.
#include "core/llm/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "core/llm/chat_tokens.h"

namespace quarry::llm {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds window{60};
constexpr int shortest_answer = 64;  // tokens; less is no answer worth its price

Error over_budget(double cost, double spent, double budget) {
    return Error(ErrorCode::budget_exceeded, "the model was not asked",
                 "raise --max-cost, or send less: fewer --sources, a lower --max-tokens")
        .because(spent > 0 ? fmt::format("its answer could cost {:.4g}, and {:.4g} of --max-cost {:g} are spent", cost,
                                         spent, budget)
                           : fmt::format("its answer could cost {:.4g}, more than --max-cost {:g}", cost, budget));
}

class LimitedChatModel final : public ChatModel {
public:
    LimitedChatModel(std::unique_ptr<ChatModel> model, std::shared_ptr<ChatLimiter> limiter)
        : model_(std::move(model)), limiter_(std::move(limiter)) {}

    [[nodiscard]] std::string name() const override { return model_->name(); }
    [[nodiscard]] std::string provider() const override { return model_->provider(); }
    [[nodiscard]] bool takes_sources() const override { return model_->takes_sources(); }

    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                    const Cancellation& cancellation) override {
        const ChatLimiter::Admission admission = limiter_->admit(request, cancellation);
        ChatRequest limited = request;
        if (admission.max_tokens) limited.max_tokens = admission.max_tokens;
        try {
            ChatResponse response = model_->chat(limited, sink, cancellation);
            limiter_->settle(admission, response.usage, true);
            if (response.usage && limiter_->price()) response.cost = limiter_->price()->of(*response.usage);
            return response;
        } catch (const Error& error) {
            // A server that refused has counted nothing; an answer that broke off was paid for.
            limiter_->settle(admission, std::nullopt, error.code() != ErrorCode::rate_limited);
            throw;
        }
    }

private:
    std::unique_ptr<ChatModel> model_;
    std::shared_ptr<ChatLimiter> limiter_;
};

}  // namespace

ChatLimiter::Admission ChatLimiter::admit(const ChatRequest& request, const Cancellation& cancellation) {
    const std::uint64_t input = estimated_tokens(request);
    const std::uint64_t answer = request.max_tokens ? static_cast<std::uint64_t>(*request.max_tokens) : 0;
    std::unique_lock lock(mutex_);
    Admission admission = take_cost(request, input);
    if (!counts_minutes()) return admission;
    for (;;) {
        const milliseconds wait = wait_before(input + answer);
        if (wait.count() == 0) break;
        lock.unlock();
        try {
            limits_.sleep(wait, cancellation);
        } catch (...) {
            lock.lock();
            spent_ -= admission.cost;
            throw;
        }
        lock.lock();
    }
    admission.number = ++numbers_;
    minute_.push_back({admission.number, limits_.now(), input + answer});
    minute_tokens_ += input + answer;
    return admission;
}

ChatLimiter::Admission ChatLimiter::take_cost(const ChatRequest& request, std::uint64_t input_tokens) {
    Admission admission;
    if (!(limits_.max_cost > 0)) return admission;
    if (!limits_.price) {
        throw Error(ErrorCode::usage, "cannot enforce --max-cost",
                    "set its price: quarry config set chat.price_input AMOUNT; "
                    "quarry config set chat.price_output AMOUNT (0 for a server of your own)")
            .because("the price of the model is not known");
    }
    const double left = limits_.max_cost - spent_;
    const double input_cost = static_cast<double>(input_tokens) * 1.1 * limits_.price->input / 1e6;
    const double token_cost = limits_.price->output / 1e6;
    if (request.max_tokens) {
        admission.cost = input_cost + *request.max_tokens * token_cost;
    } else if (token_cost > 0) {
        const double affordable = std::floor((left - input_cost) / token_cost);
        const int most = static_cast<int>(std::clamp(affordable, 0.0, 1e6));
        admission.max_tokens = std::max(most, shortest_answer);
        admission.cost = input_cost + *admission.max_tokens * token_cost;
    } else {
        admission.cost = input_cost;
    }
    if (admission.cost > left * (1 + 1e-9)) throw over_budget(admission.cost, spent_, limits_.max_cost);
    spent_ += admission.cost;
    return admission;
}

/// How long until a request of so many tokens fits into the last minute; 0: now.
milliseconds ChatLimiter::wait_before(std::uint64_t tokens) {
    const Clock::time_point now = limits_.now();
    while (!minute_.empty() && now - minute_.front().at >= window) {
        minute_tokens_ -= minute_.front().tokens;
        minute_.pop_front();
    }
    std::size_t requests = minute_.size();
    std::uint64_t used = minute_tokens_;
    milliseconds wait{0};
    for (const Sent& one : minute_) {
        const bool too_many = limits_.requests_per_minute != 0 && requests >= limits_.requests_per_minute;
        const bool too_much = limits_.tokens_per_minute != 0 && used + tokens > limits_.tokens_per_minute;
        if (!too_many && !too_much) break;
        wait = std::chrono::ceil<milliseconds>(one.at + window - now);
        --requests;
        used -= one.tokens;
    }
    return wait;  // a request that is larger than the limit by itself goes alone
}

double ChatLimiter::spent() {
    const std::lock_guard lock(mutex_);
    return spent_;
}

void ChatLimiter::settle(const Admission& admission, const std::optional<ChatUsage>& usage, bool sent) {
    const std::lock_guard lock(mutex_);
    const double real = usage && limits_.price ? limits_.price->of(*usage) : sent ? admission.cost : 0.0;
    if (limits_.max_cost > 0) spent_ += real - admission.cost;
    if (!usage || minute_.empty() || admission.number < minute_.front().number) return;
    Sent& noted = minute_[admission.number - minute_.front().number];  // their numbers follow each other
    minute_tokens_ -= noted.tokens;
    noted.tokens = static_cast<std::uint64_t>(usage->input_tokens + usage->output_tokens);
    minute_tokens_ += noted.tokens;
}

std::unique_ptr<ChatModel> make_limited_chat_model(std::unique_ptr<ChatModel> model,
                                                   std::shared_ptr<ChatLimiter> limiter) {
    return std::make_unique<LimitedChatModel>(std::move(model), std::move(limiter));
}

}  // namespace quarry::llm
