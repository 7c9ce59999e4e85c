#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/stored_bytes.h"

namespace quarry::store {

/// An embedder that a base has vectors of.
struct StoredEmbedder {
    std::string fingerprint;
    std::size_t dimensions = 0;
    std::uint64_t vectors = 0;
    std::uint64_t bytes = 0;  ///< Of the model and the vectors that are kept.
    bool has_model = false;   ///< It lives in the base: the table that was fitted.
};

/// The vectors of chunk texts, and the models that live in the base. Used by one thread at a time. Throws Error.
class VectorStore {
public:
    virtual ~VectorStore() = default;

    // -- vectors, keyed by chunk text and embedder fingerprint ---------------------------------------------------
    struct UnembeddedText {
        std::int64_t id = 0;
        std::string text_hash;
        std::string text;
    };
    /// Up to `limit` distinct chunk texts without a vector of that embedder, by ascending id, behind the id `after`.
    [[nodiscard]] virtual std::vector<UnembeddedText> unembedded(std::string_view fingerprint, std::size_t limit,
                                                                 std::int64_t after = 0) const = 0;
    [[nodiscard]] virtual std::uint64_t unembedded_count(std::string_view fingerprint) const = 0;
    /// The tokens of those texts, as ChunkSpan::tokens counts them.
    [[nodiscard]] virtual std::uint64_t unembedded_tokens(std::string_view fingerprint) const = 0;
    /// Stores vectors, row-major (hashes x dimensions).
    virtual void put_vectors(std::string_view fingerprint, std::size_t dimensions,
                             std::span<const std::string> text_hashes, std::span<const float> vectors) = 0;
    /// Whether `compute_vectors` can be: it needs an index beside the base that is quick to read.
    [[nodiscard]] virtual bool can_compute_vectors() const noexcept = 0;
    /// From now on computes the vectors of an embedder, whose table must be in the base, whenever they are needed,
    /// instead of keeping them, and drops those that are kept. Every text that is there now has a vector then. What is
    /// put with `put_vectors` is dropped.
    virtual void compute_vectors(std::string_view fingerprint, std::size_t dimensions) = 0;
    /// Whether they are computed.
    [[nodiscard]] virtual bool computes_vectors(std::string_view fingerprint) const = 0;
    /// Every chunk's vector of that embedder, in no particular order. The span is valid during the call only.
    virtual void for_each_vector(
        std::string_view fingerprint,
        const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const = 0;
    /// Every embedder that has vectors or a model here, in the order in which they came.
    [[nodiscard]] virtual std::vector<StoredEmbedder> embedders() const = 0;
    /// Drops the vectors, the model and the name of an embedder, and gives the space back.
    virtual void drop_embedder(std::string_view fingerprint) = 0;

    // -- what a vector index beside the base is made from ---------------------------------------------------------
    /// Another text after each change of chunks or vectors; no other base ever has the same. "" before the first.
    [[nodiscard]] virtual std::string generation() const = 0;
    /// The length of that embedder's vectors; 0 while there are none.
    [[nodiscard]] virtual std::size_t vector_dimensions(std::string_view fingerprint) const = 0;
    /// Every chunk with a vector of that embedder, by ascending id, and 64 bits of the hash of its text.
    virtual void for_each_vector_key(
        std::string_view fingerprint,
        const std::function<void(std::int64_t chunk_id, std::uint64_t text_hash)>& visit) const = 0;
    /// The vectors of some chunks, as far as they have one. The span is valid during the call only.
    virtual void vectors_of(
        std::string_view fingerprint, std::span<const std::int64_t> chunk_ids,
        const std::function<void(std::int64_t chunk_id, std::span<const float> vector)>& visit) const = 0;

    // -- the vector index, which dense searches use and which can be made anew at any time -------------------------
    /// Called with how many of how many vectors are in the index, or have been linked by its graph.
    using IndexProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;
    /// Brings the index to the vectors of that embedder, and removes those of embedders that the base has no more.
    /// Uses up to `threads`. With `rewrite` nothing is left in it of what was removed. Throws Error: locked,
    /// interrupted, failed (for want of space, or where nothing may be written); searches work without it.
    virtual void update_index(std::string_view fingerprint, unsigned threads, bool rewrite,
                              const Cancellation& cancellation, const IndexProgress& progress) const = 0;
    /// What is wrong with the index, for people. Empty when it agrees with the vectors, or is of yesterday, which the
    /// next search mends.
    [[nodiscard]] virtual std::vector<std::string> verify_index(std::string_view fingerprint,
                                                                const Cancellation& cancellation) const = 0;
    /// What the indexes take on disk beside the base.
    [[nodiscard]] virtual std::uint64_t index_bytes() const = 0;

    // -- embedding models that live in the base (the fitted table) -----------------------------------------------
    virtual void put_model(std::string_view fingerprint, std::string_view bytes) = 0;
    [[nodiscard]] virtual std::optional<std::string> model(std::string_view fingerprint) const = 0;
    /// The same to be read piece by piece; null when there is none. Borrows the store, and keeps to one state of the
    /// base while it lives, so it should not live long.
    [[nodiscard]] virtual std::unique_ptr<StoredBytes> open_model(std::string_view fingerprint) const = 0;
};

}  // namespace quarry::store
