#include "core/lexical/index_structure.h"

#include <algorithm>
#include <cstddef>

#include "core/lexical/fts5_format.h"

namespace quarry::lexical {
namespace {

constexpr std::size_t cookie_size = 4;
/// Segments and levels beyond which FTS5 takes the record for damaged.
constexpr std::uint64_t most_segments = 2000;
/// As many segments of a level are merged as the migration 0005_merge_later sets for `automerge`; as many as FTS5's
/// `crisismerge` at once, whatever it takes.
constexpr std::size_t enough_segments = 8;
constexpr std::size_t too_many_segments = 16;
/// FTS5 merges when so many pages more have been written.
constexpr std::uint64_t pages_of_work = 64;

}  // namespace

IndexStructure IndexStructure::parse(std::string_view record) {
    // Behind the cookie, this announces a later form of the record.
    if (record.size() <= cookie_size || record[cookie_size] == '\xFF') throw DamagedTermIndex();
    IndexStructure structure;
    structure.cookie = record.substr(0, cookie_size);
    RecordReader reader(record);
    reader.skip(cookie_size);
    const std::uint64_t levels = reader.next();
    const std::uint64_t segments = reader.next();
    if (levels > most_segments || segments > most_segments) throw DamagedTermIndex();
    structure.written_pages = reader.next();
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i < levels; ++i) {
        Level& level = structure.levels.emplace_back();
        level.merging = reader.next();
        const std::uint64_t count = reader.next();
        if (level.merging > count || count > segments - found) throw DamagedTermIndex();
        found += count;
        for (std::uint64_t s = 0; s < count; ++s) {
            Segment& segment = level.segments.emplace_back();
            segment.id = static_cast<std::int64_t>(reader.next());
            segment.first_page = static_cast<std::int64_t>(reader.next());
            segment.last_page = static_cast<std::int64_t>(reader.next());
        }
    }
    if (found != segments) throw DamagedTermIndex();
    return structure;
}

std::string IndexStructure::record() const {
    std::string record = cookie;
    std::uint64_t segments = 0;
    for (const Level& level : levels) segments += level.segments.size();
    fts5::append_varint(record, levels.size());
    fts5::append_varint(record, segments);
    fts5::append_varint(record, written_pages);
    for (const Level& level : levels) {
        fts5::append_varint(record, level.merging);
        fts5::append_varint(record, level.segments.size());
        for (const Segment& segment : level.segments) {
            fts5::append_varint(record, static_cast<std::uint64_t>(segment.id));
            fts5::append_varint(record, static_cast<std::uint64_t>(segment.first_page));
            fts5::append_varint(record, static_cast<std::uint64_t>(segment.last_page));
        }
    }
    return record;
}

std::int64_t IndexStructure::unused_id() const {
    std::vector<std::int64_t> used;
    for (const Level& level : levels) {
        for (const Segment& segment : level.segments) used.push_back(segment.id);
    }
    if (used.size() >= most_segments) return 0;
    std::sort(used.begin(), used.end());
    std::int64_t id = 1;
    for (const std::int64_t taken : used) {
        if (taken == id) ++id;
    }
    return id;
}

void IndexStructure::add_segment(std::int64_t id, std::int64_t pages) {
    if (levels.empty()) levels.emplace_back();
    levels.front().segments.push_back({id, 1, pages});
    written_pages += static_cast<std::uint64_t>(pages);
}

std::int64_t IndexStructure::pages_to_merge(std::int64_t added_pages) const {
    std::size_t most = 0;
    bool is_merging = false;
    for (const Level& level : levels) {
        most = std::max(most, level.segments.size());
        is_merging |= level.merging > 0;
    }
    if (most >= too_many_segments) return INT32_MAX;
    if (most < enough_segments && !is_merging) return 0;
    const std::uint64_t before = written_pages - static_cast<std::uint64_t>(added_pages);
    const std::uint64_t quanta = written_pages / pages_of_work - before / pages_of_work;
    return static_cast<std::int64_t>(quanta * pages_of_work * levels.size());
}

}  // namespace quarry::lexical
