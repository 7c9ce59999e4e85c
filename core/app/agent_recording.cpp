// Runs of agents that are run again from what was recorded.
#include "core/app/agent_recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "core/agent/agent_reader.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

namespace fs = std::filesystem;
using AgentValue = nlohmann::json;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t largest_recording = 64 << 20;
constexpr std::size_t longest_shown = 200;

Error not_recorded(const std::string& what) {
    return Error(ErrorCode::failed, fmt::format("{} is called, which was not recorded", what));
}

/// A tool that is described as it is, and never runs.
class RecordedTool final : public tools::Tool {
public:
    explicit RecordedTool(std::unique_ptr<tools::Tool> tool) : tool_(std::move(tool)) {}
    [[nodiscard]] const llm::ChatTool& definition() const override { return tool_->definition(); }
    [[nodiscard]] bool read_only() const override { return tool_->read_only(); }
    [[nodiscard]] bool idempotent() const override { return tool_->idempotent(); }
    [[nodiscard]] bool concurrent() const override { return tool_->concurrent(); }
    [[nodiscard]] std::string run(const AgentValue& arguments, tools::ToolRun&) override {
        throw not_recorded(fmt::format("{} with {}", definition().name, arguments.dump()));
    }

private:
    std::unique_ptr<tools::Tool> tool_;
};

class RecordedEnvironment final : public agent::Environment {
public:
    RecordedEnvironment(AgentEnvironment& real, std::set<std::string> allowed)
        : real_(real), allowed_(std::move(allowed)) {}
    llm::ChatResponse chat(const std::string&, const llm::ChatRequest& request, const llm::TextSink&,
                           const Cancellation&) override {
        throw not_recorded(fmt::format("a model, asked \"{}\",", one_line(request.messages.back().content, longest_shown)));
    }
    std::unique_ptr<tools::Tool> tool(const std::string& name) override {
        auto tool = real_.tool(name);
        return tool ? std::make_unique<RecordedTool>(std::move(tool)) : nullptr;
    }
    tools::Decision decide(const llm::ChatTool& tool, const std::string&) override {
        return allowed_.contains(tool.name) ? tools::Decision::allow : tools::Decision::pending;
    }

private:
    AgentEnvironment& real_;
    const std::set<std::string> allowed_;
};

store::AgentCallKind kind_by_name(const std::string& name) {
    for (const auto kind : {store::AgentCallKind::model, store::AgentCallKind::tool, store::AgentCallKind::question,
                            store::AgentCallKind::timer}) {
        if (store::agent_call_kind_name(kind) == name) return kind;
    }
    return store::AgentCallKind::approval;
}

AgentValue read_recording(const fs::path& file) {
    const AgentValue recording = parse_bounded_json(read_file(file, largest_recording));
    const bool is_one = recording.is_object() && recording.value("agent", AgentValue()).is_string() &&
                        recording.contains("input") && recording.value("calls", AgentValue()).is_array();
    if (is_one) return recording;
    throw Error(ErrorCode::usage, fmt::format("{} is not a recording of an agent", file.string()),
                "make one: quarry agent show RUN --recording");
}

store::AgentCall recorded_call(const AgentValue& one, const fs::path& file) {
    try {
        return {.step = one.at("step").get<std::int64_t>(),
                .task = one.at("task").get<std::string>(),
                .number = one.value("number", std::int64_t{0}),
                .kind = kind_by_name(one.at("kind").get<std::string>()),
                .name = one.value("name", std::string()),
                .input_hash = one.value("hash", std::string()),
                .state = one.value("state", std::string("done")) == "failed" ? store::AgentCallState::failed
                                                                            : store::AgentCallState::done,
                .result = one.at("result").dump(),
                .ended_at = 0};
    } catch (const AgentValue::exception& exception) {
        throw Error(ErrorCode::usage, fmt::format("{} has a call that cannot be read", file.string()))
            .because(exception.what());
    }
}

void compare(const std::string& what, const AgentValue& found, const AgentValue& recorded, std::vector<std::string>& problems) {
    if (found == recorded) return;
    const auto shown = [](const AgentValue& value) {
        return one_line(value.dump(-1, ' ', false, AgentValue::error_handler_t::replace), longest_shown);
    };
    problems.push_back(fmt::format("{} is {}, and was {}", what, shown(found), shown(recorded)));
}

void compare_outcome(const agent::RunOutcome& outcome, const AgentValue& recording, std::vector<std::string>& problems) {
    if (outcome.error) {
        problems.emplace_back(outcome.error->what());
        return;
    }
    if (outcome.state == store::AgentRunState::waiting) {
        problems.push_back(fmt::format("a person is asked, which was not recorded: {}", outcome.waiting.front().question));
        return;
    }
    if (recording.contains("output")) compare("the output", outcome.output, recording["output"], problems);
    const AgentValue channels = recording.value("values", AgentValue::object());
    for (const auto& [name, value] : channels.items()) {
        compare(fmt::format("the channel {}", name), outcome.values.value(name, AgentValue()), value, problems);
    }
}

