#include "core/extract/front_matter_values.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"
#include "core/extract/front_matter_scalar.h"
#include "core/extract/invisible.h"
#include "core/extract/lines.h"

namespace quarry::extract {
namespace {

using nlohmann::json;

constexpr std::size_t most_names = 256;
constexpr std::size_t most_elements = 256;
constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_value = 1000;
constexpr int deepest_value = 8;

/// What is kept of a value that is no list or table; null for nothing.
json kept(const json& value) {
    if (!value.is_string()) return value;
    RemovedCounts removed;
    std::string line = one_line(remove_invisible(value.get<std::string>(), removed), longest_value);
    return line.empty() ? json() : json(std::move(line));
}

std::string joined_name(const std::string& above, std::string_view name) {
    return above.empty() ? std::string(name) : above + '.' + std::string(name);
}

std::size_t yaml_indent(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

bool is_item(std::string_view content) { return content == "-" || content.starts_with("- "); }

/// Reads YAML line by line; the names that are open above a line are told by its indent.
class YamlReader {
public:
    YamlReader(std::span<const std::string_view> lines, FrontMatterValues& values) : lines_(lines), values_(values) {}

    bool read() {
        while (at_ < lines_.size()) {
            const std::string_view line = lines_[at_++];
            const std::size_t indent = yaml_indent(line);
            const std::string_view content = line.substr(indent);
            if (!content.empty() && content.front() != '#') read_line(content, indent);
        }
        return has_key_;
    }

private:
    /// A name whose values stand in the lines below it, deeper than its indent.
    struct Open {
        std::size_t indent = 0;
        std::string name;
        bool in_list = false;  ///< What is below are elements of lists.
    };

    void read_line(std::string_view content, std::size_t indent) {
        const bool item = is_item(content);
        while (!open_.empty() && (open_.back().indent > indent || (open_.back().indent == indent && !item))) {
            open_.pop_back();
        }
        if (!item) {
            read_pair(content, indent);
            return;
        }
        if (open_.empty()) return;
        const std::string name = open_.back().name;
        const std::size_t skipped = 1 + yaml_indent(content.substr(1));
        content = content.substr(skipped);
        if (content.empty()) return;
        const bool bracketed = content.front() == '[' || content.front() == '{';
        const std::size_t separator = bracketed ? std::string_view::npos : find_separator(content, ':');
        const bool is_pair =
            separator != std::string_view::npos && (separator + 1 == content.size() || content[separator + 1] == ' ');
        if (!is_pair) {
            values_.append(name, value(content, indent));
            return;
        }
        open_.push_back({indent, name, true});
        read_pair(content, indent + skipped);
    }

    void read_pair(std::string_view content, std::size_t indent) {
        const std::size_t separator = find_separator(content, ':');
        if (separator == std::string_view::npos || (indent > 0 && open_.empty())) return;
        if (indent == 0) has_key_ = true;
        const bool in_list = !open_.empty() && open_.back().in_list;
        const std::string above = open_.empty() ? std::string() : open_.back().name;
        // Longer names are not kept, nor is what is below them.
        if (above.size() > longest_name) return;
        const std::string name = joined_name(above, unquoted_name(content.substr(0, separator)));
        const std::string_view text = trim(content.substr(separator + 1));
        if (text.empty() || text.front() == '#') {
            open_.push_back({indent, name, in_list});
            return;
        }
        in_list ? values_.append(name, value(text, indent)) : values_.set(name, value(text, indent));
    }

    /// The value that begins with `text` on a line of that indent; takes the lines that belong to it.
    json value(std::string_view text, std::size_t indent) {
        if (text.front() == '|' || text.front() == '>') return lines_below({}, indent);
        if (text.front() == '[' || text.front() == '{') {
            BracketedValue bracketed;
            bracketed.add(text);
            for (; bracketed.open() && at_ < lines_.size() && goes_on(lines_[at_], indent); ++at_) {
                bracketed.add(lines_[at_]);
            }
            return front_matter_value(bracketed.text());
        }
        return front_matter_value(lines_below(text, indent));
    }

    static bool goes_on(std::string_view line, std::size_t indent) {
        const std::size_t at = yaml_indent(line);
        return at == line.size() || at > indent || std::string_view("]}\"'").find(line[at]) != std::string_view::npos;
    }

    /// The text with the deeper lines below it.
    std::string lines_below(std::string_view text, std::size_t indent) {
        std::string all(text.substr(
            0, text.empty() || text.front() == '"' || text.front() == '\'' ? text.size() : text.find(" #")));
        for (; at_ < lines_.size(); ++at_) {
            const std::string_view line = lines_[at_];
            const std::size_t at = yaml_indent(line);
            if (at < line.size() && (at <= indent || (!text.empty() && line[at] == '#'))) break;
            if (!all.empty()) all += ' ';
            all += line.substr(at);
        }
        return all;
    }

    std::span<const std::string_view> lines_;
    FrontMatterValues& values_;
    std::size_t at_ = 0;
    std::vector<Open> open_;
    bool has_key_ = false;
};

/// "a.b" of `a . "b"`.
std::string toml_name(std::string_view name) {
    std::string joined;
    for (const std::string_view part : split(name, '.')) joined = joined_name(joined, unquoted_name(part));
    return joined;
}

class TomlReader {
public:
    TomlReader(std::span<const std::string_view> lines, FrontMatterValues& values) : lines_(lines), values_(values) {}

    bool read() {
        bool has_key = false;
        while (at_ < lines_.size()) {
            const std::string_view line = trim(lines_[at_++]);
            if (line.empty() || line.front() == '#') continue;
            if (line.front() == '[') {
                in_list_ = line.starts_with("[[");
                const std::size_t start = in_list_ ? 2 : 1;
                table_ = toml_name(line.substr(start, std::min(line.find(']'), line.size()) - start));
                continue;
            }
            const std::size_t separator = find_separator(line, '=');
            if (separator == std::string_view::npos) continue;
            has_key = true;
            const std::string name = joined_name(table_, toml_name(line.substr(0, separator)));
            const json read = value(trim(line.substr(separator + 1)));
            in_list_ ? values_.append(name, read) : values_.set(name, read);
        }
        return has_key;
    }

private:
    json value(std::string_view text) {
        for (const std::string_view fence : {R"(""")", "'''"}) {
            if (text.starts_with(fence)) return long_text(text.substr(fence.size()), fence);
        }
        if (!text.starts_with('[') && !text.starts_with('{')) return front_matter_value(text);
        BracketedValue bracketed;
        bracketed.add(text);
        while (bracketed.open() && at_ < lines_.size()) bracketed.add(lines_[at_++]);
        return front_matter_value(bracketed.text());
    }

    json long_text(std::string_view line, std::string_view fence) {
        std::string all;
        for (;;) {
            const std::size_t end = line.find(fence);
            all += line.substr(0, end);
            if (end != std::string_view::npos || at_ >= lines_.size()) return all;
            all += '\n';
            line = lines_[at_++];
        }
    }

    std::span<const std::string_view> lines_;
    FrontMatterValues& values_;
    std::size_t at_ = 0;
    std::string table_;
    bool in_list_ = false;
};

}  // namespace

bool FrontMatterValues::has_room(const std::string& name) const {
    return !name.empty() && name.size() <= longest_name && (values_.size() < most_names || values_.contains(name));
}

void FrontMatterValues::set(const std::string& name, const json& value) { add(name, value, false, 0); }

void FrontMatterValues::append(const std::string& name, const json& value) { add(name, value, true, 0); }

void FrontMatterValues::add(const std::string& name, const json& value, bool to_list, int depth) {
    if (depth > deepest_value || !has_room(name)) return;
    if (value.is_object()) {
        for (const auto& [below, member] : value.items()) add(joined_name(name, below), member, to_list, depth + 1);
        return;
    }
    if (value.is_array()) {
        if (!to_list && values_.contains(name)) return;
        for (const json& element : value) add(name, element, true, depth + 1);
        return;
    }
    json one = kept(value);
    if (one.is_null()) return;
    if (!to_list) {
        values_.emplace(name, std::move(one));
        return;
    }
    nlohmann::ordered_json& list = values_.emplace(name, nlohmann::ordered_json::array()).first.value();
    if (list.is_array() && list.size() < most_elements) list.push_back(nlohmann::ordered_json(one));
}

bool read_yaml_values(std::span<const std::string_view> lines, FrontMatterValues& values) {
    return YamlReader(lines, values).read();
}

bool read_toml_values(std::span<const std::string_view> lines, FrontMatterValues& values) {
    return TomlReader(lines, values).read();
}

}  // namespace quarry::extract
