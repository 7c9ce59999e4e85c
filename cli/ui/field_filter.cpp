// --fields: JSON documents with what was chosen of them.
#include "cli/ui/field_filter.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "core/base/bounded_json.h"
#include "core/config/config_json.h"
#include "core/wire/document.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

/// `value` with the members that the names choose, in their order in it. A name may go on below a member with a dot.
Json with_fields(const Json& value, const std::vector<std::string>& names) {
    if (value.is_array()) {
        Json list = Json::array();
        for (const Json& element : value) list.push_back(with_fields(element, names));
        return list;
    }
    if (!value.is_object()) return value;
    Json kept = Json::object();
    for (const auto& [member, inner] : value.items()) {
        std::vector<std::string> below;
        bool whole = false;
        for (const std::string& name : names) {
            if (!name.starts_with(member)) continue;
            if (name.size() == member.size()) {
                whole = true;
            } else if (name[member.size()] == '.') {
                below.push_back(name.substr(member.size() + 1));
            }
        }
        if (whole) {
            kept[member] = inner;
        } else if (!below.empty() && inner.is_structured()) {
            kept[member] = with_fields(inner, below);
        }
    }
    return kept;
}

}  // namespace

FieldFilter::~FieldFilter() { to() << held_; }

void FieldFilter::pass(std::string_view text) {
    for (const char character : text) take(character);
}

void FieldFilter::take(char character) {
    // Between documents there are line feeds, which are printed anew.
    if (depth_ == 0 && !in_string_ && (character == '\n' || character == ' ')) return;
    if (in_list_ && depth_ == 2 && !in_string_ && (character == ',' || character == '\n' || character == ' ')) return;
    held_ += character;
    if (in_string_) {
        if (escaped_) {
            escaped_ = false;
        } else if (character == '\\') {
            escaped_ = true;
        } else if (character == '"') {
            in_string_ = false;
            if (depth_ == 1) key_ = held_.substr(key_start_, held_.size() - key_start_ - 1);
        }
    } else if (character == '"') {
        in_string_ = true;
        key_start_ = held_.size();
    } else if (character == '{' || character == '[') {
        open(character);
    } else if (character == '}' || character == ']') {
        close();
    } else if (depth_ == 0) {
        to() << held_;
        held_.clear();
    }
}

void FieldFilter::open(char bracket) {
    ++depth_;
    if (depth_ == 2 && bracket == '[' && !choice_.list.empty() && key_ == choice_.list) begin_list();
    if (depth_ == 3 && in_list_) entry_start_ = held_.size() - 1;
}

void FieldFilter::close() {
    if (depth_ > 0) --depth_;
    if (depth_ == 2 && in_list_) print_entry();
    if (depth_ == 1) in_list_ = false;
    if (depth_ == 0) print_document();
}

void FieldFilter::begin_list() {
    in_list_ = had_list_ = true;
    std::vector<std::string> names = choice_.of_document;
    names.insert(names.end(), {"schema", "id"});
    std::string head = wire::line_text(with_fields(parse_bounded_json<Json>(held_ + "]}"), names));
    head.pop_back();
    to() << head << (head.size() > 1 ? ", \"" : "\"") << choice_.list << "\": [";
    // What stands before the list has been printed.
    held_ = "{\"\":[";
}

void FieldFilter::print_entry() {
    const Json entry = parse_bounded_json<Json>(std::string_view(held_).substr(entry_start_));
    to() << (had_entry_ ? ",\n" : "\n") << wire::line_text(with_fields(entry, choice_.of_entries));
    had_entry_ = true;
    held_.resize(entry_start_);
}

void FieldFilter::print_document() {
    const Json document = parse_bounded_json<Json>(held_);
    std::vector<std::string> names = choice_.of_document;
    if (had_list_) {
        // What stands behind the list.
        const std::string tail = wire::line_text(with_fields(document, names));
        to() << (had_entry_ ? "\n]" : "]") << (tail.size() > 2 ? ", " + tail.substr(1) : "}") << '\n';
    } else {
        names.insert(names.end(), choice_.of_entries.begin(), choice_.of_entries.end());
        names.insert(names.end(), {"schema", "id"});
        const Json kept = with_fields(document, names);
        // One that was printed on several lines stays so.
        to() << (held_.find('\n') == std::string::npos ? wire::line_text(kept) + '\n' : config::dump_json(kept));
    }
    held_.clear();
    had_list_ = had_entry_ = false;
}

}  // namespace quarry::cli
