// quarry config unset: takes one setting out of the project's or the user's file.
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

namespace quarry::cli {
namespace {

class ConfigUnsetCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "config unset",
                .summary = "take one setting out of quarry.toml, or out of your own file",
                .description =
                    "Removes the line of a setting from the project's quarry.toml: the one in this folder or the "
                    "nearest above it; with --user from your own file. The setting has its default then, or what the "
                    "other file says. Comments and everything else in the file stay as they are.",
                .examples = {{"quarry config unset search.limit", "as before it was set in this project"},
                             {"quarry config unset --user ui.color", "in your own file"}},
                .exit_codes = {{10, "the file does not have the setting"}}};
    }

    void setup(OptionTable& options) override {
        options.add("key", key_, "The setting's name, such as search.limit").required().value("KEY");
        options.flag("--user", user_, "Change your own file instead of the project's");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        const config::ConfigKey& key = config::config_key(key_);
        const std::filesystem::path file = settings_file(context, user_);
        const std::string before = read_settings(file);
        const std::string after = config::remove_setting_of(file, before, key);
        const std::string shown = strip_terminal_controls(file.string());
        if (after == before) {
            throw Error(ErrorCode::nothing_found, fmt::format("{} is not set in {}", key.name, shown),
                        fmt::format("quarry config get {} --json says where its value comes from", key.name));
        }
        write_settings(context, file, user_, before, after);
        if (context.json) {
            context.out.result() << config::dump_json(
                {{"schema", "quarry.config.unset/1"}, {"key", key.name}, {"file", file.string()}});
        }
        context.out.remark(fmt::format("took {} out of {}", key.name, shown));
        return 0;
    }

private:
    std::string key_;
    bool user_ = false;
};

}  // namespace

std::unique_ptr<Command> make_config_unset_command() { return std::make_unique<ConfigUnsetCommand>(); }

}  // namespace quarry::cli
