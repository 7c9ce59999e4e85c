// quarry models add: a model file for all of the user's projects.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/model_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/model_json.h"

namespace quarry::cli {
namespace {

class ModelsAddCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "models add",
            .summary = "check a model file and keep it",
            .description =
                "Copies a GGUF file, or fetches it from an https address, into the folder of your models. It is "
                "there when it is complete and found to be a GGUF file, with the SHA-256 that --sha256 gives, if it "
                "does; nothing is left of one that is not. Tables that quarry embed train made are taken as well, for "
                "embed.start. The licence that the file names is shown and kept: "
                "whether it allows what you do is for you to judge.",
            .examples = {{"quarry models add bge-small-en-v1.5-q8_0.gguf --name bge-small", "add a file"},
                         {"quarry models add https://example.org/e5.gguf --sha256 9f86d081…", "fetch one, and check "
                                                                                              "its hash"}},
            .exit_codes = {{14, "the server does not answer, or refuses"}}};
    }

    void setup(OptionTable& options) override {
        options.add("source", source_, "A .gguf file or a table, or its https address").required().value("PATH");
        options.add("--name", options_.name, "Name of the model (default: the file's name without its extension)")
            .value("NAME");
        options.add("--sha256", options_.sha256, "SHA-256 that the file must have").value("HEX");
        options.flag("-f,--force", options_.replace, "Replace a model of the same name");
    }

    [[nodiscard]] int run(Context& context) override {
        const models::StoredModel model = app::add_model(context, source_, options_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::added_model_json(model));
            return 0;
        }
        if (model.is_table) {
            context.out.note(fmt::format("added the table {}, {}; quarry config set embed.start {} lets the built-in "
                                         "embedder start from it",
                                         model.name, human_bytes(model.bytes), model.name));
            context.out.note(fmt::format("sha256 {}", model.sha256));
            return 0;
        }
        const auto shown = [](const std::string& text) { return one_line(strip_terminal_controls(text), 100); };
        context.out.note(fmt::format("added gguf:{}: {}, {} dimensions, {}", model.name, shown(model.architecture),
                                     model.dimensions, human_bytes(model.bytes)));
        context.out.note(fmt::format("sha256 {}", model.sha256));
        const std::string licence = shown(model.license + " " + model.license_link);
        context.out.note(model.license.empty() ? std::string("the file names no licence: check its source")
                                               : fmt::format("licence {}", trim(licence)));
        return 0;
    }

private:
    std::string source_;
    models::AddModelOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_models_add_command() { return std::make_unique<ModelsAddCommand>(); }

}  // namespace quarry::cli
