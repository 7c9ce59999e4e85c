#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/error.h"
#include "core/store/collection_repository.h"

namespace quarry::store {

/// Throws Error(usage) for a name that cannot be one, and for a description that is too long or not text.
void check_collection(std::string_view name, std::string_view description);

/// That a name is taken, that `main` cannot go, and that a collection with sources cannot.
[[nodiscard]] Error taken_collection(std::string_view name);
[[nodiscard]] Error main_stays();
[[nodiscard]] Error collection_in_use(std::string_view name, std::uint64_t sources);

}  // namespace quarry::store
