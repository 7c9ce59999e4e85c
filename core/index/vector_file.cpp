// The file of an index: its layout, reading and writing.

#include "core/index/vector_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/content_hasher.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace quarry::index {
namespace {

static_assert(std::endian::native == std::endian::little, "vector files are little-endian");
static_assert(sizeof(VectorFileHeader) == 288 && offsetof(VectorFileHeader, own_checksum) == 256);
static_assert(sizeof(VectorKey) == 16 && sizeof(RowScale) == 8);

/// More rows than a row number can tell, or dimensions that no model has, are damage.
constexpr std::uint64_t max_rows = no_row - 1;
constexpr std::uint32_t max_dimensions = 1U << 16;
/// Of `has_halves`.
constexpr std::uint32_t split_codes = 2;
constexpr std::uint32_t max_connectivity = 1'024;
/// Of a file that is written or read from end to end, about as much is in memory at a time.
constexpr std::size_t bytes_in_memory = std::size_t{32} << 20;

std::uint64_t aligned(std::uint64_t offset) { return (offset + 63) / 64 * 64; }

template <std::size_t size>
void put_text(std::array<char, size>& to, std::string_view text) {
    to.fill('\0');
    std::copy_n(text.data(), std::min(size, text.size()), to.data());
}

std::string checksum_of_header(const VectorFileHeader& header) {
    return content_hash({reinterpret_cast<const char*>(&header), offsetof(VectorFileHeader, own_checksum)});
}

/// Of all that follows the header, in passes after which `release` is called.
template <typename Release>
std::string checksum_behind_header(std::string_view file, const Release& release) {
    ContentHasher hash;
    for (std::string_view rest = file.substr(sizeof(VectorFileHeader)); !rest.empty();) {
        hash.add(rest.substr(0, bytes_in_memory));
        rest.remove_prefix(std::min(rest.size(), bytes_in_memory));
        release();
    }
    return hash.digest();
}

/// What is wrong with a header; "" when nothing is.
std::string problem_of(const VectorFileHeader& header, std::uint64_t file_bytes) {
    if (header.magic != VectorFileHeader().magic) return "it is not a vector index";
    if (header.version != VectorFileHeader::newest_version) return "it was made by another version of quarry";
    if (checksum_of_header(header) != std::string_view(header.own_checksum.data(), 32)) return "its header is damaged";
    if (header.dimensions == 0 || header.dimensions > max_dimensions || header.rows > max_rows ||
        header.tombstones > max_rows || header.connectivity > max_connectivity || header.has_halves > split_codes ||
        (header.has_halves == split_codes && header.connectivity > 0) || header.has_residuals > 1) {
        return "its header is damaged";
    }
    if (header.file_bytes != file_bytes || VectorFileLayout(header).end != file_bytes) return "it is cut off";
    return "";
}

VectorFileHeader header_for(std::size_t dimensions, std::size_t rows, std::size_t tombstones,
                            const VectorFileForm& form) {
    if (dimensions == 0 || dimensions > max_dimensions || rows > max_rows) {
        throw Error(ErrorCode::failed, "cannot build the vector index")
            .because(fmt::format("{} vectors of {} dimensions are more than it holds", rows, dimensions));
    }
    VectorFileHeader header;
    header.dimensions = static_cast<std::uint32_t>(dimensions);
    header.rows = rows;
    header.tombstones = tombstones;
    header.has_residuals = form.residuals ? 1 : 0;
    if (rows > 0 && rows * code_stride(dimensions) >= form.halved_from)
        header.has_halves = form.split ? split_codes : 1;
    return header;
}

}  // namespace

VectorFileLayout::VectorFileLayout(const VectorFileHeader& header) {
    const std::uint64_t stride = code_stride(header.dimensions);
    keys = aligned(sizeof(VectorFileHeader));
    scales = aligned(keys + header.rows * sizeof(VectorKey));
    codes = aligned(scales + header.rows * sizeof(RowScale));
    residuals = codes + header.rows * stride / (header.has_halves == split_codes ? 2 : 1);
    halves = residuals + header.has_residuals * header.rows * stride;
    tombstones = halves + (header.has_halves != 0 ? header.rows * stride / 2 : 0);
    links = aligned(tombstones + header.tombstones * sizeof(std::uint32_t));
    levels = links + header.rows * 2 * header.connectivity * sizeof(std::uint32_t);
    end = levels;
    for (const std::uint64_t rows : header.level_rows) end += rows * (1 + header.connectivity) * sizeof(std::uint32_t);
}

