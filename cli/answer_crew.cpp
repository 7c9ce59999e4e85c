// Many questions at once, as they are configured.
#include "cli/answer_crew.h"

#include <algorithm>
#include <sstream>
#include <thread>

#include "cli/chat.h"
#include "cli/embedding.h"
#include "cli/output.h"
#include "cli/request_cache.h"
#include "cli/vector_index.h"
#include "core/llm/provider.h"

namespace quarry::cli {
namespace {

// A server answers many at once, and each takes seconds.
constexpr std::size_t server_threads = 16;

/// The context of all threads but the first, which says for all what there is to say.
class SilentContext {
public:
    explicit SilentContext(const Context& like)
        : output_(nowhere_, nowhere_, {.quiet = true}),
          context_{like.config,   like.in, output_, like.cancel, like.environment, like.json, like.stdin_is_terminal,
                   like.base_path} {}
    [[nodiscard]] Context& context() noexcept { return context_; }

private:
    std::ostringstream nowhere_;
    Output output_;
    Context context_;
};

}  // namespace

/// What one thread works with.
struct AnswerCrew::Member {
    std::unique_ptr<Tracer> tracer;
    std::unique_ptr<Store> store;
    std::unique_ptr<Embedder> embedder;
    std::unique_ptr<VectorIndex> index;
    std::unique_ptr<ChatModel> model;

    [[nodiscard]] AnswerTools tools() const {
        return {.embedder = embedder.get(), .chat = model.get(), .tracer = tracer.get(), .index = index.get()};
    }
};

AnswerCrew::AnswerCrew(Context& context, const Config& config, AnswerOptions options, std::string name,
                       std::size_t threads)
    : context_(context),
      options_(std::move(options)),
      name_(std::move(name)),
      recorder_(context),
      cache_(open_request_cache(context, config)) {
    const std::shared_ptr<ChatLimiter> limiter = make_chat_limiter(config);
    SilentContext silent(context);
    for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
        auto member = std::make_unique<Member>();
        member->tracer = recorder_.make_tracer();
        member->store = open_store(context.base_path, StoreMode::read);
        Context& said = i == 0 ? context : silent.context();
        if (options_.mode != SearchMode::lexical) member->embedder = query_embedder(said, *member->store);
        if (member->embedder) member->index = search_index(said, *member->store, false);
        if (configured_chat(config).provider != "extractive") {
            member->model = make_chat_model(context, config,
                                            {.cache = cache_.get(),
                                             .tracer = member->tracer.get(),
                                             .limiter = limiter,
                                             .noted = threads == 0 ? &noted_ : nullptr});
        }
        members_.push_back(std::move(member));
    }
}

AnswerCrew::~AnswerCrew() = default;

std::vector<BatchWorker> AnswerCrew::workers() {
    std::vector<BatchWorker> workers;
    for (const std::unique_ptr<Member>& member : members_) {
        workers.push_back([this, of = member.get()](const BatchQuestion& question) { return answer(*of, question); });
    }
    return workers;
}

const Store& AnswerCrew::store() const { return *members_.front()->store; }

AnswerTools AnswerCrew::tools() const {
    AnswerTools tools = members_.front()->tools();
    tools.tracer = nullptr;  // no run has begun
    return tools;
}

Answer AnswerCrew::answer(Member& member, const BatchQuestion& question) {
    context_.cancel.check();
    Tracer* const tracer = member.tracer.get();
    if (tracer != nullptr) tracer->begin(name_);
    try {
        Answer answer = answer_question(*member.store, member.tools(), question.text, options_, {}, context_.cancel);
        recorder_.keep(tracer);
        return answer;
    } catch (const Error& error) {
        if (tracer != nullptr) tracer->fail(error);
        recorder_.keep(tracer);
        if (error.code() != ErrorCode::nothing_found) throw;
        return no_answer(error);
    }
}

std::size_t crew_size(const Config& config, int asked, std::size_t questions) {
    std::size_t threads = static_cast<std::size_t>(asked > 0 ? asked : config.integer("batch.parallel"));
    if (threads == 0) {
        const std::string provider = configured_chat(config).provider;
        const bool server = find_chat_provider(provider) != nullptr;
        // A model file takes all processors by itself, and its memory for each thread.
        threads = server ? server_threads : provider == "gguf" ? 1 : std::max(1U, std::thread::hardware_concurrency());
    }
    return std::min(threads, std::max<std::size_t>(questions, 1));
}

}  // namespace quarry::cli
