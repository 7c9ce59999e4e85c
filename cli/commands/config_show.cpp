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
#include "core/config/shown_settings.h"
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
        const nlohmann::ordered_json document = config::settings_json(context.config, changed_);
        if (context.json) {
            context.out.result() << config::dump_json(document);
            return 0;
        }
        for (const auto& [name, setting] : document.at("settings").items()) {
            print_setting(context, fmt::format("{} = {}", name, setting.at("value").dump()), setting.at("origin"));
        }
        for (const config::ConfiguredCommand& command : context.config.extract_commands()) {
            context.out.result() << strip_terminal_controls(config::extract_command_toml(command));
        }
        for (const config::ConfiguredTool& tool : context.config.tools()) {
            context.out.result() << strip_terminal_controls(config::tool_toml(tool));
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
