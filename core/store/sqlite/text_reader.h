#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/db/sqlite_statement.h"
#include "core/store/document_parts.h"
#include "core/store/sqlite/row_checksums.h"
#include "core/store/sqlite/text_packing.h"

struct sqlite3_blob;

namespace quarry::store {

/// That a source's text is damaged: it would be shown, and cited, as if the source said it.
[[nodiscard]] SQLite::Exception damaged_text(std::string_view source);

enum class PartCheck { none, checksum };

/// Reads the documents' texts, which are stored in parts, packed. Of a part that an older program stored, which is not
/// packed, only the pages that hold a span are read, unless parts are checked.
///
/// With `PartCheck::checksum` each part is compared with its checksum, where the base has them, before any of it is
/// given: for text that is shown. A chunk's needs none, as its own hash is compared.
///
/// Keeps the last part open (SQLite's incremental I/O), and with it a read transaction: one reader lives no longer than
/// one operation.
class TextReader {
public:
    TextReader(SQLite::Database& database, db::StatementCache& statements, TextPacking& packing,
               PartCheck check = PartCheck::none)
        : database_(database),
          statements_(statements),
          packing_(packing),
          checks_(check == PartCheck::checksum && row_checksums(statements) == ChecksumState::complete) {}
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
    /// Opens the text of a row that is not packed; gives its size.
    [[nodiscard]] std::size_t open_blob(std::int64_t id);
    /// The same, with all of its text in memory, checked.
    void load_part(std::int64_t document_id, std::size_t place);
    /// The text of a row of select_parts, checked; valid until the next call or step.
    [[nodiscard]] std::string_view checked_text(const db::Query& row, std::int64_t document_id);
    /// Unpacks into `text_`; throws what says of which source the text is damaged.
    void unpack(std::string_view frame, std::int64_t document_id);
    [[noreturn]] void refuse(std::int64_t document_id) const;

    SQLite::Database& database_;
    db::StatementCache& statements_;
    TextPacking& packing_;
    sqlite3_blob* blob_ = nullptr;
    std::optional<Part> part_;
    bool in_memory_ = false;  ///< The part's text is `text_`, not `blob_`.
    std::string text_;
    const bool checks_;
};

}  // namespace quarry::store
