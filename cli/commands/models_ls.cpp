// quarry models ls: model files, and the embedders that a base has vectors of.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/embedder_choice.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/store/store.h"
#include "core/wire/model_json.h"

namespace quarry::cli {
namespace {

class ModelsLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "models ls",
                .summary = "list the models, and whose vectors the base has",
                .description =
                    "Lists the model files that quarry models add has put away, with their size, the length of their "
                    "vectors and the licence that they name; then, where there is a knowledge base, the models that it "
                    "has vectors of. The one that searches use is marked with a star.",
                .examples = {{"quarry models ls", "list them"}, {"quarry models ls --json", "for programs"}}};
    }
    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const std::vector<models::StoredModel> models = app::user_models(context).list();
        std::unique_ptr<store::Store> store;
        if (stat_file(context.base_path)) store = store::open_store(context.base_path, store::StoreMode::read);
        return context.json ? print_json(context, models, store.get()) : print_text(context, models, store.get());
    }

private:
    static std::string name_of(const store::Store& store, const store::StoredEmbedder& embedder) {
        if (embedder.has_model) return "builtin";
        const auto name = store.setting(fmt::format("{}{}", store::setting::embedder_name, embedder.fingerprint));
        return name ? *name : embedder.fingerprint;
    }

    static int print_json(Context& context, const std::vector<models::StoredModel>& models, const store::Store* store) {
        nlohmann::ordered_json files = nlohmann::ordered_json::array();
        for (const models::StoredModel& model : models) {
            files.push_back(wire::model_json(model));
            files.back()["source"] = model.source;
        }
        nlohmann::ordered_json embedders = nlohmann::ordered_json::array();
        for (const store::StoredEmbedder& one :
             store == nullptr ? std::vector<store::StoredEmbedder>() : store->embedders()) {
            embedders.push_back({{"name", name_of(*store, one)},
                                 {"fingerprint", one.fingerprint},
                                 {"dimensions", one.dimensions},
                                 {"vectors", one.vectors},
                                 {"bytes", one.bytes},
                                 {"missing", store->unembedded_count(one.fingerprint)},
                                 {"in_use", store->setting(store::setting::embedder) == one.fingerprint}});
        }
        context.out.result() << config::dump_json(
            {{"schema", "quarry.models.ls/1"}, {"models", files}, {"embedders", embedders}});
        return 0;
    }

    static int print_text(Context& context, const std::vector<models::StoredModel>& models, const store::Store* store) {
        std::ostream& out = context.out.result();
        const auto shown = [](const std::string& text) { return one_line(strip_terminal_controls(text), 60); };
        for (const models::StoredModel& model : models) {
            if (model.is_table) {
                out << fmt::format("  {}  table to start from, {} dimensions, {}\n", model.name, model.dimensions,
                                   human_bytes(model.bytes));
                continue;
            }
            out << fmt::format("  gguf:{}  {}, {} dimensions, {}, licence {}\n", model.name, shown(model.architecture),
                               model.dimensions, human_bytes(model.bytes),
                               model.license.empty() ? "not named" : shown(model.license));
        }
        const std::vector<store::StoredEmbedder> embedders =
            store == nullptr ? std::vector<store::StoredEmbedder>() : store->embedders();
        if (!embedders.empty()) out << (models.empty() ? "" : "\n") << "in the knowledge base:\n";
        for (const store::StoredEmbedder& one : embedders) {
            const std::uint64_t missing = store->unembedded_count(one.fingerprint);
            out << fmt::format("{} {}  {} vectors of {} dimensions, {}{}\n",
                               store->setting(store::setting::embedder) == one.fingerprint ? "*" : " ",
                               shown(name_of(*store, one)), one.vectors, one.dimensions, human_bytes(one.bytes),
                               missing == 0 ? "" : fmt::format(", {} missing", missing));
        }
        if (models.empty() && embedders.empty()) {
            context.out.note("no models; quarry models add FILE.gguf adds one, and the built-in embedder needs none");
        }
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_models_ls_command() { return std::make_unique<ModelsLsCommand>(); }

}  // namespace quarry::cli
