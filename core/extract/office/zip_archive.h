#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/extract/office/budget.h"
#include "core/extract/office/zip_library.h"

namespace quarry::extract {

/// The entries of a ZIP container in memory, taken as hostile: what a header says of a size is believed nowhere.
///
/// Borrows the bytes and the budget. All errors are the budget's refusals.
class ZipArchive {
public:
    /// Refuses what is no ZIP file, too many entries, names that are absolute, lead out by "..", or occur twice,
    /// entries that overlap, and encrypted ones.
    ZipArchive(std::string_view bytes, ExtractBudget& budget);
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;

    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
    /// The content of an entry, or nothing when there is none of the name (in the same or another case of letters).
    /// Refuses a damaged entry, and one beyond the limits: counted while it is inflated.
    [[nodiscard]] std::optional<std::string> read(std::string_view name);
    /// As `read`; refuses an archive without the entry.
    [[nodiscard]] std::string read_required(std::string_view name);
    /// The refusal of an archive without an entry that it must have.
    [[nodiscard]] Error lacks(std::string_view name) const;
    /// As `read`, piece by piece as it is inflated; false when there is no such entry. A piece is valid during the
    /// call.
    bool read_pieces(std::string_view name, const std::function<void(std::string_view piece)>& visit);

private:
    struct Entry {
        zip_uint64_t index = 0;
        std::uint64_t packed_bytes = 0;
    };
    struct Discard {
        const ZipLibrary* library;
        void operator()(zip_t* archive) const noexcept { library->discard(archive); }
    };
    struct Close {
        const ZipLibrary* library;
        void operator()(zip_file_t* file) const noexcept { static_cast<void>(library->fclose(file)); }
    };

    void open(std::string_view bytes);
    void list(std::uint64_t archive_bytes);
    void add_entry(const zip_stat_t& status);
    void check_ratio(std::string_view name, const Entry& entry, std::uint64_t inflated) const;
    [[nodiscard]] bool is_bomb(std::uint64_t inflated, std::uint64_t packed) const noexcept;
    [[nodiscard]] const Entry* find(std::string_view name) const;
    void inflate(std::string_view name, const Entry& entry, const std::function<void(std::string_view piece)>& visit);

    ExtractBudget& budget_;
    ZipLibrary library_;
    std::unique_ptr<zip_t, Discard> archive_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::map<std::string, std::string, std::less<>> by_lower_case_;
    std::uint64_t packed_sum_ = 0;     ///< Of all entries.
    std::uint64_t read_packed_ = 0;    ///< Of what was read: an entry counts each time.
    std::uint64_t read_inflated_ = 0;  ///< What came of it.
};

}  // namespace quarry::extract
