#include "core/extract/front_matter.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/extract/lines.h"
#include "core/extract/title.h"

namespace quarry {
namespace {

// A `---` that is not closed by then is a thematic break, not the beginning of front matter.
constexpr std::size_t longest_front_matter = 65536;
constexpr std::array<std::string_view, 4> kept_keys = {"author", "date", "description", "summary"};
/// What these hold are words to be found by: a list, or one text with commas.
constexpr std::array<std::string_view, 3> list_keys = {"tags", "keywords", "categories"};

std::string_view without_trailing_blanks(std::string_view line) {
    const std::size_t last = line.find_last_not_of(" \t");
    return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

/// The value without quotes and without a comment behind it; empty for what is no simple scalar.
std::string scalar(std::string_view value) {
    value = trim(value);
    if (value.empty()) return {};
    if (value.front() == '"' || value.front() == '\'') {
        const std::size_t close = value.find(value.front(), 1);
        return close == std::string_view::npos ? std::string() : one_line(value.substr(1, close - 1), longest_label);
    }
    if (std::string_view("|>[{&*!").find(value.front()) != std::string_view::npos) return {};
    return one_line(trim(value.substr(0, value.find(" #"))), longest_label);
}

template <typename Keys>
bool is_one_of(const Keys& keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// Adds a value to the metadata's list of that name, which has commas between its values.
void add_to_list(FrontMatter& front, const std::string& key, std::string_view value) {
    if (value.empty()) return;
    for (auto& [name, list] : front.metadata) {
        if (name != key) continue;
        list.append(", ").append(value);
        return;
    }
    front.metadata.emplace_back(key, value);
}

/// The values of `[a, "b"]` on one line, or of one text.
void read_list(FrontMatter& front, const std::string& key, std::string_view value) {
    value = trim(value);
    if (!value.starts_with('[')) {
        add_to_list(front, key, scalar(value));
        return;
    }
    value = value.substr(1, value.rfind(']') == std::string_view::npos ? value.size() : value.rfind(']') - 1);
    for (const std::string_view element : split(value, ',')) add_to_list(front, key, scalar(element));
}

/// Takes what is kept of a line; whether it is a top-level key at all. `open_list` is the key whose list goes on in the
/// lines below it.
bool read_line(std::string_view line, char separator, FrontMatter& front, std::string& open_list) {
    if (const std::string_view item = trim(line); !open_list.empty() && item.starts_with("- ")) {
        add_to_list(front, open_list, scalar(item.substr(2)));
        return true;
    }
    open_list.clear();
    const std::size_t at = line.find(separator);
    if (at == std::string_view::npos || line.front() == ' ' || line.front() == '\t') return false;
    const std::string key = ascii_lower(trim(line.substr(0, at)));
    if (is_one_of(list_keys, key)) {
        read_list(front, key, line.substr(at + 1));
        if (separator == ':') open_list = key;
        return true;
    }
    const std::string value = scalar(line.substr(at + 1));
    if (value.empty()) return true;
    if (key == "title" && front.title.empty()) {
        front.title = value;
    } else if ((key == "lang" || key == "language") && front.language.empty()) {
        front.language = primary_language(value);
    } else if (is_one_of(kept_keys, key)) {
        const bool known = std::any_of(front.metadata.begin(), front.metadata.end(),
                                       [&](const auto& entry) { return entry.first == key; });
        if (!known) front.metadata.emplace_back(key, value);
    }
    return true;
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
    FrontMatter front;
    std::string open_list;
    bool has_key = false;
    for (Line line = next_line(head, first.next); line.start < head.size(); line = next_line(head, line.next)) {
        const std::string_view content = without_trailing_blanks(head.substr(line.start, line.end - line.start));
        if (content == fence || (yaml && content == "...")) {
            // Without a key these are rules, or a heading, of the text itself.
            if (!has_key) return {};
            front.end = line.next;
            front.block_end = line.end;
            front.format = yaml ? "yaml" : "toml";
            return front;
        }
        if (!content.empty() && read_line(content, yaml ? ':' : '=', front, open_list)) has_key = true;
    }
    return {};
}

}  // namespace quarry
