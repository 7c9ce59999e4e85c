// Which nodes run after which.
#include "core/agent/flow.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

constexpr std::size_t most_places = 5000;
constexpr std::size_t deepest_place = 50;
/// Nodes that begin or end within one step, one because of the other: more are a loop whose nodes are all skipped.
constexpr int most_moves = 2000;

/// A word that edges may be labelled with.
std::optional<std::string> route_of(const Outcome& outcome) {
    if (outcome.route) return outcome.route;
    if (outcome.output.is_string()) return std::string(trim(outcome.output.get_ref<const std::string&>()));
    if (outcome.output.is_boolean() || outcome.output.is_number_integer()) return outcome.output.dump();
    return std::nullopt;
}

/// A node that runs the callbacks of a moment around an agent.
Definition callbacks_of(const Definition& agent, Callback::When when) {
    Definition part{
        .kind = NodeKind::function, .name = agent.name, .description = agent.description, .place = agent.place};
    std::ranges::copy_if(agent.callbacks, std::back_inserter(part.callbacks),
                         [&](const Callback& one) { return one.when == when; });
    return part;
}

/// The model of an agent that holds others: what is around it is around all of them.
Definition model_of(Definition agent) {
    std::erase_if(agent.callbacks, [](const Callback& one) {
        return one.when == Callback::When::before_agent || one.when == Callback::When::after_agent;
    });
    agent.budget = {};
    return agent;
}

bool is_below(std::string_view path, std::string_view above) {
    return path.size() > above.size() && path.starts_with(above) && path[above.size()] == '/';
}

}  // namespace

json Position::to_json() const {
    json nodes = json::array();
    for (const ReadyNode& one : ready) nodes.push_back(one.input.is_null() ? json{one.path} : json{one.path, one.input});
    json all = {{"ready", std::move(nodes)}};
    if (!arrived.empty()) all["arrived"] = arrived;
    if (!loops.empty()) all["loops"] = loops;
    if (!outputs.empty()) all["outputs"] = outputs;
    for (const auto& [path, one] : spent) all["spent"][path] = {one.tokens, one.calls, one.cost};
    for (const auto& [path, one] : ending) {
        all["ending"][path] = {{"escalates", one.escalates}};
        if (one.route) all["ending"][path]["route"] = *one.route;
    }
    if (has_ended) all["output"] = output;
    return all;
}

Position Position::from_json(const json& all) {
    try {
        Position position;
        for (const json& one : all.at("ready")) {
            position.ready.push_back({one.at(0).get<std::string>(), one.size() > 1 ? one.at(1) : json()});
        }
        if (all.contains("arrived")) all.at("arrived").get_to(position.arrived);
        if (all.contains("loops")) all.at("loops").get_to(position.loops);
        if (all.contains("outputs")) all.at("outputs").get_to(position.outputs);
        const json spent = all.value("spent", json::object()), ending = all.value("ending", json::object());
        for (const auto& [path, one] : spent.items()) {
            position.spent[path] = {one.at(0).get<std::int64_t>(), one.at(1).get<std::int64_t>(),
                                    one.at(2).get<double>()};
        }
        for (const auto& [path, one] : ending.items()) {
            Outcome& outcome = position.ending[path];
            outcome.escalates = one.at("escalates").get<bool>();
            if (one.contains("route")) outcome.route = one.at("route").get<std::string>();
        }
        position.has_ended = all.contains("output");
        if (position.has_ended) position.output = all.at("output");
        return position;
    } catch (const json::exception&) {
        throw Error(ErrorCode::failed, "a checkpoint of the run is damaged");
    }
}

/// One change of a position: nodes that end, and those that begin because of it.
class Flow::Walk {
public:
    Walk(const Flow& flow, Position position, const json& state) : flow_(flow), state_(state), to_(std::move(position)) {}

    void start(std::size_t place, const json& input) {
        move(place);
        const Definition& node = definition(place);
        if (node.when && !node.when->holds(scope(input))) return end(place, {.output = input, .route = "skipped"});
        const Place& at = flow_.places_[place];
        if (at.children.empty()) return make_ready(at.path, input);
        if (is_active(at.path)) {
            throw Error(ErrorCode::failed, fmt::format("{} is entered again while it runs", at.path),
                        "join the branches that lead to it with a JoinNode");
        }
        to_.spent.erase(at.path);
        if (at.before) return make_ready(flow_.places_[*at.before].path, input);
        enter(place, input);
    }

