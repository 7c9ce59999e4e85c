// Agents, their runs and threads.
#include "core/app/agent_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "core/agent/agent_reader.h"
#include "core/agent/check.h"
#include "core/app/agent_trace.h"
#include "core/app/knowledge_base.h"
#include "core/app/process_mark.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_schema.h"
#include "core/base/text.h"
#include "core/crypto/secret.h"
#include "core/store/base_address.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

namespace fs = std::filesystem;
using AgentValue = nlohmann::json;
using store::AgentRun;
using store::AgentRunState;

std::vector<agent::PersonRequest> waiting_of(const AgentRun& run) {
    std::vector<agent::PersonRequest> all;
    const AgentValue list = parse_bounded_json(run.waiting);
    if (!list.is_array()) return all;
    for (const AgentValue& one : list) all.push_back(agent::PersonRequest::from_json(one));
    return all;
}

/// What a person's answer makes of a call. Throws Error(usage) for one that does not fit.
store::AgentCall answered(const agent::PersonRequest& asked, const AgentResumeRequest& request, std::int64_t now) {
    using Kind = agent::PersonRequest::Kind;
    using Answer = AgentResumeRequest::Answer;
    store::AgentCall call{.step = asked.step, .task = asked.task, .number = asked.number};
    call.state = store::AgentCallState::done;
    call.ended_at = now;
    AgentValue value = request.answer == Answer::approve ? AgentValue(true) : request.answer == Answer::reject ? AgentValue(false) : request.value;
    if (asked.kind == Kind::in_doubt && value.is_boolean()) {
        const bool again = value.get<bool>();
        call.state = again ? store::AgentCallState::again : store::AgentCallState::failed;
        value = again ? AgentValue() : agent::error_result({ErrorCode::failed, "the call was cut off, and is not made again"});
    } else if (asked.kind == Kind::approval && !value.is_boolean()) {
        throw Error(ErrorCode::usage, "this asks for a yes or a no", "answer with --approve or --reject");
    } else if (asked.kind == Kind::question && !asked.schema.is_null()) {
        const std::vector<std::string> problems = JsonSchema(asked.schema.dump()).problems(value);
        if (!problems.empty()) {
            throw Error(ErrorCode::usage, "the answer does not fit what is asked for",
                        fmt::format("it must fit this JSON Schema: {}", asked.schema.dump()))
                .because(fmt::format("{}", fmt::join(problems, "; ")));
        }
    }
    call.result = value.dump(-1, ' ', false, AgentValue::error_handler_t::replace);
    return call;
}

Error still_waits(const AgentRun& run, const agent::PersonRequest& asked) {
    return Error(ErrorCode::approval_pending, fmt::format("the run {} waits for a person", run.id.substr(0, 8)),
                 asked.kind == agent::PersonRequest::Kind::question
                     ? fmt::format("answer it: quarry agent resume {} --answer JSON", run.id.substr(0, 8))
                     : fmt::format("decide: quarry agent resume {} --approve, or --reject", run.id.substr(0, 8)))
        .because(asked.question);
}

/// Throws Error(usage) for a failed run that its thread has gone past, or that has no step.
void check_has_last_step(const AgentRun& run, store::CheckpointRepository& repository) {
    const std::optional<store::AgentStep> last = repository.last_step(run.thread_id);
    if (last && last->run_id == run.id) return;
    throw Error(
        ErrorCode::usage, fmt::format("the run {} cannot go on", run.id.substr(0, 8)),
        fmt::format("begin another: quarry agent run; or go on from an earlier step: quarry agent fork {}", run.thread))
        .because(
            fmt::format("the thread {} has {}", run.thread, last ? "a step of another run behind it" : "no steps"));
}

/// The thread that a run names, which is made where it is not there.
std::int64_t thread_of(const AgentRun& run, store::CheckpointRepository& repository) {
    if (const auto thread = repository.find_thread(run.principal, run.thread)) return thread->id;
    try {
        return repository
            .create_thread(
                {.principal = run.principal, .name = run.thread, .agent = run.agent, .created_at = run.started_at})
            .id;
    } catch (const Error&) {
        // Another process may have made it meanwhile.
        if (const auto thread = repository.find_thread(run.principal, run.thread)) return thread->id;
        throw;
    }
}

