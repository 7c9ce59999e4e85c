// quarry embed: vectors for the knowledge base, or for lines of standard input.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/embed_filter.h"
#include "cli/line/command.h"
#include "cli/line/number_checks.h"
#include "cli/ui/output.h"
#include "core/app/embed_train.h"
#include "core/app/embedder_choice.h"
#include "core/app/vectors.h"
#include "core/config/config.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class EmbedCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "embed",
            .summary = "make the vectors that search by meaning needs",
            .description =
                "Gives every passage of the knowledge base that has none yet a vector: a list of numbers that is near "
                "to that of another text when the two are about the same thing. quarry ingest does this at its end; "
                "embed is for after a change of the embedder (the part that makes vectors), or when ingest was "
                "interrupted. It goes on where it stopped, and until it is done searches use the old vectors.\n\n"
                "Without further set-up the embedder is built in: a table of word vectors that is fitted on your own "
                "documents in some seconds. Nothing is downloaded and nothing leaves the machine. It is fitted anew "
                "when the base has doubled, or at once by embed fit. A base with fewer than 64 passages gets none and "
                "is searched by words. embed.provider chooses other embedders: a model "
                "file that runs here (gguf), a server, to which the passages are sent, or a program of yours.\n\n"
                "--model makes the vectors of another model while searches go on with those that are there, and then "
                "switches to it. The old ones stay until quarry models rm. --dry-run says what is to be done and "
                "what it costs, and --max-cost keeps to an amount.\n\n"
                "embed train makes such a table without changing a base: from files and folders (--corpus), from pairs "
                "of "
                "texts that belong together (--pairs, lines of JSON with \"query\" and \"text\"), or from the base's "
                "own "
                "passages. A project of the same field starts from it with embed.start, and then even a small base is "
                "searched by meaning.\n\n"
                "With --stdin it is a filter: each line of standard input, plain text or JSON with a \"text\" and "
                "perhaps "
                "an \"id\", becomes a line of JSON with the text and its vector, or a row of CSV or of a NumPy array.",
            .examples = {{"quarry embed", "make what is missing"},
                         {"quarry embed fit", "fit the built-in embedder anew on all documents"},
                         {"quarry embed train --corpus handbooks -o field.table", "make a table for other projects"},
                         {"quarry embed --model gguf:bge-small --dry-run", "what another model would have to do"},
                         {"echo 'retry with backoff' | quarry embed --stdin", "one text's vector, as JSON"},
                         {"quarry embed --stdin --format npy < lines.txt > vectors.npy", "a NumPy array"}},
            .exit_codes = {{14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server says that requests come too fast"},
                           {16, "embedding would cost more than --max-cost; nothing was embedded"}}};
    }

    void setup(OptionTable& options) override {
        options
            .add("action", action_,
                 "fit: fit the built-in embedder anew, then make all vectors; train: make a table of word vectors "
                 "and write it to a file")
            .choices({"fit", "train"});
        options.add("-m,--model", model_, "Another model: PROVIDER:MODEL, builtin, or a model of embed.provider")
            .value("MODEL");
        options.flag("--dry-run", dry_run_, "Only say how much there is to do and what it costs");
        options.add("--max-cost", max_cost_, "Most that embedding may cost, in the currency of the server's price")
            .value("AMOUNT")
            .check(amount());
        options.add("--corpus", train_.corpus, "For train: a file or folder to read; may be given several times")
            .value("PATH");
        options.add("--pairs", train_.pairs, "For train: lines of JSON with a \"query\" and the \"text\" it belongs to")
            .value("PATH");
        options.add("-o,--output", train_.output, "For train: the file to write").value("PATH");
        options.flag("--stdin", stdin_, "Read texts from standard input and print their vectors").excludes("--dry-run");
        options.add("--input", filter_.input, "What standard input holds; auto goes by the first line")
            .choices({"auto", "lines", "ndjson"})
            .show_default()
            .needs("--stdin");
        options.add("--format", filter_.format, "What is printed")
            .choices({"ndjson", "csv", "npy"})
            .show_default()
            .needs("--stdin");
        options.flag("--query", query_, "The texts are queries, which some models want to be told").needs("--stdin");
    }

    [[nodiscard]] int run(Context& context) override {
        check_action();
        if (action_ == "train") {
            show_trained(context, app::train_embedder(context, train_));
            return 0;
        }
        if (!stdin_) return dry_run_ ? show_plan(context) : embed_base(context);
        if (context.json && filter_.format != "ndjson") {
            throw Error(ErrorCode::usage, fmt::format("--json and --format {} exclude each other", filter_.format),
                        "leave out --json");
        }
        if (query_) filter_.kind = embed::EmbedKind::query;
        std::unique_ptr<store::Store> store;
        embed_stream(context, *filter_embedder(context, store), filter_);
        return 0;
    }

