#include "core/store/json_text.h"

#include <nlohmann/json.hpp>

namespace quarry {

using nlohmann::json;

namespace {

// Titles and headings are valid UTF-8 by contract; a broken one is stored mended rather than failing a whole batch.
std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string heading_path_json(const std::vector<std::string>& path) {
    return path.empty() ? std::string("[]") : dump(json(path));
}

std::vector<std::string> parse_heading_path(std::string_view text) {
    std::vector<std::string> path;
    if (text == "[]") return path;
    const json value = json::parse(text, nullptr, false);
    if (!value.is_array()) return path;
    for (const json& heading : value) {
        if (!heading.is_string()) return {};
        path.push_back(heading.get<std::string>());
    }
    return path;
}

std::string metadata_json(const std::vector<std::pair<std::string, std::string>>& metadata) {
    json object = json::object();
    for (const auto& [name, value] : metadata) object.emplace(name, value);
    return dump(object);
}

}  // namespace quarry
