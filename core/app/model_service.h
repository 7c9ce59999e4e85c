#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/models/model_store.h"
#include "core/wire/model_json.h"

namespace quarry::app {

/// The user's model files, the models that the settings name, and the embedders that the base has vectors of.
struct ModelList {
    std::vector<models::StoredModel> files{};
    std::vector<wire::BaseEmbedder> embedders{};  ///< Empty where there is no base.
    std::vector<wire::NamedModel> profiles{};
};
[[nodiscard]] ModelList list_models(const Services& services);

/// Puts a file, or what an https address gives, with the user's models, with progress. Throws as ModelStore::add does.
models::StoredModel add_model(Services& services, const std::string& source, models::AddModelOptions options);

/// Fetches a known model, unless the user has it with that hash. Throws as ModelStore::add does.
models::StoredModel add_known_model(Services& services, const models::KnownModel& known,
                                    models::AddModelOptions options);

/// A setting that makes quarry use a model.
struct ModelSetting {
    std::string key, value;
};
/// What to set so that a model does what it is for. Throws Error(usage) for a table.
[[nodiscard]] std::vector<ModelSetting> settings_to_use(const models::StoredModel& model);

/// Removes a model file. Throws Error(nothing_found) when there is none of that name.
void remove_model_file(const Services& services, const std::string& name);

/// Removes what the base has of a model's vectors, by its name or fingerprint, and returns how many there were. Throws
/// Error: failed when searches use them, nothing_found.
std::uint64_t remove_model_vectors(const Services& services, const std::string& model);

}  // namespace quarry::app
