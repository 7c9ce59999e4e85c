// Operations as tools for models.
#include "core/app/operation_tool.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/tools/fence.h"
#include "core/wire/document.h"

namespace quarry::app {
namespace {

constexpr std::size_t most_told = 20'000;  // bytes

class OperationTool final : public tools::Tool {
public:
    OperationTool(const Operation& operation, Workspace& workspace, const RequestScope& scope)
        : operation_(operation), workspace_(workspace), scope_(scope) {
        definition_ = {operation.name, operation.summary, operation.request.dump()};
    }
    [[nodiscard]] const llm::ChatTool& definition() const override { return definition_; }
    [[nodiscard]] bool read_only() const override { return operation_.effect == Effect::none; }
    [[nodiscard]] bool idempotent() const override { return true; }  // all are, as MCP's clients are told too
    [[nodiscard]] bool concurrent() const override { return operation_.effect == Effect::none; }

    [[nodiscard]] std::string run(const nlohmann::json& arguments, tools::ToolRun& run) override {
        const RequestScope scope{run.cancellation, scope_.notices, scope_.clock, scope_.principal, scope_.budget,
                                 scope_.access};
        std::string text = wire::line_text(operation_.run(arguments, {workspace_, scope}));
        if (text.size() > most_told) text = replace_invalid_utf8(text.substr(0, most_told)) + "\n(cut: there is more)";
        return tools::fenced("RESULT", text, run.fence);
    }

private:
    const Operation& operation_;
    Workspace& workspace_;
    const RequestScope scope_;
    llm::ChatTool definition_;
};

}  // namespace

std::unique_ptr<tools::Tool> make_operation_tool(const Operation& operation, Workspace& workspace,
                                                 const RequestScope& scope) {
    return std::make_unique<OperationTool>(operation, workspace, scope);
}

}  // namespace quarry::app
