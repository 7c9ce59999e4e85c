#include "core/extract/front_matter_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/extract/front_matter_scalar.h"
#include "core/extract/lines.h"

namespace quarry::extract {
namespace {

using nlohmann::ordered_json;

// yaml-cpp itself goes 500 deep, and its events do not follow aliases: what they stand for is copied here, up to a
// limit.
constexpr std::size_t deepest_node = 64;
constexpr std::size_t most_copied_bytes = 1'000'000;
constexpr std::size_t cost_of_node = 64;
constexpr std::size_t most_members = 500;  // of a mapping or list; the rest is passed over

/// Stands behind the text: what is not closed (a quotation mark) would have taken it in without an error.
constexpr std::string_view end_name = "quarry-end-of-text";

/// Thrown to end a parse whose result would be too large or deep to be of use.
class TooMuch : public std::runtime_error {
public:
    TooMuch() : std::runtime_error("too much") {}
};

/// The value of a scalar with a tag, as yaml-cpp resolves tags: "?" without one, "!" for what is in quotes.
ordered_json scalar_value(const std::string& tag, const std::string& text) {
    constexpr std::string_view core = "tag:yaml.org,2002:";
    if (tag == "?") return plain_front_matter_value(text);
    if (!tag.starts_with(core)) return text;
    const std::string_view type = std::string_view(tag).substr(core.size());
    if (type != "int" && type != "float" && type != "bool" && type != "null") return text;
    ordered_json value = plain_front_matter_value(text);
    return type == "null" ? ordered_json() : value;
}

/// Builds a value out of the events of one document.
class ValueBuilder final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t anchor) override { add({}, cost_of_node, anchor); }
    void OnScalar(const YAML::Mark&, const std::string& tag, YAML::anchor_t anchor, const std::string& text) override {
        add(is_key() ? ordered_json(text) : scalar_value(tag, text), cost_of_node + text.size(), anchor);
    }
    void OnAlias(const YAML::Mark&, YAML::anchor_t anchor) override {
        const auto known = anchors_.find(anchor);  // not there within itself
        if (known == anchors_.end()) {
            add({}, cost_of_node, 0);
            return;
        }
        copied_ += known->second.cost;
        if (copied_ > most_copied_bytes) throw TooMuch();
        add(known->second.value, known->second.cost, 0);
    }
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(ordered_json::array(), anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(ordered_json::object(), anchor);
    }
    void OnMapEnd() override { close(); }

    /// Null for an empty document.
    [[nodiscard]] ordered_json take() { return std::move(root_); }

private:
    struct Node {
        ordered_json value;
        std::size_t cost = cost_of_node;
        YAML::anchor_t anchor = 0;
        bool has_key = false;  ///< Of a mapping: `key` waits for its value.
        std::string key{};     ///< Empty for one that is no text.
        ordered_json merged = ordered_json::array();
    };
    struct Anchored {
        ordered_json value;
        std::size_t cost = 0;
    };

    [[nodiscard]] bool is_key() const {
        return !open_.empty() && open_.back().value.is_object() && !open_.back().has_key;
    }

    void open(ordered_json value, YAML::anchor_t anchor) {
        if (open_.size() >= deepest_node) throw TooMuch();
        open_.push_back({.value = std::move(value), .anchor = anchor});
    }

    void close() {
        Node node = std::move(open_.back());
        open_.pop_back();
        for (const ordered_json& one : node.merged) {
            // What the mapping says itself goes before what is merged into it.
            for (const auto& [name, value] : one.items()) node.value.emplace(name, ordered_json(value));
        }
        add(std::move(node.value), node.cost, node.anchor);
    }

    void add(ordered_json value, std::size_t cost, YAML::anchor_t anchor) {
        if (anchor != 0) {
            copied_ += cost;
            if (copied_ > most_copied_bytes) throw TooMuch();
            anchors_.insert_or_assign(anchor, Anchored{value, cost});
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return;
        }
        Node& above = open_.back();
        above.cost += cost;
        const bool is_full = above.value.size() >= most_members;
        if (above.value.is_array()) {
            if (!is_full) above.value.push_back(std::move(value));
        } else if (!above.has_key) {
            above.has_key = true;
            above.key = value.is_string() ? value.get<std::string>() : std::string();
        } else {
            above.has_key = false;
            if (!is_full || above.key == end_name) take_pair(above, std::move(value));
        }
    }

    static void take_pair(Node& above, ordered_json value) {
        if (above.key == "<<" && (value.is_object() || value.is_array())) {
            ordered_json list = value.is_array() ? std::move(value) : ordered_json::array({std::move(value)});
            for (ordered_json& one : list) {
                if (one.is_object()) above.merged.push_back(std::move(one));
            }
        } else if (!above.key.empty()) {
            above.value.emplace(above.key, std::move(value));  // the first of a name stays
        }
    }

