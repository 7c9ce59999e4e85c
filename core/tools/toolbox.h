#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/json_schema.h"
#include "core/base/trace.h"
#include "core/llm/chat_model.h"
#include "core/passages/passages.h"
#include "core/tools/approval.h"
#include "core/tools/tool_call.h"

namespace quarry::tools {

/// What a tool works with while an answer is made.
struct ToolRun {
    std::vector<passages::Passage>&
        passages;            ///< The answer's sources: what a tool finds in documents goes behind them.
    std::string_view fence;  ///< Mark around text that is data.
    const Cancellation& cancellation;
    Tracer* tracer = nullptr;  ///< Notes each call; null for none.
    /// Told of a call before and after it runs, and of one that waits for a decision. May be empty.
    std::function<void(const llm::ChatToolCall& call)> on_call{};
    std::function<void(const ToolCallRecord& record)> on_result{};
    std::function<void(std::string_view tool, std::string_view arguments)> on_approval{};
    std::set<std::string> found{};  ///< Tools that are not listed from the start, and were found (find_tool.h).
    std::optional<std::int64_t> place{};  ///< What Toolbox::set_aside gave for a call that runs beside others.
};

/// Decides whether a tool that does not only read may run with these arguments.
using Approval = std::function<Decision(const llm::ChatTool& tool, const std::string& arguments)>;

/// A function that a model may have called. Its description, its name and what it gives are the program's or the
/// user's; its arguments are the model's, hostile, and fit its schema when they come here.
class Tool {
public:
    virtual ~Tool() = default;
    [[nodiscard]] virtual const llm::ChatTool& definition() const = 0;
    /// Whether it changes nothing outside, so that it runs without a question.
    [[nodiscard]] virtual bool read_only() const = 0;
    /// Whether a call that is made twice does no more than once: one that was cut off may be made again.
    [[nodiscard]] virtual bool idempotent() const { return read_only(); }
    /// Whether several threads may run it at once, each with a ToolRun of its own.
    [[nodiscard]] virtual bool concurrent() const { return false; }
    /// What the model is told. Throws Error, which the model is told too; interrupted goes out.
    [[nodiscard]] virtual std::string run(const nlohmann::json& arguments, ToolRun& run) = 0;
};

/// The tools that a model is offered, and who allows its calls. What is in it is decided before the first question:
/// nothing that a model or a document says adds a tool or allows one.
class Toolbox {
public:
    /// Throws Error(usage) for a name that is taken or that providers do not take, and for a schema that is none, or
    /// not of an object.
    ///
    /// One that is not listed is offered once it was found (core/tools/find_tool.h); it can be called before.
    void add(std::unique_ptr<Tool> tool, bool is_listed = true);
    [[nodiscard]] bool empty() const noexcept { return tools_.empty(); }
    /// What a model is told of: the tools that are listed, and those of these names.
    [[nodiscard]] std::vector<llm::ChatTool> definitions(const std::set<std::string>& found = {}) const;
    [[nodiscard]] std::vector<std::string> names() const;

    /// Runs one call: the tool must exist, its arguments must be JSON that fits its schema, and, unless it only
    /// reads, it must be allowed. Whatever is wrong is told to the model. Throws Error: interrupted, approval_pending.
    [[nodiscard]] ToolCallRecord call(const llm::ChatToolCall& call, ToolRun& run) const;
    /// The calls of one round; their records are added in the same order. Calls of tools that only read and are
    /// concurrent run side by side, at most 8 at a time, where `set_aside` is there and nothing is traced; all others run
    /// alone, one after another. What a call throws goes out when those beside it have ended.
    void call_all(std::span<const llm::ChatToolCall> calls, ToolRun& run, std::vector<ToolCallRecord>& records) const;

    /// What is decided without asking anybody; empty denies every call that does not only read.
    Approval policy;
    /// Asks a person about what the policy leaves pending. Where it is empty, or the person does not decide now, the
    /// request ends with Error(approval_pending).
    Approval ask;
    /// Called before so many calls run side by side; gives the place of the first (ToolRun::place), the others' follow.
    std::function<std::int64_t(std::size_t calls)> set_aside;

    std::size_t max_rounds = 8;  ///< Times that the model may have tools called before it must answer.
    std::size_t max_calls = 16;  ///< Calls of one round; further ones are refused.

private:
    struct Entry {
        std::unique_ptr<Tool> tool;
        std::unique_ptr<JsonSchema> schema;
        bool is_listed = true;
    };
    [[nodiscard]] Decision decide(const llm::ChatTool& tool, const std::string& arguments, const ToolRun& run) const;
    void run_tool(const llm::ChatToolCall& call, ToolRun& run, ToolCallRecord& record) const;
    [[nodiscard]] bool may_run_beside(const llm::ChatToolCall& call) const;
    [[nodiscard]] std::vector<ToolCallRecord> call_beside(std::span<const llm::ChatToolCall> calls,
                                                          const ToolRun& run) const;

    std::vector<Entry> tools_;
};

}  // namespace quarry::tools
