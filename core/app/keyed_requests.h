#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/app/services.h"
#include "core/store/idempotency_repository.h"
#include "core/store/presence.h"

namespace quarry::app {

/// A request that its client gave a key, so that a repeated one is not carried out twice within a day.
class KeyedRequest {
public:
    /// Notes the request, or gives what is known of its key in `known`. One that was begun, and that no process works
    /// on any more, was cut off by the end of a server, and is begun again. Throws Error.
    struct Begun {
        std::unique_ptr<KeyedRequest> request{};  ///< Null where the key is taken.
        store::KnownRequest known{};
    };
    [[nodiscard]] static Begun begin(const Services& services, store::KeyedRequest request);

    /// A request that was not answered is forgotten.
    ~KeyedRequest();
    KeyedRequest(const KeyedRequest&) = delete;
    KeyedRequest& operator=(const KeyedRequest&) = delete;

    /// Keeps what the request was answered with. Throws Error.
    void finish(const std::string& response);

private:
    KeyedRequest(std::unique_ptr<store::IdempotencyRepository> repository, std::unique_ptr<store::Presence> presence,
                 store::KeyedRequest request)
        : repository_(std::move(repository)), presence_(std::move(presence)), request_(std::move(request)) {}

    const std::unique_ptr<store::IdempotencyRepository> repository_;
    const std::unique_ptr<store::Presence> presence_;  ///< Tells other processes that it is worked on.
    const store::KeyedRequest request_;
    bool finished_ = false;
};

}  // namespace quarry::app
