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

nlohmann::ordered_json models_json(std::span<const models::StoredModel> files, std::span<const BaseEmbedder> embedders,
                                   std::span<const NamedModel> profiles) {
    nlohmann::ordered_json stored = nlohmann::ordered_json::array();
    for (const models::StoredModel& model : files) {
        stored.push_back(model_json(model));
        stored.back()["source"] = model.source;
    }
    nlohmann::ordered_json of_base = nlohmann::ordered_json::array();
    for (const BaseEmbedder& one : embedders) {
        of_base.push_back({{"name", one.name},
                           {"fingerprint", one.fingerprint},
                           {"dimensions", one.dimensions},
                           {"vectors", one.vectors},
                           {"bytes", one.bytes},
                           {"missing", one.missing},
                           {"in_use", one.in_use}});
    }
    nlohmann::ordered_json named = nlohmann::ordered_json::array();
    for (const NamedModel& one : profiles) {
        named.push_back({{"name", one.name},
                         {"provider", one.provider},
                         {"model", one.model},
                         {"address", one.address},
                         {"origin", one.origin}});
    }
    return {{"schema", "quarry.models.ls/1"}, {"models", stored}, {"embedders", of_base}, {"profiles", named}};
}

nlohmann::ordered_json added_model_json(const models::StoredModel& model) {
    nlohmann::ordered_json document = {{"schema", "quarry.models.add/1"}};
    document.update(model_json(model));
    return document;
}

nlohmann::ordered_json removed_model_json(const std::string& model) {
    return {{"schema", "quarry.models.rm/1"}, {"removed", model}};
}

}  // namespace quarry::wire