void check_unchanged(const AgentRun& run, const agent::AgentFile& agent, bool migrate) {
    if (agent.digest == run.digest || migrate) return;
    throw Error(ErrorCode::usage, fmt::format("the files of the agent {} have changed since the run began", run.agent),
                "undo the change, or go on with the files as they are: --migrate")
        .because(run.file);
}

/// A run that was listed earlier, as it is now; nothing when it has ended since.
std::optional<AgentRun> running_now(const AgentRun& listed, store::CheckpointRepository& repository) {
    auto now = repository.find_run(listed.principal, listed.id);
    if (now && now->state != AgentRunState::running) now.reset();
    return now;
}

/// Takes a run for its holder; false when another holds it. The lease of a process that was killed need not be waited
/// for.
bool take(const AgentRun& run, const store::RunHolder& holder, std::int64_t now,
          store::CheckpointRepository& repository) {
    const std::int64_t at = process_is_gone(run.lease) ? std::max(now, run.lease_until) : now;
    return repository.take_run(holder, at, now + agent::lease_seconds);
}

AgentReport report_of(AgentRun run, agent::RunOutcome outcome) {
    run.state = outcome.state;
    return {std::move(run),
            outcome.step,
            std::move(outcome.output),
            std::move(outcome.values),
            std::move(outcome.waiting),
            std::move(outcome.error),
            outcome.wakes_at};
}

}  // namespace

std::unique_ptr<store::CheckpointRepository> AgentService::opened(store::StoreMode mode) const {
    const bool power = workspace_.config().text("agent.durability") == "power";
    return store::open_checkpoints(workspace_.base_path(), mode,
                                   power ? store::Durability::power : store::Durability::process);
}

AgentCheck AgentService::check(const fs::path& file, const RequestScope& scope, const AgentFlags& flags) const {
    AgentCheck check{.agent = agent::read_agent(file)};
    static_cast<void>(agent::Flow(check.agent));
    const config::Config& config = workspace_.config();
    agent::bind(check.agent, {config.agent_bindings().begin(), config.agent_bindings().end()});
    AgentEnvironment environment = this->environment(flags, {}, scope);
    check.unbound = agent::unbound(check.agent, [&](const std::string& name) { return environment.knows(name); });
    check.findings = agent::unknown_channels(check.agent);
    return check;
}

void AgentService::require_complete(const AgentCheck& checked) {
    agent::require_bound(checked.unbound);
    if (checked.findings.empty()) return;
    Error error(ErrorCode::usage, fmt::format("{} names channels that do not exist", checked.agent.top().name),
                "declare them under state:, or leave state: out");
    for (const std::string& one : checked.findings) error = std::move(error).because(one);
    throw std::move(error);
}

std::string AgentService::graph(const fs::path& file, bool is_dot) const {
    const agent::AgentFile agent = agent::read_agent(file);
    return is_dot ? agent::dot_text(agent) : agent::mermaid_text(agent);
}

agent::AgentFile AgentService::load(const fs::path& file, const RequestScope& scope, const AgentFlags& flags) const {
    AgentCheck checked = check(file, scope, flags);
    require_complete(checked);
    return std::move(checked.agent);
}

AgentEnvironment AgentService::environment(const AgentFlags& flags, const AgentRun& run,
                                           const RequestScope& scope) const {
    AgentEnvironment::Options options{flags.model, flags.allowed, flags.scopes, {run.agent, run.id}};
    for (const std::string_view name : split(run.allowed, ' ')) {
        if (!name.empty()) options.allowed.emplace_back(name);
    }
    return AgentEnvironment(workspace_, scope, std::move(options));
}

