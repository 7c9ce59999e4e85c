// quarry config set: writes one setting to the project's or the user's file.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/config_write.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_edit.h"
#include "core/config/config_json.h"
#include "core/config/project_trust.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

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
                         {"quarry config set --user ui.color never", "never colour, in any project"},
                         {"quarry config set --user models.fast.model groq:llama-3.1-8b-instant",
                          "give a model a name: quarry ask -m fast"}}};
    }

    void setup(OptionTable& options) override {
        options.add("key", key_, "Name of the setting, such as search.limit").required().value("KEY");
        options.add("value", value_, "Its new value").required().value("VALUE");
        options.flag("--user", user_, "Write to your own file instead of the project's");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        const config::ConfigKey& kind = config::config_key(key_);
        config::ConfigKey key = kind;
        key.name = key_;  // where the section has a name of its own
        const std::string value = config::check_config_value(key, value_);
        const fs::path file = settings_file(context, user_);
        const bool has_secret = config::shown_value(key, value) != value;
        if (!user_ && has_secret) throw config::secret_in_project(key);
        if (!user_) check_trust(context, kind, key_, value, file);
        const std::string before = read_settings(file);
        write_settings(context, file, user_, before, config::edit_config_file(file, before, key, value), has_secret);
        report(context, key, value, file);
        return 0;
    }

private:
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
