#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/db/sqlite_statement.h"

struct ZSTD_CCtx_s;
struct ZSTD_CDict_s;
struct ZSTD_DCtx_s;
struct ZSTD_DDict_s;

namespace quarry::store {

/// The most bytes of text in a part of a document, packed or not. On disk: what says to be larger is damaged.
inline constexpr std::size_t most_part_bytes = 65'536;

/// Texts from which a dictionary is made: as many pieces from all over them as it takes.
class TextSample {
public:
    /// Of texts with so many bytes in all.
    explicit TextSample(std::uint64_t total_bytes);
    void add(std::string_view text);
    [[nodiscard]] std::uint64_t total_bytes() const noexcept { return total_; }
    [[nodiscard]] const std::string& pieces() const noexcept { return pieces_; }
    [[nodiscard]] std::span<const std::size_t> sizes() const noexcept { return sizes_; }

private:
    std::uint64_t total_;
    std::uint64_t step_;       ///< From the beginning of a piece to that of the next.
    std::uint64_t next_ = 0;   ///< Where the next piece begins.
    std::uint64_t begin_ = 0;  ///< Where the next text begins.
    std::string pieces_;
    std::vector<std::size_t> sizes_;
};

/// What zstd's objects are freed with.
struct FreePacking {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
    void operator()(ZSTD_CDict_s* dictionary) const noexcept;
    void operator()(ZSTD_DCtx_s* context) const noexcept;
    void operator()(ZSTD_DDict_s* dictionary) const noexcept;
};

/// Unpacks frames; keeps the dictionaries that they name. One thread at a time.
class TextUnpacker {
public:
    /// Gives the bytes of a dictionary, by its id; throws where it is missing or damaged.
    using Dictionary = std::function<std::string(std::int64_t id)>;
    explicit TextUnpacker(Dictionary stored) : stored_(std::move(stored)) {}

    /// Replaces `text`. Takes no more memory than `most_part_bytes`, whatever the frame says; throws SQLite::Exception
    /// (corrupt) for what was never packed, and what `Dictionary` throws.
    void unpack(std::string_view frame, std::string& text);

private:
    [[nodiscard]] const ZSTD_DDict_s& dictionary(std::int64_t id);

    Dictionary stored_;
    std::unique_ptr<ZSTD_DCtx_s, FreePacking> unpacker_;
    std::map<std::int64_t, std::unique_ptr<ZSTD_DDict_s, FreePacking>> dictionaries_;
};

/// Packs parts of documents' texts with zstd, and unpacks them: a base's dictionary says what its texts have in common.
///
/// One belongs to one connection, and one thread. A dictionary is known by an id that is made from its content, so what
/// is kept here stays right whatever other processes write, and when a transaction is rolled back.
class TextPacking {
public:
    explicit TextPacking(db::StatementCache& statements);
    ~TextPacking();
    TextPacking(const TextPacking&) = delete;
    TextPacking& operator=(const TextPacking&) = delete;

    /// Looks which dictionary the base has: at the beginning of a transaction that packs.
    void begin();
    /// Whether the base lacks a dictionary, and so much text is enough for one.
    [[nodiscard]] bool wants_dictionary(std::uint64_t text_bytes) const;
    /// Makes one, and stores it, in the transaction that began. Does nothing where the texts have nothing in common.
    void learn(const TextSample& sample);

    /// A frame that unpacks to the text; valid until the next call. Throws Error(failed) when memory runs out.
    [[nodiscard]] std::string_view pack(std::string_view text);
    /// Until the transaction that began ends: packs without a dictionary.
    void pack_without_dictionary() noexcept { current_ = 0; }
    /// Whether a frame needs a dictionary.
    [[nodiscard]] static bool has_dictionary(std::string_view beginning_of_frame);
    /// Whether a frame is as small as this base makes it: with a dictionary where there is one.
    [[nodiscard]] bool is_well_packed(std::string_view beginning_of_frame) const;
    /// As TextUnpacker::unpack.
    void unpack(std::string_view frame, std::string& text) { unpacker_.unpack(frame, text); }

private:
    [[nodiscard]] std::string stored_dictionary(std::int64_t id) const;
    void make_packer();

    db::StatementCache& statements_;
    TextUnpacker unpacker_;
    std::optional<std::int64_t> current_;     ///< The dictionary that new texts are packed with; 0: none.
    std::optional<std::int64_t> packs_with_;  ///< That of `packer_`.
    std::unique_ptr<ZSTD_CCtx_s, FreePacking> packer_;
    std::unique_ptr<ZSTD_CDict_s, FreePacking> packing_dictionary_;
    std::string frame_;
};

/// Gives a connection the SQL function quarry_unpacked(frame), which the migrations of the base call.
void register_unpacking(SQLite::Database& database);

}  // namespace quarry::store
