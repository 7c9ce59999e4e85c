#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry::agent {

/// A value of a YAML file with the line on which it begins.
struct YamlNode {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    std::string text{};       ///< Of a scalar.
    bool is_plain = false;    ///< A scalar without quotes or a tag: it may be a number or a truth value.
    std::vector<YamlNode> items{};                           ///< Of a list.
    std::vector<std::pair<std::string, YamlNode>> members{};  ///< Of a map, in the order of the file.
    int line = 0;                                            ///< From 1.

    /// The member of that name; null when there is none. Valid as long as the node.
    [[nodiscard]] const YamlNode* find(std::string_view name) const noexcept;
};

/// The one document of a YAML file. Strict: a name that is there twice, a second document, and what cannot be read are
/// errors. Size (1 MB), depth (64), the number of values (20,000) and what aliases copy are bounded.
/// Throws Error(usage) with file and line.
[[nodiscard]] YamlNode read_yaml(std::string_view text, const std::string& file);

/// The value as JSON: plain scalars that JSON writes the same are numbers, truth values or null, all others texts.
[[nodiscard]] nlohmann::json yaml_json(const YamlNode& node);

}  // namespace quarry::agent
