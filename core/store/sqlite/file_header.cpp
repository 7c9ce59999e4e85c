#include "core/store/sqlite/file_header.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>

namespace quarry::store {
namespace {

// https://www.sqlite.org/fileformat.html, "The Database Header"
constexpr std::size_t header_bytes = 100;
constexpr std::size_t change_counter = 24, version_valid_for = 92;
constexpr std::size_t reserved_start = 72, reserved_end = 92;

struct HeaderField {
    std::size_t offset, size;
    std::uint32_t least, most;
    const char* name;
};
// Format and encoding are 0 as long as all tables are in the write-ahead log.
constexpr std::array header_fields = {
    HeaderField{18, 1, 1, 2, "file format write version"},
    HeaderField{19, 1, 1, 2, "file format read version"},
    HeaderField{20, 1, 0, 0, "reserved space of pages"},
    HeaderField{44, 4, 0, 4, "schema format"},
    HeaderField{48, 4, 0, 0, "default size of the page cache"},
    HeaderField{56, 4, 0, 1, "text encoding"},
    HeaderField{60, 4, 0, 0, "user version"},
    HeaderField{64, 4, 1, 1, "incremental vacuum mode"},
    HeaderField{96, 4, 3'007'000, 3'999'999, "version of SQLite that wrote it"},
};

}  // namespace

std::vector<std::string> header_problems(const std::filesystem::path& file) {
    std::array<unsigned char, header_bytes> header{};
    std::ifstream stream(file, std::ios::binary);
    if (!stream.read(reinterpret_cast<char*>(header.data()), header.size())) return {};
    const auto number = [&](std::size_t offset, std::size_t size) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) value = value << 8 | header[offset + i];
        return value;
    };
    std::vector<std::string> problems;
    for (const HeaderField& field : header_fields) {
        const std::uint32_t value = number(field.offset, field.size);
        if (value >= field.least && value <= field.most) continue;
        problems.push_back(
            fmt::format("its header is damaged at byte {}: the {} is {}", field.offset, field.name, value));
    }
    if (number(change_counter, 4) != number(version_valid_for, 4)) {
        problems.push_back(fmt::format("its header is damaged at byte {} or {}: the change counters differ",
                                       change_counter, version_valid_for));
    }
    for (std::size_t at = reserved_start; at < reserved_end; ++at) {
        if (header[at] == 0) continue;
        problems.push_back(fmt::format("its header is damaged at byte {}: it is reserved, and is not 0", at));
        break;
    }
    return problems;
}

}  // namespace quarry::store
