#pragma once

// Parts of the routes for OpenAI's clients. Not for other modules.

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/serve/openai.h"
#include "core/serve/route.h"

namespace quarry::serve {

[[nodiscard]] Route chat_completion_route();          ///< POST /v1/chat/completions
[[nodiscard]] std::vector<Route> response_routes();   ///< /v1/responses
[[nodiscard]] std::vector<Route> retrieval_routes();  ///< /v1/models, embeddings, rerank

/// "agent/NAME"
[[nodiscard]] bool is_agent_model(std::string_view model);
/// Those of the agents that the caller may run.
[[nodiscard]] std::vector<std::string> agent_model_names(const Call& call);
/// What an agent gave, as ask_model gives it: of a run that waits what it asks and how it is answered; `quarry` is the
/// run (quarry.agent.run/1 without its journal).
[[nodiscard]] Json ask_agent(const Call& call, const ModelRequest& request,
                             const std::function<void(std::string_view)>& sink);

/// A list of functions that a model may call, in the form of either interface.
[[nodiscard]] Json function_tools_schema();
/// An event's error (core/wire/error_json.h) in OpenAI's form.
[[nodiscard]] Json openai_failure(const Json& error);

/// A text of a body; empty where it is absent or null.
[[nodiscard]] inline std::string text_or_null(const nlohmann::json& body, const char* name) {
    const auto found = body.find(name);
    return found == body.end() || !found->is_string() ? std::string() : found->get<std::string>();
}
/// A number of a body; nothing where it is absent or null.
template <typename Number>
[[nodiscard]] std::optional<Number> number_of(const nlohmann::json& body, const char* name) {
    const auto found = body.find(name);
    return found == body.end() || !found->is_number() ? std::nullopt : std::optional(found->get<Number>());
}
[[nodiscard]] inline bool is_true(const nlohmann::json& body, const char* name) {
    const auto found = body.find(name);
    return found != body.end() && *found == true;
}

}  // namespace quarry::serve
