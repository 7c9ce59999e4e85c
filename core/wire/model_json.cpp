#include "core/wire/model_json.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

nlohmann::ordered_json model_json(const models::StoredModel& model) {
    return {{"name", model.name},
            {"path", model.path.string()},
            {"bytes", model.bytes},
            {"sha256", model.sha256},
            {"architecture", model.architecture},
            {"dimensions", model.dimensions},
            {"context_length", model.context_length},
            {"license", model.license},
            {"license_link", model.license_link}};
}

}  // namespace quarry::wire
