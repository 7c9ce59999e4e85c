#include "core/index/row_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "core/index/exact_index.h"
#include "tests/unit/index/random_vectors.h"

namespace quarry::index {
namespace {

/// Coded vectors, with the floats that they were made from.
struct Coded {
    Coded(std::size_t count, std::size_t length, unsigned seed) : dimensions(length) {
        std::mt19937 random(seed);
        for (std::size_t i = 0; i < count; ++i) add(random_vector(random, dimensions));
    }
    void add(const std::vector<float>& vector) {
        const std::size_t stride = code_stride(dimensions);
        codes.resize(codes.size() + stride);
        residuals.resize(codes.size());
        scales.push_back(
            encode_vector(vector, codes.data() + codes.size() - stride, residuals.data() + residuals.size() - stride));
        floats.push_back(vector);
    }
    /// Adds the rows that there are again and again, until there are so many.
    void repeat(std::size_t count) {
        const std::size_t stride = code_stride(dimensions), before = scales.size();
        for (std::size_t row = before; row < count; ++row) {
            codes.insert(codes.end(), codes.begin() + static_cast<std::ptrdiff_t>(row % before * stride),
                         codes.begin() + static_cast<std::ptrdiff_t>((row % before + 1) * stride));
            scales.push_back(scales[row % before]);
        }
        residuals.resize(codes.size());
    }
    [[nodiscard]] CodedRows rows() const {
        return {scales.size(), dimensions, code_stride(dimensions), codes.data(), residuals.data(),
                scales.data(), 1.01F};
    }
    /// All rows by their true scores.
    [[nodiscard]] std::vector<ScoredRow> ranking(std::span<const float> query) const {
        std::vector<ScoredRow> all;
        for (std::size_t i = 0; i < floats.size(); ++i) {
            all.push_back({static_cast<std::uint32_t>(i), dot_product(query, floats[i])});
        }
        std::sort(all.begin(), all.end(), is_better_row);
        return all;
    }

