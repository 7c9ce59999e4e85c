// Many questions at once, as they are configured.
#include "core/app/answer_pool.h"

#include <algorithm>
#include <thread>

#include "core/app/chat_models.h"
#include "core/app/response_cache.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/llm/provider.h"

namespace quarry::app {
namespace {

// A server answers many at once, and each takes seconds.
constexpr std::size_t server_threads = 16;

}  // namespace

/// What one thread works with.
struct AnswerPool::Worker {
    std::unique_ptr<Tracer> tracer;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<embed::Embedder> embedder;
    std::unique_ptr<llm::ChatModel> model;

    [[nodiscard]] answer::AnswerTools tools() const {
        return {.embedder = embedder.get(), .chat = model.get(), .tracer = tracer.get()};
    }
};

AnswerPool::AnswerPool(Services& services, const config::Config& config, answer::AnswerOptions options,
                       std::string name, std::size_t threads)
    : services_(services),
      options_(std::move(options)),
      name_(std::move(name)),
      recorder_(services),
      cache_(open_request_cache(services, config)) {
    const std::shared_ptr<llm::ChatLimiter> limiter = make_chat_limiter(config);
    SilentNotices silence;
    Services silent{services.config, services.environment, services.base_path, services.cancel,
                    silence,         services.clock};
    for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
        auto worker = std::make_unique<Worker>();
        worker->tracer = recorder_.make_tracer();
        worker->store = store::open_store(services.base_path, store::StoreMode::read);
        Services& said = i == 0 ? services : silent;
        if (options_.mode != search::SearchMode::lexical) worker->embedder = query_embedder(said, *worker->store);
        if (worker->embedder) prepare_vectors(said, *worker->store, false);
        if (configured_chat(config).provider != "extractive") {
            worker->model = make_chat_model(services, config,
                                            {.cache = cache_.get(),
                                             .tracer = worker->tracer.get(),
                                             .limiter = limiter,
                                             .captured = threads == 0 ? &noted_ : nullptr});
        }
        workers_.push_back(std::move(worker));
    }
}

AnswerPool::~AnswerPool() = default;

std::vector<answer::BatchWorker> AnswerPool::workers() {
    std::vector<answer::BatchWorker> workers;
    for (const std::unique_ptr<Worker>& worker : workers_) {
        workers.push_back(
            [this, of = worker.get()](const answer::BatchQuestion& question) { return answer(*of, question); });
    }
    return workers;
}

const store::Store& AnswerPool::store() const { return *workers_.front()->store; }

answer::AnswerTools AnswerPool::tools() const {
    answer::AnswerTools tools = workers_.front()->tools();
    tools.tracer = nullptr;  // no run has begun
    return tools;
}

answer::Answer AnswerPool::answer(Worker& worker, const answer::BatchQuestion& question) {
    services_.cancel.check();
    Tracer* const tracer = worker.tracer.get();
    if (tracer != nullptr) tracer->begin(name_);
    try {
        answer::Answer answer =
            answer::answer_question(*worker.store, worker.tools(), question.text, options_, {}, services_.cancel);
        recorder_.keep(tracer);
        return answer;
    } catch (const Error& error) {
        if (tracer != nullptr) tracer->fail(error);
        recorder_.keep(tracer);
        if (error.code() != ErrorCode::nothing_found) throw;
        return answer::no_answer(error);
    }
}

std::size_t worker_count(const config::Config& config, int asked, std::size_t questions) {
    std::size_t threads = static_cast<std::size_t>(asked > 0 ? asked : config.integer("batch.parallel"));
    if (threads == 0) {
        const std::string provider = configured_chat(config).provider;
        const bool server = llm::find_chat_provider(provider) != nullptr;
        // A model file takes all processors by itself, and its memory for each thread.
        threads = server ? server_threads : provider == "gguf" ? 1 : std::max(1U, std::thread::hardware_concurrency());
    }
    return std::min(threads, std::max<std::size_t>(questions, 1));
}

}  // namespace quarry::app
