// Agent files and those that they refer to.
#include "core/agent/agent_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "core/agent/node_reader.h"
#include "core/agent/skill.h"
#include "core/agent/yaml.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 200;
constexpr std::size_t deepest_files = 50;
constexpr std::size_t most_edges = 5000;
constexpr std::size_t most_skills = 50;
constexpr std::uint64_t most_file_bytes = 1'000'000;

bool is_file_name(std::string_view text) { return text.ends_with(".yaml") || text.ends_with(".yml"); }

class AgentReader {
public:
    explicit AgentReader(const FileSource& source) : source_(source) {}

    AgentFile read(const std::string& root) {
        agent_.source = source_;
        agent_.root = read_from(root, {root, 1});
        add_built_in_channels();
        Sha256 hash;
        for (const auto& [name, content] : contents_) hash.add(fmt::format("{}\n{}\n{}\n", name, content.size(), content));
        agent_.digest = hash.digest();
        return std::move(agent_);
    }

private:
    void add_built_in_channels() {
        const auto declares = [&](std::string_view name) {
            return std::ranges::any_of(agent_.channels.declared(), [&](const Channel& one) { return one.name == name; });
        };
        if (!declares("messages")) agent_.channels.declare({"messages", "list", Reducer::messages, nlohmann::json::array()});
        if (!declares("input")) agent_.channels.declare({.name = "input"});
    }

    std::size_t read_from(const std::string& file, const Place& from) {
        if (const auto known = by_file_.find(file); known != by_file_.end()) return known->second;
        if (std::ranges::find(open_, file) != open_.end()) {
            throw agent_file_error(from, fmt::format("{} refers to itself, by way of other files", file));
        }
        if (open_.size() >= deepest_files || contents_.size() >= most_files) {
            throw agent_file_error(from, "too many files refer to each other");
        }
        open_.push_back(file);
        std::string content;
        try {
            content = source_(file);
        } catch (Error& error) {
            if (open_.size() == 1) throw;
            throw agent_file_error(from, fmt::format("cannot read {}", file)).because(error.what());
        }
        agent_.files.push_back(file);
        const YamlNode& root = contents_and_node(file, std::move(content));
        const std::size_t made = read_definition(root, {agent_, file}, open_.size() == 1);
        open_.pop_back();
        by_file_[file] = made;
        return made;
    }

    const YamlNode& contents_and_node(const std::string& file, std::string content) {
        nodes_.push_back(std::make_unique<YamlNode>(read_yaml(content, file)));
        contents_.emplace_back(file, std::move(content));
        return *nodes_.back();
    }

    std::size_t read_definition(const YamlNode& node, const ReadingFile& reading, bool is_root = false) {
        if (++depth_ > deepest_files) throw agent_file_error(reading.at(node), "agents are nested too deep");
        Definition made = read_node(node, reading);
        if (const YamlNode* const state = node.find("state")) {
            if (!is_root) throw agent_file_error(reading.at(*state), "only the root agent declares state");
            read_channels(*state, reading);
        }
        if (const YamlNode* const agents = node.find("sub_agents")) read_sub_agents(made, *agents, reading);
        if (made.kind == NodeKind::workflow) read_workflow(made, node, reading);
        for (ToolUse& tool : made.tools) read_agent_tool(tool, reading);
        if (const YamlNode* const skills = node.find("skills")) read_skills(made, *skills, reading);
        check_children(made);
        --depth_;
        agent_.definitions.push_back(std::move(made));
        return agent_.definitions.size() - 1;
    }

    void check_children(const Definition& made) const {
        if (is_composite(made.kind) && made.children.empty()) {
            throw agent_file_error(made.place, fmt::format("{} has no {}", made.name,
                                                           made.kind == NodeKind::workflow ? "edges" : "sub_agents"));
        }
        std::set<std::string> names;
        for (const std::size_t child : made.children) {
            const Definition& one = agent_.definitions[child];
            if (!names.insert(one.name).second || (made.kind == NodeKind::llm && one.name == made.name)) {
                throw agent_file_error(one.place, fmt::format("{} has two agents named {}", made.name, one.name));
            }
        }
    }

    void read_sub_agents(Definition& made, const YamlNode& agents, const ReadingFile& reading) {
        if (agents.kind != YamlNode::Kind::list) throw agent_file_error(reading.at(agents), "sub_agents must be a list");
        for (const YamlNode& one : agents.items) made.children.push_back(referred(one, reading));
    }

