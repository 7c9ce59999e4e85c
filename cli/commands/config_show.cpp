// quarry config show: every setting with its value and origin.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_json.h"
#include "core/config/extract_commands.h"
#include "core/config/tool_settings.h"

namespace quarry::cli {
namespace {

class ConfigShowCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "config show",
                .summary = "list every setting with its value",
                .description =
                    "Prints all settings as they would be used here, one a line, in the form that quarry.toml takes. "
                    "With --origin each is followed by the place that its value comes from.",
                .examples = {{"quarry config show", "list the settings"},
                             {"quarry config show --origin", "show also where each comes from, such as quarry.toml:3"},
                             {"quarry config show --changed", "leave out what has its default"},
                             {"quarry config show --json", "the same for programs, with origins"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.flag("--origin", origin_, "Show where each value comes from");
        options.flag("--changed", changed_, "Only settings that differ from the default");
    }

    [[nodiscard]] int run(Context& context) override {
        nlohmann::ordered_json settings = nlohmann::ordered_json::object();
        std::vector<std::string> names;
        for (const config::ConfigKey& key : config::config_keys()) names.push_back(key.name);
        for (std::string& name : context.config.named_settings()) names.push_back(std::move(name));
        for (const std::string& name : names) {
            const config::ConfigKey& key = config::config_key(name);
            const config::Config::Value& value = context.config.value(name);
            const bool is_default =
                config::config_json_value(key, value.text) == config::config_json_value(key, key.fallback);
            if (changed_ && is_default) continue;
            const nlohmann::ordered_json shown = config::config_json_value(key, config::shown_value(key, value.text));
            if (context.json) {
                settings[name] = {{"value", shown}, {"origin", value.origin}};
            } else {
                print_setting(context, fmt::format("{} = {}", name, shown.dump()), value.origin);
            }
        }
        nlohmann::ordered_json commands = nlohmann::ordered_json::array();
        for (const config::ConfiguredCommand& command : context.config.extract_commands()) {
            commands.push_back(config::extract_command_json(command));
            if (!context.json) context.out.result() << strip_terminal_controls(config::extract_command_toml(command));
        }
        nlohmann::ordered_json tools = nlohmann::ordered_json::array();
        for (const config::ConfiguredTool& tool : context.config.tools()) {
            tools.push_back(config::tool_json(tool));
            if (!context.json) context.out.result() << strip_terminal_controls(config::tool_toml(tool));
        }
        if (context.json) {
            const nlohmann::ordered_json document = {{"schema", "quarry.config.show/1"},
                                                     {"settings", settings},
                                                     {"extract_commands", commands},
                                                     {"tools", tools}};
            context.out.result() << config::dump_json(document);
        }
        return 0;
    }

private:
    void print_setting(Context& context, const std::string& line, const std::string& origin) const {
        context.out.result() << strip_terminal_controls(line);
        if (origin_) {
            const std::size_t padding = line.size() < kOriginColumn ? kOriginColumn - line.size() : 1;
            context.out.result() << std::string(padding, ' ')
                                 << context.out.styled(Style::dim, "# " + strip_terminal_controls(origin));
        }
        context.out.result() << '\n';
    }

    static constexpr std::size_t kOriginColumn = 48;
    bool origin_ = false;
    bool changed_ = false;
};

}  // namespace

std::unique_ptr<Command> make_config_show_command() { return std::make_unique<ConfigShowCommand>(); }

}  // namespace quarry::cli
