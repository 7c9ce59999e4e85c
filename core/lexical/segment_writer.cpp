#include "core/lexical/segment_writer.h"

#include <algorithm>

#include "core/lexical/fts5_format.h"

namespace quarry::lexical {
namespace {

/// Postings that go on over so many pages have an index of their own.
constexpr std::size_t long_postings_pages = 4;

void write_u16(std::string& bytes, std::size_t at, std::size_t value) {
    bytes[at] = static_cast<char>(value >> 8U);
    bytes[at + 1] = static_cast<char>(value);
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
    const std::size_t most = std::min(a.size(), b.size());
    return static_cast<std::size_t>(
        std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(most), b.begin()).first - a.begin());
}

std::size_t varint_size(std::string_view bytes, std::size_t at) {
    const std::size_t start = at;
    while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) >= 0x80 && at - start < 8) ++at;
    return at + 1 - start;
}

/// How much of `bytes` goes into `room` without cutting an integer; one integer at least.
std::size_t whole_integers(std::string_view bytes, std::size_t room) {
    std::size_t size = varint_size(bytes, 0);
    while (size < room && size < bytes.size()) {
        const std::size_t next = varint_size(bytes, size);
        if (size + next > room) break;
        size += next;
    }
    return size;
}

}  // namespace

SegmentWriter::SegmentWriter(SegmentRows& rows, std::int64_t segment, std::size_t page_size)
    : rows_(rows), segment_(segment), page_size_(page_size), page_(fts5::page_header, '\0'), index_pages_(1) {}

void SegmentWriter::add(std::string_view term, std::string_view postings) {
    begin_term(term);
    if (used() + postings.size() + 1 <= page_size_) {
        page_ += postings;
    } else {
        add_postings(postings);
    }
}

void SegmentWriter::begin_term(std::string_view term) {
    std::swap(key_, last_key_);
    key_.assign(1, fts5::term_mark).append(term);
    if (used() + key_.size() + 2 >= page_size_ && page_.size() > fts5::page_header) flush_page();
    fts5::append_varint(footer_, page_.size() - last_term_start_);
    last_term_start_ = page_.size();
    std::size_t kept = common_prefix(last_key_, key_);
    if (has_term_) {
        fts5::append_varint(page_, kept);
    } else {
        if (page_number_ != 1) {
            flush_first_term();
            // What tells it from the last term of the page before is enough.
            first_term_.assign(key_, 0, last_key_.empty() ? key_.size() : kept + 1);
            first_term_page_ = page_number_;
        }
        kept = 0;
    }
    fts5::append_varint(page_, key_.size() - kept);
    page_.append(key_, kept);
    has_term_ = true;
    has_id_ = true;
    index_pages_.front().page = page_number_;
}

/// Postings that do not go onto the present page.
void SegmentWriter::add_postings(std::string_view postings) {
    // Integers are read without a look at the end of them.
    constexpr std::size_t longest_integers = 20;
    std::string end;
    std::uint64_t id = 0;
    for (std::size_t at = 0; at < postings.size();) {
        std::size_t read = 0;
        const char* from = postings.data() + at;
        if (postings.size() - at < longest_integers) {
            end.assign(postings.substr(at)).append(longest_integers, '\0');
            from = end.data();
        }
        const std::uint64_t distance = fts5::read_varint(from, read);
        const std::size_t sized = read;
        const std::size_t places = fts5::read_varint(from, read) / 2;
        id += distance;
        if (has_id_) {
            fts5::append_varint(page_, distance);
        } else {
            write_u16(page_, 0, page_.size());
            fts5::append_varint(page_, id);
            has_id_ = true;
            index_id(id);
        }
        add_places(postings.substr(at + sized, read - sized + places));
        at += read + places;
    }
}

/// The size of a chunk's places and the places: as a whole, or in pieces that fill pages.
void SegmentWriter::add_places(std::string_view sized_places) {
    if (used() + sized_places.size() <= page_size_) {
        page_ += sized_places;
        return;
    }
    while (!sized_places.empty()) {
        const std::size_t room = page_size_ > used() ? page_size_ - used() : 0;
        const std::size_t size = sized_places.size() <= room ? sized_places.size() : whole_integers(sized_places, room);
        page_ += sized_places.substr(0, size);
        sized_places.remove_prefix(size);
        if (used() >= page_size_) flush_page();
    }
}

void SegmentWriter::flush_page() {
    write_u16(page_, 2, page_.size());
    if (has_term_) {
        page_ += footer_;
    } else {
        // A page without an id has its place in the index too.
        if (!has_id_ && !index_pages_.front().bytes.empty()) index_pages_.front().bytes.push_back('\0');
        ++pages_without_term_;
    }
    rows_.put_page(fts5::leaf_row(segment_, page_number_), page_);
    page_.assign(fts5::page_header, '\0');
    footer_.clear();
    last_term_start_ = 0;
    ++page_number_;
    has_term_ = false;
    has_id_ = false;
}

/// Writes the row of the last page that a term begins on, and the index to the postings of its last term if they have
/// become long.
void SegmentWriter::flush_first_term() {
    const bool is_long = !index_pages_.front().bytes.empty() && pages_without_term_ >= long_postings_pages;
    for (std::size_t height = 0; height < index_pages_.size() && !index_pages_[height].bytes.empty(); ++height) {
        if (is_long) flush_index_page(height);
        index_pages_[height].bytes.clear();
    }
    pages_without_term_ = 0;
    rows_.put_term(first_term_, first_term_page_ * 2 + (is_long ? 1 : 0));
}

void SegmentWriter::flush_index_page(std::size_t height) {
    rows_.put_page(fts5::doclist_index_row(segment_, static_cast<std::int64_t>(height), index_pages_[height].page),
                   index_pages_[height].bytes);
}

/// Tells the index to the present term's postings that the present page's first id is this one.
void SegmentWriter::index_id(std::uint64_t id) {
    for (std::size_t height = 0;; ++height) {
        const bool is_full = index_pages_[height].bytes.size() >= page_size_;
        if (is_full) {
            index_pages_[height].bytes[0] = 1;  // it is not the root
            flush_index_page(height);
            if (index_pages_.size() < height + 2) index_pages_.emplace_back();
            IndexPage& full = index_pages_[height];
            IndexPage& above = index_pages_[height + 1];
            if (above.bytes.empty()) {
                // The page was the root: its first id goes into the new one.
                std::size_t at = 1;
                (void)fts5::read_varint(full.bytes.data(), at);
                const std::uint64_t first = fts5::read_varint(full.bytes.data(), at);
                above.page = full.page;
                above.last_id = first;
                above.bytes.push_back('\0');
                fts5::append_varint(above.bytes, static_cast<std::uint64_t>(full.page));
                fts5::append_varint(above.bytes, first);
            }
            full.bytes.clear();
            ++full.page;
        }
        IndexPage& page = index_pages_[height];
        if (page.bytes.empty()) {
            page.bytes.push_back(is_full ? '\1' : '\0');
            const std::int64_t below = height == 0 ? page_number_ : index_pages_[height - 1].page;
            fts5::append_varint(page.bytes, static_cast<std::uint64_t>(below));
            fts5::append_varint(page.bytes, id);
        } else {
            fts5::append_varint(page.bytes, id - page.last_id);
        }
        page.last_id = id;
        if (!is_full) return;
    }
}

std::int64_t SegmentWriter::finish() {
    if (page_.size() > fts5::page_header) flush_page();
    const std::int64_t pages = page_number_ - 1;
    if (pages > 0) flush_first_term();
    return pages;
}

}  // namespace quarry::lexical
