// Answers by a JSON Schema.
#include "core/llm/fitted_answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_schema.h"
#include "core/base/text.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

constexpr int deepest_answer = 100;  // what it takes to check a value grows with the square of its depth

/// JSON out of what a model wrote: some put it into a fenced block.
std::string_view bare_json(std::string_view text) {
    text = trim(text);
    if (!text.starts_with("```") || !text.ends_with("```") || text.size() < 6) return text;
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos) return text;
    return trim(text.substr(line, text.size() - 3 - line));
}

std::vector<std::string> problems_of(const JsonSchema& schema, std::string_view text) {
    const json value = parse_bounded_json(text, deepest_answer);
    if (value.is_discarded()) return {json_problem(text, deepest_answer)};
    return schema.problems(value);
}

template <typename Value>
void add_optional(std::optional<Value>& sum, const std::optional<Value>& more) {
    if (sum && more) *sum += *more;
    if (!more) sum.reset();  // what is not known of one is not known of both
}

void add_earlier(ChatResponse& response, const ChatResponse& earlier) {
    add_optional(response.cost, earlier.cost);
    response.retries += earlier.retries;
    response.retry_wait += earlier.retry_wait;
    response.first_byte = earlier.first_byte;
    if (!response.usage || !earlier.usage) {
        response.usage.reset();
        return;
    }
    response.usage->input_tokens += earlier.usage->input_tokens;
    response.usage->output_tokens += earlier.usage->output_tokens;
    response.usage->cached_input_tokens += earlier.usage->cached_input_tokens;
}

class FittedChatModel final : public ChatModel {
public:
    explicit FittedChatModel(std::unique_ptr<ChatModel> model) : model_(std::move(model)) {}

    [[nodiscard]] std::string name() const override { return model_->name(); }
    [[nodiscard]] std::string provider() const override { return model_->provider(); }
    [[nodiscard]] bool takes_sources() const override { return model_->takes_sources(); }

    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                    const Cancellation& cancellation) override {
        if (request.answer_schema.empty()) return model_->chat(request, sink, cancellation);
        const JsonSchema schema(request.answer_schema);
        if (!schema.is_of_object()) {
            throw Error(ErrorCode::usage, "the schema of the answer is not usable",
                        R"(providers want an object: {"type": "object", "properties": {"answer": …}})")
                .because(R"(its "type" is not "object")");
        }
        ChatResponse response = model_->chat(request, {}, cancellation);
        if (!response.tool_calls.empty()) return response;  // the answer is still to come
        std::vector<std::string> problems = problems_of(schema, bare_json(response.text));
        if (!problems.empty()) {
            ChatResponse second = model_->chat(asked_again(request, response, problems), {}, cancellation);
            add_earlier(second, response);
            response = std::move(second);
            if (!response.tool_calls.empty()) return response;
            problems = problems_of(schema, bare_json(response.text));
        }
        if (!problems.empty()) {
            Error error(ErrorCode::provider_failed, "the model's answer does not fit the schema",
                        response.finish_reason == "length" ? "it was cut off: raise chat.max_tokens"
                                                           : "simplify the schema, or use a larger model");
            for (std::string& problem : problems) error = std::move(error).because(std::move(problem));
            throw AnswerDoesNotFit(std::move(error), std::move(response));
        }
        response.text = bare_json(response.text);
        if (sink) sink(response.text);
        return response;
    }

private:
    static ChatRequest asked_again(const ChatRequest& request, const ChatResponse& response,
                                   const std::vector<std::string>& problems) {
        ChatRequest again = request;
        again.fresh = true;
        if (!trim(response.text).empty()) {
            again.messages.push_back({ChatMessage::Role::assistant, response.text});
        }
        again.messages.push_back({ChatMessage::Role::user,
                                  fmt::format("This does not fit the JSON Schema:\n{}\n\nThe schema is:\n{}\n\n"
                                              "Write the whole answer again as JSON that fits it, and nothing else.",
                                              fmt::join(problems, "\n"), request.answer_schema)});
        return again;
    }

    std::unique_ptr<ChatModel> model_;
};

}  // namespace

std::unique_ptr<ChatModel> make_fitted_chat_model(std::unique_ptr<ChatModel> model) {
    return std::make_unique<FittedChatModel>(std::move(model));
}

}  // namespace quarry::llm
