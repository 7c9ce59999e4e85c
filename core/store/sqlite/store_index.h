#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/cancel.h"
#include "core/index/index_update.h"
#include "core/index/stored_index.h"
#include "core/store/store.h"

namespace quarry::store {

/// An index, ready to be searched.
struct OpenedIndex {
    std::unique_ptr<index::VectorIndex> index;
    std::string note;  ///< For people: why the search takes longer than it need; else empty.
};

/// How the index of an embedder is made whose vectors are computed: for few of them too, since it takes longer to
/// compute than to read them; and by 8 bits alone, which find the same (bench/README.md).
[[nodiscard]] index::IndexUpdateOptions for_computed_vectors(index::IndexUpdateOptions options);

/// Opens the index beside a base for one embedder's vectors. One that is missing, damaged or of yesterday is first
/// brought up to date, without what takes long (the graph); where that cannot be done, as in a folder that is
/// read-only, the base's own vectors are looked at, with a note if they are many; many that would have to be computed
/// are not. The store is borrowed.
[[nodiscard]] OpenedIndex open_index(const Store& store, const std::filesystem::path& base,
                                     std::string_view fingerprint, const index::VectorSearchOptions& search,
                                     const index::IndexUpdateOptions& update, const Cancellation& cancellation);

}  // namespace quarry::store
