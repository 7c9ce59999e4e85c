#include "core/store/sqlite/text_reader.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

#include "core/base/text.h"

namespace quarry::store {
namespace {

constexpr const char* select_part_at =
    "SELECT id, start_byte, packed FROM document_parts WHERE document_id = ? AND start_byte <= ?"
    " ORDER BY start_byte DESC LIMIT 1";
constexpr const char* select_whole_part_at =
    "SELECT id, start_byte, blocks, text, packed FROM document_parts WHERE document_id = ? AND start_byte <= ?"
    " ORDER BY start_byte DESC LIMIT 1";
constexpr const char* select_parts =
    "SELECT id, start_byte, blocks, text, packed FROM document_parts WHERE document_id = ? ORDER BY start_byte";
constexpr const char* select_name = "SELECT min(uri) FROM sources WHERE document_id = ?";

}  // namespace

SQLite::Exception damaged_text(std::string_view source) {
    return {fmt::format("the text of {} is not the one that was stored", one_line(source, 300)), SQLITE_CORRUPT};
}

TextReader::~TextReader() { sqlite3_blob_close(blob_); }

std::size_t TextReader::open_blob(std::int64_t id) {
    const int result = blob_ == nullptr
                           ? sqlite3_blob_open(database_.getHandle(), "main", "document_parts", "text", id, 0, &blob_)
                           : sqlite3_blob_reopen(blob_, id);
    if (result != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), result);
    return static_cast<std::size_t>(sqlite3_blob_bytes(blob_));
}

void TextReader::open_part(std::int64_t document_id, std::size_t place) {
    part_.reset();
    db::Query row = statements_.query(select_part_at);
    if (!row.with(document_id, place).step()) {
        throw SQLite::Exception("a document has no text where a chunk lies", SQLITE_CORRUPT);
    }
    in_memory_ = !row.is_null(2);
    if (in_memory_) unpack(row.bytes(2), document_id);
    const std::size_t size = in_memory_ ? text_.size() : open_blob(row.integer(0));
    const Part part{document_id, row.count(1), row.count(1) + size};
    if (!part.has(document_id, place)) {
        throw SQLite::Exception("a chunk lies outside its document's text", SQLITE_CORRUPT);
    }
    part_ = part;
}

void TextReader::refuse(std::int64_t document_id) const {
    db::Query row = statements_.query(select_name);
    const bool is_known = row.with(document_id).step() && !row.is_null(0);
    throw damaged_text(is_known ? row.text(0) : fmt::format("document {}", document_id));
}

void TextReader::unpack(std::string_view frame, std::int64_t document_id) {
    try {
        packing_.unpack(frame, text_);
    } catch (const SQLite::Exception&) {
        refuse(document_id);
    }
}

std::string_view TextReader::checked_text(const db::Query& row, std::int64_t document_id) {
    const StoredPart part{row.integer(0), document_id, row.integer(1), row.bytes(2), row.bytes(3), row.bytes(4)};
    if (checks_ && !part_is_as_stored(statements_, part)) refuse(document_id);
    if (row.is_null(4)) return part.text;
    unpack(part.packed, document_id);
    return text_;
}

void TextReader::load_part(std::int64_t document_id, std::size_t place) {
    part_.reset();
    db::Query row = statements_.query(select_whole_part_at);
    if (!row.with(document_id, place).step()) {
        throw SQLite::Exception("a document has no text where a chunk lies", SQLITE_CORRUPT);
    }
    const std::string_view text = checked_text(row, document_id);
    if (row.is_null(4)) text_ = text;
    in_memory_ = true;
    const Part part{document_id, row.count(1), row.count(1) + text_.size()};
    if (!part.has(document_id, place)) {
        throw SQLite::Exception("a chunk lies outside its document's text", SQLITE_CORRUPT);
    }
    part_ = part;
}

std::string TextReader::read(std::int64_t document_id, std::size_t start, std::size_t end) {
    if (start > end) throw SQLite::Exception("a chunk ends before it begins", SQLITE_CORRUPT);
    std::string text;
    for (std::size_t place = start; place < end;) {
        if (!part_ || !part_->has(document_id, place)) {
            checks_ ? load_part(document_id, place) : open_part(document_id, place);
        }
        const std::size_t size = std::min(end, part_->end) - place;
        if (in_memory_) {
            text.append(text_, place - part_->start, size);
            place += size;
            continue;
        }
        const std::size_t filled = text.size();
        text.resize(filled + size);
        const int result = sqlite3_blob_read(blob_, text.data() + filled, static_cast<int>(size),
                                             static_cast<int>(place - part_->start));
        if (result != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), result);
        place += size;
    }
    return text;
}

void TextReader::for_each_part(std::int64_t document_id, const std::function<bool(std::string_view part)>& visit) {
    // Not from the cache: the visitor may ask for another document's parts.
    SQLite::Statement statement(database_, select_parts);
    db::Query row(statement);
    row.with(document_id);
    part_.reset();  // `text_` is used for other parts
    while (row.step()) {
        if (!visit(checked_text(row, document_id))) return;
    }
}

std::string TextReader::read_all(std::int64_t document_id, std::size_t size) {
    std::string text;
    // A damaged base may say any size.
    constexpr std::size_t most_in_advance = 1'000'000'000;
    text.reserve(std::min(size, most_in_advance));
    for_each_part(document_id, [&](std::string_view part) {
        text += part;
        return true;
    });
    return text;
}

}  // namespace quarry::store
