// quarry config schema: the JSON Schema of quarry.toml.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class ConfigSchemaCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "config schema",
                .summary = "print the JSON Schema of quarry.toml",
                .description =
                    "A JSON Schema (draft 2020-12) describes which settings quarry.toml can hold. Editors that know "
                    "TOML use it to complete and check the file while you type.",
                .examples = {{"quarry config schema > quarry.schema.json", "save the schema for an editor"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        context.out.result() << config::dump_json(config::config_schema());
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_config_schema_command() { return std::make_unique<ConfigSchemaCommand>(); }

}  // namespace quarry::cli
