#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/db/sqlite_statement.h"

struct sqlite3_blob;

namespace quarry::store {

/// The most bytes of text in a part of a document that is stored: sixteen pages. On disk: parts of other sizes are as
/// good, since each says where it begins.
inline constexpr std::size_t document_part_bytes = 65'536;

/// Where the part that begins at `start` ends: at most `document_part_bytes` on, between two characters.
[[nodiscard]] std::size_t end_of_part(std::string_view text, std::size_t start);

/// Reads the documents' texts, which are stored in parts; of a span, only the pages that hold it.
///
/// Keeps the last part open (SQLite's incremental I/O), and with it a read transaction: one reader lives no longer than
/// one operation.
class TextReader {
public:
    TextReader(SQLite::Database& database, db::StatementCache& statements)
        : database_(database), statements_(statements) {}
    ~TextReader();
    TextReader(const TextReader&) = delete;
    TextReader& operator=(const TextReader&) = delete;

    /// Bytes [start, end) of the document's text; throws SQLite::Exception where there are no such bytes.
    [[nodiscard]] std::string read(std::int64_t document_id, std::size_t start, std::size_t end);
    /// Calls `visit` with each part in turn, which is valid during the call only; false from it ends that.
    void for_each_part(std::int64_t document_id, const std::function<bool(std::string_view part)>& visit);
    /// The whole text; `size` is how long it should be, so that memory is asked for once.
    [[nodiscard]] std::string read_all(std::int64_t document_id, std::size_t size);

private:
    /// The part that is open.
    struct Part {
        std::int64_t document_id = 0;
        std::size_t start = 0;
        std::size_t end = 0;

        [[nodiscard]] bool has(std::int64_t document, std::size_t place) const {
            return document == document_id && start <= place && place < end;
        }
    };
    void open_part(std::int64_t document_id, std::size_t place);

    SQLite::Database& database_;
    db::StatementCache& statements_;
    sqlite3_blob* blob_ = nullptr;
    std::optional<Part> part_;
};

}  // namespace quarry::store
