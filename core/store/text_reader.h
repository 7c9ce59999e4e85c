#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

struct sqlite3_blob;

namespace quarry {

/// Reads spans of the documents' texts without reading the whole texts (SQLite's incremental I/O).
///
/// Keeps the last document open, and with it a read transaction: one reader lives no longer than one operation.
class TextReader {
public:
    explicit TextReader(SQLite::Database& database) : database_(database) {}
    ~TextReader();
    TextReader(const TextReader&) = delete;
    TextReader& operator=(const TextReader&) = delete;

    /// Bytes [start, end) of the document's text; throws SQLite::Exception where there are no such bytes.
    [[nodiscard]] std::string read(std::int64_t document_id, std::size_t start, std::size_t end);

private:
    void open(std::int64_t document_id);

    SQLite::Database& database_;
    sqlite3_blob* blob_ = nullptr;
    std::optional<std::int64_t> document_id_;
};

}  // namespace quarry
