#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/cancel.h"
#include "core/store/postgresql/server_connection.h"
#include "core/store/vector_store.h"

namespace quarry::store::postgresql {

/// The extension pgvector, as a database has it.
struct Pgvector {
    std::string installed;  ///< The version in this database: "0.8.1"; empty for none.
    std::string available;  ///< The version that could be installed; empty for none.
    std::string schema;     ///< Where its types are, quoted.
    bool is_allowed = false;
    int version = 0;  ///< 801 for 0.8.1

    [[nodiscard]] static Pgvector of(ServerConnection& server);
    /// The same, after it was installed where the server has it and the role may. Not in a transaction.
    [[nodiscard]] static Pgvector install(ServerConnection& server);
    /// HNSW indexes, which 0.5 brought.
    [[nodiscard]] bool is_usable() const noexcept { return is_allowed && version >= 500; }
    [[nodiscard]] bool has_halves() const noexcept { return version >= 700; }
    /// A scan that goes on until enough rows pass the filter.
    [[nodiscard]] bool scans_on() const noexcept { return version >= 800; }
    /// Why what is installed is not used, for people; else empty.
    [[nodiscard]] std::string problem() const;
};

/// An embedder's vectors in the types of pgvector with an HNSW index: a table of its own, near_vectors_ID, beside the
/// table `vectors`, from which it can be made again at any time. What it lacks is known, and looked at exactly; what it
/// has too much of is not found. So it may be of yesterday. Borrows the connection.
class PgvectorIndex {
public:
    /// Of what the table can say in this state of the base; nothing when searches cannot use it. In a transaction.
    [[nodiscard]] static std::optional<PgvectorIndex> open(ServerConnection& server, std::int64_t embedder_id,
                                                           std::size_t dimensions);

    /// About the nearest texts, those that the index lacks among them; of `among` (ids of texts) when it is given.
    /// `exact`: the server compares every vector. In a read transaction.
    [[nodiscard]] std::vector<std::int64_t> nearest(std::span<const float> query, std::size_t limit,
                                                    const std::vector<std::int64_t>* among, bool exact) const;

    /// Brings the table to the vectors of an embedder, and makes its index, where pgvector can; says whether anything
    /// was changed. In a writing transaction.
    static bool update(ServerConnection& server, const Pgvector& pgvector, std::int64_t embedder_id,
                       std::size_t dimensions, bool rewrite, const Cancellation& cancellation,
                       const VectorStore::IndexProgress& progress);
    /// Forgets vectors that are replaced, or all of an embedder's. In a writing transaction.
    static void forget(ServerConnection& server, std::int64_t embedder_id, std::span<const std::int64_t> text_ids);
    static void drop(ServerConnection& server, std::int64_t embedder_id);
    /// What is wrong with the table, for people.
    [[nodiscard]] static std::vector<std::string> verify(ServerConnection& server, std::int64_t embedder_id,
                                                         std::size_t dimensions, const Cancellation& cancellation);
    /// What such tables take.
    [[nodiscard]] static std::uint64_t bytes(ServerConnection& server);

private:
    PgvectorIndex(ServerConnection& server, Pgvector pgvector, std::string table, std::string type)
        : server_(&server), pgvector_(std::move(pgvector)), table_(std::move(table)), type_(std::move(type)) {}

    ServerConnection* server_;
    Pgvector pgvector_;
    std::string table_, type_;
    std::vector<std::int64_t> missing_;  ///< Texts with a vector that the table does not have.
};

}  // namespace quarry::store::postgresql