    /// A sub-agent: {config_path: FILE}, or the agent itself, which ADK does not take.
    std::size_t referred(const YamlNode& one, const ReadingFile& reading) {
        if (const YamlNode* const path = one.find("config_path")) {
            const Place place = reading.at(*path);
            return read_from(resolve_path(node_text(*path, "config_path", reading), place), place);
        }
        if (const YamlNode* const code = one.find("code")) {
            const std::string name = code->find("name") != nullptr ? code->find("name")->text : code->text;
            throw agent_file_error(reading.at(*code), fmt::format("the sub-agent {} is code, which is not run here", name),
                                   "write it as an agent file, and name that: config_path");
        }
        agent_.additions.emplace_back(reading.at(one), "a sub-agent in place");
        return read_definition(one, reading);
    }

    void read_agent_tool(ToolUse& tool, const ReadingFile& reading) {
        if (tool.name != "AgentTool" || !tool.args.contains("agent")) return;
        const nlohmann::json& agent = tool.args["agent"];
        if (!agent.contains("config_path") || !agent["config_path"].is_string()) {
            throw agent_file_error(tool.place, "AgentTool needs args: {agent: {config_path: FILE}}");
        }
        static_cast<void>(reading);
        tool.agent = read_from(resolve_path(agent["config_path"].get<std::string>(), tool.place), tool.place);
    }

    /// Folders, each with its SKILL.md.
    void read_skills(Definition& made, const YamlNode& skills, const ReadingFile& reading) {
        if (skills.kind != YamlNode::Kind::list || skills.items.size() > most_skills) {
            throw agent_file_error(reading.at(skills), fmt::format("skills must be a list of at most {} folders", most_skills));
        }
        for (const YamlNode& one : skills.items) {
            const Place place = reading.at(one);
            const std::string file = resolve_path(node_text(one, "skills", reading) + "/SKILL.md", place);
            std::string content;
            try {
                content = source_(file);
            } catch (const Error& error) {
                throw agent_file_error(place, fmt::format("cannot read {}", file)).because(error.what());
            }
            Skill skill = read_skill(content, fs::path(file).parent_path().generic_string(), place);
            if (std::ranges::find(made.skills, skill.name, &Skill::name) != made.skills.end()) {
                throw agent_file_error(place, fmt::format("there are two skills named {}", skill.name));
            }
            made.skills.push_back(std::move(skill));
            contents_.emplace_back(file, std::move(content));
            agent_.files.push_back(file);
        }
    }

    // -- workflows

    struct Workflow {
        Definition& made;
        const ReadingFile& reading;
        std::map<std::string, std::string> named{};  ///< References, and the names of what they are.
    };

    std::string add_node(Workflow& workflow, std::size_t definition, const Place& place) {
        const std::string name = agent_.definitions[definition].name;
        for (const std::size_t child : workflow.made.children) {
            if (child == definition) return name;
            if (agent_.definitions[child].name == name) {
                throw agent_file_error(place, fmt::format("{} has two nodes named {}", workflow.made.name, name));
            }
        }
        workflow.made.children.push_back(definition);
        return name;
    }

    /// Nodes that are defined in place go first: edges before them may name them.
    void collect_inline(Workflow& workflow, const YamlNode& node) {
        if (is_inline_node(node)) {
            const std::size_t made = read_definition(node, workflow.reading);
            inline_[&node] = add_node(workflow, made, workflow.reading.at(node));
            workflow.named[inline_[&node]] = inline_[&node];
            return;
        }
        for (const YamlNode& one : node.items) collect_inline(workflow, one);
        for (const auto& [name, value] : node.members) collect_inline(workflow, value);
    }

    std::string node_name(Workflow& workflow, const YamlNode& item) {
        if (const auto known = inline_.find(&item); known != inline_.end()) return known->second;
        const Place place = workflow.reading.at(item);
        const std::string text = node_text(item, "a node of an edge", workflow.reading);
        if (text == "START") return text;
        if (const auto known = workflow.named.find(text); known != workflow.named.end()) return known->second;
        std::size_t made = 0;
        if (is_file_name(text)) {
            made = read_from(resolve_path(text, place), place);
        } else {
            Definition function{.kind = NodeKind::function, .place = place};
            function.code = text;
            function.name = text.substr(text.rfind('.') + 1);  // npos + 1 is 0
            const bool is_name = !function.name.empty() && text.find_first_of(" /\\") == std::string::npos;
            if (!is_name) throw agent_file_error(place, fmt::format("{} is not a node", one_line(text, 80)));
            agent_.definitions.push_back(std::move(function));
            made = agent_.definitions.size() - 1;
        }
        const std::string name = add_node(workflow, made, place);
        workflow.named[text] = name;
        workflow.named[name] = name;
        return name;
    }

    void add_edge(Workflow& workflow, Edge edge) {
        if (edge.to == "START") throw agent_file_error(edge.place, "no edge leads to START");
        if (workflow.made.edges.size() >= most_edges) throw agent_file_error(edge.place, "there are too many edges");
        workflow.made.edges.push_back(std::move(edge));
    }

