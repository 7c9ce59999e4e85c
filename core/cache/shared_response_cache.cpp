#include "core/cache/shared_response_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/crypto/sealer.h"

namespace quarry::cache {
namespace {

constexpr std::chrono::seconds longest_kept{30 * 86'400};
/// Clocks of machines differ.
constexpr std::int64_t most_ahead = 300;

class SharedResponseCache final : public ResponseCache {
public:
    SharedResponseCache(std::shared_ptr<ResponseCache> base, std::shared_ptr<const ShareScope> scope)
        : base_(std::move(base)), scope_(std::move(scope)) {}

    [[nodiscard]] std::optional<std::string> find(std::string_view key, CachedKind kind) override {
        std::optional<std::string> shared = scope_->find(key, kind);
        {
            const std::lock_guard lock(mutex_);
            shared_key_ = shared ? std::string(key) : std::string();
        }
        return shared ? shared : base_->find(key, kind);
    }
    void touch(std::string_view key) override {
        {
            const std::lock_guard lock(mutex_);
            if (shared_key_ == key) return;  // the server sees itself what is used
        }
        base_->touch(key);
    }
    void put(std::string_view key, CachedKind kind, std::string_view model, std::string_view value) override {
        if (!scope_->put(key, kind, value)) base_->put(key, kind, model, value);
    }
    [[nodiscard]] ResponseCacheStats stats() override { return base_->stats(); }
    std::uint64_t clear() override { return base_->clear(); }

private:
    const std::shared_ptr<ResponseCache> base_;
    const std::shared_ptr<const ShareScope> scope_;
    std::mutex mutex_;          ///< Of the one below.
    std::string shared_key_{};  ///< What was found last, where that was shared.
};

}  // namespace

void ShareScope::set(std::string secret, std::string audience) {
    const std::lock_guard lock(mutex_);
    secret_ = std::move(secret);
    audience_ = std::move(audience);
}

ShareScope::Names ShareScope::names_of(std::string_view key, CachedKind kind) const {
    const std::lock_guard lock(mutex_);
    if (secret_.empty()) return {};
    // Nobody without the secret can tell what a name is of.
    return {secret_, fmt::format("quarry:1:{}", sha256(fmt::format("{}:{}:{}:{}:{}:{}", secret_, static_cast<int>(kind),
                                                                   audience_.size(), audience_, key.size(), key)))};
}

std::optional<std::string> ShareScope::find(std::string_view key, CachedKind kind) const {
    const Names names = names_of(key, kind);
    if (names.secret.empty()) return std::nullopt;
    const std::optional<std::string> sealed = entries_->find(names.entry);
    if (!sealed) return std::nullopt;
    try {
        std::optional<std::string> opened = crypto::Sealer(names.secret).open(*sealed, names.entry);
        if (!opened) return std::nullopt;
        std::int64_t made_at = 0;
        const char* const end = opened->data() + opened->size();
        const auto [rest, error] = std::from_chars(opened->data(), end, made_at);
        if (error != std::errc() || rest == end || *rest != ' ') return std::nullopt;
        const std::int64_t age = clock_() - made_at;
        if (age < -most_ahead || (max_age_ > 0 && age > max_age_)) return std::nullopt;
        return opened->substr(static_cast<std::size_t>(rest - opened->data()) + 1);
    } catch (const Error&) {
        return std::nullopt;
    }
}

bool ShareScope::put(std::string_view key, CachedKind kind, std::string_view value) const {
    const Names names = names_of(key, kind);
    // Sealing adds a third.
    if (names.secret.empty() || value.size() > SharedEntries::most_bytes / 2) return false;
    try {
        const std::string sealed =
            crypto::Sealer(names.secret).seal(fmt::format("{} {}", clock_(), value), names.entry);
        const std::chrono::seconds most(max_age_ > 0 ? max_age_ : longest_kept.count());
        return entries_->put(names.entry, sealed, std::min(most, longest_kept));
    } catch (const Error&) {
        return false;
    }
}

std::unique_ptr<ResponseCache> make_shared_response_cache(std::shared_ptr<ResponseCache> base,
                                                          std::shared_ptr<const ShareScope> scope) {
    return std::make_unique<SharedResponseCache>(std::move(base), std::move(scope));
}

}  // namespace quarry::cache
