#pragma once

#include <memory>
#include <string>

#include "core/base/cancel.h"
#include "core/llm/chat_model.h"
#include "core/tools/approval.h"
#include "core/tools/toolbox.h"

namespace quarry::agent {

/// What an agent works with outside of its graph. Used by several threads at once.
class Environment {
public:
    virtual ~Environment() = default;
    /// Asks the model of that name; empty: the configured one. Throws what models throw.
    [[nodiscard]] virtual llm::ChatResponse chat(const std::string& model, const llm::ChatRequest& request,
                                                 const llm::TextSink& sink, const Cancellation& cancellation) = 0;
    /// A tool, for one task, by what a file calls it; null when there is none.
    [[nodiscard]] virtual std::unique_ptr<tools::Tool> tool(const std::string& name) = 0;
    /// Whether a call of a tool that does not only read may run; `pending`: a person is asked.
    [[nodiscard]] virtual tools::Decision decide(const llm::ChatTool& tool, const std::string& arguments) = 0;
};

}  // namespace quarry::agent
