#include "core/tools/toolbox.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/trace/run_record.h"

namespace quarry::tools {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t max_arguments_bytes = 64 * 1024;
constexpr int max_arguments_depth = 32;
constexpr std::size_t most_beside = 8;  // threads of one round's calls

/// What OpenAI, Anthropic, Gemini and Ollama all take.
bool is_tool_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

/// The arguments that a model wrote; nothing when they are no JSON object of reasonable size.
std::optional<nlohmann::json> read_arguments(const std::string& text) {
    if (text.size() > max_arguments_bytes) return std::nullopt;
    // A function without parameters is called with nothing by some models.
    if (trim(text).empty()) return nlohmann::json::object();
    nlohmann::json arguments = parse_bounded_json(text, max_arguments_depth);
    if (!arguments.is_object()) return std::nullopt;
    return arguments;
}

void refuse_call(ToolCallRecord& record, std::string why) {
    record.outcome = ToolCallRecord::Outcome::refused;
    record.result = "error: " + std::move(why);
}

/// What a trace says of a call, in OpenTelemetry's names.
void note_call(TraceScope& scope, const llm::ChatToolCall& call, const ToolCallRecord& record) {
    if (!scope) return;
    scope.set(trace::attribute::operation, "execute_tool");
    scope.set(trace::attribute::tool_name, call.name);
    scope.set(trace::attribute::tool_type, "function");
    if (!call.id.empty()) scope.set(trace::attribute::tool_call_id, call.id);
    scope.set(trace::attribute::tool_outcome, tool_outcome_name(record.outcome));
    if (record.outcome == ToolCallRecord::Outcome::failed) {
        scope.fail(Error(ErrorCode::failed, "the tool failed"));  // its words are content
    }
    if (!scope.keeps_content()) return;
    scope.set(trace::attribute::tool_arguments, call.arguments);
    scope.set(trace::attribute::tool_result, record.result);
}

}  // namespace

std::string_view tool_outcome_name(ToolCallRecord::Outcome outcome) noexcept {
    switch (outcome) {
        case ToolCallRecord::Outcome::done: return "done";
        case ToolCallRecord::Outcome::failed: return "failed";
        case ToolCallRecord::Outcome::denied: return "denied";
        case ToolCallRecord::Outcome::refused: return "refused";
    }
    return "refused";
}

void Toolbox::add(std::unique_ptr<Tool> tool, bool is_listed) {
    const llm::ChatTool& definition = tool->definition();
    const std::string shown = one_line(strip_terminal_controls(replace_invalid_utf8(definition.name)), 100);
    if (!is_tool_name(definition.name)) {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a valid name for a tool", shown),
                    "a name has 1 to 64 letters, digits, _ and -");
    }
    const std::vector<std::string> taken = names();
    if (std::find(taken.begin(), taken.end(), definition.name) != taken.end()) {
        throw Error(ErrorCode::usage, fmt::format("there are two tools named {}", shown), "give one another name");
    }
    std::unique_ptr<JsonSchema> schema;
    try {
        schema = std::make_unique<JsonSchema>(definition.parameters);
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("the tool {} cannot be used", shown));
    }
    if (!schema->is_of_object()) {
        throw Error(ErrorCode::usage, fmt::format("the tool {} cannot be used", shown),
                    R"(write {"type": "object", "properties": {…}})")
            .because("its parameters are not a JSON Schema of an object");
    }
    tools_.push_back({std::move(tool), std::move(schema), is_listed});
}

std::vector<llm::ChatTool> Toolbox::definitions(const std::set<std::string>& found) const {
    std::vector<llm::ChatTool> offered;
    for (const Entry& entry : tools_) {
        const llm::ChatTool& definition = entry.tool->definition();
        if (entry.is_listed || found.contains(definition.name)) offered.push_back(definition);
    }
    return offered;
}

std::vector<std::string> Toolbox::names() const {
    std::vector<std::string> all;
    for (const Entry& entry : tools_) all.push_back(entry.tool->definition().name);
    return all;
}

