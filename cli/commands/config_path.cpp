// quarry config path: where settings and the knowledge base are.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/answer_settings.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

nlohmann::ordered_json place_json(const fs::path& path) {
    return {{"path", path.string()}, {"exists", is_there(path)}};
}

std::string place_line(const char* name, const fs::path& path) {
    return fmt::format("{:<8} {}{}\n", name, strip_terminal_controls(path.string()),
                       is_there(path) ? "" : " (does not exist)");
}

class ConfigPathCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "config path",
                .summary = "print which files settings and prompts are read from",
                .description =
                    "Prints the project's quarry.toml (in this folder or the nearest above it), your own file, the "
                    "knowledge base's file, and the folders where prompt templates have names (ask --template NAME is "
                    "NAME.txt there), and whether each exists.",
                .examples = {{"quarry config path", "list the files"},
                             {"quarry config path --json", "the same for programs"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        const fs::path folder = fs::current_path();
        const std::optional<fs::path> found = config::find_project_file(folder);
        const fs::path project = found.value_or(folder / "quarry.toml");
        const auto project_folder = found ? std::optional(found->parent_path()) : std::nullopt;
        const auto user = config::user_config_file(context.environment);
        const std::pair<const char*, std::optional<fs::path>> files[] = {
            {"project", project}, {"user", user}, {"base", context.base_path}};
        nlohmann::ordered_json document = {{"schema", "quarry.config.path/1"}};
        for (const auto& [name, path] : files) {
            if (!path) continue;
            if (context.json) {
                document[name] = place_json(*path);
            } else {
                context.out.result() << place_line(name, *path);
            }
        }
        const std::vector<fs::path> prompts = app::prompt_folders(project_folder, context.environment);
        if (context.json) document["prompts"] = nlohmann::ordered_json::array();
        for (const fs::path& path : prompts) {
            if (context.json) {
                document["prompts"].push_back(place_json(path));
            } else {
                context.out.result() << place_line("prompts", path);
            }
        }
        if (context.json) context.out.result() << config::dump_json(document);
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_config_path_command() { return std::make_unique<ConfigPathCommand>(); }

}  // namespace quarry::cli
