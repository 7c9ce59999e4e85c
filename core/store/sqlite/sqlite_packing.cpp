// SqliteStore: texts in parts, packed.

#include <algorithm>

#include "core/base/error.h"
#include "core/store/json_text.h"
#include "core/store/sqlite/sqlite_store.h"
#include "core/store/sqlite/text_reader.h"

namespace quarry::store {
namespace {

constexpr const char* insert_part =
    "INSERT INTO document_parts (document_id, start_byte, blocks, text, packed) VALUES (?, ?, ?, '', ?)";
constexpr const char* replace_text = "UPDATE document_parts SET text = '', packed = ?2 WHERE id = ?1";
constexpr const char* delete_part = "DELETE FROM document_parts WHERE id = ?";
constexpr const char* select_part =
    "SELECT document_id, start_byte, blocks, text, packed FROM document_parts WHERE id = ?";
// What is looked at of a frame is its header, of at most 18 bytes.
constexpr const char* select_frames =
    "SELECT id, substr(packed, 1, 18) FROM document_parts WHERE id > ? ORDER BY id";
constexpr const char* select_text_total = "SELECT coalesce(sum(text_bytes), 0) FROM documents";
constexpr const char* select_documents_with_text = "SELECT id FROM documents ORDER BY id";

constexpr const char* delete_dictionaries = "DELETE FROM text_dictionaries";

constexpr std::size_t parts_a_transaction = 1'000;

std::string_view text_of(const PreparedSource& source) {
    return source.document ? std::string_view(source.document->text) : std::string_view();
}

}  // namespace

void SqliteStore::learn_texts(std::span<const PreparedSource> sources) {
    std::uint64_t bytes = 0;
    for (const PreparedSource& source : sources) bytes += text_of(source).size();
    if (!packing_.wants_dictionary(bytes)) return;
    TextSample sample(bytes);
    for (const PreparedSource& source : sources) sample.add(text_of(source));
    packing_.learn(sample);
}

void SqliteStore::insert_parts(std::int64_t document_id, std::size_t start, std::string_view text,
                               std::span<const document::Block> blocks) {
    db::Query row = query(insert_part);
    std::size_t done = 0;
    do {
        const std::size_t end = end_of_part(text, done);
        const bool is_last = end == text.size();
        std::size_t count = 0;
        while (count < blocks.size() && (is_last || blocks[count].start < start + end)) ++count;
        const std::string_view frame = packing_.pack(text.substr(done, end - done));
        row.with(document_id, start + done, blocks_json(blocks.first(count)), db::Blob{frame.data(), frame.size()})
            .run();
        blocks = blocks.subspan(count);
        done = end;
    } while (done < text.size());
}

void SqliteStore::pack_texts() {
    in_transaction([&] { learn_stored_texts(); });
    std::int64_t after = 0;
    for (;;) {
        const std::vector<std::int64_t> parts = loosely_packed_parts(after, parts_a_transaction);
        if (parts.empty()) return;
        in_transaction([&] {
            for (const std::int64_t part : parts) pack_part(part);
        });
        after = parts.back();
    }
}

void SqliteStore::forget_dictionaries() {
    in_transaction([&] {
        packing_.pack_without_dictionary();
        std::vector<std::int64_t> parts;
        {
            db::Query row = query(select_frames);
            row.with(0);
            while (row.step()) {
                if (!row.is_null(1) && TextPacking::has_dictionary(row.bytes(1))) parts.push_back(row.integer(0));
            }
        }
        bool all_are_packed = true;
        for (const std::int64_t part : parts) {
            try {
                all_are_packed = pack_part(part) && all_are_packed;
            } catch (const SQLite::Exception& error) {
                if (error.getErrorCode() != SQLITE_CORRUPT) throw;
                all_are_packed = false;
            }
        }
        // What is damaged keeps what it may be mended with.
        if (all_are_packed) query(delete_dictionaries).run();
    });
}

void SqliteStore::learn_stored_texts() {
    std::uint64_t total = 0;
    {
        db::Query row = query(select_text_total);
        row.step();
        total = row.count(0);
    }
    if (!packing_.wants_dictionary(total)) return;
    TextSample sample(total);
    TextReader texts(database_, statements_, packing_);
    db::Query document = query(select_documents_with_text);
    while (document.step()) {
        texts.for_each_part(document.integer(0), [&](std::string_view part) {
            sample.add(part);
            return true;
        });
    }
    packing_.learn(sample);
}

std::vector<std::int64_t> SqliteStore::loosely_packed_parts(std::int64_t after, std::size_t limit) const {
    return guarded("read", [&] {
        std::vector<std::int64_t> parts;
        db::Query row = query(select_frames);
        row.with(after);
        while (parts.size() < limit && row.step()) {
            if (row.is_null(1) || !packing_.is_well_packed(row.bytes(1))) parts.push_back(row.integer(0));
        }
        return parts;
    });
}

bool SqliteStore::pack_part(std::int64_t id) {
    std::int64_t document = 0;
    std::size_t start = 0;
    std::string text, blocks_as_stored;
    {
        db::Query row = query(select_part);
        if (!row.with(id).step()) return true;  // another process was here meanwhile
        document = row.integer(0);
        start = row.count(1);
        const StoredPart part{id, document, row.integer(1), row.bytes(2), row.bytes(3), row.bytes(4)};
        // What is damaged stays as it is, for `verify` to find.
        if (row_checksums(statements_) == ChecksumState::complete && !part_is_as_stored(statements_, part)) return false;
        text = part.text;
        if (!row.is_null(4)) packing_.unpack(part.packed, text);
        blocks_as_stored = part.blocks;
    }
    if (text.size() > document_part_bytes) {
        std::vector<document::Block> blocks;
        append_blocks(blocks_as_stored, blocks);
        query(delete_part).with(id).run();
        insert_parts(document, start, text, blocks);
        return true;
    }
    const std::string_view frame = packing_.pack(text);
    std::string again;
    packing_.unpack(frame, again);
    if (again != text) throw Error(ErrorCode::failed, "cannot pack a text").because("it does not unpack to the same");
    query(replace_text).with(id, db::Blob{frame.data(), frame.size()}).run();
    return true;
}

}  // namespace quarry::store
