#include "core/store/json_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <concepts>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"

namespace quarry::store {

using nlohmann::json;

namespace {

// Titles and headings are valid UTF-8 by contract; a broken one is stored mended rather than failing a whole batch.
std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// Whether the text stands in JSON as it is.
bool needs_no_escape(std::string_view text) {
    const bool plain =
        std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\\'; });
    return plain && !find_invalid_utf8(text);
}

void append_json_string(std::string& target, std::string_view text) {
    if (!needs_no_escape(text)) {
        target += dump(json(text));
        return;
    }
    target += '"';
    target += text;
    target += '"';
}

}  // namespace

std::string path_json(const std::vector<std::string>& path) {
    std::string text = "[";
    for (const std::string& heading : path) {
        if (text.size() > 1) text += ',';
        append_json_string(text, heading);
    }
    return text + ']';
}

std::vector<std::string> parse_path(std::string_view text) {
    std::vector<std::string> path;
    if (text == "[]") return path;
    const json value = parse_bounded_json(text);
    if (!value.is_array()) return path;
    for (const json& heading : value) {
        if (!heading.is_string()) return {};
        path.push_back(heading.get<std::string>());
    }
    return path;
}

std::string metadata_json(const document::Document& document) {
    json object = json::object();
    for (const auto& [name, value] : document.metadata) object.emplace(name, value);
    if (!document.properties_json.empty()) {
        const json others = parse_bounded_json(document.properties_json);
        if (others.is_object()) object.insert(others.begin(), others.end());
    }
    return dump(object);
}

void parse_metadata(std::string_view text, document::Document& document) {
    const json object = parse_bounded_json(text);
    if (!object.is_object()) return;
    json others = json::object();
    for (const auto& [name, value] : object.items()) {
        if (value.is_string()) {
            document.metadata.emplace_back(name, value.get<std::string>());
        } else {
            others.emplace(name, value);
        }
    }
    if (!others.empty()) document.properties_json = dump(others);
}

std::string blocks_json(std::span<const document::Block> blocks) {
    std::string text = "[";
    text.reserve(2 + blocks.size() * 24);
    const auto append = [&](std::integral auto number) {
        const fmt::format_int digits(number);
        text.append(digits.data(), digits.size());
    };
    for (const document::Block& block : blocks) {
        text += text.size() > 1 ? ",[" : "[";
        append(static_cast<int>(block.kind));
        text += ',';
        append(block.start);
        text += ',';
        append(block.end);
        text += ',';
        append(block.level);
        text += ',';
        append_json_string(text, block.label);
        text += ']';
    }
    return text + "]";
}

void append_blocks(std::string_view text, std::vector<document::Block>& blocks) {
    if (text == "[]") return;
    const std::size_t before = blocks.size();
    const json array = parse_bounded_json(text);
    if (!array.is_array()) return;
    for (const json& entry : array) {
        const bool whole = entry.is_array() && entry.size() == 5 && entry[0].is_number_integer() &&
                           entry[1].is_number_unsigned() && entry[2].is_number_unsigned() &&
                           entry[3].is_number_integer() && entry[4].is_string();
        if (!whole) {
            blocks.resize(before);
            return;
        }
        blocks.push_back({static_cast<document::BlockKind>(entry[0].get<int>()), entry[1].get<std::size_t>(),
                          entry[2].get<std::size_t>(), entry[3].get<int>(), entry[4].get<std::string>()});
    }
}

std::string offsets_json(const std::vector<std::size_t>& offsets) {
    return fmt::format("[{}]", fmt::join(offsets, ","));
}

std::vector<std::size_t> parse_offsets(std::string_view text, std::size_t size) {
    std::vector<std::size_t> offsets;
    if (text == "[]") return offsets;
    const json array = parse_bounded_json(text);
    if (!array.is_array()) return offsets;
    for (const json& entry : array) {
        if (!entry.is_number_unsigned()) return {};
        const auto offset = entry.get<std::size_t>();
        if (offset > size || (!offsets.empty() && offset <= offsets.back())) return {};
        offsets.push_back(offset);
    }
    return offsets;
}

}  // namespace quarry::store
