#include "core/extract/front_matter.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/text.h"
#include "core/extract/front_matter_values.h"
#include "core/extract/front_matter_yaml.h"
#include "core/extract/lines.h"
#include "core/extract/title.h"

namespace quarry::extract {
namespace {

// A `---` that is not closed by then is a thematic break, not the beginning of front matter.
constexpr std::size_t longest_front_matter = 65536;

/// Names that have a meaning here, or that filters look for: they are found in any case.
constexpr std::array<std::string_view, 10> known_names = {
    "title", "lang", "language", "author", "date", "description", "summary", "tags", "keywords", "categories"};

std::string_view without_trailing_blanks(std::string_view line) {
    const std::size_t last = line.find_last_not_of(" \t");
    return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

/// Sorts the values into what they are for.
void take(nlohmann::ordered_json& values, FrontMatter& front) {
    nlohmann::ordered_json others = nlohmann::ordered_json::object();
    const auto add_text = [&](const std::string& name, const std::string& text) {
        const bool known = std::any_of(front.metadata.begin(), front.metadata.end(),
                                       [&](const auto& entry) { return entry.first == name; });
        if (!known) front.metadata.emplace_back(name, text);
    };
    for (auto& [written, value] : values.items()) {
        const std::string lower = ascii_lower(written);
        const bool known = std::find(known_names.begin(), known_names.end(), lower) != known_names.end();
        const std::string& name = known ? lower : written;
        const bool is_list = value.is_array();
        if (name == "title" && !is_list) {
            const std::string title = value.is_string() ? value.get<std::string>() : value.dump();
            if (front.title.empty()) front.title = one_line(title, longest_label);
            continue;
        }
        if ((lower == "lang" || lower == "language") && value.is_string()) {
            const std::string language = primary_language(value.get_ref<const std::string&>());
            if (front.language.empty()) front.language = language;
            if (!language.empty()) continue;
        }
        if (value.is_string()) {
            add_text(name, value.get<std::string>());
        } else {
            others.emplace(name, std::move(value));
        }
    }
    if (!others.empty()) {
        front.properties_json = others.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    }
}

}  // namespace

std::string primary_language(std::string_view tag) {
    const std::string lower = ascii_lower(tag.substr(0, tag.find_first_of("-_.")));
    const bool letters = std::all_of(lower.begin(), lower.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    return lower.size() == 2 && letters ? lower : std::string();
}

FrontMatter read_front_matter(std::string_view text) {
    const std::string_view head = text.substr(0, longest_front_matter);
    const Line first = next_line(head, 0);
    const std::string_view fence = without_trailing_blanks(head.substr(0, first.end));
    if (fence != "---" && fence != "+++") return {};
    const bool yaml = fence == "---";
    std::vector<std::string_view> lines;
    for (Line line = next_line(head, first.next); line.start < head.size(); line = next_line(head, line.next)) {
        const std::string_view content = without_trailing_blanks(head.substr(line.start, line.end - line.start));
        if (content != fence && (!yaml || content != "...")) {
            lines.push_back(content);
            continue;
        }
        FrontMatterValues values;
        const std::string_view inside = head.substr(first.next, line.start - first.next);
        const bool has_key = yaml ? read_yaml_values(inside, values) : read_toml_values(lines, values);
        // Without a key these are rules, or a heading, of the text itself.
        if (!has_key) return {};
        FrontMatter front;
        front.end = line.next;
        front.block_end = line.end;
        front.format = yaml ? "yaml" : "toml";
        take(values.all(), front);
        return front;
    }
    return {};
}

}  // namespace quarry::extract
