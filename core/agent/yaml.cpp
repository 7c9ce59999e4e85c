// YAML of agent files, bounded.
#include "core/agent/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

constexpr std::size_t most_yaml_bytes = 1'000'000;
constexpr std::size_t deepest_yaml = 64;  // yaml-cpp itself goes 500 deep
constexpr std::size_t most_yaml_nodes = 20'000;

/// What is wrong, at a line; the file is added outside.
struct YamlProblem {
    int line;
    std::string what;
};

std::size_t count_nodes(const YamlNode& node) {
    std::size_t count = 1;
    for (const YamlNode& one : node.items) count += count_nodes(one);
    for (const auto& [name, value] : node.members) count += count_nodes(value);
    return count;
}

class NodeBuilder final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(made(mark), anchor); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        YamlNode node = made(mark, YamlNode::Kind::scalar);
        node.text = text;
        node.is_plain = tag == "?";
        add(std::move(node), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto known = anchors_.find(anchor);
        if (known == anchors_.end()) throw YamlProblem{line_of(mark), "an alias stands within what it refers to"};
        nodes_ += count_nodes(known->second);
        check_count(line_of(mark));
        add(known->second, 0);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(made(mark, YamlNode::Kind::list), anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(made(mark, YamlNode::Kind::map), anchor);
    }
    void OnMapEnd() override { close(); }

    [[nodiscard]] YamlNode take() { return std::move(root_); }

private:
    struct Open {
        YamlNode node;
        YAML::anchor_t anchor = 0;
        bool has_key = false;
        std::string key{};
    };

    static int line_of(const YAML::Mark& mark) { return mark.line + 1; }

    void check_count(int line) const {
        if (nodes_ > most_yaml_nodes) {
            throw YamlProblem{line, fmt::format("there are more than {} values, those of aliases included",
                                                most_yaml_nodes)};
        }
    }

    YamlNode made(const YAML::Mark& mark, YamlNode::Kind kind = YamlNode::Kind::null) {
        ++nodes_;
        check_count(line_of(mark));
        return {.kind = kind, .line = line_of(mark)};
    }

    void open(YamlNode node, YAML::anchor_t anchor) {
        if (open_.size() >= deepest_yaml) {
            throw YamlProblem{node.line, fmt::format("values are nested more than {} deep", deepest_yaml)};
        }
        open_.push_back({std::move(node), anchor});
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        add(std::move(done.node), done.anchor);
    }

    void add(YamlNode node, YAML::anchor_t anchor) {
        if (anchor != 0) anchors_.insert_or_assign(anchor, node);
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& above = open_.back();
        if (above.node.kind == YamlNode::Kind::list) {
            above.node.items.push_back(std::move(node));
        } else if (!above.has_key) {
            if (node.kind != YamlNode::Kind::scalar) throw YamlProblem{node.line, "a name must be a text"};
            if (above.node.find(node.text) != nullptr) {
                throw YamlProblem{node.line, fmt::format("{} is there twice", one_line(node.text, 60))};
            }
            above.has_key = true;
            above.key = node.text;
        } else {
            above.has_key = false;
            above.node.members.emplace_back(std::move(above.key), std::move(node));
        }
    }

    std::vector<Open> open_;
    std::map<YAML::anchor_t, YamlNode> anchors_;
    std::size_t nodes_ = 0;
    YamlNode root_;
};

Error yaml_error(const std::string& file, int line, const std::string& what) {
    return Error(ErrorCode::usage, fmt::format("{}:{}: {}", file, line, strip_terminal_controls(what)));
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(members, name, [](const auto& member) -> std::string_view { return member.first; });
    return found == members.end() ? nullptr : &found->second;
}

YamlNode read_yaml(std::string_view text, const std::string& file) {
    if (text.size() > most_yaml_bytes) throw yaml_error(file, 1, "the file is larger than 1 MB");
    if (const auto wrong = find_invalid_utf8(text)) {
        throw yaml_error(file, static_cast<int>(LineIndex(text).line_of(*wrong)), "the text is not UTF-8");
    }
    std::istringstream stream{std::string(text)};
    NodeBuilder builder;
    try {
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) throw YamlProblem{1, "the file is empty"};
        YamlNode root = builder.take();
        NodeBuilder second;
        if (parser.HandleNextDocument(second)) throw YamlProblem{root.line, "the file has more than one document"};
        return root;
    } catch (const YamlProblem& problem) {
        throw yaml_error(file, problem.line, problem.what);
    } catch (const YAML::Exception& exception) {
        throw yaml_error(file, exception.mark.line + 1, fmt::format("this is not YAML: {}", exception.msg));
    }
}

nlohmann::json yaml_json(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::null: return nullptr;
        case YamlNode::Kind::list: {
            nlohmann::json list = nlohmann::json::array();
            for (const YamlNode& one : node.items) list.push_back(yaml_json(one));
            return list;
        }
        case YamlNode::Kind::map: {
            nlohmann::json object = nlohmann::json::object();
            for (const auto& [name, value] : node.members) object[name] = yaml_json(value);
            return object;
        }
        case YamlNode::Kind::scalar: break;
    }
    if (!node.is_plain) return node.text;
    if (node.text == "~" || node.text == "null") return nullptr;
    if (node.text == "True" || node.text == "False") return node.text == "True";
    if (node.text.size() <= 40) {
        nlohmann::json value = parse_bounded_json(node.text);
        if (value.is_number() || value.is_boolean()) return value;
    }
    return node.text;
}

}  // namespace quarry::agent
