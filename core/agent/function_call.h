#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/agent/definition.h"
#include "core/agent/journal.h"
#include "core/agent/node_run.h"
#include "core/llm/chat_model.h"
#include "core/tools/toolbox.h"

// Tools that a graph calls by itself, and no model. For core/agent alone.
namespace quarry::agent {

/// Calls the tool that code is bound to, with permission where it changes something. Its output is JSON where it can be
/// read as that, else a text. Throws Error: usage where there is no such tool, failed with what it said.
[[nodiscard]] nlohmann::json call_function(const std::string& code, const Place& place,
                                           const std::function<nlohmann::json(const llm::ChatTool& tool)>& arguments,
                                           const NodeContext& context, Journal::Task& journal);

/// What a function says: its output, or {"output": …, "route": …, "state": {…}} with at least one of them.
struct FunctionReply {
    nlohmann::json output{};
    std::optional<std::string> route{};
    nlohmann::json state = nlohmann::json::object();  ///< Channels and what is written to them.
};
[[nodiscard]] FunctionReply function_reply(nlohmann::json said);

/// Runs the callbacks of a moment in their order, until one gives something other than nothing (null, "" or {}): that.
/// Null where none does. Of `about` a tool gets what its schema names, or all where that names nothing. With `state`
/// each may reply as functions do, and what they write is added to it.
[[nodiscard]] nlohmann::json run_callbacks(const Definition& node, Callback::When when, const nlohmann::json& about,
                                           const NodeContext& context, Journal::Task& journal,
                                           std::vector<std::pair<std::string, nlohmann::json>>* state = nullptr);

/// A tool of the node's model with its callbacks around it: one before may answer in its place, one after may replace
/// its answer. The tool itself where there are none. Borrows all.
[[nodiscard]] std::unique_ptr<tools::Tool> with_callbacks(std::unique_ptr<tools::Tool> tool, const Definition& node,
                                                          const NodeContext& context, Journal::Task& journal);

/// The same around the node's model; an answer that has calls of tools is not replaced. Borrows all.
class ModelWithCallbacks final : public llm::ChatModel {
public:
    ModelWithCallbacks(llm::ChatModel& model, const Definition& node, const NodeContext& context, Journal::Task& journal)
        : model_(model), node_(node), context_(context), journal_(journal) {}
    [[nodiscard]] std::string name() const override { return model_.name(); }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                         const Cancellation& cancellation) override;

private:
    llm::ChatModel& model_;
    const Definition& node_;
    const NodeContext& context_;
    Journal::Task& journal_;
};

}  // namespace quarry::agent
