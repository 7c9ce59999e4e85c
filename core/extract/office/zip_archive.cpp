#include "core/extract/office/zip_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

/// Small documents compress by any factor: the ratio counts from here on.
constexpr std::uint64_t free_of_ratio = 10'000'000;

/// Of what is held in memory as a whole; sheets and the text of Word documents are not.
constexpr std::size_t largest_whole_entry = 128'000'000;

/// Signature of OLE compound files: the old binary formats, and new ones encrypted with a password.
constexpr std::string_view compound_file = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

std::string shown_entry(std::string_view name) { return one_line(strip_terminal_controls(name), 80); }

bool leads_out(std::string_view name) {
    if (name.starts_with('/') || (name.size() > 1 && name[1] == ':')) return true;
    const auto parts = split(name, '/');
    return std::any_of(parts.begin(), parts.end(), [](std::string_view part) { return part == ".."; });
}

}  // namespace

ZipArchive::ZipArchive(std::string_view bytes, ExtractBudget& budget)
    : budget_(budget), archive_(nullptr, Discard{&library_}) {
    if (bytes.starts_with(compound_file)) {
        throw budget_.refusal("it is encrypted with a password, or in the binary format of before 2007",
                              "open it in an office program and save it in the current format, without a password");
    }
    open(bytes);
    list(bytes.size());
}

void ZipArchive::open(std::string_view bytes) {
    const std::string hint = "the file may be truncated, or has another format than its name suggests";
    // libzip takes nothing at all for a container without entries.
    if (bytes.empty()) throw budget_.refusal("it is not a complete ZIP container: it is empty", hint);
    zip_error_t error;
    library_.error_init(&error);
    zip_source_t* const source = library_.source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source != nullptr) archive_.reset(library_.open_from_source(source, ZIP_RDONLY, &error));
    std::string why;
    if (!archive_) {
        why = library_.error_strerror(&error);
        if (source != nullptr) library_.source_free(source);
    }
    library_.error_fini(&error);
    if (!archive_) {
        throw budget_.refusal(fmt::format("it is not a complete ZIP container: {}", ascii_lower(why)), hint);
    }
}

void ZipArchive::list(std::uint64_t archive_bytes) {
    const zip_int64_t count = library_.get_num_entries(archive_.get(), 0);
    if (count > 0 && static_cast<std::uint64_t>(count) > budget_.limits().max_entries) {
        throw budget_.over_limit(fmt::format("it has {} entries, more than {}", count, budget_.limits().max_entries));
    }
    for (zip_int64_t index = 0; index < count; ++index) {
        budget_.check();
        zip_stat_t status;
        if (library_.stat_index(archive_.get(), static_cast<zip_uint64_t>(index), 0, &status) != 0 ||
            (status.valid & ZIP_STAT_NAME) == 0) {
            throw budget_.refusal(fmt::format("entry {} of the container cannot be read", index + 1));
        }
        add_entry(status);
    }
    // Entries that do not overlap cannot be more than the file together.
    if (packed_sum_ > archive_bytes) throw budget_.refusal("entries of the container overlap: it is a ZIP bomb");
}