    std::size_t dimensions;
    std::vector<std::int8_t> codes, residuals;
    std::vector<RowScale> scales;
    std::vector<std::vector<float>> floats;
};

TEST(Int8Kernel, EveryKernelMultipliesExactly) {
    std::mt19937 random(1);
    for (const Int8Kernel& kernel : int8_kernels()) {
        for (const std::size_t stride : {64U, 128U, 192U, 768U}) {
            std::vector<std::int8_t> query(stride);
            std::vector<std::int8_t> rows(stride * 5);
            // The extremes too: sums of products must not run over.
            for (auto& code : query) code = static_cast<std::int8_t>(random() % 3 == 0 ? 127 : random() % 255 - 127);
            for (auto& code : rows) code = static_cast<std::int8_t>(random() % 3 == 0 ? -127 : random() % 255 - 127);
            std::vector<std::int32_t> dots(5);
            kernel.dot_rows(query.data(), rows.data(), stride, 5, dots.data());
            for (std::size_t row = 0; row < 5; ++row) {
                std::int32_t expected = 0;
                for (std::size_t i = 0; i < stride; ++i) expected += query[i] * rows[row * stride + i];
                EXPECT_EQ(dots[row], expected) << kernel.name << " stride " << stride;
            }
        }
    }
}

TEST(Int8Kernel, EveryKernelMultipliesHalvedCodesExactly) {
    std::mt19937 random(2);
    for (const Int8Kernel& kernel : int8_kernels()) {
        for (const std::size_t stride : {64U, 128U, 192U, 4'096U}) {
            std::vector<std::int8_t> query(stride);
            std::vector<std::int8_t> rows(stride * 5);
            for (auto& code : query) code = static_cast<std::int8_t>(random() % 3 == 0 ? -127 : random() % 255 - 127);
            for (auto& code : rows) code = static_cast<std::int8_t>(random() % 3 == 0 ? 127 : random() % 255 - 127);
            std::vector<std::uint8_t> halves(rows.size() / 2);
            for (std::size_t row = 0; row < 5; ++row) {
                halve_codes(rows.data() + row * stride, stride, halves.data() + row * stride / 2);
            }
            std::vector<std::int32_t> dots(5);
            kernel.dot_half_rows(query.data(), halves.data(), stride, 5, dots.data());
            for (std::size_t row = 0; row < 5; ++row) {
                std::int32_t expected = 0;
                for (std::size_t i = 0; i < stride; ++i) expected += query[i] * ((rows[row * stride + i] + 128) / 16);
                EXPECT_EQ(dots[row], expected) << kernel.name << " stride " << stride;
            }
        }
    }
}

TEST(RowScan, HalvedCodesFindTheSame) {
    const std::size_t stride = code_stride(100);
    const Coded coded(6'000, 100, 3);
    std::vector<std::uint8_t> halves(coded.codes.size() / 2), lower(halves.size());
    for (std::size_t row = 0; row < 6'000; ++row) {
        halve_codes(coded.codes.data() + row * stride, stride, halves.data() + row * stride / 2);
        lower_halves(coded.codes.data() + row * stride, stride, lower.data() + row * stride / 2);
    }
    CodedRows rows = coded.rows();
    CodedRows split = rows;
    split.codes = nullptr;
    split.halves = halves.data();
    split.lower = lower.data();
    RowSet few(6'000, false);
    for (std::size_t row = 0; row < 6'000; row += 50) few.insert(row);
    RowSet most(6'000, true);
    for (std::size_t row = 0; row < 6'000; row += 3) most.erase(row);
    std::mt19937 random(4);
    for (int i = 0; i < 30; ++i) {
        const std::vector<float> wanted = random_vector(random, 100);
        const CodedQuery query(wanted);
        for (const std::size_t limit : {1U, 10U, 23U, 100U}) {
            for (const RowSet* within : {static_cast<const RowSet*>(nullptr), static_cast<const RowSet*>(&most)}) {
                rows.halves = nullptr;
                const std::vector<ScoredRow> expected = scan_rows(query, rows, limit, within, 1);
                rows.halves = halves.data();
                EXPECT_EQ(scan_rows(query, rows, limit, within, 2), expected) << "limit " << limit;
                split.whole = false;
                EXPECT_EQ(scan_rows(query, split, limit, within, 2), expected) << "split, limit " << limit;
                split.whole = true;
                EXPECT_EQ(scan_rows(query, split, limit, within, 2), expected) << "all of each, limit " << limit;
            }
            EXPECT_EQ(scan_rows(query, split, limit, &few, 1), scan_rows(query, rows, limit, &few, 1));
        }
    }
}

TEST(CodedVectors, ErrorBoundHoldsAndResidualsAreFine) {
    std::mt19937 random(2);
    for (const std::size_t dimensions : {3U, 64U, 100U, 384U}) {
        const std::vector<float> vector = random_vector(random, dimensions);
        std::vector<std::int8_t> codes(code_stride(dimensions));
        std::vector<std::int8_t> residuals(codes.size());
        const RowScale scale = encode_vector(vector, codes.data(), residuals.data());
        double left_out = 0;
        for (std::size_t i = 0; i < dimensions; ++i) {
            const double by_codes = static_cast<double>(scale.scale) * codes[i];
            left_out += (vector[i] - by_codes) * (vector[i] - by_codes);
            EXPECT_NEAR(vector[i], by_codes + static_cast<double>(scale.scale) * residuals[i] / 254, 2e-5);
        }
        EXPECT_GE(scale.error, std::sqrt(left_out));
        EXPECT_LE(scale.error, std::sqrt(left_out) * 1.01 + 1e-6);
        for (std::size_t i = dimensions; i < codes.size(); ++i) EXPECT_EQ(codes[i] | residuals[i], 0) << "padding";
    }
}

TEST(CodedVectors, WhatIsNoNumberCountsAsZero) {
    const std::vector<float> vector{1, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
    std::vector<std::int8_t> codes(64), residuals(64);
    const RowScale scale = encode_vector(vector, codes.data(), residuals.data());
    EXPECT_FLOAT_EQ(scale.scale * 127, 1);
    EXPECT_EQ(codes[0], 127);
    EXPECT_EQ(codes[1], 0);
    EXPECT_EQ(codes[2], 0);
    const RowScale zero = encode_vector(std::vector<float>(3), codes.data(), residuals.data());
    EXPECT_EQ(zero.scale, 0);
    EXPECT_EQ(codes[0], 0);
}

struct ScanCase {
    const char* name;
    std::size_t count, dimensions, limit;
    unsigned threads;
};

class RowScan : public ::testing::TestWithParam<ScanCase> {};

TEST_P(RowScan, FindsWhatTheFloatsSay) {
    const ScanCase& scan = GetParam();
    const Coded coded(scan.count, scan.dimensions, 3);
    std::mt19937 random(4);
    for (int i = 0; i < 3; ++i) {
        const std::vector<float> query = random_vector(random, scan.dimensions);
        const auto expected = coded.ranking(query);
        const auto found = scan_rows(CodedQuery(query), coded.rows(), scan.limit, nullptr, scan.threads);
        ASSERT_EQ(found.size(), std::min(scan.limit, scan.count));
        for (std::size_t place = 0; place < found.size(); ++place) {
            // Scores are true to 16 bits, so that only rows nearer to each other than that may change places.
            EXPECT_NEAR(found[place].score, expected[place].score, 2e-5) << place;
            EXPECT_NEAR(found[place].score, dot_product(query, coded.floats[found[place].row]), 2e-5);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, RowScan,
                         ::testing::Values(ScanCase{"one", 1, 64, 10, 1}, ScanCase{"few", 255, 100, 10, 1},
                                           ScanCase{"several_blocks", 3'000, 32, 25, 1},
                                           ScanCase{"all", 700, 48, 1'000, 2}, ScanCase{"threads", 70'000, 64, 50, 3},
                                           ScanCase{"long_vectors", 300, 1'536, 5, 1}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(RowScan, ThreadsDoNotChangeTheResult) {
    Coded coded(500, 512, 5);
    coded.codes.reserve(50'000 * 512);
    coded.repeat(50'000);
    const CodedQuery query(coded.floats[9]);
    const auto one = scan_rows(query, coded.rows(), 100, nullptr, 1);
    EXPECT_EQ(one.front().row, 9U);
    EXPECT_EQ(scan_rows(query, coded.rows(), 100, nullptr, 2), one);
    EXPECT_EQ(scan_rows(query, coded.rows(), 100, nullptr, 7), one);
}

TEST(RowScan, AFilterThatLetsLittleThroughLosesNothing) {
    const Coded coded(3'000, 64, 6);
    const CodedRows rows = coded.rows();
    for (const std::size_t every : {1U, 2U, 7U, 50U, 2'999U}) {
        RowSet within(rows.count, false);
        for (std::size_t row = 0; row < rows.count; row += every) within.insert(row);
        const auto expected = coded.ranking(coded.floats[1]);
        std::vector<std::uint32_t> wanted;
        for (const ScoredRow& row : expected) {
            if (within.contains(row.row) && wanted.size() < 20) wanted.push_back(row.row);
        }
        std::vector<std::uint32_t> found;
        for (const ScoredRow& row : scan_rows(CodedQuery(coded.floats[1]), rows, 20, &within, 1))
            found.push_back(row.row);
        EXPECT_EQ(found, wanted) << "one in " << every;
    }
}

TEST(RowScan, TheSameVectorManyTimesIsRankedByRow) {
    std::mt19937 random(7);
    const std::vector<float> vector = random_vector(random, 64);
    Coded coded(0, 64, 0);
    for (int i = 0; i < 6'000; ++i) coded.add(vector);
    const auto found = scan_rows(CodedQuery(vector), coded.rows(), 5, nullptr, 1);
    for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(found.at(i).row, i);
}

TEST(RowSet, CountsWhatItHolds) {
    RowSet rows(130, true);
    EXPECT_EQ(rows.count(), 130U);
    rows.erase(129);
    rows.erase(129);
    rows.insert(3);
    EXPECT_EQ(rows.count(), 129U);
    std::vector<std::size_t> all;
    rows.for_each([&](std::size_t row) { all.push_back(row); });
    EXPECT_EQ(all.size(), 129U);
    EXPECT_EQ(all.back(), 128U);
}

}  // namespace
}  // namespace quarry::index
