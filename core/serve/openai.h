#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/services.h"
#include "core/llm/chat_request.h"
#include "core/net/message.h"
#include "core/serve/route.h"
#include "core/serve/run_log.h"

// What the routes for OpenAI's clients have in common. A model is "quarry" (answers from all documents),
// "quarry/COLLECTION", "agent/NAME", or a chat model that the settings name, which is asked as it is.

namespace quarry::serve {

/// Gives an error the form that OpenAI's clients read: {"error": {message, type, param, code}}. Leaves others as they
/// are.
void give_openai_form(net::Response& response);
/// The same of a problem (RFC 9457).
[[nodiscard]] Json openai_error(const Json& problem);

/// The names of models, those of the settings last.
[[nodiscard]] std::vector<std::string> model_names(const Call& call);

/// Throws Error(nothing_found) for a name that is none of a model, before a stream begins.
void check_model(const Call& call, const std::string& name);

/// What a model is asked.
struct ModelRequest {
    std::string model{};
    llm::ChatRequest chat{};
};
/// The messages of a chat completion. Throws Error(usage) for what no model here takes, such as images.
[[nodiscard]] std::vector<llm::ChatMessage> chat_messages(const nlohmann::json& messages);
/// The items of a response's input or output, or a text alone. Throws the same.
[[nodiscard]] std::vector<llm::ChatMessage> item_messages(const nlohmann::json& items);
/// Functions, whose fields are in "function" (chat completions) or beside "type" (responses). Throws Error(usage) for
/// tools of another type and for a choice of one of them.
[[nodiscard]] std::vector<llm::ChatTool> chat_tools(const nlohmann::json& body);
/// The JSON Schema that an answer must fit, from `response_format` or `text.format`; empty for text.
[[nodiscard]] std::string answer_schema(const nlohmann::json& format);

/// What a model said: {"text", "annotations", "tool_calls", "finish_reason", "usage": {"input_tokens",
/// "output_tokens"}, "quarry": the answer (quarry.ask/1) or null}. Its text is told to `sink` as it comes. That the
/// documents do not say is an answer too. Throws Error.
[[nodiscard]] Json ask_model(const Call& call, const ModelRequest& request, const app::RequestScope& scope,
                             const std::function<void(std::string_view)>& sink);

/// Asks in a run, whose events are "text" {"text"}, and "done" (as above) or "failed" {"error"} at the end, and answers
/// the request with them in this form. `done` is told what was said before its client is; may be empty.
void stream_model(const Call& call, const ModelRequest& request, RunLog::StreamForm form,
                  const std::function<void(const Json& said)>& done = {});

/// A document as text on one line, whatever bytes are in it.
[[nodiscard]] std::string json_line(const Json& document);

}  // namespace quarry::serve
