#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/app/workspace.h"
#include "core/llm/chat_model.h"

namespace quarry::app {

/// The chat models that the settings name, asked as they are: without documents, cache or trace, but with the limits of
/// the settings. Thread-safe, as the workspace is, which it borrows.
class ChatCompletionService {
public:
    explicit ChatCompletionService(Workspace& workspace) : workspace_(workspace) {}

    /// The model of chat.model, if there is one, and the names of the profiles ([models.NAME]).
    [[nodiscard]] std::vector<std::string> models() const;

    /// Streams the model's text into `sink` and returns all of its answer. Throws Error: nothing_found for a name that
    /// is not among `models()`, and what the model throws.
    [[nodiscard]] llm::ChatResponse complete(const std::string& model, const llm::ChatRequest& request,
                                             const llm::TextSink& sink, const RequestScope& scope) const;

private:
    Workspace& workspace_;
};

}  // namespace quarry::app
