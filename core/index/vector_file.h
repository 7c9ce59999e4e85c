#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/index/coded_vectors.h"
#include "core/index/graph.h"

namespace quarry::index {

/// Which vector a row of an index is: that of the chunk `id`, whose text has the hash `text`. A base may give the id
/// of a removed chunk to another one; the text tells.
struct VectorKey {
    std::int64_t id = 0;
    std::uint64_t text = 0;

    friend auto operator<=>(const VectorKey&, const VectorKey&) = default;
};

/// The beginning of a vector file; all numbers are little-endian. On disk: a change of it, or of what it describes,
/// is a new version.
///
/// Behind it follow, each at a multiple of 64 bytes: keys (16 bytes a row, ascending by id), scales (8), codes
/// (`code_stride(dimensions)`; half of that, see `lower_halves`, where they are split), residuals (as much as whole
/// codes) and the halved codes (half of that; see `halve_codes`) of a file that has them, the tombstones (4 each,
/// ascending), and the graph: the links of the lowest level (8 x connectivity bytes a row), then for each upper level
/// its rows and their links.
///
/// There are two of them. The main file has all vectors of one moment. The file of changes, which is small, has the
/// rows that came since, and as tombstones those rows of the main file that went; it names the main file that it
/// belongs to by checksum, and has no graph.
struct VectorFileHeader {
    static constexpr std::uint32_t newest_version = 3;
    static constexpr std::size_t max_levels = 16;

    std::array<char, 8> magic{'q', 'u', 'a', 'r', 'r', 'y', 'v', 'x'};
    std::uint32_t version = newest_version;
    std::uint32_t dimensions = 0;
    std::uint64_t rows = 0;
    std::uint64_t tombstones = 0;
    std::uint64_t file_bytes = 0;
    float longest = 0;               ///< No row of codes is longer.
    std::uint32_t connectivity = 0;  ///< Of the graph; 0: there is none.
    std::uint32_t expansion = 0;     ///< With which it was built.
    std::uint32_t entry = no_row;    ///< A row of its topmost level.
    std::uint32_t has_halves = 0;  ///< 1: behind those are halved codes; 2: and codes are split, which no graph's are.
    std::uint32_t has_residuals = 0;                     ///< 1: behind the codes are residuals.
    std::array<std::uint32_t, max_levels> level_rows{};  ///< Rows of the upper levels; 0 after the topmost.
    std::array<char, 64> generation{};                   ///< Of the base, padded with zeros.
    std::array<char, 32> checksum{};                     ///< XXH3-128 of all that follows the header, in hex digits.
    std::array<char, 32> parent{};        ///< Of the main file that changes belong to; zeros in a main file.
    std::array<char, 32> own_checksum{};  ///< XXH3-128 of the header up to here.
};

/// Where the parts of a vector file are, in bytes from its beginning.
struct VectorFileLayout {
    explicit VectorFileLayout(const VectorFileHeader& header);

    std::uint64_t keys = 0, scales = 0, codes = 0, residuals = 0, halves = 0, tombstones = 0, links = 0, levels = 0,
                  end = 0;
};

/// A vector file that can be searched. Opening it reads the header only; what is behind it is not trusted further
/// than that it has the right size, so a damaged file gives wrong scores at worst, and `is_sound` finds it.
class VectorFile {
public:
    /// Nothing when there is no such file, or it is none of this version, or is cut off. `why` then says which.
    [[nodiscard]] static std::optional<VectorFile> open(const std::filesystem::path& path, std::string& why);

    [[nodiscard]] std::size_t count() const noexcept { return static_cast<std::size_t>(header_.rows); }
    [[nodiscard]] std::size_t dimensions() const noexcept { return header_.dimensions; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return header_.file_bytes; }
    [[nodiscard]] std::string_view generation() const noexcept;
    [[nodiscard]] std::string_view checksum() const noexcept { return {header_.checksum.data(), 32}; }
    /// Whether these are changes to that main file.
    [[nodiscard]] bool belongs_to(const VectorFile& main) const noexcept {
        return header_.parent == main.header_.checksum;
    }
    /// Whether it keeps what 8 bits leave out of a vector.
    [[nodiscard]] bool has_residuals() const noexcept { return header_.has_residuals != 0; }
    [[nodiscard]] bool is_main() const noexcept { return header_.parent == std::array<char, 32>{}; }

    // Valid as long as this is.
    [[nodiscard]] std::span<const VectorKey> keys() const noexcept;
    [[nodiscard]] CodedRows rows() const noexcept;
    /// The same to be copied from the file; not while this is moved.
    [[nodiscard]] CodedRows rows_in_file() const noexcept;
    [[nodiscard]] std::span<const std::uint32_t> tombstones() const noexcept;
    /// Nothing when it has none.
    [[nodiscard]] std::optional<GraphView> graph() const;
    /// The row of a chunk; nothing when it has none.
    [[nodiscard]] std::optional<std::size_t> find(std::int64_t id) const noexcept;
    /// Reads all of it and compares the checksum.
    [[nodiscard]] bool is_sound() const;
    /// Takes what was looked at out of memory, until it is looked at again.
    void release() const noexcept { file_.release(); }

private:
    VectorFile(MappedFile file, const VectorFileHeader& header);
    template <typename Number>
    [[nodiscard]] std::span<const Number> part(std::uint64_t offset, std::uint64_t count) const noexcept;

    MappedFile file_;
    VectorFileHeader header_;
    VectorFileLayout layout_;
};

/// What a vector file has of each row.
struct VectorFileForm {
    bool residuals = true;  ///< What 8 bits leave out of a vector.
    /// Codes that are halved are kept once: as their upper and their lower halves. Not for a file that gets a graph.
    bool split = false;
    std::uint64_t halved_from = halved_codes_from;  ///< Codes of so many bytes or more are halved too.
};

/// Writes a vector file, row by row and then its graph, and puts it in its place when all is there.
class VectorFileWriter {
public:
    /// `keys` ascending by id. Throws Error(failed) when the file cannot be made, or not with that many rows.
    VectorFileWriter(const std::filesystem::path& path, std::size_t dimensions, std::span<const VectorKey> keys,
                     std::span<const std::uint32_t> tombstones, const VectorFileForm& form = {});

    /// Gives a row its vector. A row without one counts as a vector of zeros.
    void set(std::size_t row, std::span<const float> vector);
    /// Copies a row of another file of the same dimensions, which has residuals if this one is to have them.
    void copy(std::size_t row, const VectorFile& from, std::size_t from_row);
    /// What has been written, where codes are not split; valid until `add_graph`.
    [[nodiscard]] CodedRows rows() noexcept;
    void add_graph(const Graph& graph, const GraphOptions& options);
    /// Completes it. `parent` is the main file that changes belong to, null for a main file.
    void commit(std::string_view generation, const VectorFile* parent);

private:
    /// Writes the codes of a row in all their forms.
    void put_codes(std::size_t row, const std::int8_t* codes);
    /// Counts a row; now and then, which it returns, what was written leaves memory.
    bool touch();

    VectorFileHeader header_;
    VectorFileLayout layout_;
    MappedOutput file_;
    std::size_t written_ = 0;                    ///< Bytes of codes since then.
    std::vector<std::int8_t> codes_, left_out_;  ///< Room for codes, and for residuals that are not kept.
    CodeBuffer copied_;
};

}  // namespace quarry::index
