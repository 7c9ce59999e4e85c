// quarry config path: where settings and the knowledge base are.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/config_json.h"
#include "cli/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

class ConfigPathCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "config path",
                .summary = "print which files settings are read from",
                .description =
                    "Prints the project's quarry.toml (in this folder or the nearest above it), your own file, and the "
                    "knowledge base's file, and whether each exists.",
                .examples = {{"quarry config path", "list the files"},
                             {"quarry config path --json", "the same for programs"}}};
    }
    void setup(CLI::App&) override {}
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        const fs::path folder = fs::current_path();
        const fs::path project = find_project_file(folder).value_or(folder / "quarry.toml");
        const auto user = user_config_file(context.environment);
        const std::pair<const char*, std::optional<fs::path>> files[] = {
            {"project", project}, {"user", user}, {"base", context.base_path}};
        nlohmann::ordered_json document = {{"schema", "quarry.config.path/1"}};
        for (const auto& [name, path] : files) {
            if (!path) continue;
            const bool found = is_there(*path);
            if (context.json) {
                document[name] = {{"path", path->string()}, {"exists", found}};
            } else {
                context.out.result() << fmt::format("{:<8} {}{}\n", name, strip_terminal_controls(path->string()),
                                                    found ? "" : " (does not exist)");
            }
        }
        if (context.json) context.out.result() << dump_json(document);
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_config_path_command() { return std::make_unique<ConfigPathCommand>(); }

}  // namespace quarry::cli
