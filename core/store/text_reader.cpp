#include "core/store/text_reader.h"

#include <sqlite3.h>

namespace quarry {

TextReader::~TextReader() { sqlite3_blob_close(blob_); }

void TextReader::open(std::int64_t document_id) {
    document_id_.reset();
    const int result =
        blob_ == nullptr ? sqlite3_blob_open(database_.getHandle(), "main", "documents", "text", document_id, 0, &blob_)
                         : sqlite3_blob_reopen(blob_, document_id);
    if (result != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), result);
    document_id_ = document_id;
}

std::string TextReader::read(std::int64_t document_id, std::size_t start, std::size_t end) {
    if (document_id_ != document_id) open(document_id);
    const auto size = static_cast<std::size_t>(sqlite3_blob_bytes(blob_));
    if (start > end || end > size) {
        throw SQLite::Exception("a chunk lies outside its document's text", SQLITE_CORRUPT);
    }
    std::string text(end - start, '\0');
    const int result = sqlite3_blob_read(blob_, text.data(), static_cast<int>(text.size()), static_cast<int>(start));
    if (result != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), result);
    return text;
}

}  // namespace quarry