void ZipArchive::add_entry(const zip_stat_t& status) {
    std::string name = status.name;
    std::replace(name.begin(), name.end(), '\\', '/');
    if (leads_out(name)) {
        throw budget_.refusal(fmt::format("the entry \"{}\" points outside the container", shown_entry(name)));
    }
    if ((status.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && status.encryption_method != ZIP_EM_NONE) {
        throw budget_.refusal(fmt::format("the entry \"{}\" is encrypted", shown_entry(name)),
                              "save the document without a password");
    }
    const std::uint64_t packed = (status.valid & ZIP_STAT_COMP_SIZE) != 0 ? status.comp_size : 0;
    // A sum beyond 2^64 would wrap; no file is that large.
    packed_sum_ = packed > UINT64_MAX - packed_sum_ ? UINT64_MAX : packed_sum_ + packed;
    const auto [place, is_new] = entries_.try_emplace(name, Entry{status.index, packed});
    if (!is_new) throw budget_.refusal(fmt::format("the entry \"{}\" occurs twice", shown_entry(name)));
    by_lower_case_.try_emplace(ascii_lower(name), place->first);
}

const ZipArchive::Entry* ZipArchive::find(std::string_view name) const {
    if (const auto exact = entries_.find(name); exact != entries_.end()) return &exact->second;
    const auto other = by_lower_case_.find(ascii_lower(name));
    return other == by_lower_case_.end() ? nullptr : &entries_.find(other->second)->second;
}

std::optional<std::string> ZipArchive::read(std::string_view name) {
    std::string content;
    const auto add = [&](std::string_view piece) {
        if (content.size() + piece.size() > largest_whole_entry) {
            throw budget_.over_limit(
                fmt::format("its entry \"{}\" is larger than {}", shown_entry(name), human_bytes(largest_whole_entry)));
        }
        content += piece;
    };
    if (!read_pieces(name, add)) return std::nullopt;
    return content;
}

bool ZipArchive::read_pieces(std::string_view name, const std::function<void(std::string_view piece)>& visit) {
    const Entry* const entry = find(name);
    if (entry == nullptr) return false;
    inflate(name, *entry, visit);
    return true;
}

std::string ZipArchive::read_required(std::string_view name) {
    auto content = read(name);
    if (!content) throw lacks(name);
    return std::move(*content);
}

Error ZipArchive::lacks(std::string_view name) const {
    return budget_.refusal(fmt::format("the container has no \"{}\"", shown_entry(name)),
                           "the file is damaged, or has another format than its name suggests");
}

void ZipArchive::inflate(std::string_view name, const Entry& entry,
                         const std::function<void(std::string_view piece)>& visit) {
    const std::unique_ptr<zip_file_t, Close> file(library_.fopen_index(archive_.get(), entry.index, 0),
                                                  Close{&library_});
    const auto damaged = [&](zip_error_t* error) {
        return budget_.refusal(
            fmt::format("the entry \"{}\" cannot be unpacked: {}", shown_entry(name), library_.error_strerror(error)),
            "the file may be damaged: create or download it again");
    };
    if (!file) throw damaged(library_.get_error(archive_.get()));
    read_packed_ += entry.packed_bytes;
    std::uint64_t inflated = 0;
    std::array<char, 65536> buffer;
    for (;;) {
        const zip_int64_t got = library_.fread(file.get(), buffer.data(), buffer.size());
        if (got < 0) throw damaged(library_.file_get_error(file.get()));
        if (got == 0) return;
        budget_.add_inflated(static_cast<std::uint64_t>(got));
        read_inflated_ += static_cast<std::uint64_t>(got);
        inflated += static_cast<std::uint64_t>(got);
        check_ratio(name, entry, inflated);
        visit({buffer.data(), static_cast<std::size_t>(got)});
    }
}

void ZipArchive::check_ratio(std::string_view name, const Entry& entry, std::uint64_t inflated) const {
    if (is_bomb(inflated, entry.packed_bytes)) {
        throw budget_.over_limit(
            fmt::format("the entry \"{}\" unpacks to more than {} times its size: it is a ZIP bomb", shown_entry(name),
                        budget_.limits().max_ratio));
    }
    // Of many entries each may stay below.
    if (is_bomb(read_inflated_, read_packed_)) {
        throw budget_.over_limit(fmt::format("its entries unpack to more than {} times their size: it is a ZIP bomb",
                                             budget_.limits().max_ratio));
    }
}

bool ZipArchive::is_bomb(std::uint64_t inflated, std::uint64_t packed) const noexcept {
    return inflated > free_of_ratio && inflated / budget_.limits().max_ratio > packed;
}

}  // namespace quarry::extract
