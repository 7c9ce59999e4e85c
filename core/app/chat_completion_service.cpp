#include "core/app/chat_completion_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/app/chat_models.h"
#include "core/app/metered_model.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::app {

std::vector<std::string> ChatCompletionService::models() const {
    std::vector<std::string> names;
    if (const ChatChoice chat = configured_chat(workspace_.config()); chat.provider != "extractive") {
        names.push_back(chat.model.empty() ? chat.provider : chat.model);
    }
    for (const std::string& profile : workspace_.config().names_in("models")) {
        if (std::ranges::find(names, profile) == names.end()) names.push_back(profile);
    }
    return names;
}

llm::ChatResponse ChatCompletionService::complete(const std::string& model, const llm::ChatRequest& request,
                                                  const llm::TextSink& sink, const RequestScope& scope) const {
    const std::vector<std::string> names = models();
    if (std::ranges::find(names, model) == names.end()) {
        const auto nearest = closest(model, names);
        throw Error(ErrorCode::nothing_found, fmt::format("there is no model {}", one_line(model, 200)),
                    nearest ? fmt::format("did you mean {}?", *nearest) : std::string());
    }
    const auto lease = workspace_.lease_model(model, scope);
    if (scope.budget.meter == nullptr) return lease.get()->chat(request, sink, scope.cancel);
    const auto counted = metered(lease.get(), scope, workspace_.config_with_model(model));
    return counted->chat(request, sink, scope.cancel);
}

}  // namespace quarry::app
