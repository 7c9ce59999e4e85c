// An agent's graph for other programs to draw.
#include <fmt/format.h>

#include <map>

#include "core/agent/check.h"
#include "core/agent/flow.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

/// Draws nodes, groups and arrows in one of the languages.
class Drawing {
public:
    Drawing(const AgentFile& agent, bool is_dot) : agent_(agent), flow_(agent), is_dot_(is_dot) {}

    std::string draw() {
        text_ = is_dot_ ? "digraph agent {\n  compound=true;\n  node [shape=box];\n" : "flowchart TD\n";
        static_cast<void>(graph());
        text_ += arrows_;
        if (is_dot_) text_ += "}\n";
        return text_;
    }

    Graph graph() {
        const Ends ends = place(0, 1);
        graph_.first = ends.first;
        graph_.last = ends.last;
        return std::move(graph_);
    }

private:
    [[nodiscard]] const Definition& node(std::size_t at) const { return agent_.definitions[flow_.places()[at].definition]; }
    [[nodiscard]] static std::string quoted(std::string_view text) {
        std::string kept;
        for (const char c : one_line(strip_terminal_controls(text), 60)) {
            if (c == '"') {
                kept += '\'';
            } else if (c != '\\') {
                kept += c;
            }
        }
        return "\"" + kept + "\"";
    }
    void line(int depth, const std::string& content) { text_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + content + "\n"; }

    void arrow(const std::string& from, const std::string& to, const std::string& label, bool is_dotted = false) {
        graph_.arrows.push_back({from, to, label, is_dotted});
        if (is_dot_) {
            arrows_ += fmt::format("  {} -> {} [label={}{}];\n", from, to, quoted(label), is_dotted ? ", style=dashed" : "");
        } else {
            arrows_ += fmt::format("  {} {} {}\n", from,
                                   label.empty() ? (is_dotted ? "-.->" : "-->")
                                                 : fmt::format("{}|{}|", is_dotted ? "-.->" : "-->", quoted(label)),
                                   to);
        }
    }

    /// The nodes that begin a place and those that end it.
    struct Ends {
        std::vector<std::string> first{}, last{};
    };

    void connect(const Ends& from, const Ends& to, const std::string& label = {}) {
        for (const std::string& one : from.last) {
            for (const std::string& other : to.first) arrow(one, other, label);
        }
    }

    Ends place(std::size_t at, int depth) {
        const Flow::Place& own = flow_.places()[at];
        const Definition& definition = node(at);
        const std::string id = fmt::format("n{}", at);
        const bool asks = definition.interrupt && definition.interrupt->when == Interrupt::When::ask;
        graph_.nodes.push_back({id, own.path, at == 0 ? std::string() : fmt::format("n{}", own.parent), &definition,
                                definition.interrupt.has_value()});
        if (own.children.empty()) {
            const std::string label = quoted(definition.name);
            if (is_dot_) {
                line(depth, fmt::format("{} [label={}{}];", id, label, asks ? ", shape=diamond" : ""));
            } else {
                line(depth, asks ? fmt::format("{}{{{{{}}}}}", id, label) : fmt::format("{}[{}]", id, label));
            }
            return {{id}, {id}};
        }
        line(depth, is_dot_ ? fmt::format("subgraph cluster_{} {{ label={};", id, quoted(definition.name))
                            : fmt::format("subgraph {}[{}]", id, quoted(definition.name)));
        std::vector<Ends> ends;
        for (const std::size_t child : own.children) ends.push_back(place(child, depth + 1));
        line(depth, is_dot_ ? "}" : "end");
        return joined(at, ends);
    }

    Ends joined(std::size_t at, const std::vector<Ends>& ends) {
        const Definition& definition = node(at);
        Ends whole;
        const auto add = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
            to.insert(to.end(), from.begin(), from.end());
        };
        if (definition.kind == NodeKind::workflow) return edges(at, ends);
        if (definition.kind == NodeKind::parallel) {
            for (const Ends& one : ends) {
                add(whole.first, one.first);
                add(whole.last, one.last);
            }
            return whole;
        }
        if (definition.kind == NodeKind::llm) {
            for (std::size_t i = 1; i < ends.size(); ++i) arrow(ends[0].last.front(), ends[i].first.front(), "transfer", true);
            for (const Ends& one : ends) add(whole.last, one.last);
            return {ends[0].first, whole.last};
        }
        for (std::size_t i = 1; i < ends.size(); ++i) connect(ends[i - 1], ends[i]);
        if (definition.kind == NodeKind::loop) connect(ends.back(), ends.front(), "again");
        return {ends.front().first, ends.back().last};
    }

    Ends edges(std::size_t at, const std::vector<Ends>& ends) {
        const Definition& definition = node(at);
        const Flow::Place& own = flow_.places()[at];
        std::map<std::string, const Ends*> by_name;
        for (std::size_t i = 0; i < ends.size(); ++i) by_name[node(own.children[i]).name] = &ends[i];
        Ends whole;
        std::map<std::string, bool> leads;
        for (const Edge& edge : definition.edges) {
            leads[edge.from] = true;
            const Ends& to = *by_name.at(edge.to);
            if (edge.from == "START") {
                whole.first.insert(whole.first.end(), to.first.begin(), to.first.end());
                continue;
            }
            std::string label = edge.is_default ? "default" : "";
            for (const std::string& route : edge.routes) label += (label.empty() ? "" : ", ") + route;
            if (edge.when) label += (label.empty() ? "" : ": ") + edge.when->text();
            connect(*by_name.at(edge.from), to, label);
        }
        for (const auto& [name, one] : by_name) {
            if (!leads.contains(name)) whole.last.insert(whole.last.end(), one->last.begin(), one->last.end());
        }
        return whole;
    }

    const AgentFile& agent_;
    const Flow flow_;
    const bool is_dot_;
    std::string text_, arrows_;
    Graph graph_{};
};

}  // namespace

Graph graph_of(const AgentFile& agent) { return Drawing(agent, false).graph(); }

std::string mermaid_text(const AgentFile& agent) { return Drawing(agent, false).draw(); }

std::string dot_text(const AgentFile& agent) { return Drawing(agent, true).draw(); }

}  // namespace quarry::agent
