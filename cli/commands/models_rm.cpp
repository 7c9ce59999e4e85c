// quarry models rm: model files, and vectors in a base that are no longer wanted.
#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <string>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/embedder_choice.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/store/store.h"

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
        vectors_ ? remove_vectors(context) : remove_file(context);
        if (context.json)
            context.out.result() << config::dump_json({{"schema", "quarry.models.rm/1"}, {"removed", model_}});
        return 0;
    }

private:
    void remove_file(Context& context) const {
        const std::string name = model_.starts_with("gguf:") ? model_.substr(5) : model_;
        if (!app::user_models(context).remove(name)) {
            throw Error(ErrorCode::nothing_found,
                        fmt::format("there is no model file {}", one_line(strip_terminal_controls(name), 80)),
                        "quarry models ls lists them; vectors in the knowledge base go with --vectors");
        }
        context.out.note(fmt::format("removed gguf:{}", name));
    }

    void remove_vectors(Context& context) const {
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::write);
        for (const store::StoredEmbedder& one : store->embedders()) {
            const std::optional<std::string> name =
                one.has_model ? "builtin"
                              : store->setting(fmt::format("{}{}", store::setting::embedder_name, one.fingerprint));
            if (one.fingerprint != model_ && name != model_) continue;
            if (store->setting(store::setting::embedder) == one.fingerprint) {
                throw Error(ErrorCode::failed, fmt::format("searches use the vectors of {}", model_),
                            "switch to another model first: quarry embed --model MODEL");
            }
            store->drop_embedder(one.fingerprint);
            context.out.note(fmt::format("removed {} vectors of {}", one.vectors, model_));
            return;
        }
        throw Error(
            ErrorCode::nothing_found,
            fmt::format("the knowledge base has no vectors of {}", one_line(strip_terminal_controls(model_), 80)),
            "quarry models ls lists whose it has");
    }

    std::string model_;
    bool vectors_ = false;
};

}  // namespace

std::unique_ptr<Command> make_models_rm_command() { return std::make_unique<ModelsRmCommand>(); }

}  // namespace quarry::cli
