#pragma once

#include <memory>
#include <utility>

#include "core/app/services.h"
#include "core/app/sign_in_service.h"

namespace quarry::serve {

/// Counts what a caller spends: against the limits of a key, and of the user whom it belongs to. Thread-safe.
class CallerMeter final : public app::SpendingMeter {
public:
    /// Borrows the users. Null: the owner, who has no limit here.
    CallerMeter(app::SignInService& users, std::shared_ptr<const app::Identity> identity)
        : users_(users), identity_(std::move(identity)) {}

    void check() override;
    void add(std::int64_t tokens, double cost) override;

private:
    app::SignInService& users_;
    const std::shared_ptr<const app::Identity> identity_;  ///< Shared with the request.
};

}  // namespace quarry::serve
