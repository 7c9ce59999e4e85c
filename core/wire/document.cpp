// JSON documents as text.
#include "core/wire/document.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

using json = nlohmann::ordered_json;

std::string line_text(const json& document) { return document.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace quarry::wire
