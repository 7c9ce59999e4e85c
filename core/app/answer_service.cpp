// Answers, as they are configured.
#include "core/app/answer_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "core/answer/prompt.h"
#include "core/app/answer_run.h"
#include "core/app/chat_models.h"
#include "core/app/collection_scope.h"
#include "core/app/metered_model.h"
#include "core/llm/chat_tokens.h"
#include "core/llm/provider.h"

namespace quarry::app {
namespace {

// A server answers many at once, and each takes seconds.
constexpr std::size_t server_threads = 16;

// Of an answer of a few sentences with citations, where no limit is set.
constexpr std::uint64_t usual_answer_tokens = 300;

// In place of one by chance, so that the same questions are the same tokens each time.
constexpr std::string_view some_fence = "0123456789abcdef0123456789abcdef";

}  // namespace

std::optional<double> BatchEstimate::cost() const {
    if (!price) return std::nullopt;
    llm::ChatUsage usage;
    usage.input_tokens = static_cast<std::int64_t>(input_tokens);
    usage.output_tokens = static_cast<std::int64_t>(output_tokens);
    return price->of(usage);
}

answer::AnswerTools answer_tools(const WorkspaceParts& parts) {
    return {.embedder = parts.embedder.get(),
            .chat = parts.model.get(),
            .tracer = parts.tracer.get(),
            .reranker = parts.reranker.get()};
}

PartsWanted parts_for_answers(const answer::AnswerOptions& options, llm::ChatRequest* captured) {
    return {.mode = options.mode, .model = PartsWanted::Model::answers, .captured = captured};
}

answer::AnswerOptions AnswerService::options(const AnswerRequest& request, const RequestScope& scope) const {
    answer::AnswerOptions options = answer_options(workspace_.services(scope), request.flags);
    options.answer_schema = request.answer_schema;
    for (const chat::EarlierTurn& turn : request.earlier) {
        options.history.push_back({.role = llm::ChatMessage::Role::user, .content = turn.question});
        options.history.push_back({.role = llm::ChatMessage::Role::assistant, .content = turn.answer});
    }
    return options;
}

answer::Answer AnswerService::answer(const AnswerRequest& request, const answer::AnswerEventSink& sink,
                                     const RequestScope& scope) const {
    const answer::AnswerEvents events(sink);
    return answer_run(
        events, [&] { return answer_with(request, options(request, scope), events, scope); },
        [](const answer::Answer& answer) -> const answer::Answer& { return answer; });
}

answer::Answer AnswerService::answer_with(const AnswerRequest& request, const answer::AnswerOptions& options,
                                          const answer::AnswerEvents& events, const RequestScope& scope) const {
    const std::string question = chat::stand_alone_by_words(request.question, request.earlier);
    check_question_length(question);
    const Workspace::Lease parts = workspace_.lease(parts_for_answers(options, request.captured), scope);
    answer::AnswerOptions narrowed = options;
    narrow(narrowed.filter, *parts->store, scope.access);
    answer::AnswerTools tools = answer_tools(*parts);
    const auto counted = metered(tools.chat, scope, workspace_.config());
    if (counted) tools.chat = counted.get();
    return workspace_.traced(*parts, request.run, [&] {
        return answer::answer_question(*parts->store, tools, question, narrowed, events, scope.cancel);
    });
}

void AnswerService::answer_all(std::span<const answer::BatchQuestion> questions, const AnswerRequest& like,
                               std::size_t threads, const std::function<bool(answer::BatchResult&&)>& take,
                               const RequestScope& scope, std::size_t max_failures) const {
    const answer::AnswerOptions options = this->options(like, scope);
    // Makes what the first needs, and says what there is to say, before any question is asked.
    {
        const Workspace::Lease parts = workspace_.lease(parts_for_answers(options), scope);
        store::ChunkFilter checked = options.filter;
        narrow(checked, *parts->store, scope.access);
    }
    const answer::BatchWorker worker = [&](const answer::BatchQuestion& question) {
        scope.cancel.check();
        AnswerRequest request = like;
        request.question = question.text;
        try {
            return answer_with(request, options, answer::AnswerEvents(), scope);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::nothing_found) throw;
            return answer::no_answer(error);
        }
    };
    answer::answer_batch(questions, std::vector(std::max<std::size_t>(threads, 1), worker), take, max_failures);
}

std::size_t AnswerService::threads(int asked, std::size_t questions) const {
    const config::Config& config = workspace_.config();
    std::size_t threads = static_cast<std::size_t>(asked > 0 ? asked : config.integer("batch.parallel"));
    if (threads == 0) {
        const std::string provider = configured_chat(config).provider;
        const bool server = llm::find_chat_provider(provider) != nullptr;
        // A model file takes all processors by itself, and its memory for each thread.
        threads = server ? server_threads : provider == "gguf" ? 1 : std::max(1U, std::thread::hardware_concurrency());
    }
    return std::min(threads, std::max<std::size_t>(questions, 1));
}

BatchEstimate AnswerService::estimate(std::span<const answer::BatchQuestion> questions, const AnswerRequest& like,
                                      const RequestScope& scope) const {
    answer::AnswerOptions options = this->options(like, scope);
    BatchEstimate estimate;
    estimate.uses_model = configured_chat(workspace_.config()).provider != "extractive";
    if (estimate.uses_model) estimate.price = chat_price(workspace_.config());
    llm::ChatRequest unused;
    const Workspace::Lease parts =
        workspace_.lease(parts_for_answers(options, estimate.uses_model ? &unused : nullptr), scope);
    narrow(options.filter, *parts->store, scope.access);
    answer::AnswerTools tools = answer_tools(*parts);
    tools.tracer = nullptr;  // no run has begun
    const std::uint64_t answer_tokens =
        options.max_tokens ? static_cast<std::uint64_t>(*options.max_tokens) : usual_answer_tokens;
    for (const answer::BatchQuestion& question : questions) {
        scope.cancel.check();
        scope.notices.progress(fmt::format("estimate {}/{}", ++estimate.questions, questions.size()));
        try {
            const answer::Retrieved retrieved =
                answer::retrieve_passages(*parts->store, tools, question.text, options, scope.cancel);
            llm::ChatRequest request;
            request.messages = answer::build_prompt(
                options.prompt,
                {question.text, retrieved.passages, std::string(some_fence), options.history, options.date, false});
            estimate.input_tokens += llm::estimated_tokens(request);
            estimate.output_tokens += answer_tokens;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::nothing_found) throw;
            ++estimate.unanswerable;
        }
    }
    scope.notices.progress("");
    return estimate;
}

std::string AnswerService::model_name(const RequestScope& scope) const {
    PartsWanted wanted = parts_for_answers(options({}, scope));
    const Workspace::Lease parts = workspace_.lease(wanted, scope);
    return parts->model == nullptr ? std::string() : parts->model->name();
}

}  // namespace quarry::app
