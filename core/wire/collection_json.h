#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <span>
#include <string>

#include "core/store/collection_repository.h"

namespace quarry::wire {

/// Schema quarry.collections/1: what `collections ls --json` prints.
[[nodiscard]] nlohmann::ordered_json collections_json(std::span<const store::Collection> collections);
/// Schema quarry.collections.add/1.
[[nodiscard]] nlohmann::ordered_json added_collection_json(const std::string& name, const std::string& description);
/// Schema quarry.collections.rm/1, with how many sources went with it.
[[nodiscard]] nlohmann::ordered_json removed_collection_json(const std::string& name, std::size_t sources);

}  // namespace quarry::wire
