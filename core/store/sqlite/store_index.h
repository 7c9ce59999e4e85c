#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/cancel.h"
#include "core/index/index_update.h"
#include "core/index/stored_index.h"
#include "core/store/store.h"

namespace quarry::store {

/// One embedder's vectors in a base, for an index to be made from.
class StoreVectors final : public index::VectorSource {
public:
    /// The store is borrowed.
    StoreVectors(const VectorStore& store, std::string fingerprint)
        : store_(store), fingerprint_(std::move(fingerprint)) {}

    [[nodiscard]] std::string generation() const override { return store_.generation(); }
    [[nodiscard]] std::size_t dimensions() const override { return store_.vector_dimensions(fingerprint_); }
    void for_each_key(const std::function<void(const index::VectorKey&)>& visit) const override;
    void for_each_vector(const VisitVector& visit) const override { store_.for_each_vector(fingerprint_, visit); }
    void vectors_of(std::span<const std::int64_t> ids, const VisitVector& visit) const override {
        store_.vectors_of(fingerprint_, ids, visit);
    }

private:
    const VectorStore& store_;
    std::string fingerprint_;
};

/// An index, ready to be searched.
struct OpenedIndex {
    std::unique_ptr<index::VectorIndex> index;
    std::string note;  ///< For people: why the search takes longer than it need; else empty.
};

/// Opens the index beside a base for one embedder's vectors. One that is missing, damaged or of yesterday is first
/// brought up to date, without what takes long (the graph); where that cannot be done, as in a folder that is
/// read-only, the base's own vectors are looked at, with a note if they are many. The store is borrowed.
[[nodiscard]] OpenedIndex open_index(const Store& store, const std::filesystem::path& base,
                                     std::string_view fingerprint, const index::VectorSearchOptions& search,
                                     const index::IndexUpdateOptions& update, const Cancellation& cancellation);

}  // namespace quarry::store
