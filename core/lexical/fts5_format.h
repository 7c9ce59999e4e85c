#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

/// How FTS5 stores an index: the parts of its format that both reading and writing it need. It is described in
/// SQLite's source, ext/fts5/fts5_index.c, "On disk" and "Structure record"; on disk, so it never changes.
namespace quarry::lexical::fts5 {

/// The only format up to SQLite 3.43, and since then without the option secure-delete.
inline constexpr std::int64_t known_format = 4;

// Rows of the table "_data".
inline constexpr std::int64_t totals_record = 1;
inline constexpr std::int64_t structure_record = 10;

/// What stands before each term of the index proper; prefix indexes, which the table has not, would have others.
inline constexpr char term_mark = '0';
/// Where the content of a leaf page begins: behind the places of its first id and of its footer.
inline constexpr std::size_t page_header = 4;
/// In a list of places, this says that the number of another column follows; places are 2 and more.
inline constexpr char column_mark = 1;

/// The row of a leaf page: the segment's number above 37 bits of others, which are 0 but for the page's number.
[[nodiscard]] constexpr std::int64_t leaf_row(std::int64_t segment, std::int64_t page) {
    return (segment << 37) + page;
}
/// The row of a page of the index to a long list of postings, which begins on the leaf `page`.
[[nodiscard]] constexpr std::int64_t doclist_index_row(std::int64_t segment, std::int64_t height, std::int64_t page) {
    return (segment << 37) + (std::int64_t{1} << 36) + (height << 31) + page;
}

/// Reads SQLite's variable-length integer at `at`, and goes behind it. There must be 9 bytes.
[[nodiscard]] inline std::uint64_t read_varint(const char* bytes, std::size_t& at) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[at++]);
        value = value << 7U | (byte & 0x7FU);
        if (byte < 0x80) return value;
    }
    return value << 8U | static_cast<unsigned char>(bytes[at++]);
}

/// How many bytes SQLite's variable-length integer has.
[[nodiscard]] constexpr std::size_t varint_size(std::uint64_t value) {
    std::size_t size = 1;
    while (size < 9 && (value >>= 7U) != 0) ++size;
    return size;
}

inline constexpr std::size_t longest_varint = 9;

/// Of integers of more than one byte; see `write_varint`.
[[nodiscard]] char* write_long_varint(char* at, std::uint64_t value);

/// Writes SQLite's variable-length integer, and returns where it ends. There must be 9 bytes.
[[nodiscard]] inline char* write_varint(char* at, std::uint64_t value) {
    if (value >= 0x80) return write_long_varint(at, value);
    *at = static_cast<char>(value);
    return at + 1;
}

/// Appends SQLite's variable-length integer.
inline void append_varint(std::string& bytes, std::uint64_t value) {
    if (value < 0x80) {
        bytes.push_back(static_cast<char>(value));
    } else {
        char varint[longest_varint];
        bytes.append(varint, write_long_varint(varint, value));
    }
}

}  // namespace quarry::lexical::fts5

namespace quarry::lexical {

/// The index is not as this version of quarry knows it: FTS5 itself must be asked, and tells if it is damaged.
class DamagedTermIndex : public std::exception {
public:
    [[nodiscard]] const char* what() const noexcept override { return "the lexical index cannot be read directly"; }
};

/// Takes integers out of a record. Throws DamagedTermIndex where it ends too soon.
class RecordReader {
public:
    explicit RecordReader(std::string_view record) : bytes_(record), size_(record.size()) {
        bytes_.append(padding, '\0');
    }

    void skip(std::size_t size) { at_ += size; }
    [[nodiscard]] bool ended() const { return at_ >= size_; }
    [[nodiscard]] std::uint64_t next() {
        if (ended()) throw DamagedTermIndex();
        return fts5::read_varint(bytes_.data(), at_);
    }

private:
    /// Zeros behind what is read, so that no integer is read beyond it.
    static constexpr std::size_t padding = 16;

    std::string bytes_;
    std::size_t size_;
    std::size_t at_ = 0;
};

}  // namespace quarry::lexical