agent::RunnerOptions AgentService::runner_options(const AgentFlags& flags, const RequestScope& scope) const {
    return {.max_steps = flags.max_steps > 0 ? flags.max_steps : workspace_.config().integer("agent.max_steps"),
            .tells_values = flags.tells_values,
            .longest_wait = flags.longest_wait,
            .now = scope.clock};
}

AgentRun AgentService::new_run(const fs::path& file, const agent::AgentFile& agent, const AgentFlags& flags,
                               const RequestScope& scope) const {
    const std::int64_t now = scope.clock();
    return {.id = crypto::random_hex(16),
            .agent = agent.top().name,
            .principal = scope.principal.name,
            .file = fs::absolute(file).lexically_normal().string(),
            .digest = agent.digest,
            .allowed = fmt::format("{}", fmt::join(flags.allowed, " ")),
            .started_at = now,
            .lease = process_mark(),
            .lease_until = now + agent::lease_seconds};
}

AgentReport AgentService::run(const AgentRunRequest& request, const agent::EventSink& events,
                              const RequestScope& scope) {
    const agent::AgentFile agent = load(request.file, scope, request.flags);
    Services services = workspace_.services(scope);
    if (!store::base_exists(workspace_.base_path())) static_cast<void>(open_or_create_base(services));
    const auto repository = opened(store::StoreMode::write);
    AgentRun run = new_run(request.file, agent, request.flags, scope);
    run.thread = request.thread.empty() ? fmt::format("{}-{}", run.agent, run.id.substr(0, 8)) : request.thread;
    run.thread_id = thread_of(run, *repository);
    repository->begin_run(run);
    const store::RunHolder holder{run.id, run.thread_id, run.lease};
    events("run", {{"run", run.id}, {"thread", run.thread}, {"agent", run.agent}});
    AgentEnvironment environment = this->environment(request.flags, run, scope);
    agent::RunnerOptions options = runner_options(request.flags, scope);
    options.only_begins = request.background;
    AgentTrace trace(services, run);
    if (!request.background) options.kill = trace.points();
    agent::Runner runner(agent, environment, *repository, std::move(options));
    agent::RunOutcome outcome = runner.begin(holder, request.input, events, scope.cancel);
    const bool is_left = outcome.state == AgentRunState::running && !outcome.wakes_at;
    if (is_left) {
        repository->renew(holder, 0);
    } else {
        trace.finish(outcome);
    }
    return report_of(std::move(run), std::move(outcome));
}

AgentReport AgentService::go_on(const AgentRun& run, const agent::AgentFile& agent,
                                store::CheckpointRepository& repository, const store::RunHolder& holder,
                                const AgentFlags& flags, const agent::EventSink& events, const RequestScope& scope) {
    if (run.digest != agent.digest) repository.set_digest(holder, agent.digest);
    events("run", {{"run", run.id}, {"thread", run.thread}, {"agent", run.agent}});
    AgentEnvironment environment = this->environment(flags, run, scope);
    agent::RunnerOptions options = runner_options(flags, scope);
    AgentTrace trace(workspace_.services(scope), run);
    options.kill = trace.points();
    agent::Runner runner(agent, environment, repository, std::move(options));
    agent::RunOutcome outcome = runner.go_on(holder, events, scope.cancel);
    trace.finish(outcome);
    return report_of(run, std::move(outcome));
}

