// quarry config trust: what a project's settings ask for, and whether the user allows it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
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
                    "The answer is kept beside your own settings, for this file as it is now: when the file changes, "
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
        const auto file = config::find_project_file(folder);
        if (!file) {
            throw Error(ErrorCode::failed, "there is no quarry.toml here or above",
                        "quarry config trust is for a project's folder");
        }
        const config::Config config = config::Config::examine(folder, context.environment);
        config::TrustedProjects trusted(context.environment);
        if (revoke_) {
            const bool was = trusted.revoke(*file);
            context.out.note(was ? "allowed no longer" : "it was not allowed before");
            return report(context, *file, config, false);
        }
        if (!context.json) show(context, *file, config);
        bool allowed = config.project_is_trusted();
        if (!allowed && !config.guarded().empty() && (yes_ || agrees(context))) {
            trusted.allow(*file, config.project_hash());
            allowed = true;
            if (!context.json) context.out.note("allowed, until the file changes");
        }
        return report(context, *file, config, allowed);
    }

private:
    static void show(Context& context, const fs::path& file, const config::Config& config) {
        std::ostream& out = context.out.result();
        const std::string name = strip_terminal_controls(file.string());
        if (config.guarded().empty()) {
            out << fmt::format("{} asks for nothing that only you may decide\n", name);
            return;
        }
        out << fmt::format("{} asks for{}:\n", name, config.project_is_trusted() ? " (allowed)" : "");
        for (const config::GuardedSetting& guarded : config.guarded()) {
            out << fmt::format("  {}\n    {}\n", strip_terminal_controls(guarded.setting), guarded.effect);
            if (guarded.covered) out << "    (not needed now: the environment or your own file decides)\n";
        }
        out << std::flush;
    }

    static bool agrees(const Context& context) {
        if (!context.stdin_is_terminal || context.json || context.out.options().quiet) return false;
        context.out.note("Allow these settings? (y/n)");
        std::string answer;
        return std::getline(context.in, answer) && (answer == "y" || answer == "yes");
    }

    [[nodiscard]] int report(Context& context, const fs::path& file, const config::Config& config, bool allowed) const {
        if (context.json) {
            nlohmann::ordered_json document = {{"schema", "quarry.config.trust/1"},
                                               {"file", file.string()},
                                               {"sha256", config.project_hash()},
                                               {"allowed", allowed},
                                               {"settings", nlohmann::ordered_json::array()}};
            for (const config::GuardedSetting& guarded : config.guarded()) {
                document["settings"].push_back({{"key", guarded.key},
                                                {"setting", guarded.setting},
                                                {"effect", guarded.effect},
                                                {"where", guarded.where}});
            }
            context.out.result() << config::dump_json(document);
        }
        const bool needed = std::ranges::any_of(config.guarded(),
                                                [](const config::GuardedSetting& guarded) { return !guarded.covered; });
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
