#pragma once

#include <string>

#include "core/app/services.h"
#include "core/store/chunk_filter.h"
#include "core/store/collection_repository.h"

namespace quarry::app {

/// The collections that a request is about: those that it names, else all that its caller may read but for what agents
/// remember; nothing for all of the base. Throws Error(usage) for one that is not there; one that the caller may not read is as if it were not.
[[nodiscard]] store::CollectionNames readable_collections(const store::CollectionRepository& base,
                                                          const store::CollectionNames& asked,
                                                          const CollectionAccess& access);

/// Makes a filter let through nothing but what the request may read. Whoever answers a request does this once, before
/// anything is looked for: all that a caller gets to see is computed under a filter. Throws as `readable_collections`.
void narrow(store::ChunkFilter& filter, const store::CollectionRepository& base, const CollectionAccess& access);

/// The names that are in both; `names` where `others` is nothing.
[[nodiscard]] store::CollectionNames names_in_both(const store::CollectionNames& names,
                                                   const store::CollectionNames& others);

/// Throws Error(usage) where documents may not be put into a collection: it is not there, or the caller may not write.
/// "" is `main`. `base` is null for one that is not there yet.
void check_target_collection(const store::CollectionRepository* base, const std::string& name,
                             const CollectionAccess& access);

}  // namespace quarry::app