AgentReport AgentService::resume(const AgentResumeRequest& request, const agent::EventSink& events,
                                 const RequestScope& scope) {
    const auto repository = opened(store::StoreMode::write);
    const AgentRun run = find(request.run, scope);
    const std::string shown = run.id.substr(0, 8);
    if (run.state == AgentRunState::done || run.state == AgentRunState::cancelled) {
        throw Error(ErrorCode::usage, fmt::format("the run {} has ended: it is {}", shown,
                                                  store::agent_run_state_name(run.state)));
    }
    const std::int64_t now = scope.clock();
    const std::vector<agent::PersonRequest> waiting = waiting_of(run);
    std::optional<store::AgentCall> answer;
    if (run.state == AgentRunState::waiting && !waiting.empty()) {
        const auto asked = request.decision.empty()
                               ? waiting.begin()
                               : std::ranges::find(waiting, request.decision, &agent::PersonRequest::decision);
        if (asked == waiting.end()) {
            throw Error(ErrorCode::usage, fmt::format("the run {} does not wait for that decision", shown));
        }
        if (request.answer == AgentResumeRequest::Answer::none) throw still_waits(run, *asked);
        answer = answered(*asked, request, now);
    } else if (request.answer != AgentResumeRequest::Answer::none) {
        throw Error(ErrorCode::usage, fmt::format("the run {} does not wait for an answer", shown));
    }
    if (run.state == AgentRunState::failed) check_has_last_step(run, *repository);
    const agent::AgentFile agent = load(run.file, scope, request.flags);
    check_unchanged(run, agent, request.migrate);
    const store::RunHolder holder{run.id, run.thread_id, process_mark()};
    if (!take(run, holder, now, *repository)) {
        throw Error(ErrorCode::locked, fmt::format("another process goes on with the run {}", shown),
                    "wait for it, or end it: quarry agent cancel");
    }
    if (answer && !repository->answer_call(run.thread_id, *answer)) {
        scope.notices.warn("somebody else has answered already; the run goes on with that");
    }
    if (run.state == AgentRunState::failed) {
        const auto last = repository->last_step(run.thread_id);
        if (last) repository->forget_failed(run.thread_id, last->number + 1);
    }
    return go_on(run, agent, *repository, holder, request.flags, events, scope);
}

std::vector<AgentReport> AgentService::resume_orphans(const AgentFlags& flags, const agent::EventSink& events,
                                                      const RequestScope& scope) {
    const auto repository = opened(store::StoreMode::write);
    std::vector<AgentReport> reports;
    for (const AgentRun& listed : repository->orphans(std::numeric_limits<std::int64_t>::max())) {
        if (listed.principal != scope.principal.name) continue;
        scope.cancel.check();
        try {
            const std::optional<AgentRun> run = running_now(listed, *repository);
            if (!run || (run->lease_until > scope.clock() && !process_is_gone(run->lease))) continue;
            if (const auto error = worn_out(*run)) {
                if (give_up(*run, *error, scope)) throw Error(*error);
                continue;
            }
            const agent::AgentFile agent = load(run->file, scope);
            check_unchanged(*run, agent, false);
            const std::int64_t now = scope.clock();
            const store::RunHolder holder{run->id, run->thread_id, process_mark()};
            if (!repository->take_run(holder, std::max(now, run->lease_until), now + agent::lease_seconds)) continue;
            reports.push_back(go_on(*run, agent, *repository, holder, flags, events, scope));
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            scope.notices.warn(fmt::format("the run {} does not go on: {}", listed.id.substr(0, 8), error.what()));
        }
    }
    return reports;
}

std::vector<AgentRun> AgentService::left(const RequestScope& scope, const std::set<std::string>& due) const {
    std::vector<AgentRun> runs = opened(store::StoreMode::read)->orphans(std::numeric_limits<std::int64_t>::max());
    std::erase_if(runs, [&](const AgentRun& run) {
        const bool is_held = run.lease_until > scope.clock() && !process_is_gone(run.lease) && !due.contains(run.id);
        return run.lease.empty() || is_held;
    });
    return runs;
}

std::optional<AgentRun> AgentService::still_running(const AgentRun& run) const {
    return running_now(run, *opened(store::StoreMode::read));
}

void AgentService::hand_over(const std::string& run_id, const RequestScope& scope) const {
    const store::RunHolder holder{.run_id = run_id, .who = process_mark()};
    static_cast<void>(opened(store::StoreMode::write)->take_run(holder, scope.clock(), 0));
}

std::optional<Error> AgentService::worn_out(const AgentRun& run) {
    if (run.attempts < agent::most_attempts) return std::nullopt;
    return Error(ErrorCode::failed, "each process that went on with it ended before its next call or step had ended",
                 "see what ends the process at that place");
}

