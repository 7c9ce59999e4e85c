// quarry config: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class ConfigCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "config",
                .summary = "show and change settings",
                .description =
                    "Settings come from five places; the first one that has a setting wins: the command line, an "
                    "environment variable (QUARRY_SEARCH_LIMIT for search.limit), quarry.toml in this folder or one "
                    "above it (the project), your own file ~/.config/quarry/config.toml, and quarry's defaults.\n\n"
                    "Keys and passwords are never settings. A setting such as chat.api_key_env names the environment "
                    "variable that holds the key.",
                .examples = {{"quarry config show --origin", "list every setting and where its value comes from"},
                             {"quarry config set search.limit 20", "change one in the project's quarry.toml"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_config_command() { return std::make_unique<ConfigCommand>(); }

}  // namespace quarry::cli
