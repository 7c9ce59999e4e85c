#include "core/trace/traced_chat_model.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/llm/fitted_answer.h"
#include "core/trace/run_record.h"

namespace quarry::trace {
namespace {

using json = nlohmann::ordered_json;

/// OpenTelemetry's name for a provider, where it has one.
std::string_view convention_name(std::string_view provider) {
    if (provider == "gemini") return "gcp.gemini";
    if (provider == "azure") return "azure.ai.openai";
    if (provider == "mistral") return "mistral_ai";
    return provider;
}

json call_part(const llm::ChatToolCall& call) {
    return {{"type", "tool_call"}, {"id", call.id}, {"name", call.name}, {"arguments", call.arguments}};
}

json message_json(const llm::ChatMessage& message) {
    json parts = json::array();
    if (message.role == llm::ChatMessage::Role::tool) {
        parts.push_back({{"type", "tool_call_response"}, {"id", message.tool_call_id}, {"response", message.content}});
    } else if (!message.content.empty()) {
        parts.push_back({{"type", "text"}, {"content", message.content}});
    }
    for (const llm::ChatSource& source : message.sources) {
        parts.push_back({{"type", "text"}, {"content", fmt::format("{}\n{}", source.name, source.text)}});
    }
    for (const llm::ChatToolCall& call : message.tool_calls) parts.push_back(call_part(call));
    return {{"role", llm::chat_role_name(message.role)}, {"parts", std::move(parts)}};
}

std::string messages_text(const llm::ChatRequest& request) {
    json messages = json::array();
    for (const llm::ChatMessage& message : request.messages) messages.push_back(message_json(message));
    return messages.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string answer_text(const llm::ChatResponse& response) {
    json parts = json::array({{{"type", "text"}, {"content", response.text}}});
    for (const llm::ChatToolCall& call : response.tool_calls) parts.push_back(call_part(call));
    const json messages =
        json::array({{{"role", "assistant"}, {"parts", std::move(parts)}, {"finish_reason", response.finish_reason}}});
    return messages.dump(-1, ' ', false, json::error_handler_t::replace);
}

class TracedChatModel final : public llm::ChatModel {
public:
    TracedChatModel(std::unique_ptr<llm::ChatModel> model, Tracer& tracer)
        : model_(std::move(model)), tracer_(tracer) {}

    [[nodiscard]] std::string name() const override { return model_->name(); }
    [[nodiscard]] std::string provider() const override { return model_->provider(); }
    [[nodiscard]] bool takes_sources() const override { return model_->takes_sources(); }

    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                         const Cancellation& cancellation) override {
        using Clock = std::chrono::steady_clock;
        TraceScope scope(&tracer_, "chat " + model_->name(), SpanKind::client);
        const Clock::time_point start = Clock::now();
        std::optional<Clock::time_point> first;
        const llm::TextSink timed = [&](std::string_view piece) {
            if (!first) first = Clock::now();
            if (sink) sink(piece);
        };
        try {
            llm::ChatResponse response = model_->chat(request, timed, cancellation);
            note_request(scope, request);
            if (first) {
                scope.set(attribute::time_to_first_chunk, std::chrono::duration<double>(*first - start).count());
            }
            note_response(scope, response);
            return response;
        } catch (const llm::AnswerDoesNotFit& error) {
            note_request(scope, request);
            note_response(scope, error.response());
            scope.fail(error);
            throw;
        } catch (const Error& error) {
            note_request(scope, request);
            scope.fail(error);
            throw;
        }
    }

private:
    // Only when the answer is there: a request is not held up by its record.
    void note_request(TraceScope& scope, const llm::ChatRequest& request) const {
        scope.set(attribute::operation, "chat");
        const std::string provider = model_->provider();
        if (!provider.empty()) scope.set(attribute::provider, convention_name(provider));
        scope.set(attribute::request_model, model_->name());
        if (request.max_tokens) scope.set(attribute::request_max_tokens, *request.max_tokens);
        if (request.temperature) scope.set(attribute::request_temperature, *request.temperature);
        scope.set(attribute::output_type, request.answer_schema.empty() ? "text" : "json");
        if (scope.keeps_content()) scope.set(attribute::input_messages, messages_text(request));
    }

    static void note_response(TraceScope& scope, const llm::ChatResponse& response) {
        scope.set(attribute::cached, response.cached);
        if (!response.id.empty()) scope.set(attribute::response_id, response.id);
        if (!response.model.empty()) scope.set(attribute::response_model, response.model);
        if (!response.finish_reason.empty()) {
            scope.set(attribute::finish_reasons, std::vector<std::string>{response.finish_reason});
        }
        if (response.usage) {
            scope.set(attribute::input_tokens, response.usage->input_tokens);
            scope.set(attribute::output_tokens, response.usage->output_tokens);
            if (response.usage->cached_input_tokens > 0) {
                scope.set(attribute::cached_input_tokens, response.usage->cached_input_tokens);
            }
        }
        if (response.cost) scope.set(attribute::cost, *response.cost);
        if (response.retries > 0) scope.set(attribute::retries, response.retries);
        if (scope.keeps_content()) scope.set(attribute::output_messages, answer_text(response));
    }

    const std::unique_ptr<llm::ChatModel> model_;
    Tracer& tracer_;
};

}  // namespace

std::unique_ptr<llm::ChatModel> make_traced_chat_model(std::unique_ptr<llm::ChatModel> model, Tracer& tracer) {
    return std::make_unique<TracedChatModel>(std::move(model), tracer);
}

}  // namespace quarry::trace
