#pragma once

#include <cstddef>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/app/escaped_error.h"
#include "core/app/run_trace.h"
#include "core/app/services.h"
#include "core/base/trace.h"
#include "core/cache/response_cache.h"
#include "core/cache/shared_response_cache.h"
#include "core/config/config.h"
#include "core/embed/embedder.h"
#include "core/llm/chat_model.h"
#include "core/llm/limits.h"
#include "core/rerank/reranker.h"
#include "core/search/search.h"
#include "core/store/store.h"

namespace quarry::app {

/// What one request works with at a time. Used by one thread.
struct WorkspaceParts {
    std::unique_ptr<store::Store> store;
    /// For one request, which sees one state of the base: its vectors and the table that they were made with go
    /// together.
    std::unique_ptr<store::Store::Snapshot> snapshot;
    std::string state;                            ///< Of the base when these were made; see `Workspace`.
    std::unique_ptr<Tracer> tracer;               ///< Null when runs are not kept.
    std::shared_ptr<cache::ShareScope> sharing;   ///< Null where nothing is shared; set anew for each request.
    std::unique_ptr<cache::ResponseCache> cache;  ///< Of the model; null without one.
    std::unique_ptr<llm::ChatModel> model;        ///< Null without one: answers are extracted, queries not expanded.
    std::unique_ptr<embed::Embedder> embedder;    ///< Null in a search by words.
    std::unique_ptr<rerank::Reranker> reranker;   ///< Null without one.
};

/// Which parts a request needs.
struct PartsWanted {
    search::SearchMode mode = search::SearchMode::hybrid;  ///< Lexical needs no embedder.
    bool exact = false;                                    ///< Every vector is looked at, though there be a graph.
    enum class Model { none, answers, queries };
    Model model = Model::none;  ///< `answers`: with the cache and a trace around it.
    bool reranker = true;       ///< The configured one, if there is one.
    /// Borrowed; null: the configured model is asked. Else it gets what the model would be sent
    /// (core/app/captured_prompt.h).
    llm::ChatRequest* captured = nullptr;

    friend bool operator==(const PartsWanted&, const PartsWanted&) = default;
};

/// A knowledge base as it is configured: the one place that chooses the store, the models and what is put around them,
/// the cache, the limits and the trace. For all doors.
///
/// Thread-safe: many requests may use it at once, each with parts that are its own meanwhile. Parts that a request
/// gives back serve the next one, as long as the base's passages and embedder have not changed since they were made.
class Workspace {
public:
    /// Copies the settings; opens nothing.
    explicit Workspace(const Services& services);
    /// Goes on with the budget and the run log of another one, under other settings: what was spent stays spent.
    Workspace(const Services& services, const Workspace& before);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    [[nodiscard]] const config::Config& config() const noexcept { return config_; }
    /// The knowledge base's file; need not exist.
    [[nodiscard]] const std::filesystem::path& base_path() const noexcept { return base_path_; }
    /// What the parts of the application work with in a request; borrows this and the scope.
    [[nodiscard]] Services services(const RequestScope& scope) const;

    /// Parts for one request, given back at its end. Must not outlive the workspace.
    class Lease {
    public:
        Lease(Workspace& workspace, PartsWanted wanted, std::unique_ptr<WorkspaceParts> parts)
            : workspace_(&workspace), wanted_(wanted), parts_(std::move(parts)) {}
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        [[nodiscard]] WorkspaceParts* operator->() const noexcept { return parts_.get(); }
        [[nodiscard]] WorkspaceParts& operator*() const noexcept { return *parts_; }

    private:
        Workspace* workspace_;
        PartsWanted wanted_;
        std::unique_ptr<WorkspaceParts> parts_;  ///< Null when it was moved from.
    };

    /// Throws Error: what opening the base throws, and usage when something that the settings name is not configured.
    /// What there is to say of the parts is said when the first of a kind are made.
    [[nodiscard]] Lease lease(const PartsWanted& wanted, const RequestScope& scope);

