#include "core/lexical/compact_postings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>
#include <vector>

#include "core/lexical/term_postings.h"

namespace quarry::lexical {
namespace {

using Counts = std::map<std::int64_t, FieldCounts>;

std::string written(const Counts& counts) {
    CompactPostingsWriter writer;
    for (const auto& [chunk_id, occurrences] : counts) EXPECT_TRUE(writer.add(chunk_id, occurrences));
    return writer.finish();
}

Counts read(const CompactPostings& postings) {
    Counts counts;
    for (std::size_t number = 0; number < postings.group_count(); ++number) {
        const CompactPostings::Group group = postings.group(number);
        group.for_each([&](std::size_t place, unsigned code, const auto& exception) {
            counts[group.block() * ChunkLengths::block_size + static_cast<std::int64_t>(place)] =
                code == CompactPostings::is_exception ? exception() : CompactPostings::occurrences(code);
        });
    }
    return counts;
}

TEST(CompactPostingsTest, reads_what_was_written) {
    const Counts counts = {{1, {0, 0, 1}},          {2, {1, 1, 14}},    {3, {1, 1, 15}},
                           {4, {0, 1, 15}},         {5, {1, 0, 0}},     {6, {2, 0, 1}},
                           {7, {0, 2, 1}},          {8, {0, 0, 16}},    {999, {255, 255, 1}},
                           {1'000, {0, 0, 65'535}}, {1'001, {0, 1, 0}}, {4'000'000'000'000, {0, 0, 3}}};
    const CompactPostings postings(written(counts));
    EXPECT_EQ(read(postings), counts);
    EXPECT_EQ(postings.count(), counts.size());
    EXPECT_EQ(postings.first_chunk(), 1);
    EXPECT_EQ(postings.last_chunk(), 4'000'000'000'000);
    EXPECT_EQ(postings.group_count(), 3U);
}

TEST(CompactPostingsTest, chunks_that_are_gone_are_passed_over) {
    Counts counts;
    for (std::int64_t chunk = 10; chunk < 5'000; chunk += 3) counts[chunk] = {0, 0, 2};
    std::vector<std::int64_t> gone;
    for (std::int64_t chunk = 0; chunk < 4'000; chunk += 2) gone.push_back(chunk);
    std::vector<CompactSegmentPostings> compact;
    compact.push_back({CompactPostings(written(counts)), 0, gone});
    const TermPostings postings({}, std::move(compact));
    for (const std::int64_t chunk : gone) counts.erase(chunk);
    Counts left;
    postings.for_each([&](std::int64_t chunk, const auto& count) { left[chunk] = count(); });
    EXPECT_EQ(left, counts);
    EXPECT_EQ(postings.count(), counts.size());
}

TEST(CompactPostingsTest, numbers_beyond_all_measure_are_refused) {
    CompactPostingsWriter writer;
    EXPECT_FALSE(writer.add(1, {256, 0, 0}));
    EXPECT_FALSE(writer.add(1, {0, 256, 0}));
    EXPECT_FALSE(writer.add(1, {0, 0, 65'536}));
    EXPECT_FALSE(writer.add(std::int64_t{1} << 50, {0, 0, 1}));
}

struct DamagedCase {
    const char* name;
    std::string bytes;
};

/// A group of the block 7 with the given header and content.
std::string group(std::uint16_t postings, std::uint16_t exceptions, std::string_view content) {
    std::string bytes{7, 0, 0, 0};
    for (const std::uint16_t number : {postings, exceptions}) {
        bytes += static_cast<char>(number & 0xFFU);
        bytes += static_cast<char>(number >> 8U);
    }
    return bytes.append(content);
}

class DamagedCompactPostingsTest : public ::testing::TestWithParam<DamagedCase> {};

TEST_P(DamagedCompactPostingsTest, is_seen) {
    EXPECT_THROW((void)read(CompactPostings(GetParam().bytes)), DamagedTermIndex);
}

using namespace std::string_view_literals;

INSTANTIATE_TEST_SUITE_P(
    damages, DamagedCompactPostingsTest,
    ::testing::Values(DamagedCase{"nothing", ""}, DamagedCase{"half_a_header", "\x07\x00"},
                      DamagedCase{"no_postings", group(0, 0, "")}, DamagedCase{"cut_off", group(2, 0, "\x01\x04")},
                      DamagedCase{"exceptions_cut_off", group(1, 1, "\x01\xFC\x01\x01")},
                      DamagedCase{"exception_missing", group(1, 0, "\x01\xFC")},
                      DamagedCase{"place_twice", group(2, 0, "\x01\x04\x01\x04"sv)},
                      DamagedCase{"place_beyond_the_block", group(1, 0, "\xFF\x07"sv)},
                      DamagedCase{"block_twice", group(1, 0, "\x01\x04"sv) + group(1, 0, "\x02\x04"sv)},
                      DamagedCase{"something_behind", group(1, 0, "\x01\x04"sv) + "x"}),
    [](const ::testing::TestParamInfo<DamagedCase>& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace quarry::lexical
