// quarry eval index: how much the vector index finds, and how fast.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <thread>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/vectors.h"
#include "core/config/config_json.h"
#include "core/eval/index_eval.h"
#include "core/store/sqlite/store_index.h"
#include "core/store/store.h"

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
                "candidates are kept. Speed is in one thread. Every combination of the settings is measured; the base "
                "is not changed.",
            .examples = {{"quarry eval index", "the usual settings"},
                         {"quarry eval index --connectivity 32 --expansion 100 --expansion 300 --json",
                          "two settings, for programs"}},
            .exit_codes = {{1, "the base has too few vectors"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--queries", options_.queries, "Vectors to look for, which are left out of the index")
            .range(1, 100'000)
            .value("N")
            .show_default();
        options.add("--limit,-n", options_.limit, "Nearest vectors to find for each")
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
        options_.threads = std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::read);
        const std::string fingerprint = store->setting(store::setting::embedder).value_or("");
        const eval::IndexEvaluation evaluation =
            eval::evaluate_index(store::StoreVectors(*store, fingerprint), options_, context.cancel,
                                 [&context](std::string_view doing, std::uint64_t done, std::uint64_t total) {
                                     app::show_progress(context, doing, done, total);
                                 });
        context.out.progress("");
        context.json ? print_json(context, evaluation) : print(context, evaluation);
        return 0;
    }

private:
    static void print(Context& context, const eval::IndexEvaluation& evaluation) {
        std::ostream& out = context.out.result();
        out << fmt::format("{} vectors of {} dimensions, {} queries, instructions: {}\n", evaluation.rows,
                           evaluation.dimensions, evaluation.queries, evaluation.kernel);
        out << fmt::format("{:<5}  {:>3}  {:>12}  {:>9}  {:>9}  {:>9}  {:>9}  {:>8}\n", "way", "M", "construction",
                           "expansion", fmt::format("recall@{}", evaluation.limit), "queries/s", "build s", "MB");
        for (const eval::IndexMeasurement& one : evaluation.measurements) {
            const auto setting = [](std::size_t value) {
                return value == 0 ? std::string("-") : fmt::to_string(value);
            };
            out << fmt::format("{:<5}  {:>3}  {:>12}  {:>9}  {:>9.4f}  {:>9.0f}  {:>9.1f}  {:>8.1f}\n",
                               one.graph ? "graph" : "scan", setting(one.connectivity), setting(one.construction),
                               setting(one.expansion), one.recall, one.queries_per_second, one.build_seconds,
                               static_cast<double>(one.bytes) / 1e6);
        }
    }

    static void print_json(Context& context, const eval::IndexEvaluation& evaluation) {
        nlohmann::ordered_json json = {{"schema", "quarry.eval.index/1"},
                                       {"vectors", evaluation.rows},
                                       {"dimensions", evaluation.dimensions},
                                       {"queries", evaluation.queries},
                                       {"limit", evaluation.limit},
                                       {"instructions", evaluation.kernel},
                                       {"settings", nlohmann::ordered_json::array()}};
        for (const eval::IndexMeasurement& one : evaluation.measurements) {
            nlohmann::ordered_json row = {{"way", one.graph ? "graph" : "scan"}};
            if (one.graph) {
                row["connectivity"] = one.connectivity;
                row["construction"] = one.construction;
                row["expansion"] = one.expansion;
                row["build_seconds"] = one.build_seconds;
            }
            row["recall"] = one.recall;
            row["queries_per_second"] = one.queries_per_second;
            row["bytes"] = one.bytes;
            json["settings"].push_back(std::move(row));
        }
        context.out.result() << config::dump_json(json);
    }

    eval::IndexEvaluationOptions options_;
    std::vector<std::size_t> connectivity_, construction_, expansion_;
};

}  // namespace

std::unique_ptr<Command> make_eval_index_command() { return std::make_unique<EvalIndexCommand>(); }

}  // namespace quarry::cli
