#include "core/lexical/index_structure.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "core/lexical/fts5_format.h"

namespace quarry::lexical {
namespace {

TEST(Fts5FormatTest, integers_are_as_long_as_sqlite_has_them) {
    const struct {
        std::uint64_t value;
        std::string bytes;
    } cases[] = {
        {0, std::string(1, '\0')},
        {0x7F, "\x7F"},
        {0x80, std::string("\x81\x00", 2)},
        {0x3FFF, "\xFF\x7F"},
        {0x4000, std::string("\x81\x80\x00", 3)},
        {(std::uint64_t{1} << 56U) - 1, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"},
        {std::uint64_t{1} << 56U, std::string("\x80\xC0\x80\x80\x80\x80\x80\x80\x00", 9)},
        {UINT64_MAX, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"},
    };
    for (const auto& [value, expected] : cases) {
        std::string bytes;
        fts5::append_varint(bytes, value);
        EXPECT_EQ(bytes, expected) << value;
        EXPECT_EQ(fts5::varint_size(value), expected.size()) << value;
        std::size_t at = 0;
        bytes.append(9, '\0');
        EXPECT_EQ(fts5::read_varint(bytes.data(), at), value);
        EXPECT_EQ(at, expected.size()) << value;
    }
}

IndexStructure with_segments(std::initializer_list<std::int64_t> ids) {
    IndexStructure structure;
    for (const std::int64_t id : ids) structure.add_segment(id, 10);
    return structure;
}

TEST(IndexStructureTest, a_record_is_what_was_parsed) {
    IndexStructure structure = with_segments({1, 300});
    structure.cookie = std::string("\0\0\1\2", 4);
    structure.levels.push_back({0, {{2, 5, 70'000}}});
    structure.levels.front().merging = 1;
    const std::string record = structure.record();
    const IndexStructure parsed = IndexStructure::parse(record);
    EXPECT_EQ(parsed.record(), record);
    EXPECT_EQ(parsed.written_pages, 20U);
    EXPECT_EQ(parsed.levels.at(0).merging, 1U);
    EXPECT_EQ(parsed.levels.at(1).segments.at(0).last_page, 70'000);
}

TEST(IndexStructureTest, refuses_what_is_cut_off_or_of_another_form) {
    const std::string record = with_segments({1, 2}).record();
    for (std::size_t size = 0; size < record.size(); ++size) {
        EXPECT_THROW((void)IndexStructure::parse(record.substr(0, size)), DamagedTermIndex) << size;
    }
    std::string later = record;
    later.insert(4, "\xFF\x00\x00\x01");
    EXPECT_THROW((void)IndexStructure::parse(later), DamagedTermIndex);
    std::string miscounted = record;
    miscounted[5] = 3;
    EXPECT_THROW((void)IndexStructure::parse(miscounted), DamagedTermIndex);
}

TEST(IndexStructureTest, a_new_segment_takes_the_least_free_number) {
    EXPECT_EQ(IndexStructure().unused_id(), 1);
    EXPECT_EQ(with_segments({1, 2, 4}).unused_id(), 3);
    EXPECT_EQ(with_segments({2, 3}).unused_id(), 1);
    IndexStructure full;
    for (std::int64_t id = 1; id <= 2000; ++id) full.add_segment(id, 1);
    EXPECT_EQ(full.unused_id(), 0);
}

TEST(IndexStructureTest, merging_begins_with_eight_segments_and_ends_with_sixteen) {
    IndexStructure structure;
    for (std::int64_t id = 1; id < 8; ++id) {
        structure.add_segment(id, 100);
        EXPECT_EQ(structure.pages_to_merge(100), 0);
    }
    structure.add_segment(8, 100);
    EXPECT_EQ(structure.pages_to_merge(100), 2 * 64);  // 700 to 800: two steps of 64 pages
    for (std::int64_t id = 9; id <= 16; ++id) structure.add_segment(id, 1);
    EXPECT_EQ(structure.pages_to_merge(1), INT32_MAX);
}

}  // namespace
}  // namespace quarry::lexical
