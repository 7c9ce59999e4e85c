#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/store/collection_repository.h"

namespace quarry::app {

/// The collections of a base. Each call opens the base for its duration, and throws as `store::open_store` does. One
/// thread at a time.
class CollectionService {
public:
    explicit CollectionService(Services& services) : services_(services) {}

    /// Those that the request may read, `main` first.
    [[nodiscard]] std::vector<store::Collection> list() const;
    /// Adds one; makes the base where there is none. Throws Error(usage) for a name that is taken or cannot be one.
    void add(const std::string& name, const std::string& description);
    /// Removes one; with `sources`, all that is in it too, and gives how many sources that were. Throws Error and
    /// removes nothing: nothing_found, usage for `main`, and for one that has sources without `sources`.
    std::size_t remove(const std::string& name, bool sources);

private:
    Services& services_;
};

}  // namespace quarry::app
