// The application's parts, chosen by the settings and handed out to requests.
#include "core/app/workspace.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/app/chat_models.h"
#include "core/app/reranking.h"
#include "core/app/response_cache.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/crypto/secret.h"

namespace quarry::app {
namespace {

/// What of a base decides whether parts that were made before still fit it.
std::string state_of(const store::Store& store) {
    return store.generation() + store.setting(store::setting::embedder).value_or("");
}

}  // namespace

Workspace::Workspace(const Services& services, std::shared_ptr<RunRecorder> recorder, double spent)
    : config_(services.config),
      environment_(services.environment),
      base_path_(services.base_path),
      clock_(services.clock),
      recorder_(std::move(recorder)),
      spent_(spent) {}

Workspace::Workspace(const Services& services) : Workspace(services, std::make_shared<RunRecorder>(services), 0) {}

Workspace::Workspace(const Services& services, const Workspace& before)
    : Workspace(services, before.recorder_, before.spent()) {}

Workspace::~Workspace() {
    // Who may write and leaves a base last brings its log in, which takes as long as an answer: those who read leave last.
    std::vector<std::unique_ptr<store::Store>> stores;
    for (Pooled& pooled : free_) stores.push_back(std::move(pooled.parts->store));
    free_.clear();
    cache_.reset();
    recorder_.reset();
}

Workspace::Lease::~Lease() {
    if (parts_ != nullptr) workspace_->give_back(wanted_, std::move(parts_));
}

double Workspace::spent() const {
    const std::lock_guard lock(mutex_);
    return limiter_ ? limiter_->spent() : spent_;
}

Services Workspace::services(const RequestScope& scope) const {
    return {config_, environment_, base_path_,     scope.cancel, scope.notices, scope.clock ? scope.clock : clock_,
            {},      scope.access, scope.principal};
}

Workspace::Lease Workspace::lease(const PartsWanted& wanted, const RequestScope& scope) {
    if (std::unique_ptr<WorkspaceParts> parts = take(wanted)) {
        share(*parts, scope);
        return {*this, wanted, std::move(parts)};
    }
    PartsWanted kind = wanted;
    kind.captured = nullptr;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = std::find(announced_.begin(), announced_.end(), kind) == announced_.end();
        if (first) announced_.push_back(kind);
    }
    SilentNotices silence;
    RequestScope silent = {scope.cancel, silence, scope.clock};
    try {
        auto parts = make(wanted, services(first ? scope : silent));
        share(*parts, scope);
        return {*this, wanted, std::move(parts)};
    } catch (...) {
        const std::lock_guard lock(mutex_);
        if (first) std::erase(announced_, kind);  // the next one says it
        throw;
    }
}

std::unique_ptr<WorkspaceParts> Workspace::take(const PartsWanted& wanted) {
    for (;;) {
        Pooled pooled;
        {
            const std::lock_guard lock(mutex_);
            const auto found =
                std::find_if(free_.begin(), free_.end(), [&](const Pooled& one) { return one.wanted == wanted; });
            if (found == free_.end()) return nullptr;
            pooled = std::move(*found);
            free_.erase(found);
        }
        pooled.parts->snapshot = pooled.parts->store->snapshot();
        if (state_of(*pooled.parts->store) == pooled.parts->state) return std::move(pooled.parts);
    }
}

std::unique_ptr<WorkspaceParts> Workspace::make(const PartsWanted& wanted, const Services& services) {
    Services used = services;
    auto parts = std::make_unique<WorkspaceParts>();
    parts->store = store::open_store(base_path_, store::StoreMode::read);
    parts->snapshot = parts->store->snapshot();
    parts->state = state_of(*parts->store);
    if (wanted.model == PartsWanted::Model::answers && wanted.captured == nullptr) {
        parts->tracer = recorder_->make_tracer();
    }
    if (auto shared = this->shared(used); shared.entries) {
        parts->sharing = used.sharing = std::make_shared<cache::ShareScope>(std::move(shared.entries), used.clock,
                                                                            configured_cache_limits(config_).max_age);
    }
    parts->model = make_model(wanted, used, *parts);
    if (wanted.mode == search::SearchMode::vector) parts->embedder = query_embedder(used, *parts->store);
    if (wanted.mode == search::SearchMode::hybrid) parts->embedder = query_embedder_if_configured(used, *parts->store);
    if (parts->embedder) prepare_vectors(used, *parts->store, wanted.exact);
    if (wanted.reranker) parts->reranker = make_configured_reranker(used);
    return parts;
}