/// What a write added to the initial value of a channel.
AgentValue written(const agent::Channel* channel, const AgentValue& value) {
    if (channel == nullptr || channel->initial.is_null()) return value;
    if (channel->reducer == agent::Reducer::sum && value.is_number_integer() && channel->initial.is_number_integer()) {
        return value.get<std::int64_t>() - channel->initial.get<std::int64_t>();
    }
    if (channel->reducer != agent::Reducer::append || value.size() < channel->initial.size()) return value;
    return AgentValue(
        std::vector<AgentValue>(value.begin() + static_cast<std::ptrdiff_t>(channel->initial.size()), value.end()));
}

/// What a run was begun with, from its first state: a text, or the channels that were written.
AgentValue input_of(const AgentValue& first, const agent::Channels& channels) {
    AgentValue input = AgentValue::object();
    for (const auto& [name, value] : first.items()) {
        const auto channel = std::ranges::find(channels.declared(), name, &agent::Channel::name);
        const agent::Channel* const known = channel == channels.declared().end() ? nullptr : &*channel;
        if (name != "messages" && (known == nullptr || known->initial != value)) input[name] = written(known, value);
    }
    const bool is_text = input.empty() || (input.size() == 1 && input.contains("input"));
    return is_text ? first.value("input", AgentValue()) : input;
}

}  // namespace

Json record_run(const AgentService& agents, const std::string& run, const fs::path& folder, const RequestScope& scope) {
    const store::AgentRun found = agents.find(run, scope);
    const std::optional<agent::Checkpoint> first = agents.state(found.thread, 0, scope);
    const std::optional<agent::Checkpoint> last = agents.state(found.thread, -1, scope);
    const auto steps = agents.history(found.thread, 1'000'000, scope);
    const bool began = !steps.empty() && steps.back().number == 0 && steps.back().run_id == found.id;
    if (found.state != store::AgentRunState::done || !began || steps.front().run_id != found.id || !first || !last) {
        throw Error(ErrorCode::usage, fmt::format("the run {} cannot be recorded", found.id.substr(0, 8)),
                    "record a run that is done, and that is the only one of its thread");
    }
    Json recording = {{"schema", "quarry.agent.recording/1"},
                      {"agent", fs::path(found.file).lexically_relative(fs::absolute(folder)).generic_string()},
                      {"run", found.id},
                      {"input", Json(input_of(first->values, agent::read_agent(found.file).channels))},
                      {"allowed", Json::array()},
                      {"calls", Json::array()}};
    for (const std::string_view name : split(found.allowed, ' ')) {
        if (!name.empty()) recording["allowed"].push_back(name);
    }
    for (const store::AgentCall& call : agents.calls(found.thread, scope)) {
        const bool failed = call.state == store::AgentCallState::failed;
        recording["calls"].push_back({{"step", call.step},
                                      {"task", call.task},
                                      {"number", call.number},
                                      {"kind", store::agent_call_kind_name(call.kind)},
                                      {"name", call.name},
                                      {"hash", call.input_hash},
                                      {"state", failed ? "failed" : "done"},
                                      {"result", parse_bounded_json<Json>(call.result)}});
    }
    recording["output"] = Json(parse_bounded_json<Json>(found.result));
    recording["values"] = Json(last->values);
    return recording;
}

AgentTest test_recording(Workspace& workspace, const fs::path& file, const RequestScope& scope) {
    const AgentValue recording = read_recording(file);
    const fs::path named = recording["agent"].get<std::string>(), beside = file.parent_path() / named;
    const fs::path agent_file = fs::exists(beside) ? beside : named;
    const agent::AgentFile agent = AgentService(workspace).load(agent_file, scope);
    const TemporaryDirectory folder;
    const fs::path base = folder.path() / "base.db";
    static_cast<void>(store::open_store(base, store::StoreMode::create));
    const auto repository = store::open_checkpoints(base, store::StoreMode::write);
    const store::AgentThread thread =
        repository->create_thread({.principal = "owner", .name = "test", .agent = agent.top().name});
    const store::RunHolder holder{recording.value("run", std::string(32, '0')), thread.id, "test"};
    for (const AgentValue& one : recording["calls"]) repository->put_recorded(thread.id, recorded_call(one, file));
    const std::int64_t now = scope.clock();
    repository->begin_run({.id = holder.run_id, .thread_id = thread.id, .principal = "owner", .file = agent_file.string(),
                           .digest = agent.digest, .started_at = now, .lease = holder.who,
                           .lease_until = now + agent::lease_seconds});
    std::set<std::string> allowed;
    for (const AgentValue& name : recording.value("allowed", AgentValue::array())) {
        if (name.is_string()) allowed.insert(name.get<std::string>());
    }
    AgentEnvironment real(workspace, scope, {});
    RecordedEnvironment environment(real, std::move(allowed));
    agent::Runner runner(agent, environment, *repository,
                         {.max_steps = workspace.config().integer("agent.max_steps"), .replays = true, .now = scope.clock});
    AgentTest test{.file = file.string()};
    const agent::EventSink silent = [](std::string_view, const AgentValue&) {};
    compare_outcome(runner.begin(holder, recording["input"], silent, scope.cancel), recording, test.problems);
    return test;
}

}  // namespace quarry::app
