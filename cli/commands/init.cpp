// quarry init: a project's settings file and an empty knowledge base.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/project.h"
#include "core/config/config_json.h"
#include "core/wire/display_uri.h"
#include "core/wire/init_json.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

class InitCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "init",
            .summary = "create a settings file and an empty knowledge base here",
            .description =
                "Writes quarry.toml, a file with every setting of quarry, explained and commented out, and .quarry/, "
                "a folder with an empty knowledge base: the file in which documents and what is needed to search "
                "them are kept. Both are found from every folder below, as git finds .git.\n\n"
                "Nothing that exists is overwritten: where one of the two is there, the other is made. quarry works "
                "without init: quarry ingest makes a knowledge base "
                "where there is none, and every setting has a default.",
            .examples = {{"quarry init", "begin in this folder"},
                         {"quarry init notes", "begin in the folder notes, which is created if it does not exist"}}};
    }

    void setup(OptionTable& options) override {
        options.add("folder", folder_, "Folder to initialise (default: the current one)").value("FOLDER");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::Project project = app::make_project(folder_);
        if (context.json) {
            context.out.result() << config::dump_json(
                wire::init_json(project.settings.string(), project.base.string()));
            return 0;
        }
        const bool has_settings = !project.made_settings;
        const fs::path& settings = project.settings;
        const fs::path& base = project.base;
        const std::string there = wire::display_uri((has_settings ? settings : base).string());
        const std::string wrote = wire::display_uri((has_settings ? base : settings).string());
        context.out.note(has_settings || !project.made_base ? fmt::format("wrote {}; {} exists already", wrote, there)
                                                            : fmt::format("wrote {} and {}", wrote, there));
        context.out.note("next: quarry ingest PATH reads documents; quarry ask \"…\" answers from them");
        return 0;
    }

private:
    std::string folder_ = ".";
};

}  // namespace

std::unique_ptr<Command> make_init_command() { return std::make_unique<InitCommand>(); }

}  // namespace quarry::cli
