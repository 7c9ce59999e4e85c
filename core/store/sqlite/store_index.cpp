// The vector index of a base.

#include "core/store/sqlite/store_index.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/index/exact_index.h"
#include "core/store/store_vectors.h"

namespace quarry::store {
namespace {

/// So many vectors are looked at in the base itself within a few hundredths of a second; nothing need be said.
constexpr std::size_t unnoticed_scan = 20'000;
/// A search waits this long for who is making the index of vectors that are computed, which takes longer.
constexpr std::chrono::seconds search_lock_wait{2};

/// The index, when it is of today.
std::unique_ptr<index::VectorIndex> open_current(const index::IndexPaths& paths,
                                                 const index::VectorSearchOptions& options,
                                                 const std::string& generation) {
    std::string why;
    std::optional<index::StoredIndex> index = index::StoredIndex::open(paths, options, why);
    if (!index || index->generation() != generation) return nullptr;
    return std::make_unique<index::StoredIndex>(std::move(*index));
}

}  // namespace

index::IndexUpdateOptions for_computed_vectors(index::IndexUpdateOptions options) {
    options.fewest_rows = 1;
    options.residuals = false;
    return options;
}

OpenedIndex open_index(const Store& store, const std::filesystem::path& base, std::string_view fingerprint,
                       const index::VectorSearchOptions& search, const index::IndexUpdateOptions& update,
                       const Cancellation& cancellation) {
    const index::IndexPaths paths(base, fingerprint);
    const StoreVectors vectors(store, std::string(fingerprint));
    if (auto current = open_current(paths, search, vectors.generation())) return {std::move(current), ""};
    std::string why;
    bool damaged = false;
    const bool computed = store.computes_vectors(fingerprint);
    // A few vectors have no index, and looking for the rest of it would cost more than the search.
    if (store.chunk_count() >= update.fewest_rows) {
        try {
            index::IndexUpdateOptions quick = update;
            quick.build_graph = false;
            if (computed) quick.lock_wait = search_lock_wait;
            index::update_index(vectors, paths, quick, cancellation);
            if (auto current = open_current(paths, search, vectors.generation())) return {std::move(current), ""};
        } catch (const index::DamagedVectors& error) {
            why = error.what();
            damaged = true;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            why = error.causes().empty() ? error.message() : error.causes().front();
        }
    }
    OpenedIndex scanned;
    if (computed && store.chunk_count() > unnoticed_scan) {
        // To compute them all would take a search minutes.
        scanned.index = std::make_unique<index::ExactIndex>([](const auto&) {});
        scanned.note = fmt::format("searched by words alone, since there is no vector index: {}", why);
        return scanned;
    }
    scanned.index = std::make_unique<index::ExactIndex>(
        [&store, key = std::string(fingerprint)](const auto& visit) { store.for_each_vector(key, visit); });
    if (!why.empty() && (damaged || store.chunk_count() > unnoticed_scan)) {
        scanned.note = fmt::format("searched without a vector index, which is slower: {}", why);
    }
    return scanned;
}

}  // namespace quarry::store
