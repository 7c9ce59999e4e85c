// quarry models rm: model files, and vectors in a base that are no longer wanted.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/model_service.h"
#include "core/config/config_json.h"
#include "core/wire/model_json.h"

namespace quarry::cli {
namespace {

class ModelsRmCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "models rm",
            .summary = "remove a model file, or a model's vectors",
            .description =
                "Removes a file that quarry models add has put away; or with --vectors, what the knowledge base has "
                "of a model's vectors, by its name or fingerprint as quarry models ls shows them. The vectors that "
                "searches use are not removed: switch to another model first, with quarry embed --model.",
            .examples = {{"quarry models rm bge-small", "remove a model file"},
                         {"quarry models rm --vectors openai:text-embedding-3-small", "remove its vectors from the "
                                                                                      "knowledge base"}},
            .exit_codes = {{7, "another process is writing to the base"}, {10, "there is no such model"}}};
    }

    void setup(OptionTable& options) override {
        options.add("model", model_, "Name of a model").required().value("MODEL");
        options.flag("--vectors", vectors_, "Remove its vectors from the knowledge base");
    }

    [[nodiscard]] int run(Context& context) override {
        if (vectors_) {
            const std::uint64_t removed = app::remove_model_vectors(context, model_);
            context.out.note(fmt::format("removed {} vectors of {}", removed, model_));
        } else {
            const std::string name = model_.starts_with("gguf:") ? model_.substr(5) : model_;
            app::remove_model_file(context, name);
            context.out.note(fmt::format("removed gguf:{}", name));
        }
        if (context.json) context.out.result() << config::dump_json(wire::removed_model_json(model_));
        return 0;
    }

private:
    std::string model_;
    bool vectors_ = false;
};

}  // namespace

std::unique_ptr<Command> make_models_rm_command() { return std::make_unique<ModelsRmCommand>(); }

}  // namespace quarry::cli
