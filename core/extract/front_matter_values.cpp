#include "core/extract/front_matter_values.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"
#include "core/extract/front_matter_scalar.h"
#include "core/extract/invisible.h"
#include "core/extract/lines.h"

namespace quarry::extract {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_names = 256;
constexpr std::size_t most_elements = 256;
constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_value = 1000;
constexpr int deepest_value = 8;

/// What is kept of a value that is no list or table; null for nothing.
ordered_json kept(const ordered_json& value) {
    if (!value.is_string()) return value;
    RemovedCounts removed;
    std::string line = one_line(remove_invisible(value.get<std::string>(), removed), longest_value);
    return line.empty() ? ordered_json() : ordered_json(std::move(line));
}

std::string joined_name(const std::string& above, std::string_view name) {
    RemovedCounts removed;
    const std::string own = one_line(remove_invisible(std::string(name), removed), longest_name + 1);
    return above.empty() ? own : above + '.' + own;
}

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
            const ordered_json read = value(trim(line.substr(separator + 1)));
            in_list_ ? values_.append(name, read) : values_.set(name, read);
        }
        return has_key;
    }

private:
    ordered_json value(std::string_view text) {
        for (const std::string_view fence : {R"(""")", "'''"}) {
            if (text.starts_with(fence)) return long_text(text.substr(fence.size()), fence);
        }
        if (!text.starts_with('[') && !text.starts_with('{')) return front_matter_value(text);
        BracketedValue bracketed;
        bracketed.add(text);
        while (bracketed.open() && at_ < lines_.size()) bracketed.add(lines_[at_++]);
        return front_matter_value(bracketed.text());
    }

    ordered_json long_text(std::string_view line, std::string_view fence) {
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

void FrontMatterValues::set(const std::string& name, const ordered_json& value) {
    add(joined_name({}, name), value, false, 0);
}

void FrontMatterValues::append(const std::string& name, const ordered_json& value) {
    add(joined_name({}, name), value, true, 0);
}

void FrontMatterValues::add(const std::string& name, const ordered_json& value, bool to_list, int depth) {
    if (depth > deepest_value || !has_room(name)) return;
    if (value.is_object()) {
        for (const auto& [below, member] : value.items()) add(joined_name(name, below), member, to_list, depth + 1);
        return;
    }
    if (value.is_array()) {
        if (!to_list && values_.contains(name)) return;
        for (const ordered_json& element : value) add(name, element, true, depth + 1);
        return;
    }
    ordered_json one = kept(value);
    if (one.is_null()) return;
    if (!to_list) {
        values_.emplace(name, std::move(one));
        return;
    }
    ordered_json& list = values_.emplace(name, ordered_json::array()).first.value();
    if (list.is_array() && list.size() < most_elements) list.push_back(std::move(one));
}

bool read_toml_values(std::span<const std::string_view> lines, FrontMatterValues& values) {
    return TomlReader(lines, values).read();
}

}  // namespace quarry::extract
