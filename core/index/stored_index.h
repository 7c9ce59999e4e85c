#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/index/vector_file.h"
#include "core/index/vector_index.h"

namespace quarry::index {

/// How an index is searched.
struct VectorSearchOptions {
    bool exact = false;           ///< Look at all of every vector, though there be a graph or halved codes.
    std::size_t expansion = 512;  ///< Candidates that a walk through the graph keeps (efSearch); the limit at least.
    unsigned threads = 1;         ///< Of an exact scan that is large enough.
};

/// Where the files of an index are.
struct IndexPaths {
    /// Beside the base, named after its file and the embedder.
    IndexPaths(const std::filesystem::path& base, std::string_view embedder_fingerprint);

    std::filesystem::path main;     ///< All vectors of one moment.
    std::filesystem::path changes;  ///< What came and went since.
};

/// The index in the files beside a base: an exact scan of 8-bit codes while there are few vectors, a walk through a
/// graph when there are many, and in both cases the best scored again by 16 bits. What it has open stays as it was when
/// another process replaces the files.
class StoredIndex final : public VectorIndex {
public:
    /// Opens what is there. Nothing when it is missing, of another version, or cut off; `why` then says which.
    [[nodiscard]] static std::optional<StoredIndex> open(const IndexPaths& paths, const VectorSearchOptions& options,
                                                         std::string& why);

    /// It reads its own files only.
    [[nodiscard]] bool is_concurrent() const noexcept override { return true; }
    [[nodiscard]] NearestVectors nearest(std::span<const float> query, std::size_t limit,
                                         std::span<const std::int64_t> ids,
                                         const IdSet* within = nullptr) const override;
    void discard() const noexcept override;

    /// The state of the base that it stands for.
    [[nodiscard]] std::string_view generation() const noexcept;
    /// The vectors that it has.
    [[nodiscard]] std::size_t count() const noexcept;
    [[nodiscard]] std::size_t dimensions() const noexcept { return main_.dimensions(); }
    [[nodiscard]] bool has_graph() const { return main_.graph().has_value(); }
    /// What it takes on disk.
    [[nodiscard]] std::uint64_t bytes() const noexcept;
    /// Every vector that it has, ascending by id.
    [[nodiscard]] std::vector<VectorKey> keys() const;
    /// The file that has a vector, and the row in it. Valid as long as this is.
    struct Place {
        const VectorFile* file = nullptr;
        std::size_t row = 0;
    };
    [[nodiscard]] std::optional<Place> locate(std::int64_t id) const noexcept;
    /// Reads all of it and compares the checksums.
    [[nodiscard]] bool is_sound() const;

    [[nodiscard]] const VectorFile& main() const noexcept { return main_; }
    [[nodiscard]] const std::optional<VectorFile>& changes() const noexcept { return changes_; }
    /// Rows of the main file whose vectors are no more, ascending.
    [[nodiscard]] std::span<const std::uint32_t> removed() const noexcept { return removed_; }
    void set_options(const VectorSearchOptions& options) { options_ = options; }

private:
    StoredIndex(IndexPaths paths, VectorFile main, std::optional<VectorFile> changes,
                const VectorSearchOptions& options);

    [[nodiscard]] std::vector<ScoredRow> nearest_of_main(const CodedQuery& query, std::size_t limit,
                                                         const IdSet* within) const;
    [[nodiscard]] std::vector<ScoredRow> walk(const GraphView& graph, const CodedQuery& query, std::size_t limit,
                                              const RowSet* within) const;

    /// The first search copies rows from a large file; for more of them it pays to have all of it in memory.
    [[nodiscard]] CodedRows rows_of(const VectorFile& file) const;

    IndexPaths paths_;
    VectorFile main_;
    std::optional<VectorFile> changes_;
    std::vector<std::uint32_t> removed_;
    VectorSearchOptions options_;
    mutable std::size_t searches_ = 0;
};

}  // namespace quarry::index
