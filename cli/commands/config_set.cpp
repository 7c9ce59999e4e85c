// quarry config set: writes one setting to the project's or the user's file.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_edit.h"
#include "core/config/config_json.h"
#include "core/config/project_trust.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxFileBytes = 1 << 20;

class ConfigSetCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "config set",
            .summary = "change one setting in quarry.toml, or in your own file",
            .description =
                "Checks the value, then writes it to the project's quarry.toml: the one in this folder or the "
                "nearest above it; if there is none, one is made here. With --user it goes to your own file, which "
                "holds for all your projects. Comments and everything else in the file stay as they are.\n\n"
                "What decides where a key is sent, or which programs are run (chat.base_url, chat.api_key_env, "
                "chat.command and the like), and a base outside of the project, go to your own file, with --user: a "
                "project's file could have been written by a stranger. To have them in the project's all the same, "
                "write them there by hand and allow them with quarry config trust.",
            .examples = {{"quarry config set search.limit 20", "give up to 20 results in this project"},
                         {"quarry config set --user ui.color never", "never colour, in any project"}}};
    }

    void setup(OptionTable& options) override {
        options.add("key", key_, "The setting's name, such as search.limit").required().value("KEY");
        options.add("value", value_, "Its new value").required().value("VALUE");
        options.flag("--user", user_, "Write to your own file instead of the project's");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        const config::ConfigKey& key = config::config_key(key_);
        const std::string value = config::check_config_value(key, value_);
        const fs::path file = target(context);
        const bool has_secret = config::shown_value(key, value) != value;
        if (!user_ && has_secret) throw config::secret_in_project(key);
        if (!user_) check_trust(context, key, key_, value, file);
        const std::string before = fs::exists(file) ? read_file(file, kMaxFileBytes) : "";
        const std::string after = config::edit_config_file(file, before, key, value);
        if (after != before) {
            const std::optional<config::Config> old = user_ || before.empty() ? std::nullopt : examine(context);
            if (user_) fs::create_directories(file.parent_path());
            write_file_atomically(file, after, user_);
            if (has_secret) fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
            if (old && old->project_is_trusted()) keep_trust(context, file, *old);
        }
        report(context, key, value, file);
        return 0;
    }

private:
    [[nodiscard]] fs::path target(const Context& context) const {
        const fs::path folder = fs::current_path();
        if (!user_) return config::find_project_file(folder).value_or(folder / "quarry.toml");
        const auto file = config::user_config_file(context.environment);
        if (!file) {
            throw Error(ErrorCode::failed, "there is no place for your own settings",
                        "set the environment variable HOME");
        }
        return *file;
    }

    static std::optional<config::Config> examine(const Context& context) {
        try {
            return config::Config::examine(fs::current_path(), context.environment);
        } catch (const Error&) {
            return std::nullopt;  // which this very edit may mend
        }
    }

    /// The user's own edit of a file that was allowed, by which it asks for nothing else.
    static void keep_trust(const Context& context, const fs::path& file, const config::Config& old) {
        const std::optional<config::Config> edited = examine(context);
        const auto settings = [](const config::Config& config) {
            std::vector<std::string> result;
            for (const config::GuardedSetting& guarded : config.guarded()) result.push_back(guarded.setting);
            return result;
        };
        if (edited && settings(*edited) == settings(old)) {
            config::TrustedProjects(context.environment).allow(file, edited->project_hash());
        }
    }

    /// A value that reading the project's file would refuse is not written to it.
    static void check_trust(const Context& context, const config::ConfigKey& key, const std::string& name,
                            const std::string& value, const fs::path& file) {
        const config::Config user = config::Config::load_user(context.environment);
        const std::string full =
            key.path && !value.empty() ? (file.parent_path() / value).lexically_normal().string() : value;
        const config::Config::Value* const below = user.find(name);
        auto guarded = config::guarded_setting(key, name, full, below == nullptr ? config::Config::Value{} : *below,
                                               file.parent_path());
        if (!guarded || guarded->at_use || guarded->covered) return;
        guarded->where = file.string();
        throw config::untrusted(*guarded, 1);
    }

    static void report(Context& context, const config::ConfigKey& key, const std::string& value, const fs::path& file) {
        const nlohmann::ordered_json shown = config::config_json_value(key, config::shown_value(key, value));
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.config.set/1"},
                                                       {"key", key.name},
                                                       {"value", shown},
                                                       {"file", file.string()}});
            return;
        }
        context.out.note(fmt::format("{} = {} in {}", key.name, shown.dump(),
                                     strip_terminal_controls(file.string())));
        const std::string variable = config::config_variable(key.name);
        if (const auto set = context.environment(variable); set && !set->empty()) {
            context.out.warn(fmt::format("the environment variable {} is set and wins over the file", variable));
        }
    }

    std::string key_;
    std::string value_;
    bool user_ = false;
};

}  // namespace

std::unique_ptr<Command> make_config_set_command() { return std::make_unique<ConfigSetCommand>(); }

}  // namespace quarry::cli