int AgentService::count_attempt(const AgentRun& run, const RequestScope& scope) const {
    const auto repository = opened(store::StoreMode::write);
    const auto now = repository->find_run(run.principal, run.id);
    if (!now || now->attempts != run.attempts) return now ? now->attempts : 0;
    const std::int64_t at = process_is_gone(run.lease) ? std::max(scope.clock(), run.lease_until) : scope.clock();
    const bool is_taken = repository->take_run({run.id, run.thread_id, process_mark()}, at, 0);
    return now->attempts + (is_taken ? 1 : 0);
}

bool AgentService::give_up(const AgentRun& run, const Error& error, const RequestScope& scope) const {
    const auto repository = opened(store::StoreMode::write);
    const store::RunHolder holder{run.id, run.thread_id, process_mark()};
    const std::int64_t now = scope.clock();
    if (!running_now(run, *repository) || !take(run, holder, now, *repository)) return false;
    const std::string shown = run.id.substr(0, 8);
    const Error whole = Error(error)
                            .while_doing(fmt::format("the run {} was given up after {} attempts", shown, run.attempts))
                            .with_hint(fmt::format("{}{}then go on with it: quarry agent resume {}", error.hint(),
                                                   error.hint().empty() ? "" : "\n", shown));
    const std::string why = agent::error_result(whole).dump(-1, ' ', false, AgentValue::error_handler_t::replace);
    repository->end_run(holder, {.state = AgentRunState::failed, .error = why, .at = now});
    return true;
}

AgentReport AgentService::fork(const AgentForkRequest& request, const agent::EventSink& events,
                               const RequestScope& scope) {
    const auto repository = opened(store::StoreMode::write);
    const store::AgentThread from = find_thread(request.thread, scope);
    std::optional<agent::Checkpoint> at = state(request.thread, request.step, scope);
    const std::vector<AgentRun> runs = repository->list_runs(scope.principal.name, from.id, 1);
    if (!at || runs.empty()) {
        throw Error(ErrorCode::nothing_found, fmt::format("the thread {} has no step {}", from.name, request.step),
                    fmt::format("quarry agent history {} lists them", from.name));
    }
    const agent::AgentFile agent = load(runs.front().file, scope, request.flags);
    for (const auto& [channel, value] : request.changes.items()) agent.channels.put(at->values, channel, value);
    AgentRun run = new_run(runs.front().file, agent, request.flags, scope);
    run.thread = request.name.empty() ? fmt::format("{}-{}", from.name, run.id.substr(0, 8)) : request.name;
    run.thread_id = repository
                        ->create_thread({.principal = run.principal,
                                         .name = run.thread,
                                         .agent = run.agent,
                                         .created_at = run.started_at,
                                         .forked_from = from.name,
                                         .forked_step = request.step})
                        .id;
    repository->begin_run(run);
    const store::RunHolder holder{run.id, run.thread_id, run.lease};
    at->position.spent.clear();  // its budgets are its own
    AgentValue whole = AgentValue::object();
    for (const auto& [name, value] : at->values.items()) whole[name] = {{"=", value}};
    repository->add_step(holder,
                         {.number = 0,
                          .run_id = run.id,
                          .at = run.started_at,
                          .is_whole = true,
                          .delta = whole.dump(-1, ' ', false, AgentValue::error_handler_t::replace),
                          .position = at->position.to_json().dump(-1, ' ', false, AgentValue::error_handler_t::replace)},
                         {});
    return go_on(run, agent, *repository, holder, request.flags, events, scope);
}

std::vector<AgentRun> AgentService::list(std::size_t limit, const RequestScope& scope) const {
    return opened(store::StoreMode::read)->list_runs(scope.principal.name, 0, limit);
}

AgentRun AgentService::find(const std::string& run, const RequestScope& scope) const {
    std::optional<AgentRun> found;
    const auto repository = opened(store::StoreMode::read);
    if (run == "last") {
        for (AgentRun& one : repository->list_runs(scope.principal.name, 0, 1)) found = std::move(one);
    } else {
        found = repository->find_run(scope.principal.name, run);
    }
    if (!found) {
        throw Error(ErrorCode::nothing_found, fmt::format("there is no run {}", one_line(strip_terminal_controls(run), 60)),
                    "quarry agent ls lists them");
    }
    return std::move(*found);
}