    /// A chat model for one request, given back at its end. Must not outlive the workspace.
    class ModelLease {
    public:
        ModelLease(Workspace& workspace, std::string name, std::unique_ptr<llm::ChatModel> model)
            : workspace_(&workspace), name_(std::move(name)), model_(std::move(model)) {}
        ModelLease(ModelLease&&) noexcept = default;
        ModelLease& operator=(ModelLease&&) = delete;
        ~ModelLease();
        [[nodiscard]] llm::ChatModel* get() const noexcept { return model_.get(); }

    private:
        Workspace* workspace_;
        std::string name_;
        std::unique_ptr<llm::ChatModel> model_;  ///< Null when it was moved from.
    };
    /// The chat model of the settings that `name` chooses as --model does, with the limits of the settings around it
    /// and nothing else. Throws Error(usage) where it is not configured.
    [[nodiscard]] ModelLease lease_model(const std::string& name, const RequestScope& scope);
    /// The settings with that model chosen.
    [[nodiscard]] config::Config config_with_model(const std::string& name) const;

    /// What the processes of the base share, with the secret that it is named by; null without cache.url or a base, or
    /// where the base can only be read. Throws as `open_shared_entries` does.
    struct Shared {
        std::shared_ptr<cache::SharedEntries> entries{};
        std::string secret{};
    };
    [[nodiscard]] Shared shared(const Services& services);

    /// Calls `work` in a run that is called `name`, which the trace keeps when `work` is done or has failed.
    template <typename Work>
    auto traced(WorkspaceParts& parts, const char* name, Work&& work) {
        if (parts.tracer == nullptr) return work();
        parts.tracer->begin(name);
        try {
            auto result = work();
            recorder_->keep(parts.tracer.get());
            return result;
        } catch (...) {
            parts.tracer->fail(escaped_error(std::current_exception()));
            recorder_->keep(parts.tracer.get());
            throw;
        }
    }
    /// Why runs were not kept; empty when all were.
    [[nodiscard]] std::string trace_failure() const { return recorder_->failure(); }

private:
    struct Pooled {
        PartsWanted wanted;
        std::unique_ptr<WorkspaceParts> parts;
    };
    Workspace(const Services& services, std::shared_ptr<RunRecorder> recorder, double spent);
    [[nodiscard]] double spent() const;
    [[nodiscard]] std::unique_ptr<WorkspaceParts> take(const PartsWanted& wanted);
    [[nodiscard]] std::unique_ptr<WorkspaceParts> make(const PartsWanted& wanted, const Services& services);
    [[nodiscard]] std::unique_ptr<llm::ChatModel> make_model(const PartsWanted& wanted, const Services& services,
                                                             WorkspaceParts& parts);
    /// Has the responses that the parts take and leave be those of the request's rights.
    static void share(WorkspaceParts& parts, const RequestScope& scope);
    void give_back(const PartsWanted& wanted, std::unique_ptr<WorkspaceParts> parts) noexcept;
    [[nodiscard]] std::shared_ptr<llm::ChatLimiter> limiter();

    const config::Config config_;
    const config::Config::Environment environment_;
    const std::filesystem::path base_path_;
    const Clock clock_;
    std::shared_ptr<RunRecorder> recorder_;
    const double spent_;                         ///< Of chat.max_cost, under the settings before.
    mutable std::mutex mutex_;                   ///< Of all below.
    std::shared_ptr<llm::ChatLimiter> limiter_;  ///< Of all models together; null before the first.
    std::shared_ptr<cache::ResponseCache> cache_;
    Shared shared_{};
    bool cache_opened_ = false, shared_opened_ = false;
    std::vector<PartsWanted> announced_;  ///< The kinds of parts of which everything was said.
    std::vector<Pooled> free_;
    std::vector<std::pair<std::string, std::unique_ptr<llm::ChatModel>>> free_models_;  ///< With their names.
};

}  // namespace quarry::app
