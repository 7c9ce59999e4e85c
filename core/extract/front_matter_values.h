#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace quarry::extract {

/// The values of front matter by their names, in the order in which they stand: texts, numbers, truth values and lists
/// of these. A name below another is "review.score". Their number and length are bounded, whatever the text holds; of
/// a name that is there twice the first value stays.
class FrontMatterValues {
public:
    /// Keeps a value: of a table its values, under their names. An empty text or null is none.
    void set(const std::string& name, const nlohmann::ordered_json& value);
    /// Adds a value to the list of that name: of a table its values, each to the list of its name.
    void append(const std::string& name, const nlohmann::ordered_json& value);

    /// An object with all of them.
    [[nodiscard]] nlohmann::ordered_json& all() noexcept { return values_; }

private:
    [[nodiscard]] bool has_room(const std::string& name) const;
    void add(const std::string& name, const nlohmann::ordered_json& value, bool to_list, int depth);

    nlohmann::ordered_json values_ = nlohmann::ordered_json::object();
};

/// Reads lines of TOML: scalars, long texts, tables and lists. Returns whether one of them is a key at all.
bool read_toml_values(std::span<const std::string_view> lines, FrontMatterValues& values);

}  // namespace quarry::extract
