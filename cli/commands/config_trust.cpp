// quarry config trust: what a project's settings ask for, and whether the user allows it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "cli/line/command.h"
#include "cli/ui/confirm.h"
#include "cli/ui/output.h"
#include "core/app/base_embedder.h"
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
                    "likewise, and the model that a knowledge base says its vectors are of, where somebody else may "
                    "have made it: a model file, or a provider's server that your settings do not name.\n\n"
                    "The answer is kept beside your own settings, for these files as they are now: when one changes, "
                    "it is asked again.",
                .examples = {{"quarry config trust", "show them, and ask"},
                             {"quarry config trust --yes", "allow them, such as in CI"},
                             {"quarry config trust --revoke", "revoke the permission"}},
                .exit_codes = {{1, "there are such settings and they are not allowed"}}};
    }

    void setup(OptionTable& options) override {
        options.flag("--yes", yes_, "Allow them without asking");
        options.flag("--revoke", revoke_, "Revoke the permission").excludes("--yes");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        const fs::path folder = fs::current_path();
        const config::Config config = config::Config::examine(folder, context.environment);
        std::vector<app::ProjectAsking> files = app::project_askings(config, folder, context.environment);
        if (const auto embedder = app::find_base_embedder(context.with(config)); embedder && embedder->guarded) {
            files.push_back({context.base_path, app::trusted_name(embedder->choice), {*embedder->guarded}});
        }
        if (files.empty()) {
            throw Error(ErrorCode::failed,
                        "there is no quarry.toml here or above, no DATABASE_URL in a file .env, and no base that asks",
                        "quarry config trust is for a project's folder");
        }
        config::TrustedProjects trusted(context.environment);
        bool allowed = true, was = false;
        for (const app::ProjectAsking& one : files) {
            const bool holds = trusted.holds(one.file, one.hash);
            was = (revoke_ && trusted.revoke(one.file)) || was;
            if (!context.json && !revoke_) show(context, one, holds);
            allowed = allowed && (holds || one.settings.empty());
        }
        if (revoke_) {
            context.out.note(was ? "no longer allowed" : "it was not allowed before");
            return report(context, files, false);
        }
        if (!allowed && (yes_ || confirm(context, "Allow these settings?"))) {
            for (const app::ProjectAsking& one : files) {
                if (!one.settings.empty()) trusted.allow(one.file, one.hash);
            }
            allowed = true;
            if (!context.json) context.out.note("allowed, until the file changes");
        }
        return report(context, files, allowed && (files.size() > 1 || !files.front().settings.empty()));
    }

private:
    static void show(Context& context, const app::ProjectAsking& asking, bool allowed) {
        std::ostream& out = context.out.result();
        const std::string name = strip_terminal_controls(asking.file.string());
        if (asking.settings.empty()) {
            out << fmt::format("{} has no settings that need your permission\n", name);
            return;
        }
        out << fmt::format("{} asks for{}:\n", name, allowed ? " (allowed)" : "");
        for (const config::GuardedSetting& guarded : asking.settings) {
            out << fmt::format("  {}\n    {}\n", strip_terminal_controls(guarded.setting), guarded.effect);
            if (guarded.covered) out << "    (has no effect now: the environment or your own file overrides it)\n";
            if (!guarded.covered && asking.is_free(guarded)) {
                out << "    (not needed now: it is used unasked while no password or key of yours would go there)\n";
            }
        }
        out << std::flush;
    }

    [[nodiscard]] int report(Context& context, const std::vector<app::ProjectAsking>& files, bool allowed) const {
        bool needed = false;
        nlohmann::ordered_json document = {{"schema", "quarry.config.trust/1"},
                                           {"file", files.front().file.string()},
                                           {"sha256", files.front().hash},
                                           {"allowed", allowed},
                                           {"settings", nlohmann::ordered_json::array()}};
        for (const app::ProjectAsking& one : files) {
            for (const config::GuardedSetting& guarded : one.settings) {
                const bool wanted = !guarded.covered && !one.is_free(guarded);
                needed = needed || wanted;
                document["settings"].push_back({{"key", guarded.key},
                                                {"setting", guarded.setting},
                                                {"effect", guarded.effect},
                                                {"where", guarded.where},
                                                {"needed", wanted}});
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
