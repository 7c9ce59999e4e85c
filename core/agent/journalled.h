#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/agent/journal.h"
#include "core/agent/node_run.h"
#include "core/base/error.h"
#include "core/llm/chat_model.h"
#include "core/tools/toolbox.h"

// Models and tools whose calls go through a task's journal. For core/agent alone.
namespace quarry::agent {

/// The model of a definition. Borrows all.
class JournalledModel final : public llm::ChatModel {
public:
    JournalledModel(const NodeTask& task, const Definition& node, const NodeContext& context, Journal::Task& journal)
        : task_(task), node_(node), context_(context), journal_(journal) {}
    [[nodiscard]] std::string name() const override { return node_.model; }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                         const Cancellation& cancellation) override;

private:
    const NodeTask& task_;
    const Definition& node_;
    const NodeContext& context_;
    Journal::Task& journal_;
};

/// A tool of the environment. Borrows the journal and the context.
[[nodiscard]] std::unique_ptr<tools::Tool> make_journalled_tool(std::unique_ptr<tools::Tool> tool,
                                                                const NodeContext& context, Journal::Task& journal);

/// A tool that is a function of the runner: it changes nothing outside.
[[nodiscard]] std::unique_ptr<tools::Tool> make_control_tool(
    llm::ChatTool definition, std::function<std::string(const nlohmann::json& arguments, tools::ToolRun& run)> run);

/// Who decides about calls in a task: the environment, then a person, by the journal.
void set_approval(tools::Toolbox& toolbox, const NodeContext& context, Journal::Task& journal);

/// Lets calls of one round that only read run side by side, each at a place of its own in the journal.
void allow_side_by_side(tools::Toolbox& toolbox, Journal::Task& journal);

/// A mark around data that no document can have guessed, and that is the same when the task is run again.
[[nodiscard]] std::string task_fence(const NodeContext& context, const Journal::Task& journal, std::int64_t step);

}  // namespace quarry::agent
