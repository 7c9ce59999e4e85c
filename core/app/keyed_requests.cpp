#include "core/app/keyed_requests.h"

#include "core/base/error.h"

namespace quarry::app {

KeyedRequest::Begun KeyedRequest::begin(const Services& services, store::KeyedRequest request,
                                        std::int64_t started_at) {
    constexpr std::int64_t seconds_a_day = 86'400;
    auto repository = store::open_idempotency(services.base_path);
    const std::int64_t now = services.clock();
    if (auto known = repository->begin(request, now, now - seconds_a_day, started_at)) {
        return {.known = std::move(*known)};
    }
    return {.request = std::unique_ptr<KeyedRequest>(new KeyedRequest(std::move(repository), std::move(request)))};
}

KeyedRequest::~KeyedRequest() {
    if (finished_) return;
    try {
        repository_->finish(request_, {});
    } catch (const Error&) {
        // It is forgotten when the next server starts.
    }
}

void KeyedRequest::finish(const std::string& response) {
    finished_ = true;
    repository_->finish(request_, response);
}

}  // namespace quarry::app
