// quarry config trust: what a project's settings ask for, and whether the user allows it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "cli/line/command.h"
#include "cli/ui/confirm.h"
#include "cli/ui/output.h"
#include "core/app/project_database.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_json.h"
#include "core/config/project_trust.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

class ConfigTrustCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "config trust",
                .summary = "show what a project's settings ask for, and allow it",
                .description =
                    "A project's quarry.toml may be a stranger's. What it could do harm with is not taken from it on "
                    "its word: where keys and passwords are sent, which programs are run, a knowledge base outside of "
                    "the project, which environment variables migrations may have. This shows every such setting of "
                    "the project, and asks whether you allow them all.\n\n"
                    "The database that a file .env names as DATABASE_URL, for migrations, is shown and asked about "
                    "likewise.\n\n"
                    "The answer is kept beside your own settings, for these files as they are now: when one changes, "
                    "it is asked again.",
                .examples = {{"quarry config trust", "show them, and ask"},
                             {"quarry config trust --yes", "allow them, such as in CI"},
                             {"quarry config trust --revoke", "allow them no longer"}},
                .exit_codes = {{1, "there are such settings, and they are not allowed"}}};
    }

    void setup(OptionTable& options) override {
        options.flag("--yes", yes_, "Allow them without asking");
        options.flag("--revoke", revoke_, "Allow them no longer").excludes("--yes");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        const fs::path folder = fs::current_path();
        const config::Config config = config::Config::examine(folder, context.environment);
        const std::vector<Asking> files = asking(config, folder);
        if (files.empty()) {
            throw Error(ErrorCode::failed, "there is no quarry.toml here or above, and no DATABASE_URL in a file .env",
                        "quarry config trust is for a project's folder");
        }
        config::TrustedProjects trusted(context.environment);
        bool allowed = true, was = false;
        for (const Asking& one : files) {
            const bool holds = trusted.holds(one.file, one.hash);
            was = (revoke_ && trusted.revoke(one.file)) || was;
            if (!context.json && !revoke_) show(context, one, holds);
            allowed = allowed && (holds || one.settings.empty());
        }
        if (revoke_) {
            context.out.note(was ? "allowed no longer" : "it was not allowed before");
            return report(context, files, false);
        }
        if (!allowed && (yes_ || confirm(context, "Allow these settings?"))) {
            for (const Asking& one : files) {
                if (!one.settings.empty()) trusted.allow(one.file, one.hash);
            }
            allowed = true;
            if (!context.json) context.out.note("allowed, until the file changes");
        }
        return report(context, files, allowed && (files.size() > 1 || !files.front().settings.empty()));
    }

private:
    /// A file of the project and what it asks for.
    struct Asking {
        fs::path file;
        std::string hash;
        std::vector<config::GuardedSetting> settings;
    };

    static std::vector<Asking> asking(const config::Config& config, const fs::path& folder) {
        std::vector<Asking> files;
        if (const auto file = config::find_project_file(folder)) {
            files.push_back({*file, config.project_hash(), config.guarded()});
        }
        if (const auto database = app::find_project_database(config, folder); database && database->guarded) {
            files.push_back({database->file, database->hash(), {*database->guarded}});
        }
        return files;
    }

    static void show(Context& context, const Asking& asking, bool allowed) {
        std::ostream& out = context.out.result();
        const std::string name = strip_terminal_controls(asking.file.string());
        if (asking.settings.empty()) {
            out << fmt::format("{} asks for nothing that only you may decide\n", name);
            return;
        }
        out << fmt::format("{} asks for{}:\n", name, allowed ? " (allowed)" : "");
        for (const config::GuardedSetting& guarded : asking.settings) {
            out << fmt::format("  {}\n    {}\n", strip_terminal_controls(guarded.setting), guarded.effect);
            if (guarded.covered) out << "    (not needed now: the environment or your own file decides)\n";
        }
        out << std::flush;
    }

    [[nodiscard]] int report(Context& context, const std::vector<Asking>& files, bool allowed) const {
        bool needed = false;
        nlohmann::ordered_json document = {{"schema", "quarry.config.trust/1"},
                                           {"file", files.front().file.string()},
                                           {"sha256", files.front().hash},
                                           {"allowed", allowed},
                                           {"settings", nlohmann::ordered_json::array()}};
        for (const Asking& one : files) {
            for (const config::GuardedSetting& guarded : one.settings) {
                needed = needed || !guarded.covered;
                document["settings"].push_back({{"key", guarded.key},
                                                {"setting", guarded.setting},
                                                {"effect", guarded.effect},
                                                {"where", guarded.where}});
            }
        }
        if (context.json) context.out.result() << config::dump_json(document);
        if (allowed || !needed || revoke_) return 0;
        context.out.note("not allowed: quarry config trust --yes allows it");
        return static_cast<int>(ErrorCode::failed);
    }

    bool yes_ = false;
    bool revoke_ = false;
};

}  // namespace

std::unique_ptr<Command> make_config_trust_command() { return std::make_unique<ConfigTrustCommand>(); }

}  // namespace quarry::cli
