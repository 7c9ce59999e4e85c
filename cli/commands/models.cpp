// quarry models: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class ModelsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "models",
                .summary = "add, list and remove embedding models",
                .description =
                    "An embedding model turns a text into a vector, a list of numbers that is near to that of another "
                    "text when the two are about the same thing. quarry runs models in llama.cpp's GGUF format itself, "
                    "on the processor: models add checks such a file and keeps it for all your projects, under "
                    "$XDG_DATA_HOME/quarry/models or ~/.local/share/quarry/models, and gguf:NAME names it from then "
                    "on.\n\n"
                    "models ls also shows whose vectors the knowledge base has: those of several models can be there "
                    "side by side, and searches use one.",
                .examples = {{"quarry models add bge-small-en-v1.5-q8_0.gguf", "add a model file"},
                             {"quarry models ls", "list the models"},
                             {"quarry embed --model gguf:bge-small-en-v1.5-q8_0", "use it for the knowledge base"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_models_command() { return std::make_unique<ModelsCommand>(); }

}  // namespace quarry::cli
