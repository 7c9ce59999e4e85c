#pragma once

#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/llm/chat_model.h"

namespace quarry::llm {

/// What `chat` throws for an answer that does not fit the second time either: Error(provider_failed) with what was
/// spent on both.
class AnswerDoesNotFit : public Error {
public:
    AnswerDoesNotFit(Error error, ChatResponse response) : Error(std::move(error)), response_(std::move(response)) {}
    /// The last answer; usage, price and retries are those of both.
    [[nodiscard]] const ChatResponse& response() const noexcept { return response_; }

private:
    ChatResponse response_;
};

/// `model` with answers that fit `ChatRequest::answer_schema`, where one is given. The answer is held against the
/// schema when it is whole, so it comes in one piece, as JSON without anything around it; where it does not fit, the
/// model is told why and asked again once. Usage, price and retries are those of both.
///
/// `chat` throws Error: usage for a schema that is none or does not ask for an object, which providers want;
/// AnswerDoesNotFit.
[[nodiscard]] std::unique_ptr<ChatModel> make_fitted_chat_model(std::unique_ptr<ChatModel> model);

}  // namespace quarry::llm