std::unique_ptr<llm::ChatModel> Workspace::make_model(const PartsWanted& wanted, const Services& services,
                                                      WorkspaceParts& parts) {
    if (wanted.model == PartsWanted::Model::none) return nullptr;
    ChatModelStack around{.tracer = parts.tracer.get(), .captured = wanted.captured};
    if (wanted.captured == nullptr) {
        const std::lock_guard lock(mutex_);
        if (wanted.model == PartsWanted::Model::answers) {
            Services alone = services;
            alone.sharing = nullptr;  // it is each request's own
            if (!cache_opened_) cache_ = open_response_cache(alone);
            cache_opened_ = true;
            if (cache_ && parts.sharing) parts.cache = cache::make_shared_response_cache(cache_, parts.sharing);
            around.cache = parts.cache ? parts.cache.get() : cache_.get();
        }
    }
    if (wanted.captured == nullptr) around.limiter = limiter();
    return make_chat_model(services, around);
}

void Workspace::share(WorkspaceParts& parts, const RequestScope& scope) {
    if (parts.sharing == nullptr) return;
    const std::string secret = parts.store->setting(share_secret_setting).value_or("");
    std::string audience = fmt::format("{}:{}", parts.state.size(), parts.state);
    if (scope.access.readable) {
        std::vector<std::string> names = *scope.access.readable;
        std::ranges::sort(names);
        for (const std::string& name : names) audience += fmt::format(":{}:{}", name.size(), name);
    } else {
        audience += ":all";
    }
    parts.sharing->set(secret.empty() ? std::string() : crypto::secret_hash(secret), std::move(audience));
}

Workspace::Shared Workspace::shared(const Services& services) {
    const std::lock_guard lock(mutex_);
    if (shared_opened_) return shared_;
    Shared opened{.entries = open_shared_entries(services)};
    if (opened.entries) {
        make_share_secret(services);
        try {
            opened.secret =
                store::open_store(base_path_, store::StoreMode::read)->setting(share_secret_setting).value_or("");
        } catch (const Error&) {
            // The same as without one.
        }
        if (opened.secret.empty()) opened.entries = nullptr;
    }
    shared_ = std::move(opened);
    shared_opened_ = true;
    if (shared_.entries == nullptr) return shared_;
    // Only so that somebody is told; it is tried again later.
    static_cast<void>(shared_.entries->find("quarry:test"));
    if (const auto failure = shared_.entries->new_failure()) {
        services.notices.warn(fmt::format("the shared cache is not used: {}", *failure));
    }
    return shared_;
}

std::shared_ptr<llm::ChatLimiter> Workspace::limiter() {
    const std::lock_guard lock(mutex_);
    if (!limiter_) limiter_ = make_chat_limiter(config_, spent_);
    return limiter_;
}

config::Config Workspace::config_with_model(const std::string& name) const {
    config::Config config = config_;
    const ChatChoice configured = configured_chat(config);
    if (name != (configured.model.empty() ? configured.provider : configured.model)) {
        choose_chat_model(config, name, "");
    }
    return config;
}

Workspace::ModelLease Workspace::lease_model(const std::string& name, const RequestScope& scope) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find_if(free_models_, [&](const auto& one) { return one.first == name; });
        if (found != free_models_.end()) {
            auto model = std::move(found->second);
            free_models_.erase(found);
            return {*this, name, std::move(model)};
        }
    }
    const config::Config config = config_with_model(name);
    const Services services = this->services(scope).with(config);
    return {*this, name, make_chat_model(services, {.limiter = limiter()})};
}

Workspace::ModelLease::~ModelLease() {
    if (model_ == nullptr) return;
    try {
        const std::lock_guard lock(workspace_->mutex_);
        workspace_->free_models_.emplace_back(std::move(name_), std::move(model_));
    } catch (const std::exception&) {
        // It is made again for the next request.
    }
}

void Workspace::give_back(const PartsWanted& wanted, std::unique_ptr<WorkspaceParts> parts) noexcept {
    if (wanted.captured != nullptr) return;  // it borrows what is the request's
    parts->snapshot.reset();
    try {
        const std::lock_guard lock(mutex_);
        free_.push_back({wanted, std::move(parts)});
    } catch (const std::exception&) {
        // They are made again for the next request.
    }
}

}  // namespace quarry::app