std::vector<store::AgentThread> AgentService::threads(std::size_t limit, const RequestScope& scope) const {
    return opened(store::StoreMode::read)->list_threads(scope.principal.name, limit);
}

store::AgentThread AgentService::find_thread(const std::string& name, const RequestScope& scope) const {
    auto found = opened(store::StoreMode::read)->find_thread(scope.principal.name, name);
    if (found) return std::move(*found);
    std::vector<std::string> names;
    for (const store::AgentThread& one : threads(1000, scope)) names.push_back(one.name);
    const auto nearest = closest(name, names);
    throw Error(ErrorCode::nothing_found, fmt::format("there is no thread {}", one_line(strip_terminal_controls(name), 60)),
                nearest ? fmt::format("did you mean {}?", *nearest) : "quarry agent ls --threads lists them");
}

std::vector<store::AgentStep> AgentService::history(const std::string& thread, std::size_t limit,
                                                    const RequestScope& scope) const {
    const store::AgentThread found = find_thread(thread, scope);
    return opened(store::StoreMode::read)->list_steps(found.id, std::numeric_limits<std::int64_t>::max(), limit);
}

std::optional<agent::Checkpoint> AgentService::state(const std::string& thread, std::int64_t step,
                                                     const RequestScope& scope) const {
    const store::AgentThread found = find_thread(thread, scope);
    const auto repository = opened(store::StoreMode::read);
    if (step < 0) {
        const auto last = repository->last_step(found.id);
        if (!last) return std::nullopt;
        step = last->number;
    }
    return agent::read_checkpoint(*repository, found.id, step);
}

std::vector<store::AgentCall> AgentService::calls(const std::string& thread, const RequestScope& scope) const {
    const store::AgentThread found = find_thread(thread, scope);
    const auto repository = opened(store::StoreMode::read);
    const auto last = repository->last_step(found.id);
    std::vector<store::AgentCall> all;
    for (std::int64_t step = 0; last && step <= last->number + 1; ++step) {
        for (store::AgentCall& call : repository->calls(found.id, step)) all.push_back(std::move(call));
    }
    return all;
}

AgentRun AgentService::cancel(const std::string& run, const RequestScope& scope) const {
    AgentRun found = find(run, scope);
    if (!opened(store::StoreMode::write)->cancel_run(found.id, scope.clock())) {
        throw Error(ErrorCode::usage, fmt::format("the run {} has ended: it is {}", found.id.substr(0, 8),
                                                  store::agent_run_state_name(found.state)));
    }
    found.state = AgentRunState::cancelled;
    return found;
}

void AgentService::remove(const std::string& thread, const RequestScope& scope) const {
    const store::AgentThread found = find_thread(thread, scope);
    const auto repository = opened(store::StoreMode::write);
    for (const AgentRun& run : repository->list_runs(scope.principal.name, found.id, 1)) {
        if (run.state == AgentRunState::running && run.lease_until > scope.clock() && !process_is_gone(run.lease)) {
            throw Error(ErrorCode::locked, fmt::format("the thread {} runs", found.name),
                        fmt::format("end it first: quarry agent cancel {}", run.id.substr(0, 8)));
        }
    }
    repository->remove_thread(found.id);
}

std::pair<std::size_t, std::size_t> collect_agents(const Services& services) {
    const std::int64_t days = services.config.integer("agent.keep_days");
    const std::int64_t steps = services.config.integer("agent.keep_steps");
    if (days == 0 && steps == 0) return {0, 0};
    const auto repository = store::open_checkpoints(services.base_path, store::StoreMode::write);
    const std::size_t threads = days > 0 ? repository->remove_older(services.clock() - days * 86'400) : 0;
    return {threads, steps > 0 ? repository->trim_steps(steps) : 0};
}

}  // namespace quarry::app
