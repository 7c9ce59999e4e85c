// quarry eval index: how much the vector index finds, and how fast.
#include <ostream>

#include "cli/line/command.h"
#include "cli/text/eval_report.h"
#include "cli/ui/output.h"
#include "core/app/eval_service.h"
#include "core/config/config_json.h"
#include "core/wire/eval_json.h"

namespace quarry::cli {
namespace {

class EvalIndexCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "eval index",
            .summary = "measure the vector index: what it finds, and how fast",
            .description =
                "Takes vectors out of the knowledge base, looks for the nearest of the rest in the ways that quarry "
                "can, and compares with the true nearest, which it finds by multiplying every pair in full.\n\n"
                "recall is the share of the true nearest that were found. scan looks at all vectors as 8-bit codes and "
                "scores the best again; graph walks from vector to near vector (an HNSW graph, built by USearch), with "
                "M links for each, found among as many candidates as construction says; while it is walked, expansion "
                "candidates are kept. For a base on PostgreSQL, base is a search as it is done there, by the index of "
                "pgvector where there is one. Speed is in one thread. Every combination of the settings is measured; "
                "the base is not changed.",
            .examples = {{"quarry eval index", "the usual settings"},
                         {"quarry eval index --connectivity 32 --expansion 100 --expansion 300 --json",
                          "two settings, for programs"}},
            .exit_codes = {{1, "the base has too few vectors"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--queries", options_.queries, "Number of query vectors, which are left out of the index")
            .range(1, 100'000)
            .value("N")
            .show_default();
        options.add("-n,--limit", options_.limit, "Number of nearest vectors to find for each")
            .range(1, 10'000)
            .value("N")
            .show_default();
        options.add("--connectivity", connectivity_, "Links of a vector in the graph (16 and 32; repeatable)")
            .range(2, 256)
            .value("M");
        options.add("--construction", construction_, "Candidates for a vector's links (128; repeatable)")
            .range(1, 10'000)
            .value("N");
        options.add("--expansion", expansion_, "Candidates kept in a walk (64, 128, 256 and 512; repeatable)")
            .range(1, 100'000)
            .value("N");
    }

    [[nodiscard]] int run(Context& context) override {
        if (!connectivity_.empty()) options_.connectivity = connectivity_;
        if (!construction_.empty()) options_.construction = construction_;
        if (!expansion_.empty()) options_.expansion = expansion_;
        const eval::IndexEvaluation evaluation = app::eval_index(context, options_);
        context.out.result() << (context.json ? config::dump_json(wire::index_report_json(evaluation))
                                              : index_report_text(evaluation));
        return 0;
    }

private:
    eval::IndexEvaluationOptions options_;
    std::vector<std::size_t> connectivity_, construction_, expansion_;
};

}  // namespace

std::unique_ptr<Command> make_eval_index_command() { return std::make_unique<EvalIndexCommand>(); }

}  // namespace quarry::cli
