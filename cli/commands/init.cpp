// quarry init: a project's settings file and an empty knowledge base.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <system_error>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/knowledge_base.h"
#include "core/base/file.h"
#include "core/config/config.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view config_file = "quarry.toml";

/// Every setting with what it does and its default, commented out, in its section.
std::string settings_template() {
    std::string text =
        "# Settings of quarry for this folder and those below. Every one has a default, shown here behind a #;\n"
        "# take the # away and change the value. quarry config show prints what is in force.\n"
        "# Keys of servers do not belong here: name the environment variable that holds them.\n";
    std::string section;
    // Settings without a section come first: after a [section] line they would belong to it.
    for (const bool sectioned : {false, true}) {
        for (const config::ConfigKey& key : config::config_keys()) {
            const std::size_t dot = key.name.find('.');
            if ((dot != std::string::npos) != sectioned) continue;
            if (sectioned && key.name.substr(0, dot) != section) {
                section = key.name.substr(0, dot);
                text += fmt::format("\n[{}]\n", section);
            } else if (!sectioned) {
                text += '\n';
            }
            const std::string value =
                key.type == config::ConfigKey::Type::text ? fmt::format("\"{}\"", key.fallback) : key.fallback;
            text +=
                fmt::format("# {}\n# {} = {}\n", key.summary, sectioned ? key.name.substr(dot + 1) : key.name, value);
        }
    }
    return text;
}

class InitCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "init",
            .summary = "make a settings file and an empty knowledge base here",
            .description =
                "Writes quarry.toml, a file with every setting of quarry, explained and commented out, and .quarry/, "
                "a folder with an empty knowledge base: the file in which documents and what is needed to search "
                "them are kept. Both are found from every folder below, as git finds .git.\n\n"
                "Nothing that exists is overwritten: where one of the two is there, the other is made. quarry works "
                "without init: quarry ingest makes a knowledge base "
                "where there is none, and every setting has a default.",
            .examples = {{"quarry init", "begin in this folder"},
                         {"quarry init notes", "begin in the folder notes, which is made if need be"}}};
    }

    void setup(OptionTable& options) override {
        options.add("folder", folder_, "Folder to begin in (default: this one)").value("FOLDER");
    }

    [[nodiscard]] int run(Context& context) override {
        const fs::path folder = fs::absolute(folder_).lexically_normal();
        const fs::path settings = folder / config_file;
        const fs::path base = folder / ".quarry" / "base.db";
        const bool has_settings = exists(settings);
        const bool has_base = exists(base);
        if (has_settings && has_base) {
            throw Error(ErrorCode::failed,
                        fmt::format("{} and {} exist already", wire::display_uri(settings.string()),
                                    wire::display_uri(base.string())),
                        "nothing was changed; to begin anew, move them away first");
        }
        std::error_code failure;
        fs::create_directories(folder, failure);
        if (failure) {
            throw Error(ErrorCode::failed,
                        fmt::format("cannot create the folder {}", wire::display_uri(folder.string())))
                .because(failure.message());
        }
        if (!has_settings) write_file_atomically(settings, settings_template());
        if (!has_base) static_cast<void>(app::make_base(base));
        if (context.json) {
            const nlohmann::ordered_json json = {
                {"schema", "quarry.init/1"}, {"settings", settings.string()}, {"base", base.string()}};
            context.out.result() << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
            return 0;
        }
        const std::string there = wire::display_uri((has_settings ? settings : base).string());
        const std::string wrote = wire::display_uri((has_settings ? base : settings).string());
        context.out.note(has_settings || has_base ? fmt::format("wrote {}; {} is there already", wrote, there)
                                                  : fmt::format("wrote {} and {}", wrote, there));
        context.out.note("next: quarry ingest PATH reads documents in, quarry ask \"…\" answers from them");
        return 0;
    }

private:
    static bool exists(const fs::path& path) {
        std::error_code unknown;
        return fs::exists(fs::symlink_status(path, unknown));
    }

    std::string folder_ = ".";
};

}  // namespace

std::unique_ptr<Command> make_init_command() { return std::make_unique<InitCommand>(); }

}  // namespace quarry::cli
