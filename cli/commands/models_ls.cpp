// quarry models ls: model files, and the embedders that a base has vectors of.
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

class ModelsLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "models ls",
            .summary = "list models, and which of them the base has vectors from",
            .description =
                "Lists the model files that quarry models add has put away, with their size, the length of their "
                "vectors and the licence that they name; then the models that the settings name ([models.NAME], for "
                "--model NAME); then, where there is a knowledge base, the models that it has vectors of. The one "
                "that searches use is marked with a star.",
            .examples = {{"quarry models ls", "list them"}, {"quarry models ls --json", "for programs"}}};
    }
    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const app::ModelList list = app::list_models(context);
        if (context.json) {
            context.out.result() << config::dump_json(wire::models_json(list.files, list.embedders, list.profiles));
        } else {
            print_text(context, list);
        }
        return 0;
    }

private:
    static void print_text(Context& context, const app::ModelList& list) {
        std::ostream& out = context.out.result();
        const auto shown = [](const std::string& text) { return one_line(strip_terminal_controls(text), 60); };
        for (const models::StoredModel& model : list.files) {
            if (model.is_table) {
                out << fmt::format("  {}  table to start from, {} dimensions, {}\n", model.name, model.dimensions,
                                   human_bytes(model.bytes));
                continue;
            }
            out << fmt::format("  gguf:{}  {}, {} dimensions, {}, licence {}\n", model.name, shown(model.architecture),
                               model.dimensions, human_bytes(model.bytes),
                               model.license.empty() ? "not named" : shown(model.license));
        }
        if (!list.profiles.empty()) out << (list.files.empty() ? "" : "\n") << "in the settings:\n";
        for (const wire::NamedModel& one : list.profiles) {
            out << fmt::format("  {}  {}:{}{}\n", shown(one.name), one.provider, shown(one.model),
                               one.address.empty() ? "" : " at " + shown(one.address));
        }
        const bool is_first = list.files.empty() && list.profiles.empty();
        if (!list.embedders.empty()) out << (is_first ? "" : "\n") << "in the knowledge base:\n";
        for (const wire::BaseEmbedder& one : list.embedders) {
            out << fmt::format("{} {}  {} vectors of {} dimensions, {}{}\n", one.in_use ? "*" : " ", shown(one.name),
                               one.vectors, one.dimensions, human_bytes(one.bytes),
                               one.missing == 0 ? "" : fmt::format(", {} missing", one.missing));
        }
        if (is_first && list.embedders.empty()) {
            context.out.note("no models; quarry models add FILE.gguf adds one (the built-in embedder needs none)");
        }
    }
};

}  // namespace

std::unique_ptr<Command> make_models_ls_command() { return std::make_unique<ModelsLsCommand>(); }

}  // namespace quarry::cli