    void finish(std::size_t place, Outcome outcome) {
        move(place);
        const Place& at = flow_.places_[place];
        if (at.part == Place::Part::before) {
            // As in ADK: who is answered for does not run, nor what is behind it.
            return outcome.is_reply ? end(at.parent, {.output = std::move(outcome.output)})
                                    : enter(at.parent, outcome.output);
        }
        if (at.part == Place::Part::after) {
            Outcome whole = std::move(to_.ending[flow_.places_[at.parent].path]);
            to_.ending.erase(flow_.places_[at.parent].path);
            whole.output = std::move(outcome.output);
            return end(at.parent, std::move(whole));
        }
        if (outcome.transfer) return transfer(place, outcome);
        if (!at.after) return end(place, std::move(outcome));
        make_ready(flow_.places_[*at.after].path, outcome.output);
        outcome.output = nullptr;
        to_.ending[at.path] = std::move(outcome);
    }

    /// Nodes of the step that have not ended yet.
    std::set<std::string> running{};

    [[nodiscard]] Position take() {
        std::ranges::sort(to_.ready, {}, &ReadyNode::path);
        return std::move(to_);
    }

    void check_joins() const {
        if (!to_.ready.empty() || to_.has_ended) return;
        for (const auto& [path, nodes] : to_.arrived) {
            std::vector<std::string> names;
            for (const auto& [name, output] : nodes) names.push_back(name);
            throw Error(ErrorCode::failed,
                        fmt::format("{} waits for nodes that do not run; only {} came", path, fmt::join(names, ", ")),
                        "lead every route to the JoinNode, or leave it out");
        }
        throw Error(ErrorCode::failed, "the run has no next node and no end");
    }

private:
    [[nodiscard]] const Definition& definition(std::size_t place) const { return *flow_.places_[place].node; }

    /// Begins what is in an agent.
    void enter(std::size_t place, const json& input) {
        const Place& at = flow_.places_[place];
        const Definition& node = definition(place);
        to_.outputs.erase(at.path);
        if (node.kind == NodeKind::loop) to_.loops[at.path] = 0;
        if (node.kind == NodeKind::workflow) return follow(place, "START", {.output = input});
        if (node.kind != NodeKind::parallel) return start(at.children.front(), input);
        held_.insert(at.path);  // a child that is skipped does not end it before the others have begun
        for (const std::size_t child : at.children) start(child, input);
        held_.erase(at.path);
        end_if_idle(place);
    }

    /// Goes on behind a node.
    void end(std::size_t place, Outcome outcome) {
        const Place& at = flow_.places_[place];
        if (at.parent == place) {
            to_.has_ended = true;
            to_.output = std::move(outcome.output);
            to_.outputs.clear();
            to_.loops.clear();
            to_.spent.clear();
            return;
        }
        const Definition& parent = definition(at.parent);
        switch (parent.kind) {
            case NodeKind::sequential: return next_of(place, std::move(outcome));
            case NodeKind::loop: return next_of_loop(place, std::move(outcome));
            case NodeKind::workflow: return next_of_workflow(place, outcome);
            case NodeKind::parallel: {
                json& outputs = to_.outputs[flow_.places_[at.parent].path];
                outputs[definition(place).name] = outcome.output;
                escalates_ = escalates_ || outcome.escalates;
                return end_if_idle(at.parent);
            }
            default: return finish(at.parent, std::move(outcome));  // of a team
        }
    }

    void move(std::size_t place) {
        if (++moves_ > most_moves) {
            throw Error(ErrorCode::failed, fmt::format("{} goes round without a node that runs", flow_.places_[place].path),
                        "the conditions of all nodes of a loop are false: give it max_iterations, or exit_loop");
        }
    }

    [[nodiscard]] json scope(const json& input) const {
        json all = state_;
        all["node_input"] = input;
        return all;
    }

    [[nodiscard]] bool is_active(const std::string& path) const {
        const auto below = [&](const std::string& one) { return one == path || is_below(one, path); };
        return std::ranges::any_of(running, below) || std::ranges::any_of(held_, below) ||
               std::ranges::any_of(to_.ready, [&](const ReadyNode& one) { return below(one.path); });
    }

    void make_ready(const std::string& path, const json& input) {
        for (ReadyNode& one : to_.ready) {
            if (one.path != path) continue;
            one.input = input;  // two branches came in one step: it runs once
            return;
        }
        to_.ready.push_back({path, input});
    }

