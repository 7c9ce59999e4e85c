#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace quarry {

/// JSON of at most `max_depth` levels, which code that goes through it by recursion can bear; discarded
/// (`is_discarded()`) when the text is none, or deeper.
template <typename Json = nlohmann::json>
[[nodiscard]] Json parse_bounded_json(std::string_view text, int max_depth) {
    bool too_deep = false;
    const auto look = [&](int depth, typename Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > max_depth;
        return !too_deep;
    };
    Json json = Json::parse(text, look, false);
    return too_deep ? Json(Json::value_t::discarded) : json;
}

}  // namespace quarry