private:
    void show_trained(Context& context, const app::EmbedTrainReport& report) const {
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.embed.train/1"},
                                                       {"output", train_.output},
                                                       {"bytes", report.bytes},
                                                       {"passages", report.passages},
                                                       {"pairs", report.pairs},
                                                       {"words", report.words},
                                                       {"seconds", report.seconds}});
            return;
        }
        context.out.note(fmt::format("made {} from {} passages and {} pairs: vectors of {} words, {}", train_.output,
                                     report.passages, report.pairs, report.words, human_bytes(report.bytes)));
        context.out.note(fmt::format("quarry models add {} puts it with your models", train_.output));
    }

    /// What goes with which action; CLI11 knows exclusions of options only.
    void check_action() const {
        const auto refuse = [this](std::string_view option, std::string_view why) {
            throw Error(ErrorCode::usage, fmt::format("{} {}", option, why), "quarry embed --help explains them");
        };
        const std::string name = "embed " + action_;
        if (!action_.empty() && !model_.empty()) refuse("--model", "cannot be used with " + name);
        if (!action_.empty() && stdin_) refuse("--stdin", "cannot be used with " + name);
        if (action_ == "train") {
            if (dry_run_ || max_cost_) refuse(dry_run_ ? "--dry-run" : "--max-cost", "cannot be used with " + name);
            if (train_.output.empty()) refuse("--output", "is needed by " + name);
        } else if (!train_.corpus.empty() || !train_.pairs.empty() || !train_.output.empty()) {
            refuse("--corpus, --pairs and --output", "are for embed train");
        }
    }

    [[nodiscard]] bool refits() const noexcept { return action_ == "fit"; }

    [[nodiscard]] int embed_base(Context& context) const {
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::write);
        const app::EmbedderChoice chosen = choice(context, *store);
        const ingest::EmbeddingReport report =
            app::update_vectors(context, *store, {.refit = refits(), .max_cost = max_cost_, .choice = chosen});
        if (!model_.empty()) note_configuration(context, chosen);
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.embed/1"},
                                                       {"embedder", report.embedder},
                                                       {"fitted", report.fitted},
                                                       {"embedded", report.embedded},
                                                       {"vectors", store->stats().vectors},
                                                       {"note", report.note}});
        } else if (report.embedded == 0 && !report.fitted && report.note.empty()) {
            context.out.note("every passage has its vector already");
        }
        return 0;
    }

    [[nodiscard]] app::EmbedderChoice choice(const Context& context, const store::Store& store) const {
        app::EmbedderChoice chosen =
            model_.empty() ? app::base_choice(context, store) : app::parse_choice(model_, context.config);
        if (chosen.provider == "none") {
            throw Error(ErrorCode::usage, "embedding is switched off",
                        "switch it on: quarry config set embed.provider builtin")
                .because("embed.provider is none");
        }
        if (refits() && chosen.provider != "builtin") {
            throw Error(ErrorCode::usage, "embed fit is for the built-in embedder, which is not the one configured",
                        "leave it out; or switch: quarry config set embed.provider builtin")
                .because(fmt::format("embed.provider is {}", chosen.provider));
        }
        return chosen;
    }

    /// A model that the configuration does not name is used by searches, but the next ingest would go back.
    static void note_configuration(Context& context, const app::EmbedderChoice& chosen) {
        const app::EmbedderChoice configured = app::configured_choice(context.config);
        const bool named = context.config.value("embed.provider").origin != "default";
        if (!named || configured.text() == chosen.text()) return;
        context.out.note(
            fmt::format("searches use {} from now on; the configuration says {}, and the next quarry ingest goes back "
                        "to that unless you change embed.provider and embed.model",
                        chosen.text(), configured.text()));
    }

    [[nodiscard]] int show_plan(Context& context) const {
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::read);
        const app::EmbeddingPlan plan = app::plan_vectors(context, *store, choice(context, *store));
        const std::optional<double> cost = plan.price.of(plan.tokens);
        if (context.json) {
            context.out.result() << config::dump_json(
                {{"schema", "quarry.embed.plan/1"},
                 {"embedder", plan.embedder},
                 {"texts", plan.texts},
                 {"tokens", plan.tokens},
                 {"requests", plan.requests},
                 {"cost", cost ? nlohmann::ordered_json(*cost) : nullptr},
                 {"seconds", plan.seconds ? nlohmann::ordered_json(*plan.seconds) : nullptr},
                 {"note", plan.note}});
        } else if (!plan.note.empty()) {
            context.out.result() << plan.note << '\n';
        } else {
            std::ostream& out = context.out.result();
            out << fmt::format("{} texts of about {} tokens to embed with {}", plan.texts, plan.tokens, plan.embedder);
            out << (plan.requests > 0 ? fmt::format(", in {} requests or more\n", plan.requests) : "\n");
            if (!plan.price.model.empty()) out << app::cost_text(plan.price, plan.tokens) << '\n';
            if (plan.texts > 0) {
                out << (plan.seconds ? fmt::format("about {:.0f} s at the speed of the last run\n", *plan.seconds)
                                     : "how long it takes is not known before the first run\n");
            }
        }
        if (max_cost_) app::check_budget(plan.price, plan.tokens, *max_cost_);
        return 0;
    }

    /// What is named on the command line or in the configuration needs no base; what the base has needs one.
    /// That is opened in `store`, which must live as long as the embedder.
    [[nodiscard]] std::unique_ptr<embed::Embedder> filter_embedder(Context& context,
                                                                   std::unique_ptr<store::Store>& store) const {
        const app::EmbedderChoice chosen =
            model_.empty() ? app::configured_choice(context.config) : app::parse_choice(model_, context.config);
        if (chosen.provider != "builtin" && chosen.provider != "none") return app::make_embedder(context, chosen);
        store = store::open_store(context.base_path, store::StoreMode::read);
        std::unique_ptr<embed::Embedder> embedder = app::query_embedder(context, *store);
        if (embedder == nullptr) {
            throw Error(ErrorCode::failed, "the knowledge base has no embedder",
                        "the built-in one needs 64 passages: put more documents in with quarry ingest, then quarry "
                        "embed; or name a server: quarry help embed")
                .because(fmt::format("no vectors were made in {}", context.base_path.string()));
        }
        return embedder;
    }

    bool stdin_ = false, dry_run_ = false, query_ = false;
    std::string action_, model_;
    std::optional<double> max_cost_;
    EmbedFilterOptions filter_;
    app::EmbedTrainOptions train_;
};

}  // namespace

std::unique_ptr<Command> make_embed_command() { return std::make_unique<EmbedCommand>(); }

}  // namespace quarry::cli
