#include "core/base/lines.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace quarry {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    std::string line;
    while (read_line(in, line, 1'000'000)) lines.push_back(line);
    return lines;
}

TEST(ReadLine, GivesLinesOfAnyLength) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(lines_of(""), Lines{});
    EXPECT_EQ(lines_of("a"), Lines{"a"});
    EXPECT_EQ(lines_of("a\n\nb\n"), (Lines{"a", "", "b"}));
    EXPECT_EQ(lines_of(std::string("a\0b\n", 4)), (Lines{std::string("a\0b", 3)}));
    // Around the size of the block that is read at once.
    for (const std::size_t size : {4094U, 4095U, 4096U, 4097U, 8190U, 8191U, 8192U, 100'000U}) {
        const std::string line(size, 'x');
        EXPECT_EQ(lines_of(line + "\nend\n"), (Lines{line, "end"})) << size;
        EXPECT_EQ(lines_of(line), (Lines{line})) << size;
    }
}

TEST(ReadLine, HoldsLittleMoreThanTheLimit) {
    std::istringstream in(std::string(1'000'000, 'x') + "\nend\n");
    std::string line;
    ASSERT_TRUE(read_line(in, line, 10'000));
    EXPECT_GT(line.size(), 10'000U);
    EXPECT_LT(line.size(), 20'000U);
}

}  // namespace
}  // namespace quarry
