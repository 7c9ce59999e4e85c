#include "core/store/feedback_rules.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"

namespace quarry::store {

std::string facts_json(const std::vector<std::string>& facts) {
    return nlohmann::json(facts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> parse_facts(std::string_view json) {
    std::vector<std::string> texts;
    for (const nlohmann::json& one : parse_bounded_json(json)) {
        if (one.is_string()) texts.push_back(one.get<std::string>());
    }
    return texts;
}

Error too_much_feedback(std::size_t most) {
    return Error(ErrorCode::usage, fmt::format("{} judgements are kept already", most),
                 "remove some that are no longer needed");
}

}  // namespace quarry::store
