// Changes one line of a TOML file and leaves the rest as it is.
#include "core/config/config_edit.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::config {
namespace {

std::string toml_value(const ConfigKey& key, std::string_view value) {
    if (key.type == ConfigKey::Type::number && value.find_first_of(".eE") == std::string_view::npos) {
        return std::string(value) + ".0";
    }
    if (key.type != ConfigKey::Type::text) return std::string(value);
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            quoted += {'\\', c};
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

/// Where a node's text is in the file; toml++ counts columns in code points from 1, the end is exclusive.
std::size_t offset_of(std::string_view content, const LineIndex& lines, const toml::source_position& position) {
    std::size_t offset = lines.line_start(position.line);
    for (toml::source_index column = 1; column < position.column && offset < content.size(); ++column) {
        ++offset;
        while (offset < content.size() && (static_cast<unsigned char>(content[offset]) & 0xC0) == 0x80) ++offset;
    }
    return offset;
}

struct Place {
    std::size_t start = 0, end = 0;
};

/// The bytes of the key's present value.
std::optional<Place> find_value(std::string_view content, const LineIndex& lines, const toml::table& table,
                                const ConfigKey& key) {
    const auto node = table.at_path(key.name);
    if (!node) return std::nullopt;
    const toml::source_region& region = node.node()->source();
    return Place{offset_of(content, lines, region.begin), offset_of(content, lines, region.end)};
}

/// The offset of the line after the [section]'s last line that is not blank; nothing when there is no such header.
std::optional<std::size_t> end_of_section(std::string_view content, const LineIndex& lines, std::string_view section) {
    std::optional<std::size_t> end;
    for (std::size_t line = 1; line <= lines.line_count(); ++line) {
        const std::size_t start = lines.line_start(line);
        const std::size_t next = line < lines.line_count() ? lines.line_start(line + 1) : content.size();
        const std::string_view text = trim(content.substr(start, next - start));
        if (text.starts_with('[')) {
            if (end) return end;
            const std::size_t close = text.find(']');
            if (close != std::string_view::npos && trim(text.substr(1, close - 1)) == section) end = next;
        } else if (end && !text.empty()) {
            end = next;
        }
    }
    return end;
}

/// The offset before the first [section], where keys without a section go.
std::size_t end_of_top_level(std::string_view content, const LineIndex& lines) {
    for (std::size_t line = 1; line <= lines.line_count(); ++line) {
        const std::size_t start = lines.line_start(line);
        if (trim(content.substr(start)).starts_with('[')) {
            const std::string_view rest = content.substr(start);
            if (trim(rest.substr(0, rest.find('\n'))).starts_with('[')) return start;
        }
    }
    return content.size();
}

std::string insert_line(std::string_view content, std::size_t offset, const std::string& line) {
    std::string result(content.substr(0, offset));
    if (!result.empty() && result.back() != '\n') result += '\n';
    result += line + "\n";
    result += content.substr(offset);
    return result;
}

std::string add_setting(std::string_view content, const ConfigKey& key, const std::string& value) {
    const LineIndex lines(content);
    const std::size_t dot = key.name.rfind('.');
    if (dot == std::string::npos) {
        return insert_line(content, end_of_top_level(content, lines), fmt::format("{} = {}", key.name, value));
    }
    const std::string section = key.name.substr(0, dot), name = key.name.substr(dot + 1);
    const std::string line = fmt::format("{} = {}", name, value);
    if (const auto end = end_of_section(content, lines, section)) return insert_line(content, *end, line);
    const toml::table before = toml::parse(content);
    const bool dotted = before.at_path(section).is_table();  // as "chunk.size = 1": a header would be a second one
    if (dotted) {
        return insert_line(content, end_of_top_level(content, lines), fmt::format("{} = {}", key.name, value));
    }
    return insert_line(content, content.size(), fmt::format("{}[{}]\n{}", content.empty() ? "" : "\n", section, line));
}

/// Takes the value with that dotted name out.
void erase_path(toml::table& table, std::string_view name) {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) {
        table.erase(name);
    } else if (toml::table* inner = table[name.substr(0, dot)].as_table()) {
        erase_path(*inner, name.substr(dot + 1));
    }
}

/// Takes tables without values out, which dotted names leave none of.
void erase_empty(toml::table& table) {
    for (auto at = table.begin(); at != table.end();) {
        toml::table* const inner = at->second.as_table();
        if (inner != nullptr) erase_empty(*inner);
        at = inner != nullptr && inner->empty() ? table.erase(at) : std::next(at);
    }
}

template <typename Edit>
std::string edited_file(const std::filesystem::path& file, Edit&& edit) {
    try {
        return edit();
    } catch (const toml::parse_error& error) {
        throw Error(ErrorCode::usage, fmt::format("{}:{}: not valid TOML", file.string(), error.source().begin.line),
                    "correct the file first")
            .because(std::string(error.description()));
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot edit {}", file.string()));
    }
}

}  // namespace

