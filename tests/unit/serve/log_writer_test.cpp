#include "core/serve/log_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "core/base/text.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(LogWriter, WritesAllLinesInTheirOrder) {
    std::string written;
    {
        LogWriter log([&](std::string_view lines) { written += std::string(lines) + '\n'; });
        for (int i = 0; i < 1000; ++i) log.add(std::to_string(i));
    }
    const auto lines = split(written, '\n');
    ASSERT_THAT(lines, SizeIs(1001));
    for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(lines[i], std::to_string(i));
}

TEST(LogWriter, WhatIsWrittenToNothingIsDroppedAndCounted) {
    std::promise<void> stuck, go_on;
    std::string written;
    bool first = true;
    {
        LogWriter log([&](std::string_view lines) {
            if (std::exchange(first, false)) {
                stuck.set_value();
                go_on.get_future().wait();
            }
            written += std::string(lines) + '\n';
        });
        log.add("first");
        stuck.get_future().wait();
        const std::string line(1000, 'x');
        for (std::size_t i = 0; i < 2 * LogWriter::most_bytes / line.size(); ++i) log.add(line);
        go_on.set_value();
    }
    EXPECT_LE(written.size(), LogWriter::most_bytes + 1000);
    EXPECT_THAT(written, HasSubstr("{\"dropped\":"));
}

}  // namespace
}  // namespace quarry::serve