    void end_if_idle(std::size_t place) {
        const std::string& path = flow_.places_[place].path;
        if (is_active(path)) return;
        const auto waits = [&](const auto& one) { return is_below(one.first, path); };
        if (const auto join = std::ranges::find_if(to_.arrived, waits); join != to_.arrived.end()) {
            std::vector<std::string> names;
            for (const auto& [name, output] : join->second) names.push_back(name);
            throw Error(ErrorCode::failed,
                        fmt::format("{} waits for nodes that do not run; only {} came", join->first,
                                    fmt::join(names, ", ")),
                        "lead every route to the JoinNode, or leave it out");
        }
        Outcome outcome{.output = std::move(to_.outputs[path]), .escalates = escalates_};
        to_.outputs.erase(path);
        escalates_ = false;
        finish(place, std::move(outcome));
    }

    void next_of(std::size_t place, Outcome outcome) {
        const std::size_t parent = flow_.places_[place].parent;
        const std::vector<std::size_t>& children = flow_.places_[parent].children;
        const auto next = std::ranges::find(children, place) + 1;
        if (outcome.escalates || next == children.end()) {
            return finish(parent, {.output = std::move(outcome.output), .escalates = outcome.escalates});
        }
        start(*next, outcome.output);
    }

    void next_of_loop(std::size_t place, Outcome outcome) {
        const std::size_t parent = flow_.places_[place].parent;
        const Place& loop = flow_.places_[parent];
        const auto next = std::ranges::find(loop.children, place) + 1;
        if (!outcome.escalates && next != loop.children.end()) return start(*next, outcome.output);
        const std::int64_t most = definition(parent).max_iterations;
        if (outcome.escalates || (++to_.loops[loop.path] >= most && most > 0)) {
            to_.loops.erase(loop.path);
            return finish(parent, {.output = std::move(outcome.output)});
        }
        start(loop.children.front(), outcome.output);
    }

    void next_of_workflow(std::size_t place, const Outcome& outcome) {
        const std::size_t parent = flow_.places_[place].parent;
        escalates_ = escalates_ || outcome.escalates;
        follow(parent, definition(place).name, outcome);
    }

    /// Follows the edges that leave a node of a Workflow.
    void follow(std::size_t workflow, const std::string& from, const Outcome& outcome) {
        const std::optional<std::string> route = route_of(outcome);
        const json state = scope(outcome.output);
        std::vector<const Edge*> taken, defaults;
        bool has_matched = false;
        for (const Edge& edge : definition(workflow).edges) {
            if (edge.from != from || (edge.when && !edge.when->holds(state))) continue;
            if (edge.is_default) {
                defaults.push_back(&edge);
            } else if (edge.routes.empty() || (route && std::ranges::find(edge.routes, *route) != edge.routes.end())) {
                taken.push_back(&edge);
                has_matched = has_matched || !edge.routes.empty() || edge.when;
            }
        }
        if (!has_matched) taken.insert(taken.end(), defaults.begin(), defaults.end());
        const std::string& path = flow_.places_[workflow].path;
        if (taken.empty()) to_.outputs[path] = outcome.output;
        // A node that is skipped is followed within this: it does not end the Workflow before the others have begun.
        const bool is_outer = held_.insert(path).second;
        for (const Edge* const edge : taken) arrive(workflow, *edge, outcome.output);
        if (is_outer) held_.erase(path);
        end_if_idle(workflow);
    }

    void arrive(std::size_t workflow, const Edge& edge, const json& output) {
        const std::vector<std::size_t>& children = flow_.places_[workflow].children;
        const std::size_t target = *std::ranges::find_if(
            children, [&](std::size_t child) { return definition(child).name == edge.to; });
        if (definition(target).kind != NodeKind::join) return start(target, output);
        std::set<std::string> wanted;
        for (const Edge& one : definition(workflow).edges) {
            if (one.to == edge.to) wanted.insert(one.from);
        }
        const std::string& path = flow_.places_[target].path;
        auto& arrived = to_.arrived[path];
        arrived[edge.from] = output;
        if (arrived.size() < wanted.size()) return;
        const json all = arrived;
        to_.arrived.erase(path);
        start(target, all);
    }

    void transfer(std::size_t place, const Outcome& outcome) {
        const std::string& name = *outcome.transfer;
        for (std::size_t at = place; flow_.places_[at].parent != at;) {
            at = flow_.places_[at].parent;
            const Place& team = flow_.places_[at];
            if (!team.is_team) continue;
            for (const std::size_t child : team.children) {
                if (definition(child).name != name) continue;
                std::erase_if(to_.ready, [&](const ReadyNode& one) { return is_below(one.path, team.path); });
                std::erase_if(to_.ending, [&](const auto& one) { return is_below(one.first, team.path); });
                return start(child, outcome.output);
            }
        }
        throw Error(ErrorCode::failed, fmt::format("{} transfers to {}, which is not there", flow_.places_[place].path,
                                                   one_line(name, 80)));
    }

