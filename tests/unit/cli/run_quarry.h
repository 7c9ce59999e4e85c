#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/file.h"

namespace quarry::cli {

struct RunResult {
    int code = 0;
    std::string out;
    std::string err;
};

/// Runs the whole program in this process, in the working folder, which is also its HOME; nothing is a terminal. Only
/// the variables given are in its environment.
[[nodiscard]] RunResult run_quarry(const std::vector<std::string>& arguments, std::string_view standard_input = {},
                                   std::map<std::string, std::string> environment = {});

/// A test whose working folder is a fresh temporary one, removed at the end.
class QuarryTest : public ::testing::Test {
protected:
    QuarryTest();
    ~QuarryTest() override;

    /// The working folder, absolute, symbolic links resolved.
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Writes a file below the working folder, with the folders it needs.
    void write(const std::filesystem::path& path, std::string_view content) const;
    [[nodiscard]] std::string read(const std::filesystem::path& path) const;

private:
    TemporaryDirectory temporary_;
    std::filesystem::path before_;
    std::filesystem::path folder_;
};

}  // namespace quarry::cli
