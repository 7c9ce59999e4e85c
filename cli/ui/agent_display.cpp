// Runs of agents, as they are shown.
#include "cli/ui/agent_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/agent_json.h"
#include "core/wire/document.h"

namespace quarry::cli {
namespace {

/// Which stream an event belongs to; empty for one that is a note at most.
std::string_view stream_of(std::string_view event) {
    if (event == "values") return "values";
    if (event == "step") return "updates";
    if (event == "text") return "messages";
    return event == "call" || event == "retry" || event == "run" ? "tasks" : "";
}

}  // namespace

void AgentRunOptions::declare(OptionTable& options) {
    options.add("--model", flags.model, "Model for all agents, in place of those that the files name").value("NAME");
    options.add("--allow-tool", flags.allowed, "Tool that may change something without asking; repeatable").value("NAME");
    options.add("--stream", streams, "Print lines of JSON while it runs: values, updates, messages or tasks; repeatable")
        .choices({"values", "updates", "messages", "tasks"});
    options.add("--max-steps", flags.max_steps, "Maximum steps of the run").value("N").range(1, 1'000'000).fallback(
        "agent.max_steps");
}

app::AgentFlags AgentRunOptions::used() const {
    app::AgentFlags used = flags;
    used.tells_values = std::ranges::find(streams, "values") != streams.end();
    return used;
}

agent::EventSink show_agent_events(Context& context, const AgentRunOptions& options) {
    const auto mutex = std::make_shared<std::mutex>();  // shared: the sink is copied
    return [&context, &options, mutex](std::string_view name, const nlohmann::json& data) {
        const std::lock_guard lock(*mutex);
        if (!options.streams.empty()) {
            const std::string_view stream = stream_of(name);
            if (std::ranges::find(options.streams, stream) == options.streams.end()) return;
            context.out.json_result() << wire::line_text({{"event", stream}, {"data", data}}) << '\n' << std::flush;
            return;
        }
        if (name == "step" && !data.value("nodes", "").empty()) {
            context.out.progress(fmt::format("step {}: {}", data.value("step", 0), data.value("nodes", "")));
        } else if (name == "retry") {
            context.out.note(fmt::format("{} is tried again: {}", data.value("node", ""),
                                         one_line(strip_terminal_controls(data.value("error", "")), 200)));
        }
    };
}

std::string agent_value_text(const nlohmann::json& value) {
    if (value.is_null()) return {};
    const std::string text = value.is_string()
                                 ? value.get<std::string>()
                                 : value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    return strip_terminal_controls(text);
}

std::string waiting_text(const std::string& run, const agent::PersonRequest& asked) {
    const std::string id = run.substr(0, 8);
    std::string text = fmt::format("{} asks: {}", asked.task, one_line(strip_terminal_controls(asked.question), 1000));
    if (!asked.description.empty()) {
        text += fmt::format("\n  {}", one_line(strip_terminal_controls(asked.description), 1000));
    }
    if (asked.kind == agent::PersonRequest::Kind::question) {
        if (!asked.schema.is_null()) text += fmt::format("\n  an answer fits {}", asked.schema.dump());
        text += fmt::format("\n  quarry agent resume {} --answer JSON", id);
    } else {
        text += fmt::format("\n  quarry agent resume {} --approve, or --reject", id);
    }
    return text;
}

int show_agent_report(Context& context, const app::AgentReport& report, const AgentRunOptions& options) {
    context.out.progress("");
    const bool waits = report.run.state == store::AgentRunState::waiting;
    if (context.json) {
        store::AgentRun run = report.run;
        nlohmann::json waiting = nlohmann::json::array();
        for (const agent::PersonRequest& one : report.waiting) waiting.push_back(one.to_json());
        run.waiting = waiting.dump();
        if (report.error) run.error = agent::error_result(*report.error).dump();
        context.out.result() << config::dump_json(wire::agent_run_json({run, report.output, report.values, report.step, {}}));
        if (report.error) return static_cast<int>(report.error->code());
    } else if (report.error) {
        throw Error(*report.error).while_doing(
            fmt::format("the run {} of the thread {} failed at step {}", report.run.id.substr(0, 8), report.run.thread,
                        report.step + 1));
    } else if (waits) {
        context.out.note(fmt::format("the run {} of the thread {} waits for a person", report.run.id.substr(0, 8),
                                     report.run.thread));
        for (const agent::PersonRequest& one : report.waiting) context.out.note(waiting_text(report.run.id, one));
    } else if (options.streams.empty()) {
        const std::string text = agent_value_text(report.output);
        if (!text.empty()) context.out.result() << text << (text.ends_with('\n') ? "" : "\n");
    }
    return waits ? static_cast<int>(ErrorCode::approval_pending) : 0;
}

std::vector<std::pair<int, std::string>> agent_exit_codes() {
    return {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
            {7, "another process goes on with the run, or writes to the base"},
            {9, "the base was made by a newer quarry"},
            {10, "there is no such run, thread or step"},
            {14, "a model could not be asked"},
            {16, "the budget is used up"},
            {17, "the run waits for a person"}};
}

}  // namespace quarry::cli