    static void set_route(Edge& edge, const std::string& route) {
        if (route == "default" || route == "__DEFAULT__") {
            edge.is_default = true;
        } else {
            edge.routes.push_back(route);
        }
    }

    /// The nodes that an item of a chain names.
    std::vector<std::string> targets(Workflow& workflow, const YamlNode& item) {
        if (item.kind != YamlNode::Kind::list) return {node_name(workflow, item)};
        std::vector<std::string> names;
        for (const YamlNode& one : item.items) names.push_back(node_name(workflow, one));
        return names;
    }

    void read_chain(Workflow& workflow, const YamlNode& chain) {
        std::vector<std::string> from;
        for (const YamlNode& item : chain.items) {
            std::vector<std::string> to;
            const Place place = workflow.reading.at(item);
            const bool is_routes = item.kind == YamlNode::Kind::map && !inline_.contains(&item);
            if (is_routes) {
                for (const auto& [route, value] : item.members) {
                    for (const std::string& target : targets(workflow, value)) {
                        for (const std::string& one : from) {
                            Edge edge{.from = one, .to = target, .place = workflow.reading.at(value)};
                            set_route(edge, route);
                            add_edge(workflow, std::move(edge));
                        }
                        to.push_back(target);
                    }
                }
                if (from.empty()) throw agent_file_error(place, "a route map needs a node before it");
            } else {
                to = targets(workflow, item);
                for (const std::string& one : from) {
                    for (const std::string& target : to) add_edge(workflow, {.from = one, .to = target, .place = place});
                }
            }
            from = std::move(to);
        }
        if (chain.items.size() < 2) throw agent_file_error(workflow.reading.at(chain), "an edge needs two nodes");
    }

    void read_pair(Workflow& workflow, const YamlNode& pair) {
        const Place place = workflow.reading.at(pair);
        const YamlNode *const from = pair.find("from_node"), *const to = pair.find("to_node");
        if (from == nullptr || to == nullptr) throw agent_file_error(place, "an edge needs from_node and to_node");
        Edge edge{.from = node_name(workflow, *from), .to = node_name(workflow, *to), .place = place};
        for (const auto& [name, value] : pair.members) {
            if (name == "route") {
                if (value.kind == YamlNode::Kind::list) {
                    for (const YamlNode& one : value.items) set_route(edge, node_text(one, name, workflow.reading));
                } else {
                    set_route(edge, node_text(value, name, workflow.reading));
                }
            } else if (name == "when") {
                agent_.additions.emplace_back(workflow.reading.at(value), "when");
                try {
                    edge.when.emplace(node_text(value, name, workflow.reading));
                } catch (const Error& error) {
                    throw agent_file_error(workflow.reading.at(value), error.what());
                }
            } else if (name != "from_node" && name != "to_node") {
                throw agent_file_error(workflow.reading.at(value), fmt::format("an edge has no key {}", one_line(name, 60)),
                                       "its keys are from_node, to_node, route and when");
            }
        }
        add_edge(workflow, std::move(edge));
    }

    void read_workflow(Definition& made, const YamlNode& node, const ReadingFile& reading) {
        Workflow workflow{made, reading};
        const YamlNode* const edges = node.find("edges");
        if (edges == nullptr || edges->kind != YamlNode::Kind::list) {
            throw agent_file_error(made.place, fmt::format("the Workflow {} needs a list of edges", made.name));
        }
        for (const char* const key : {"nodes", "edges"}) {
            if (const YamlNode* const part = node.find(key)) collect_inline(workflow, *part);
        }
        for (const YamlNode& one : edges->items) {
            if (one.kind == YamlNode::Kind::list) {
                read_chain(workflow, one);
            } else {
                read_pair(workflow, one);
            }
        }
        const bool starts = std::ranges::any_of(made.edges, [](const Edge& edge) { return edge.from == "START"; });
        if (!starts) throw agent_file_error(made.place, fmt::format("no edge of {} begins at START", made.name));
    }

    const FileSource& source_;
    AgentFile agent_;
    std::vector<std::string> open_;               ///< Files that are being read.
    std::map<std::string, std::size_t> by_file_;  ///< Definitions.
    std::vector<std::pair<std::string, std::string>> contents_;
    std::vector<std::unique_ptr<YamlNode>> nodes_;
    std::map<const YamlNode*, std::string> inline_;  ///< Names of nodes that are defined in place.
    std::size_t depth_ = 0;
};

}  // namespace

AgentFile read_agent(const std::string& root, const FileSource& source) { return AgentReader(source).read(root); }

AgentFile read_agent(const std::filesystem::path& file) {
    const fs::path absolute = fs::absolute(file).lexically_normal();
    const fs::path folder = absolute.parent_path();
    return read_agent(absolute.filename().string(), [folder](const std::string& relative) {
        return read_file_below(folder, relative, most_file_bytes);
    });
}

}  // namespace quarry::agent
