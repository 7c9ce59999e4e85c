// quarry embed: vectors for the knowledge base, or for lines of standard input.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/help/pages.h"
#include "cli/line/number_checks.h"
#include "cli/text/embed_filter.h"
#include "cli/ui/output.h"
#include "core/app/embed_service.h"
#include "core/app/embed_train.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/embed_json.h"

namespace quarry::cli {
namespace {

class EmbedCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override { return embed_info(); }

    void setup(OptionTable& options) override {
        options
            .add("action", action_,
                 "fit: fit the built-in embedder again, then make all vectors; train: fit a table of word vectors and "
                 "write it to a file")
            .choices({"fit", "train"});
        options
            .add("-m,--model", model_,
                 "Another model: PROVIDER:MODEL, one of [models.NAME], builtin, or a model of embed.provider")
            .value("PROFILE|MODEL");
        options.flag("--dry-run", dry_run_, "Report how much there is to do and what it costs; change nothing");
        options.add("--max-cost", max_cost_, "Spend at most this on embedding, in the currency of the server's price")
            .value("AMOUNT")
            .check(amount());
        options.add("--corpus", train_.corpus, "For train: a file or folder to read").value("PATH");
        options.add("--pairs", train_.pairs, "For train: a file of JSON lines with a \"query\" and its \"text\"")
            .value("PATH");
        options.add("-o,--output", train_.output, "For train: the file to write").value("PATH");
        options.flag("--stdin", stdin_, "Read texts from standard input and print their vectors").excludes("--dry-run");
        options.add("--input", filter_.input, "Format of standard input; auto: by the first line")
            .choices({"auto", "lines", "ndjson"})
            .show_default()
            .needs("--stdin");
        options.add("-f,--format", filter_.format, "Output format")
            .choices({"ndjson", "csv", "npy"})
            .show_default()
            .needs("--stdin");
        options.flag("--query", filter_.is_query, "The texts are queries (some models embed them differently)")
            .needs("--stdin");
    }

    [[nodiscard]] bool prints_json_lines() const override { return stdin_ && filter_.format == "ndjson"; }

    [[nodiscard]] int run(Context& context) override {
        check_action();
        if (action_ == "train") {
            show_trained(context, app::train_embedder(context, train_));
            return 0;
        }
        if (!stdin_) return dry_run_ ? show_plan(context) : embed_base(context);
        if (context.json && filter_.format != "ndjson") {
            throw Error(ErrorCode::usage, fmt::format("--json and --format {} cannot be used together", filter_.format),
                        "leave out --json");
        }
        filter_.model = model_;
        embed_stream(context, filter_);
        return 0;
    }

private:
    void show_trained(Context& context, const wire::EmbedTrainReport& report) const {
        if (context.json) {
            context.out.result() << config::dump_json(wire::embed_train_json(report, train_.output));
            return;
        }
        context.out.note(fmt::format("made {} from {} passages and {} pairs: vectors of {} words, {}", train_.output,
                                     report.passages, report.pairs, report.words, human_bytes(report.bytes)));
        context.out.note(fmt::format("quarry models add {} adds it to your models", train_.output));
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

    [[nodiscard]] app::EmbedRequest request() const { return {model_, action_ == "fit", max_cost_}; }

    [[nodiscard]] int embed_base(Context& context) const {
        const auto [report, vectors] = app::EmbedService(context).update(request());
        if (context.json) {
            context.out.result() << config::dump_json(wire::embed_json(report, vectors));
        } else if (report.embedded == 0 && !report.fitted && report.note.empty()) {
            context.out.note("every passage has a vector already");
        }
        return 0;
    }

    [[nodiscard]] int show_plan(Context& context) const {
        app::EmbedService service(context);
        const app::EmbedPlan plan = service.plan(request());
        context.out.result() << (context.json ? config::dump_json(wire::embed_plan_json(plan.plan)) : plan_text(plan));
        if (max_cost_) service.check_cost(plan, *max_cost_);
        return 0;
    }

    [[nodiscard]] static std::string plan_text(const app::EmbedPlan& priced) {
        const wire::EmbedPlan& plan = priced.plan;
        if (!plan.note.empty()) return plan.note + '\n';
        std::string text =
            fmt::format("{} texts of about {} tokens to embed with {}", plan.texts, plan.tokens, plan.embedder);
        text += plan.requests > 0 ? fmt::format(", in {} requests or more\n", plan.requests) : "\n";
        if (!priced.price.model.empty()) text += app::cost_text(priced.price, plan.tokens) + '\n';
        if (plan.texts > 0) {
            text += plan.seconds ? fmt::format("about {:.0f} s at the speed of the last run\n", *plan.seconds)
                                 : "duration unknown before the first run\n";
        }
        return text;
    }

    bool stdin_ = false, dry_run_ = false;
    std::string action_, model_;
    std::optional<double> max_cost_;
    EmbedFilterOptions filter_;
    app::EmbedTrainOptions train_;
};

}  // namespace

std::unique_ptr<Command> make_embed_command() { return std::make_unique<EmbedCommand>(); }

}  // namespace quarry::cli
