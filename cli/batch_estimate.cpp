// What a batch would cost.
#include "cli/batch_estimate.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/chat.h"
#include "cli/config_json.h"
#include "cli/output.h"
#include "core/answer/prompt.h"
#include "core/llm/chat_tokens.h"

namespace quarry::cli {
namespace {

// Of an answer of a few sentences with citations, where no limit is set.
constexpr std::uint64_t usual_answer_tokens = 300;

// In place of one by chance, so that the same questions are the same tokens each time.
constexpr std::string_view some_fence = "0123456789abcdef0123456789abcdef";

}  // namespace

std::optional<double> BatchEstimate::cost() const {
    if (!price) return std::nullopt;
    ChatUsage usage;
    usage.input_tokens = static_cast<std::int64_t>(input_tokens);
    usage.output_tokens = static_cast<std::int64_t>(output_tokens);
    return price->of(usage);
}

BatchEstimate estimate_batch(Context& context, const Config& config, const AnswerCrew& crew,
                             std::span<const BatchQuestion> questions) {
    BatchEstimate estimate;
    const AnswerTools tools = crew.tools();
    const AnswerOptions& options = crew.options();
    estimate.uses_model = tools.chat != nullptr;
    if (estimate.uses_model) estimate.price = chat_price(config);
    const std::uint64_t answer_tokens =
        options.max_tokens ? static_cast<std::uint64_t>(*options.max_tokens) : usual_answer_tokens;
    for (const BatchQuestion& question : questions) {
        context.cancel.check();
        context.out.progress(fmt::format("estimate {}/{}", ++estimate.questions, questions.size()));
        try {
            const Retrieved retrieved = retrieve_passages(crew.store(), tools, question.text, options, context.cancel);
            ChatRequest request;
            request.messages = build_prompt(options.prompt, {question.text, retrieved.passages, std::string(some_fence),
                                                             options.history, options.date, false});
            estimate.input_tokens += estimated_tokens(request);
            estimate.output_tokens += answer_tokens;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::nothing_found) throw;
            ++estimate.unanswerable;
        }
    }
    context.out.progress("");
    return estimate;
}

int print_batch_estimate(Context& context, const BatchEstimate& estimate) {
    std::ostream& out = context.out.result();
    const std::optional<double> cost = estimate.uses_model ? estimate.cost() : 0.0;
    if (context.json) {
        using json = nlohmann::ordered_json;
        out << dump_json({{"schema", "quarry.batch.estimate/1"},
                          {"questions", estimate.questions},
                          {"unanswerable", estimate.unanswerable},
                          {"input_tokens", estimate.input_tokens},
                          {"output_tokens", estimate.output_tokens},
                          {"cost", cost ? json(*cost) : json(nullptr)}});
        return 0;
    }
    out << fmt::format("questions      {}\n", estimate.questions);
    if (estimate.unanswerable > 0) out << fmt::format("unanswerable   {}\n", estimate.unanswerable);
    if (!estimate.uses_model) {
        out << "cost           none: no model is asked\n";
        return 0;
    }
    out << fmt::format("input tokens   about {}\noutput tokens  about {}\n", estimate.input_tokens,
                       estimate.output_tokens);
    if (cost) {
        out << fmt::format("cost           about ${:.4f}\n", *cost);
    } else {
        out << "cost           not known: set chat.price_input and chat.price_output\n";
    }
    return 0;
}

}  // namespace quarry::cli
