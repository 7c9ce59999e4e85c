// The files of a vector index, as a disk may give them back: whatever their bytes, opening and searching them ends,
// reads nothing outside them, and finds only rows that there are.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/index/stored_index.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// Gives the bytes a header that is right about itself, so that what is behind it is reached.
std::string with_sound_header(std::string bytes) {
    quarry::index::VectorFileHeader header;
    if (bytes.size() < sizeof header) return bytes;
    std::memcpy(&header, bytes.data(), sizeof header);
    header.magic = quarry::index::VectorFileHeader().magic;
    header.version = quarry::index::VectorFileHeader::newest_version;
    header.parent = {};
    header.dimensions = header.dimensions % 100 + 1;
    header.rows %= 200;
    header.tombstones %= 200;
    header.connectivity %= 20;
    header.has_halves %= 3;
    header.has_residuals %= 2;
    for (std::uint32_t& rows : header.level_rows) rows %= 50;
    header.file_bytes = quarry::index::VectorFileLayout(header).end;
    const std::string own = quarry::content_hash(
        {reinterpret_cast<const char*>(&header), offsetof(quarry::index::VectorFileHeader, own_checksum)});
    std::memcpy(header.own_checksum.data(), own.data(), own.size());
    std::string body = bytes.substr(sizeof header);
    bytes.assign(reinterpret_cast<const char*>(&header), sizeof header);
    while (!body.empty() && bytes.size() < header.file_bytes) bytes += body;
    bytes.resize(header.file_bytes, '\0');
    return bytes;
}

void search(const quarry::index::IndexPaths& paths) {
    std::string why;
    const std::optional<quarry::index::StoredIndex> index = quarry::index::StoredIndex::open(paths, {}, why);
    require(index.has_value() == why.empty());
    if (!index) return;
    const std::vector<float> query(index->dimensions(), 0.25F);
    const std::int64_t asked[] = {0, 7};
    const quarry::index::NearestVectors found = index->nearest(query, 5, asked);
    require(found.nearest.size() <= 5);
    quarry::IdSet within;
    for (const quarry::index::VectorKey& key : index->main().keys()) {
        if (key.id >= 0 && key.id % 3 == 0) within.insert(key.id);
    }
    for (const quarry::index::ScoredVector& one : index->nearest(query, 5, {}, &within).nearest) {
        require(within.contains(one.id));
    }
    (void)index->keys();
    (void)index->is_sound();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const quarry::TemporaryDirectory folder("vector-file-fuzz");
    const quarry::index::IndexPaths paths(folder.path() / "base.db", "fuzz");
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    for (const std::string& content : {bytes, with_sound_header(bytes)}) {
        std::ofstream(paths.main, std::ios::binary) << content;
        search(paths);
    }
    return 0;
}
