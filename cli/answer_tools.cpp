// The tools that a model is offered, and the person who allows their calls.
#include "cli/answer_tools.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/ui/output.h"
#include "core/app/search_tool.h"
#include "core/app/sql_tool.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/extract/invisible.h"

namespace quarry::cli {
namespace {

constexpr std::size_t shown_arguments = 400;  // code points, in a note
constexpr std::size_t shown_question = 4000;  // the same, when it is asked whether a call may run

/// Arguments as they are; in ASCII when there is something in them that is not seen, or hides or turns what is around
/// it.
std::string seen_arguments(std::string_view arguments) {
    const std::string text = replace_invalid_utf8(arguments);
    extract::RemovedCounts invisible;
    static_cast<void>(extract::remove_invisible(text, invisible));
    const std::string clean = strip_terminal_controls(text);
    if (invisible.empty() && clean == text) return text;
    const nlohmann::json parsed = parse_bounded_json(text);
    return parsed.is_discarded() ? clean : parsed.dump(-1, ' ', true);
}

std::string shown_call(std::string_view name, std::string_view arguments, std::size_t width) {
    return fmt::format("{} {}", one_line(strip_terminal_controls(replace_invalid_utf8(name)), 100),
                       one_line(seen_arguments(arguments), width));
}

std::string shown_outcome(const tools::ToolCallRecord& record) {
    const std::string time = fmt::format("{} ms", record.time.count());
    if (record.outcome != tools::ToolCallRecord::Outcome::done) {
        return one_line(strip_terminal_controls(replace_invalid_utf8(record.result)), 300);
    }
    if (record.sources.empty()) return fmt::format("{}, {}", human_bytes(record.result.size()), time);
    return fmt::format("sources {}, {}", fmt::join(record.sources, ", "), time);
}

/// Whether a person at the terminal lets a call run.
bool ask_person(Context& context, const std::string& call, std::set<std::string>& always, const std::string& name) {
    context.out.warn(fmt::format("the model wants to run {}", call));
    context.out.warn("let it? y: yes, a: yes, and later ones of this tool too; anything else: no");
    std::string reply;
    if (!std::getline(context.in, reply)) {
        context.in.clear();
        return false;
    }
    const std::string word = ascii_lower(trim(reply));
    if (word == "a" || word == "always") always.insert(name);
    return word == "y" || word == "yes" || word == "a" || word == "always";
}

}  // namespace

std::string call_to_allow(std::string_view name, std::string_view arguments) {
    std::string shown = shown_call(name, arguments, shown_question);
    if (shown.ends_with("…")) shown += fmt::format(" (cut: its arguments are {})", human_bytes(arguments.size()));
    return shown;
}

void fill_toolbox(tools::Toolbox& toolbox, Context& context, const config::Config& config, const store::Store& store,
                  const answer::AnswerTools& tools, const answer::AnswerOptions& options,
                  const std::vector<std::string>& allowed, std::function<void()> pause) {
    toolbox.add(app::make_search_tool(store, tools, options));
    toolbox.add(app::make_read_document_tool(store));
    toolbox.add(app::make_sql_tool(context.base_path));
    std::set<std::string> own;
    for (const config::ConfiguredTool& tool : config.tools()) {
        // The project's go before the user's.
        if (own.insert(tool.options.tool.name).second) toolbox.add(tools::make_command_tool(tool.options));
    }
    const std::vector<std::string> names = toolbox.names();
    for (const std::string& name : allowed) {
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        const auto nearest = closest(name, names);
        throw Error(
            ErrorCode::usage, fmt::format("--allow-tool {}: there is no such tool", name),
            nearest ? fmt::format("did you mean {}?", *nearest) : fmt::format("there are: {}", fmt::join(names, ", ")));
    }
    toolbox.max_rounds = static_cast<std::size_t>(config.integer("chat.max_tool_rounds"));
    const bool person = context.stdin_is_terminal && context.out.options().err_is_terminal;
    toolbox.approve = [&context, pause, person,
                       always = std::make_shared<std::set<std::string>>(allowed.begin(), allowed.end())](
                          const llm::ChatTool& tool, const std::string& arguments) {
        if (always->contains(tool.name)) return true;
        if (!person) return false;
        pause();
        return ask_person(context, call_to_allow(tool.name, arguments), *always, tool.name);
    };
    toolbox.on_result = [&context, pause](const tools::ToolCallRecord& record) {
        pause();
        context.out.note(fmt::format("tool {} ({}: {})", shown_call(record.name, record.arguments, shown_arguments),
                                     tools::tool_outcome_name(record.outcome), shown_outcome(record)));
    };
}

}  // namespace quarry::cli