std::string edit_config(std::string_view content, const ConfigKey& key, std::string_view value) {
    if (find_invalid_utf8(value)) {
        throw Error(ErrorCode::usage, fmt::format("the value of {} is not UTF-8", key.name),
                    fmt::format("a file of settings is; give such a value with {}, or with --config",
                                config_variable(key.name)));
    }
    const std::string text = toml_value(key, value);
    const LineIndex lines(content);
    const toml::table table = toml::parse(content);
    std::string result;
    if (const auto place = find_value(content, lines, table, key)) {
        result = content.substr(0, place->start);
        result += text;
        result += content.substr(place->end);
    } else {
        result = add_setting(content, key, text);
    }
    // The edit is by text; whether it says what was meant is asked of the parser.
    try {
        const toml::table edited = toml::parse(result), meant = toml::parse("value = " + text);
        const auto found = edited.at_path(key.name), wanted = meant["value"];
        const bool same = wanted.is_string()
                              ? found.is_string() && found.ref<std::string>() == wanted.ref<std::string>()
                          : wanted.is_boolean() ? found.value<bool>() == wanted.value<bool>()
                                                : found.value<double>() == wanted.value<double>();
        if (same) return result;
    } catch (const toml::parse_error&) {
        // Falls through to the error: the file is not written.
    }
    throw Error(ErrorCode::failed, fmt::format("cannot change {} in the file as it is written", key.name),
                fmt::format("edit it by hand: {} = {}", key.name, text));
}

std::string remove_setting(std::string_view content, const ConfigKey& key) {
    const LineIndex lines(content);
    toml::table table = toml::parse(content);
    const auto place = find_value(content, lines, table, key);
    if (!place) return std::string(content);
    const std::size_t first = lines.line_start(lines.line_of(place->start));
    const std::size_t end = std::min(content.find('\n', place->end), content.size() - 1) + 1;
    std::string result(content.substr(0, first));
    result += content.substr(end);
    // The edit is by text; whether it took out that setting alone is asked of the parser.
    try {
        toml::table edited = toml::parse(result);
        erase_path(table, key.name);
        erase_empty(table);
        erase_empty(edited);
        if (table == edited) return result;
    } catch (const toml::parse_error&) {
        // Falls through to the error: the file is not written.
    }
    throw Error(ErrorCode::failed, fmt::format("cannot take {} out of the file as it is written", key.name),
                "edit it by hand");
}

std::string edit_config_file(const std::filesystem::path& file, std::string_view content, const ConfigKey& key,
                             std::string_view value) {
    return edited_file(file, [&] { return edit_config(content, key, value); });
}

std::string remove_setting_of(const std::filesystem::path& file, std::string_view content, const ConfigKey& key) {
    return edited_file(file, [&] { return remove_setting(content, key); });
}

}  // namespace quarry::config
