// A file of settings, read without a configuration to put them into.
#include "core/config/settings_file.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <cstdint>

#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::config {
namespace {

constexpr std::uint64_t max_file_bytes = 1 << 20;

/// Adds what a table has, named from the top.
void add_table(const toml::table& table, const std::string& prefix, const std::string& file,
               std::vector<FileSetting>& settings) {
    for (const auto& [key, node] : table) {
        const std::string name = fmt::format("{}{}", prefix, key.str());
        if (const toml::table* inner = node.as_table()) {
            add_table(*inner, name + ".", file, settings);
            continue;
        }
        const std::string where = fmt::format("{}:{}", file, node.source().begin.line);
        if (const auto text = node.value<std::string>()) {
            settings.push_back({name, *text, where});
        } else if (const auto truth = node.value_exact<bool>()) {
            settings.push_back({name, *truth ? "true" : "false", where});
        } else if (const auto integer = node.value_exact<std::int64_t>()) {
            settings.push_back({name, fmt::format("{}", *integer), where});
        } else if (const auto number = node.value_exact<double>()) {
            settings.push_back({name, fmt::format("{}", *number), where});
        } else {
            throw Error(ErrorCode::usage, fmt::format("{}: {} cannot be compared", where, name),
                        "compare settings that are text, numbers, true or false");
        }
    }
}

}  // namespace

std::vector<FileSetting> read_settings_file(const std::string& file) {
    toml::table table;
    try {
        table = toml::parse(read_file(file, max_file_bytes), file);
    } catch (const toml::parse_error& error) {
        throw Error(ErrorCode::usage, fmt::format("{}:{} is not TOML", file, error.source().begin.line))
            .because(std::string(error.description()));
    }
    std::vector<FileSetting> settings;
    add_table(table, "", file, settings);
    return settings;
}

}  // namespace quarry::config