Decision Toolbox::decide(const llm::ChatTool& tool, const std::string& arguments, const ToolRun& run) const {
    Decision decision = policy ? policy(tool, arguments) : Decision::deny;
    if (decision != Decision::pending) return decision;
    if (run.on_approval) run.on_approval(tool.name, arguments);
    if (ask) decision = ask(tool, arguments);
    if (decision == Decision::pending) {
        throw Error(ErrorCode::approval_pending, fmt::format("the tool {} needs somebody to allow it", tool.name),
                    "allow or deny the call, then ask again");
    }
    return decision;
}

void Toolbox::run_tool(const llm::ChatToolCall& call, ToolRun& run, ToolCallRecord& record) const {
    const auto entry = std::find_if(tools_.begin(), tools_.end(),
                                    [&](const Entry& one) { return one.tool->definition().name == call.name; });
    if (entry == tools_.end()) {
        return refuse_call(record, fmt::format("there is no such tool; there are: {}", fmt::join(names(), ", ")));
    }
    const std::optional<nlohmann::json> arguments = read_arguments(call.arguments);
    if (!arguments) return refuse_call(record, "the arguments are not a JSON object");
    if (const std::vector<std::string> problems = entry->schema->problems(*arguments); !problems.empty()) {
        return refuse_call(record, fmt::format("the arguments do not fit: {}", fmt::join(problems, "; ")));
    }
    Tool& tool = *entry->tool;
    // What is asked for, and shown, is what will run: of a name that is given twice only the last counts.
    record.arguments = arguments->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (!tool.read_only() && decide(tool.definition(), record.arguments, run) == Decision::deny) {
        record.outcome = ToolCallRecord::Outcome::denied;
        record.result = "error: the user did not allow this call; do not ask for it again, answer without it";
        return;
    }
    run.cancellation.check();
    const std::size_t known = run.passages.size();
    const Clock::time_point start = Clock::now();
    try {
        record.result = tool.run(*arguments, run);
        record.outcome = ToolCallRecord::Outcome::done;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        record.outcome = ToolCallRecord::Outcome::failed;
        record.result = fmt::format("error: {}{}{}", error.what(), error.hint().empty() ? "" : "; ", error.hint());
    }
    record.time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    for (std::size_t i = known; i < run.passages.size(); ++i) record.sources.push_back(i + 1);
}

ToolCallRecord Toolbox::call(const llm::ChatToolCall& call, ToolRun& run) const {
    if (run.on_call) run.on_call(call);
    ToolCallRecord record;
    record.name = call.name;
    record.arguments = call.arguments;
    TraceScope scope(run.tracer, "execute_tool " + call.name);
    run_tool(call, run, record);
    note_call(scope, call, record);
    if (run.on_result) run.on_result(record);
    return record;
}

bool Toolbox::may_run_beside(const llm::ChatToolCall& call) const {
    return std::ranges::any_of(tools_, [&](const Entry& one) {
        return one.tool->definition().name == call.name && one.tool->read_only() && one.tool->concurrent();
    });
}

std::vector<ToolCallRecord> Toolbox::call_beside(std::span<const llm::ChatToolCall> calls, const ToolRun& run) const {
    const std::int64_t first = set_aside(calls.size());
    std::vector<ToolCallRecord> records(calls.size());
    std::vector<std::exception_ptr> thrown(calls.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < calls.size(); i = next++) {
            std::vector<passages::Passage> passages;
            ToolRun own{passages, run.fence, run.cancellation};
            own.place = first + static_cast<std::int64_t>(i);
            try {
                records[i] = call(calls[i], own);
            } catch (...) {
                thrown[i] = std::current_exception();
            }
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < std::min(most_beside, calls.size()); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& one : thrown) {
        if (one) std::rethrow_exception(one);
    }
    return records;
}

void Toolbox::call_all(std::span<const llm::ChatToolCall> calls, ToolRun& run,
                       std::vector<ToolCallRecord>& records) const {
    for (std::size_t i = 0; i < calls.size();) {
        std::size_t beside = 0;
        if (set_aside && run.tracer == nullptr) {
            while (i + beside < calls.size() && may_run_beside(calls[i + beside])) ++beside;
        }
        if (beside > 1) {
            std::vector<ToolCallRecord> some = call_beside(calls.subspan(i, beside), run);
            std::ranges::move(some, std::back_inserter(records));
        } else {
            beside = 1;
            records.push_back(call(calls[i], run));
        }
        i += beside;
    }
}

}  // namespace quarry::tools
