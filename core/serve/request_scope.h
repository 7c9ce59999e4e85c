#pragma once

#include <memory>
#include <utility>

#include "core/app/services.h"
#include "core/base/cancel.h"
#include "core/serve/caller_meter.h"
#include "core/serve/service.h"

namespace quarry::serve {

/// What a request brings to the application, for as long as it is worked on.
class CallScope {
public:
    /// Cancelled by nobody but `cancel`'s owners.
    CallScope(const Call& call, std::shared_ptr<Cancellation> cancel)
        : cancel_(std::move(cancel)),
          meter_(call.service.access().users(), call.caller.identity),
          scope_{*cancel_,
                 notices_,
                 call.service.clock(),
                 call.caller.principal,
                 {.meter = call.caller.identity ? &meter_ : nullptr},
                 call.caller.access} {}
    /// Cancelled when the client goes.
    explicit CallScope(const Call& call) : CallScope(call, std::make_shared<Cancellation>()) {
        call.exchange->on_disconnect([cancel = cancel_] { cancel->cancel(); });
    }
    CallScope(const CallScope&) = delete;
    CallScope& operator=(const CallScope&) = delete;

    [[nodiscard]] const app::RequestScope& operator*() const noexcept { return scope_; }

private:
    const std::shared_ptr<Cancellation> cancel_;
    app::SilentNotices notices_;
    CallerMeter meter_;
    const app::RequestScope scope_;
};

}  // namespace quarry::serve