    const Flow& flow_;
    const json& state_;
    Position to_;
    std::set<std::string> held_;
    bool escalates_ = false;
    int moves_ = 0;
};

Flow::Flow(const AgentFile& agent) : agent_(agent) { add(agent.root, 0, agent.top().name, 0); }

void Flow::add(std::size_t definition, std::size_t parent, const std::string& path, std::size_t depth) {
    const Definition& node = agent_.definitions[definition];
    if (places_.size() >= most_places || depth > deepest_place) {
        throw Error(ErrorCode::usage, fmt::format("{} has too many nodes, or they are nested too deep", agent_.top().name));
    }
    const std::size_t own = places_.size();
    places_.push_back({.path = path, .definition = definition, .node = &node, .parent = parent});
    by_path_[path] = own;
    if (own != parent) places_[parent].children.push_back(own);
    places_[own].is_team = node.kind == NodeKind::llm && !node.children.empty();
    if (places_[own].is_team) {
        const std::string self = fmt::format("{}/{}", path, node.name);
        places_.push_back(
            {.path = self, .definition = definition, .node = &parts_.emplace_back(model_of(node)), .parent = own});
        by_path_[self] = places_.size() - 1;
        places_[own].children.push_back(places_.size() - 1);
    }
    for (const std::size_t child : node.children) {
        add(child, own, fmt::format("{}/{}", path, agent_.definitions[child].name), depth + 1);
    }
    if (!node.children.empty()) add_callbacks(own);
}

void Flow::add_callbacks(std::size_t place) {
    using When = Callback::When;
    for (const auto& [when, part, name] : {std::tuple(When::before_agent, Place::Part::before, "@before"),
                                           std::tuple(When::after_agent, Place::Part::after, "@after")}) {
        const Place at = places_[place];
        Definition made = callbacks_of(*at.node, when);
        if (made.callbacks.empty()) continue;
        const std::string path = fmt::format("{}/{}", at.path, name);
        by_path_[path] = places_.size();
        (part == Place::Part::before ? places_[place].before : places_[place].after) = places_.size();
        places_.push_back({.path = path,
                           .definition = at.definition,
                           .node = &parts_.emplace_back(std::move(made)),
                           .parent = place,
                           .part = part});
    }
}

Position Flow::start(const json& state, const json& input) const {
    Walk walk(*this, {}, state);
    walk.start(0, input);
    return walk.take();
}

Position Flow::advance(const Position& position, const std::vector<Outcome>& outcomes, const json& state) const {
    Position next = position;
    next.ready.clear();
    Walk walk(*this, std::move(next), state);
    for (const ReadyNode& one : position.ready) walk.running.insert(one.path);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const std::string& path = position.ready[i].path;
        // A node that another one of the step transferred away from is not there any more.
        if (walk.running.erase(path) == 0) continue;
        static_cast<void>(definition(path));
        walk.finish(by_path_.at(path), outcomes[i]);
    }
    Position done = walk.take();
    if (done.ready.empty() && !done.has_ended) {
        Walk stuck(*this, done, state);
        stuck.check_joins();
    }
    return done;
}

const Definition& Flow::definition(const std::string& path) const {
    const auto found = by_path_.find(path);
    if (found == by_path_.end()) {
        throw Error(ErrorCode::failed, fmt::format("the agent has no node {}", path),
                    "its file was changed since the run began");
    }
    return *places_[found->second].node;
}

std::vector<std::pair<std::string, std::string>> Flow::transfer_targets(const std::string& path) const {
    std::vector<std::pair<std::string, std::string>> targets;
    const auto found = by_path_.find(path);
    if (found == by_path_.end()) return targets;
    const Place& own = places_[found->second];
    const Place& around = places_[own.parent];
    if (!around.is_team || own.parent == found->second) return targets;
    const bool is_lead = around.children.front() == found->second;
    const Definition& self = agent_.definitions[own.definition];
    for (std::size_t i = 0; i < around.children.size(); ++i) {
        const Definition& one = agent_.definitions[places_[around.children[i]].definition];
        if (around.children[i] == found->second) continue;
        if (!is_lead && (i == 0 ? !self.transfers_to_parent : !self.transfers_to_peers)) continue;
        targets.emplace_back(one.name, one.description);
    }
    return targets;
}

}  // namespace quarry::agent
