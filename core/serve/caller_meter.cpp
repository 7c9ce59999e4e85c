#include "core/serve/caller_meter.h"

#include "core/base/error.h"

namespace quarry::serve {

void CallerMeter::check() {
    if (identity_ == nullptr) return;
    for (const auto& [principal, limit] : users_.limits_of(*identity_)) {
        if (!limit.max_tokens && !limit.max_cost) continue;
        const store::Spent spent = users_.spent(principal);
        if ((limit.max_tokens && spent.tokens >= *limit.max_tokens) ||
            (limit.max_cost && spent.cost >= *limit.max_cost)) {
            throw Error(ErrorCode::budget_exceeded, "the budget of this month is used up",
                        "it starts again next month; an administrator can raise it");
        }
    }
}

void CallerMeter::add(std::int64_t tokens, double cost) {
    if (identity_ == nullptr) return;
    std::vector<std::string> principals;
    if (identity_->key_id) principals.push_back("key:" + *identity_->key_id);
    if (identity_->user_id) principals.push_back("user:" + *identity_->user_id);
    users_.add_spending(principals, {tokens, cost});
}

}  // namespace quarry::serve
