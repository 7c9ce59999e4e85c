// Runs quarry in the test's own process.
#include "run_quarry.h"

#include <fstream>
#include <sstream>

#include "cli/line/app.h"

namespace quarry::cli {

namespace fs = std::filesystem;

RunResult run_quarry(const std::vector<std::string>& arguments, std::string_view standard_input,
                     std::map<std::string, std::string> environment) {
    environment.try_emplace("HOME", fs::current_path().string());
    std::istringstream in{std::string(standard_input)};
    std::ostringstream out, err;
    const Cancellation cancellation;
    Process process{.in = in,
                    .out = out,
                    .err = err,
                    .environment = [&](const std::string& name) -> std::optional<std::string> {
                        const auto found = environment.find(name);
                        if (found == environment.end()) return std::nullopt;
                        return found->second;
                    },
                    .cancel = cancellation,
                    .out_failure = {}};
    const int code = run(arguments, process);
    return {code, out.str(), err.str()};
}

QuarryTest::QuarryTest()
    : temporary_("quarry-test"), before_(fs::current_path()), folder_(fs::canonical(temporary_.path())) {
    fs::current_path(folder_);
}

QuarryTest::~QuarryTest() { fs::current_path(before_); }

void QuarryTest::write(const fs::path& path, std::string_view content) const {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream file(folder_ / path, std::ios::binary);
    file << content;
    ASSERT_TRUE(file.good()) << path;
}

std::string QuarryTest::read(const fs::path& path) const { return read_file(folder_ / path, 1 << 26); }

}  // namespace quarry::cli