VectorFile::VectorFile(MappedFile file, const VectorFileHeader& header)
    : file_(std::move(file)), header_(header), layout_(header) {}

std::optional<VectorFile> VectorFile::open(const std::filesystem::path& path, std::string& why) {
    std::optional<MappedFile> file = MappedFile::open(path, MappedFile::Links::refuse);
    if (!file) {
        why = "there is none";
        return std::nullopt;
    }
    VectorFileHeader header;
    if (file->bytes().size() < sizeof header) {
        why = "it is cut off";
        return std::nullopt;
    }
    std::memcpy(&header, file->bytes().data(), sizeof header);
    why = problem_of(header, file->bytes().size());
    if (!why.empty()) return std::nullopt;
    return VectorFile(std::move(*file), header);
}

std::string_view VectorFile::generation() const noexcept {
    const auto end = std::find(header_.generation.begin(), header_.generation.end(), '\0');
    return {header_.generation.data(), static_cast<std::size_t>(end - header_.generation.begin())};
}

template <typename Number>
std::span<const Number> VectorFile::part(std::uint64_t offset, std::uint64_t count) const noexcept {
    return {reinterpret_cast<const Number*>(file_.bytes().data() + offset), static_cast<std::size_t>(count)};
}

std::span<const VectorKey> VectorFile::keys() const noexcept { return part<VectorKey>(layout_.keys, header_.rows); }

CodedRows VectorFile::rows() const noexcept {
    CodedRows rows{.count = count(),
                   .dimensions = dimensions(),
                   .stride = code_stride(dimensions()),
                   .scales = part<RowScale>(layout_.scales, 0).data(),
                   .longest = header_.longest};
    if (header_.has_halves == split_codes) {
        rows.lower = part<std::uint8_t>(layout_.codes, 0).data();
    } else {
        rows.codes = part<std::int8_t>(layout_.codes, 0).data();
    }
    if (has_residuals()) rows.residuals = part<std::int8_t>(layout_.residuals, 0).data();
    if (header_.has_halves != 0) rows.halves = part<std::uint8_t>(layout_.halves, 0).data();
    return rows;
}

CodedRows VectorFile::rows_in_file() const noexcept {
    CodedRows there = rows();
    there.file = &file_;
    return there;
}

std::span<const std::uint32_t> VectorFile::tombstones() const noexcept {
    return part<std::uint32_t>(layout_.tombstones, header_.tombstones);
}

std::optional<GraphView> VectorFile::graph() const {
    if (header_.connectivity == 0) return std::nullopt;
    GraphView view{header_.connectivity,
                   header_.entry,
                   part<std::uint32_t>(layout_.links, header_.rows * 2 * header_.connectivity),
                   {}};
    std::uint64_t offset = layout_.levels;
    for (const std::uint64_t rows : header_.level_rows) {
        if (rows == 0) break;
        view.levels.push_back(
            {part<std::uint32_t>(offset, rows),
             part<std::uint32_t>(offset + rows * sizeof(std::uint32_t), rows * header_.connectivity)});
        offset += rows * (1 + header_.connectivity) * sizeof(std::uint32_t);
    }
    return view;
}

std::optional<std::size_t> VectorFile::find(std::int64_t id) const noexcept {
    const std::span<const VectorKey> all = keys();
    const auto at = std::lower_bound(all.begin(), all.end(), id,
                                     [](const VectorKey& key, std::int64_t wanted) { return key.id < wanted; });
    if (at == all.end() || at->id != id) return std::nullopt;
    return static_cast<std::size_t>(at - all.begin());
}

bool VectorFile::is_sound() const {
    return checksum_behind_header(file_.bytes(), [this] { file_.release(); }) == checksum();
}

VectorFileWriter::VectorFileWriter(const std::filesystem::path& path, std::size_t dimensions,
                                   std::span<const VectorKey> keys, std::span<const std::uint32_t> tombstones,
                                   const VectorFileForm& form)
    : header_(header_for(dimensions, keys.size(), tombstones.size(), form)),
      layout_(header_),
      file_(path, static_cast<std::size_t>(layout_.end)),
      codes_(code_stride(dimensions)),
      left_out_(form.residuals ? 0 : code_stride(dimensions)) {
    // An empty span has no address, which memcpy does not take.
    if (!keys.empty()) std::memcpy(file_.data() + layout_.keys, keys.data(), keys.size_bytes());
    if (!tombstones.empty()) {
        std::memcpy(file_.data() + layout_.tombstones, tombstones.data(), tombstones.size_bytes());
    }
}

