// The application's parts, chosen by the settings and handed out to requests.
#include "core/app/workspace.h"

#include <algorithm>

#include "core/app/chat_models.h"
#include "core/app/reranking.h"
#include "core/app/response_cache.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"

namespace quarry::app {
namespace {

/// What of a base decides whether parts that were made before still fit it.
std::string state_of(const store::Store& store) {
    return store.generation() + store.setting(store::setting::embedder).value_or("");
}

}  // namespace

Workspace::Workspace(const Services& services)
    : config_(services.config),
      environment_(services.environment),
      base_path_(services.base_path),
      clock_(services.clock),
      recorder_(services) {}

Workspace::~Workspace() = default;

Workspace::Lease::~Lease() {
    if (parts_ != nullptr) workspace_->give_back(wanted_, std::move(parts_));
}

Services Workspace::services(const RequestScope& scope) const {
    return {config_, environment_, base_path_, scope.cancel, scope.notices, clock_};
}

Workspace::Lease Workspace::lease(const PartsWanted& wanted, const RequestScope& scope) {
    if (std::unique_ptr<WorkspaceParts> parts = take(wanted)) return {*this, wanted, std::move(parts)};
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = std::find(announced_.begin(), announced_.end(), wanted) == announced_.end();
        if (first) announced_.push_back(wanted);
    }
    SilentNotices silence;
    Services services = this->services(scope);
    if (first) return {*this, wanted, make(wanted, services)};
    return {*this, wanted, make(wanted, {config_, environment_, base_path_, scope.cancel, silence, clock_})};
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
        if (state_of(*pooled.parts->store) == pooled.state) return std::move(pooled.parts);
    }
}

std::unique_ptr<WorkspaceParts> Workspace::make(const PartsWanted& wanted, const Services& services) {
    Services used = services;
    auto parts = std::make_unique<WorkspaceParts>();
    parts->store = store::open_store(base_path_, store::StoreMode::read);
    if (wanted.model == PartsWanted::Model::answers && wanted.captured == nullptr) {
        parts->tracer = recorder_.make_tracer();
    }
    parts->model = make_model(wanted, used, parts->tracer.get());
    if (wanted.mode != search::SearchMode::lexical) parts->embedder = query_embedder(used, *parts->store);
    if (parts->embedder) prepare_vectors(used, *parts->store, wanted.exact);
    if (wanted.reranker) parts->reranker = make_configured_reranker(used);
    return parts;
}

std::unique_ptr<llm::ChatModel> Workspace::make_model(const PartsWanted& wanted, const Services& services,
                                                      Tracer* tracer) {
    if (wanted.model == PartsWanted::Model::none) return nullptr;
    if (wanted.model == PartsWanted::Model::queries) return make_chat_model(services);
    ChatModelStack around{.tracer = tracer, .captured = wanted.captured};
    {
        const std::lock_guard lock(mutex_);
        if (!cache_opened_ && wanted.captured == nullptr) {
            cache_ = open_response_cache(services, config_);
            cache_opened_ = true;
        }
        if (!limiter_) limiter_ = make_chat_limiter(config_);
        around.cache = wanted.captured == nullptr ? cache_.get() : nullptr;
        around.limiter = limiter_;
    }
    return make_chat_model(services, config_, around);
}

void Workspace::give_back(const PartsWanted& wanted, std::unique_ptr<WorkspaceParts> parts) noexcept {
    if (wanted.captured != nullptr) return;  // it borrows what is the request's
    try {
        std::string state = state_of(*parts->store);
        const std::lock_guard lock(mutex_);
        free_.push_back({wanted, std::move(parts), std::move(state)});
    } catch (const std::exception&) {
        // They are made again for the next request.
    }
}

}  // namespace quarry::app
