// JSON documents as text.
#include "core/wire/document.h"

#include <nlohmann/json.hpp>

#include "core/config/config_json.h"

namespace quarry::wire {

using json = nlohmann::ordered_json;

std::string document_text(const json& document) { return config::dump_json(document); }

std::string line_text(const json& document) { return document.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace quarry::wire
