// quarry config get: one setting's value.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class ConfigGetCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "config get",
                .summary = "print the value of one setting",
                .description = "Prints the value alone, for use in scripts. quarry config show lists every KEY. "
                               "Passwords in addresses and the values of headers are shown as ***.",
                .examples = {{"quarry config get search.limit", "print how many results a search gives at most"},
                             {"quarry config get chunk.size --json", "with its origin, for programs"}}};
    }

    void setup(OptionTable& options) override {
        options.add("key", key_, "Name of the setting, such as search.limit").required().value("KEY");
        options.flag("--raw", raw_, "Print passwords and headers too");
    }

    [[nodiscard]] int run(Context& context) override {
        const config::ConfigKey& key = config::config_key(key_);
        const config::Config::Value* const set = context.config.find(key_);
        const config::Config::Value value = set == nullptr ? config::Config::Value{key.fallback, "default"} : *set;
        const std::string text = raw_ ? value.text : config::shown_value(key, value.text);
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.config.get/1"},
                                                       {"key", key_},
                                                       {"value", config::config_json_value(key, text)},
                                                       {"origin", value.origin}});
        } else {
            context.out.result() << strip_terminal_controls(text) << '\n';
        }
        return 0;
    }

private:
    std::string key_;
    bool raw_ = false;
};

}  // namespace

std::unique_ptr<Command> make_config_get_command() { return std::make_unique<ConfigGetCommand>(); }

}  // namespace quarry::cli
