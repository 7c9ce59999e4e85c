#include "core/store/kept_answer_rules.h"

#include <nlohmann/json.hpp>

namespace quarry::store {

std::string name_in_json(const std::string& name) {
    const std::string quoted = nlohmann::json(name).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace quarry::store
