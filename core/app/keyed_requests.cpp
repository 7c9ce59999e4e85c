#include "core/app/keyed_requests.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "core/base/error.h"

namespace quarry::app {
namespace {

/// Null where nothing can be held: then a request that is noted counts as one that is worked on.
std::unique_ptr<store::Presence> holding(const std::filesystem::path& base, const std::string& name) {
    try {
        auto presence = store::open_presence(base);
        presence->hold(name);
        return presence;
    } catch (const Error&) {
        return nullptr;
    }
}

/// Whether nobody works on a request any more. A name that somebody lost is held again in a moment.
bool is_left(store::Presence& presence, const std::string& name) {
    constexpr std::chrono::milliseconds between_looks{200};
    const auto until = std::chrono::steady_clock::now() + presence.doubt();
    while (!presence.is_held_elsewhere(name)) {
        if (std::chrono::steady_clock::now() >= until) return true;
        std::this_thread::sleep_for(between_looks);
    }
    return false;
}

}  // namespace

KeyedRequest::Begun KeyedRequest::begin(const Services& services, store::KeyedRequest request) {
    constexpr std::int64_t seconds_a_day = 86'400;
    auto repository = store::open_idempotency(services.base_path);
    // Held before it is noted: who finds the note finds who works on it.
    const std::string name = fmt::format("request {} {}", request.principal, request.key);
    auto presence = holding(services.base_path, name);
    const std::int64_t now = services.clock(), oldest = now - seconds_a_day;
    auto known = repository->begin(request, now, oldest, oldest);
    if (known && known->response.empty() && presence && is_left(*presence, name)) {
        repository->forget_unanswered(request);  // which may have been answered since
        known = repository->begin(request, now, oldest, oldest);
    }
    if (known) return {.known = std::move(*known)};
    return {.request = std::unique_ptr<KeyedRequest>(
                new KeyedRequest(std::move(repository), std::move(presence), std::move(request)))};
}

KeyedRequest::~KeyedRequest() {
    if (finished_) return;
    try {
        repository_->finish(request_, {});
    } catch (const Error&) {
        // It is forgotten when it is repeated.
    }
}

void KeyedRequest::finish(const std::string& response) {
    constexpr std::chrono::seconds longest_wait{30};
    constexpr std::chrono::milliseconds between_tries{250};
    finished_ = true;
    // What was done cannot be noted while the base's server is away, and would be done again when it is asked for again.
    const auto until = std::chrono::steady_clock::now() + longest_wait;
    for (;;) {
        try {
            return repository_->finish(request_, response);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::base_away || std::chrono::steady_clock::now() >= until) throw;
        }
        std::this_thread::sleep_for(between_tries);
    }
}

}  // namespace quarry::app
