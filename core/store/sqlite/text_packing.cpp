#include "core/store/sqlite/text_packing.h"

#include <fmt/format.h>
#include <sqlite3.h>
// For the quick way to make a dictionary; what it makes is an ordinary one.
#define ZDICT_STATIC_LINKING_ONLY
#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <utility>

#include "core/base/error.h"
#include "core/base/hash.h"

namespace quarry::store {
namespace {

/// zstd's own default: higher levels gain 3 to 6 % and take three to six times as long.
constexpr int packing_level = 3;

// A dictionary costs its size once, so it grows with the texts.
constexpr std::uint64_t least_text_for_dictionary = 512 << 10;
constexpr std::size_t least_dictionary_bytes = 8 << 10;
constexpr std::size_t most_dictionary_bytes = 112 << 10;
constexpr std::uint64_t text_bytes_a_dictionary_byte = 32;
constexpr std::size_t piece_bytes = 1024;
constexpr std::uint64_t most_sample_bytes = 2 << 20;
/// A stored one beyond this is not quarry's.
constexpr std::size_t most_stored_dictionary_bytes = 1 << 20;
constexpr std::size_t most_dictionaries = 16;

constexpr const char* missing_dictionary = "the dictionary that a text is packed with is missing";
constexpr const char* damaged_dictionary = "the dictionary that texts are packed with is not the one that was stored";

constexpr const char* select_current = "SELECT coalesce(max(id), 0) FROM text_dictionaries";
constexpr const char* select_dictionary =
    "SELECT hash, iif(length(bytes) <= ?2, bytes, NULL) FROM text_dictionaries WHERE id = ?1";
constexpr const char* insert_dictionary =
    "INSERT INTO text_dictionaries (id, hash, bytes) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";

SQLite::Exception damaged(const char* what) { return {what, SQLITE_CORRUPT}; }

template <typename Pointer>
Pointer made(Pointer pointer) {
    if (pointer == nullptr) throw std::bad_alloc();
    return pointer;
}

}  // namespace

TextSample::TextSample(std::uint64_t total_bytes)
    : total_(total_bytes), step_(piece_bytes * std::max<std::uint64_t>(1, total_bytes / most_sample_bytes)) {}

void TextSample::add(std::string_view text) {
    for (; next_ < begin_ + text.size() && pieces_.size() < most_sample_bytes; next_ += step_) {
        const std::string_view piece = text.substr(next_ - begin_, piece_bytes);
        pieces_ += piece;
        sizes_.push_back(piece.size());
    }
    begin_ += text.size();
    next_ = std::max(next_, begin_);
}

void FreePacking::operator()(ZSTD_CCtx_s* context) const noexcept { ZSTD_freeCCtx(context); }
void FreePacking::operator()(ZSTD_CDict_s* dictionary) const noexcept { ZSTD_freeCDict(dictionary); }
void FreePacking::operator()(ZSTD_DCtx_s* context) const noexcept { ZSTD_freeDCtx(context); }
void FreePacking::operator()(ZSTD_DDict_s* dictionary) const noexcept { ZSTD_freeDDict(dictionary); }

void TextUnpacker::unpack(std::string_view frame, std::string& text) {
    const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    // The codes for "unknown" and "error" are the largest numbers.
    if (size > most_part_bytes) throw damaged("a packed text is not one that was stored");
    text.resize(size);
    if (!unpacker_) unpacker_.reset(made(ZSTD_createDCtx()));
    const std::int64_t id = ZSTD_getDictID_fromFrame(frame.data(), frame.size());
    const std::size_t unpacked =
        id == 0 ? ZSTD_decompressDCtx(unpacker_.get(), text.data(), text.size(), frame.data(), frame.size())
                : ZSTD_decompress_usingDDict(unpacker_.get(), text.data(), text.size(), frame.data(), frame.size(),
                                             &dictionary(id));
    if (unpacked != size) throw damaged("a packed text is not one that was stored");
}

const ZSTD_DDict_s& TextUnpacker::dictionary(std::int64_t id) {
    const auto known = dictionaries_.find(id);
    if (known != dictionaries_.end()) return *known->second;
    // A base has one; this bounds what a hostile one takes.
    if (dictionaries_.size() >= most_dictionaries) dictionaries_.clear();
    const std::string bytes = stored_(id);
    std::unique_ptr<ZSTD_DDict_s, FreePacking> made_of(ZSTD_createDDict(bytes.data(), bytes.size()));
    if (!made_of || ZSTD_getDictID_fromDDict(made_of.get()) != id) throw damaged(damaged_dictionary);
    return *dictionaries_.emplace(id, std::move(made_of)).first->second;
}

TextPacking::TextPacking(db::StatementCache& statements)
    : statements_(statements), unpacker_([this](std::int64_t id) { return stored_dictionary(id); }) {}
TextPacking::~TextPacking() = default;

void TextPacking::begin() {
    db::Query row = statements_.query(select_current);
    row.step();
    current_ = row.integer(0);
}

bool TextPacking::wants_dictionary(std::uint64_t text_bytes) const {
    return current_ == 0 && text_bytes >= least_text_for_dictionary;
}

void TextPacking::learn(const TextSample& sample) {
    std::string bytes(std::clamp<std::size_t>(sample.total_bytes() / text_bytes_a_dictionary_byte,
                                              least_dictionary_bytes, most_dictionary_bytes),
                      '\0');
    ZDICT_fastCover_params_t how{};
    how.k = 200;
    how.d = 8;
    how.f = 18;
    how.accel = 1;
    how.zParams.compressionLevel = packing_level;
    const std::size_t size =
        ZDICT_trainFromBuffer_fastCover(bytes.data(), bytes.size(), sample.pieces().data(), sample.sizes().data(),
                                        static_cast<unsigned>(sample.sizes().size()), how);
    if (ZDICT_isError(size) != 0) return;  // such as too little text that comes more than once
    bytes.resize(size);
    const std::int64_t id = ZDICT_getDictID(bytes.data(), bytes.size());
    if (id == 0) return;
    statements_.query(insert_dictionary).with(id, content_hash(bytes), db::Blob{bytes.data(), bytes.size()}).run();
    begin();
}

std::string TextPacking::stored_dictionary(std::int64_t id) const {
    db::Query row = statements_.query(select_dictionary);
    if (!row.with(id, most_stored_dictionary_bytes).step()) {
        throw damaged(missing_dictionary);
    }
    const std::string bytes(row.bytes(1));
    if (content_hash(bytes) != row.bytes(0)) {
        throw damaged(damaged_dictionary);
    }
    return bytes;
}

void TextPacking::make_packer() {
    if (!current_) begin();
    if (packer_ && packs_with_ == current_) return;
    packs_with_.reset();
    packer_.reset(made(ZSTD_createCCtx()));
    ZSTD_CCtx_setParameter(packer_.get(), ZSTD_c_compressionLevel, packing_level);
    packing_dictionary_.reset();
    if (*current_ != 0) {
        const std::string bytes = stored_dictionary(*current_);
        packing_dictionary_.reset(ZSTD_createCDict(bytes.data(), bytes.size(), packing_level));
        if (!packing_dictionary_ || ZSTD_getDictID_fromCDict(packing_dictionary_.get()) != *current_) {
            throw damaged(damaged_dictionary);
        }
        ZSTD_CCtx_refCDict(packer_.get(), packing_dictionary_.get());
    }
    packs_with_ = current_;
}

std::string_view TextPacking::pack(std::string_view text) {
    make_packer();
    frame_.resize(std::max(frame_.size(), ZSTD_compressBound(text.size())));
    const std::size_t size = ZSTD_compress2(packer_.get(), frame_.data(), frame_.size(), text.data(), text.size());
    if (ZSTD_isError(size) != 0) {
        throw Error(ErrorCode::failed, "cannot pack a text").because(ZSTD_getErrorName(size));
    }
    return std::string_view(frame_).substr(0, size);
}

bool TextPacking::is_well_packed(std::string_view beginning_of_frame) const {
    return !current_ || *current_ == 0 || has_dictionary(beginning_of_frame);
}

bool TextPacking::has_dictionary(std::string_view beginning_of_frame) {
    return ZSTD_getDictID_fromFrame(beginning_of_frame.data(), beginning_of_frame.size()) != 0;
}

namespace {

/// What the SQL function keeps: not the connection, which may be moved, nor a statement, which would keep it open.
struct UnpackingFunction {
    sqlite3* connection = nullptr;
    std::string text;
    TextUnpacker unpacker{[this](std::int64_t id) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(connection, select_dictionary, -1, &statement, nullptr) != SQLITE_OK) {
            throw damaged(missing_dictionary);
        }
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owned(statement, &sqlite3_finalize);
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_int64(statement, 2, most_stored_dictionary_bytes);
        if (sqlite3_step(statement) != SQLITE_ROW) throw damaged(missing_dictionary);
        const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, 1));
        std::string found(bytes == nullptr ? "" : bytes,
                          bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement, 1)));
        const auto* const hash = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
        if (hash == nullptr || content_hash(found) != hash) throw damaged(damaged_dictionary);
        return found;
    }};
};

void call_unpacking(sqlite3_context* context, int, sqlite3_value** values) {
    auto& own = *static_cast<UnpackingFunction*>(sqlite3_user_data(context));
    try {
        own.connection = sqlite3_context_db_handle(context);
        const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(values[0]));
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
        own.unpacker.unpack({bytes, bytes == nullptr ? 0 : size}, own.text);
        sqlite3_result_text(context, own.text.data(), static_cast<int>(own.text.size()), SQLITE_TRANSIENT);
    } catch (const std::exception& error) {  // no exception may pass through SQLite
        sqlite3_result_error(context, error.what(), -1);
    }
}

}  // namespace

void register_unpacking(SQLite::Database& database) {
    const auto end = [](void* own) { delete static_cast<UnpackingFunction*>(own); };
    const int result =
        sqlite3_create_function_v2(database.getHandle(), "quarry_unpacked", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                   new UnpackingFunction(), &call_unpacking, nullptr, nullptr, end);
    if (result != SQLITE_OK) throw SQLite::Exception(database.getHandle(), result);
}

}  // namespace quarry::store
