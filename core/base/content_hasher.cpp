#include "core/base/content_hasher.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <new>

namespace quarry {

struct ContentHasher::State {
    struct Free {
        void operator()(XXH3_state_t* context) const { XXH3_freeState(context); }
    };
    std::unique_ptr<XXH3_state_t, Free> context{XXH3_createState()};
};

ContentHasher::ContentHasher() : state_(std::make_unique<State>()) {
    if (state_->context == nullptr) throw std::bad_alloc();
    XXH3_128bits_reset(state_->context.get());
}
ContentHasher::~ContentHasher() = default;

void ContentHasher::add(std::string_view bytes) {
    XXH3_128bits_update(state_->context.get(), bytes.data(), bytes.size());
}

std::string ContentHasher::digest() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_->context.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace quarry