    std::vector<Node> open_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    std::size_t copied_ = 0;
    ordered_json root_;
};

/// The first document in `text`, whose lines end with LF; nothing when it is not YAML, or too much of it.
std::optional<ordered_json> parse_yaml(std::string_view text) {
    const bool in_braces = trim(text).starts_with('{');
    std::istringstream stream(in_braces ? std::string(text) : fmt::format("{}\n{}: 1\n", text, end_name));
    ValueBuilder builder;
    try {
        YAML::Parser(stream).HandleNextDocument(builder);
    } catch (const std::exception&) {  // YAML::Exception, and what its parts throw
        return std::nullopt;
    }
    ordered_json root = builder.take();
    if (!in_braces && (!root.is_object() || root.erase(std::string(end_name)) == 0)) return std::nullopt;
    return root;
}

/// Whether a line begins a name at the top.
bool begins_name(std::string_view line) {
    return !line.empty() && std::string_view(" \t#]}-,").find(line.front()) == std::string_view::npos &&
           find_separator(line, ':') != std::string_view::npos;
}

/// A name with the lines below it.
struct Entry {
    std::string_view text;
    std::string_view name, value;  ///< Of its first line.
};

std::vector<Entry> split_names(std::string_view text) {
    std::vector<Entry> entries;
    bool is_open = false;
    for (Line line = next_line(text, 0); line.start < text.size(); line = next_line(text, line.next)) {
        const std::string_view content = text.substr(line.start, line.end - line.start);
        if (begins_name(content)) {
            if (entries.size() == most_members) break;
            const std::size_t separator = find_separator(content, ':');
            const std::string_view value = trim(content.substr(separator + 1));
            entries.push_back({content, unquoted_name(content.substr(0, separator)), value});
            is_open = true;
            continue;
        }
        // What else begins at the margin belongs to no name.
        constexpr std::string_view goes_on = " \t#]}-";
        is_open = is_open && (content.empty() || goes_on.find(content.front()) != std::string_view::npos);
        if (!is_open) continue;
        std::string_view& entry = entries.back().text;
        entry = {entry.data(), static_cast<std::size_t>(content.data() + content.size() - entry.data())};
    }
    return entries;
}

/// The entry as YAML: as it is, or its first line, or that with text in quotes that would have to be, such as "Part
/// one: the sea"; else nothing.
std::string repaired(const Entry& entry) {
    const bool is_alias = entry.text.find('*') != std::string_view::npos;  // of an anchor elsewhere
    if (is_alias || parse_yaml(entry.text)) return std::string(entry.text) + '\n';
    if (entry.value.empty()) return {};
    const std::string_view first = entry.text.substr(0, entry.text.find('\n'));
    if (parse_yaml(first)) return std::string(first) + '\n';
    constexpr std::string_view not_text = "[]{}\"'&!|>#";
    if (not_text.find(entry.value.front()) != std::string_view::npos) return {};
    const auto quoted = [](std::string_view text) {
        return ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    };
    return quoted(entry.name) + ": " + quoted(trim(entry.value.substr(0, entry.value.find(" #")))) + '\n';
}

void set_all(const ordered_json& mapping, FrontMatterValues& values) {
    for (const auto& [name, value] : mapping.items()) values.set(name, value);
}

bool read_by_names(std::string_view text, FrontMatterValues& values) {
    const std::vector<Entry> entries = split_names(text);
    if (entries.empty()) return false;
    std::string whole;
    for (const Entry& entry : entries) whole += repaired(entry);
    if (const std::optional<ordered_json> all = parse_yaml(whole); all && all->is_object()) {
        set_all(*all, values);
        return true;
    }
    for (const Entry& entry : entries) {
        const std::optional<ordered_json> one = parse_yaml(entry.text);
        if (one && one->is_object()) set_all(*one, values);
    }
    return true;
}

}  // namespace

bool read_yaml_values(std::string_view written, FrontMatterValues& values) {
    std::string text;
    text.reserve(written.size() + 1);
    for (Line line = next_line(written, 0); line.start < written.size(); line = next_line(written, line.next)) {
        text += written.substr(line.start, line.end - line.start);
        text += '\n';
    }
    const std::optional<ordered_json> all = parse_yaml(text);
    if (!all) return read_by_names(text, values);
    if (!all->is_object() || all->empty()) return false;
    set_all(*all, values);
    return true;
}

}  // namespace quarry::extract
