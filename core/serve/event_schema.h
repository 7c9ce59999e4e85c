#pragma once

#include <nlohmann/json.hpp>

namespace quarry::serve {

/// The schemas of what the events of runs have as data, by their names among OpenAPI's components: "Event", which is
/// one of the others ("Event.text" ...) by its field `event`. Of answers (core/answer/event.h) and of jobs.
[[nodiscard]] nlohmann::ordered_json event_schemas();

}  // namespace quarry::serve
