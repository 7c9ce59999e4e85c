#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/llm/chat_model.h"
#include "core/tools/toolbox.h"

namespace quarry::tools {

struct ToolLoopResult {
    /// Of the last round; usage, cost and retries are those of all rounds together.
    llm::ChatResponse response;
    bool exhausted = false;  ///< The model wanted more calls when its rounds were used up.
};

/// What a model is told of its tools, behind its other rules.
[[nodiscard]] std::string tool_rules(std::string_view fence);

/// Asks a model that may have tools called: while it wants calls, they are run and it is asked again with what they
/// gave, at most Toolbox::max_rounds times; then it is told to answer. The text of every round goes to `sink`;
/// `round_ended` is called behind the text of one that ended in calls, which is no part of the answer.
///
/// `calls` gets a record of each call, in order, also when an error goes out.
///
/// Which tools there are is decided by the toolbox alone. Throws what the model throws, and Error(interrupted).
[[nodiscard]] ToolLoopResult run_with_tools(llm::ChatModel& model, llm::ChatRequest request, const Toolbox& toolbox,
                                            ToolRun& run, const llm::TextSink& sink,
                                            const std::function<void()>& round_ended,
                                            std::vector<ToolCallRecord>& calls);

}  // namespace quarry::tools
