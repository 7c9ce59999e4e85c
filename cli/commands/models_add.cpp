// quarry models add: a model file for all of the user's projects.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/confirm.h"
#include "cli/ui/model_use.h"
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
                "does; nothing is left of one that is not. With --sha256 a download that stopped goes on where it "
                "stopped. Tables that quarry embed train made are taken as well, for "
                "embed.start. The licence that the file names is shown and kept: "
                "whether it allows what you do is for you to judge.\n\n"
                "Some published models are known by name:\n\n" +
                known_names() +
                "\n\nTheir size, licence, SHA-256 and address are shown, and you are asked; a file with another hash "
                "is refused. Such a reranker is used from then on by search, ask, chat and batch; of other models "
                "--use does the same.",
            .examples = {{"quarry models add bge-reranker-v2-m3", "fetch a reranker, and use it"},
                         {"quarry models add bge-small-en-v1.5-q8_0.gguf --name bge-small", "add a file"},
                         {"quarry models add https://example.org/e5.gguf --sha256 9f86d081…", "fetch one, and check "
                                                                                              "its hash"}},
            .exit_codes = {{7, "another process is fetching the same file"},
                           {10, "there is no known model of that name"},
                           {14, "the server does not answer, or refuses"}}};
    }

    void setup(OptionTable& options) override {
        options.add("source", source_, "A .gguf file or a table, its https address, or the name of a known model")
            .required()
            .value("SOURCE");
        options.add("--name", options_.name, "Name of the model (default: the file's name without its extension)")
            .value("NAME");
        options.add("--sha256", options_.sha256, "SHA-256 that the file must have").value("HEX");
        options.flag("-f,--force", options_.replace, "Replace a model of the same name");
        options.flag("--use", use_, "Use it from now on: set it in your own settings for what it is made for");
        options.flag("--yes", yes_, "Fetch a known model without asking");
    }

    [[nodiscard]] int run(Context& context) override {
        const models::KnownModel* const known =
            std::filesystem::exists(source_) ? nullptr : models::find_known_model(source_);
        if (known != nullptr && !agrees(context, *known)) {
            context.out.note("nothing was fetched");
            return 0;
        }
        const models::StoredModel model = known == nullptr ? app::add_model(context, source_, options_)
                                                           : app::add_known_model(context, *known, options_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::added_model_json(model));
        } else {
            report(context, model);
        }
        if (use_ || (known != nullptr && known->kind == models::ModelKind::reranker)) use_model(context, model);
        return 0;
    }

private:
    static std::string known_names() {
        std::string names;
        for (const models::KnownModel& model : models::known_models()) {
            names += fmt::format("{}{} ({}, {}, {})", names.empty() ? "" : "; ", model.name,
                                 models::kind_name(model.kind), human_bytes(model.bytes), model.license);
        }
        return names + ".";
    }

    [[nodiscard]] bool agrees(const Context& context, const models::KnownModel& model) const {
        context.out.note(fmt::format("{}: {}, {}", model.name, models::kind_name(model.kind), model.about));
        context.out.note(fmt::format("  size     {}", human_bytes(model.bytes)));
        context.out.note(fmt::format("  licence  {}", model.license));
        context.out.note(fmt::format("  sha256   {}", model.sha256));
        context.out.note(fmt::format("  address  {}", model.url));
        if (yes_) return true;
        if (can_confirm(context)) return confirm(context, "Fetch it?");
        throw Error(ErrorCode::usage, fmt::format("{} is not fetched without your consent", model.name),
                    fmt::format("quarry models add {} --yes", model.name))
            .because("nobody can be asked here");
    }

    static void report(Context& context, const models::StoredModel& model) {
        if (model.is_table) {
            context.out.note(fmt::format("added the table {}, {}; quarry config set embed.start {} lets the built-in "
                                         "embedder start from it",
                                         model.name, human_bytes(model.bytes), model.name));
            context.out.note(fmt::format("sha256 {}", model.sha256));
            return;
        }
        const auto shown = [](const std::string& text) { return one_line(strip_terminal_controls(text), 100); };
        context.out.note(fmt::format("added gguf:{}: {}, {} dimensions, {}", model.name, shown(model.architecture),
                                     model.dimensions, human_bytes(model.bytes)));
        context.out.note(fmt::format("sha256 {}", model.sha256));
        const std::string licence = shown(model.license + " " + model.license_link);
        context.out.note(model.license.empty() ? std::string("the file names no licence: check its source")
                                               : fmt::format("licence {}", trim(licence)));
    }

    std::string source_;
    models::AddModelOptions options_;
    bool use_ = false;
    bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_models_add_command() { return std::make_unique<ModelsAddCommand>(); }

}  // namespace quarry::cli
