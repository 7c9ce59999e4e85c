// Runs quarry in the test's own process.
#include "run_quarry.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/line/app.h"
#include "cli/line/command.h"
#include "cli/line/json_fields.h"
#include "core/base/text.h"

namespace quarry::cli {

namespace fs = std::filesystem;

namespace {

/// Every member of a document can be chosen with --fields, and so can those of the entries of its list.
void check_fields(const std::string& command, const nlohmann::json& document) {
    for (const auto& [member, value] : document.items()) {
        std::string list;
        EXPECT_NO_THROW(list = chosen_fields(command, member).list) << command << ": " << member;
        if (!value.is_array()) continue;
        for (const auto& entry : value) {
            if (!entry.is_object()) continue;
            for (const auto& [name, ignored] : entry.items()) {
                EXPECT_NO_THROW(static_cast<void>(chosen_fields(command, member + "." + name)))
                    << command << ": " << member << "." << name;
            }
        }
    }
}

void check_documents(const std::vector<std::string>& arguments, const std::string& out) {
    const auto has = [&](std::string_view option) { return std::ranges::find(arguments, option) != arguments.end(); };
    // The command's words are the first of the arguments here.
    if (arguments.empty() || arguments[0].starts_with('-') || !has("--json") || has("--fields") || out.empty()) return;
    std::string command = arguments[0];
    for (const auto& one : make_commands()) {
        if (arguments.size() > 1 && one->info().path == arguments[0] + ' ' + arguments[1]) command = one->info().path;
    }
    if (command == "help" || command == "config schema") return;
    if (const auto whole = nlohmann::json::parse(out, nullptr, false); whole.is_object()) {
        return check_fields(command, whole);
    }
    for (const std::string_view line : split(out, '\n')) {
        if (const auto one = nlohmann::json::parse(line, nullptr, false); one.is_object()) check_fields(command, one);
    }
}

}  // namespace

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
    check_documents(arguments, out.str());
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