void VectorFileWriter::set(std::size_t row, std::span<const float> vector) {
    const std::size_t stride = code_stride(header_.dimensions);
    auto* residuals = left_out_.data();
    if (header_.has_residuals != 0)
        residuals = reinterpret_cast<std::int8_t*>(file_.data() + layout_.residuals) + row * stride;
    const RowScale scale = encode_vector(vector, codes_.data(), residuals);
    std::memcpy(file_.data() + layout_.scales + row * sizeof scale, &scale, sizeof scale);
    double squares = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) squares += static_cast<double>(codes_[i]) * codes_[i];
    const double length = std::sqrt(squares) * static_cast<double>(scale.scale) * (1 + 1e-6);
    header_.longest = std::max(header_.longest, static_cast<float>(length));
    put_codes(row, codes_.data());
    touch();
}

void VectorFileWriter::put_codes(std::size_t row, const std::int8_t* codes) {
    const std::size_t stride = code_stride(header_.dimensions);
    const auto half_row = [&](std::uint64_t part) {
        return reinterpret_cast<std::uint8_t*>(file_.data() + part) + row * stride / 2;
    };
    if (header_.has_halves != 0) halve_codes(codes, stride, half_row(layout_.halves));
    if (header_.has_halves == split_codes) {
        lower_halves(codes, stride, half_row(layout_.codes));
    } else {
        std::memcpy(file_.data() + layout_.codes + row * stride, codes, stride);
    }
}

bool VectorFileWriter::touch() {
    written_ += code_stride(header_.dimensions);
    if (written_ < bytes_in_memory / 4) return false;
    file_.release();
    written_ = 0;
    return true;
}

void VectorFileWriter::copy(std::size_t row, const VectorFile& from, std::size_t from_row) {
    const CodedRows source = from.rows();
    const std::size_t stride = source.stride;
    put_codes(row, source.read_codes(from_row, 1, copied_));
    if (header_.has_residuals != 0) {
        std::memcpy(file_.data() + layout_.residuals + row * stride, source.residuals + from_row * stride, stride);
    }
    std::memcpy(file_.data() + layout_.scales + row * sizeof(RowScale), source.scales + from_row, sizeof(RowScale));
    header_.longest = std::max(header_.longest, source.longest);
    if (touch()) from.release();
}

CodedRows VectorFileWriter::rows() noexcept {
    return {.count = static_cast<std::size_t>(header_.rows),
            .dimensions = header_.dimensions,
            .stride = code_stride(header_.dimensions),
            .codes = reinterpret_cast<const std::int8_t*>(file_.data() + layout_.codes),
            .residuals = header_.has_residuals != 0
                             ? reinterpret_cast<const std::int8_t*>(file_.data() + layout_.residuals)
                             : nullptr,
            .scales = reinterpret_cast<const RowScale*>(file_.data() + layout_.scales),
            .longest = header_.longest};
}

void VectorFileWriter::add_graph(const Graph& graph, const GraphOptions& options) {
    header_.connectivity = static_cast<std::uint32_t>(graph.connectivity);
    header_.expansion = static_cast<std::uint32_t>(options.expansion);
    header_.entry = graph.entry;
    const std::size_t levels = std::min(graph.levels.size(), VectorFileHeader::max_levels);
    for (std::size_t i = 0; i < levels; ++i) {
        header_.level_rows[i] = static_cast<std::uint32_t>(graph.levels[i].rows.size());
    }
    layout_ = VectorFileLayout(header_);
    file_.grow(static_cast<std::size_t>(layout_.end));
    char* to = file_.data() + layout_.links;
    const auto append = [&to](const std::vector<std::uint32_t>& numbers) {
        std::memcpy(to, numbers.data(), numbers.size() * sizeof(std::uint32_t));
        to += numbers.size() * sizeof(std::uint32_t);
    };
    append(graph.links);
    for (std::size_t i = 0; i < levels; ++i) {
        append(graph.levels[i].rows);
        append(graph.levels[i].links);
    }
}

void VectorFileWriter::commit(std::string_view generation, const VectorFile* parent) {
    header_.file_bytes = layout_.end;
    put_text(header_.generation, generation);
    put_text(header_.parent, parent != nullptr ? parent->checksum() : std::string_view());
    put_text(header_.checksum, checksum_behind_header({file_.data(), file_.size()}, [this] { file_.release(); }));
    put_text(header_.own_checksum, checksum_of_header(header_));
    std::memcpy(file_.data(), &header_, sizeof header_);
    file_.commit();
}

}  // namespace quarry::index
