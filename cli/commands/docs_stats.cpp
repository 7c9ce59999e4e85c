// quarry docs stats: how much is in the base.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/filter_options.h"
#include "cli/ui/output.h"
#include "core/app/document_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/display_uri.h"
#include "core/wire/document_json.h"

namespace quarry::cli {
namespace {

class DocsStatsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "docs stats",
                .summary = "count what is in the knowledge base",
                .description =
                    "Prints how many sources there are (files, names and ids that were ingested) and how many of them "
                    "failed; how many distinct documents they have, since a text is stored once however many files "
                    "have it; their chunks (the passages that searches find); the vectors of these (lists of numbers "
                    "that stand for meaning); and the sizes of all the text and of the file.",
                .examples = {{"quarry docs stats", "count everything"},
                             {"quarry docs stats --collection work", "count what is in one collection"},
                             {"quarry docs stats --json", "for programs"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override { declare_collection_option(options, collections_); }

    [[nodiscard]] int run(Context& context) override {
        const store::StoreStats stats = app::DocumentService(context, search::collection_list(collections_)).stats();
        std::ostream& out = context.out.result();
        if (context.json) {
            out << config::dump_json(wire::stats_json(context.base_path.string(), stats));
            return 0;
        }
        out << fmt::format("base       {}\nsources    {}", wire::display_uri(context.base_path.string()),
                           stats.sources);
        if (stats.failed_sources > 0) out << fmt::format(" ({} failed)", stats.failed_sources);
        out << fmt::format("\ndocuments  {}\nchunks     {}\nvectors    {}\ntext       {}\nfile       {}\n",
                           stats.documents, stats.chunks, stats.vectors, human_bytes(stats.text_bytes),
                           human_bytes(stats.file_bytes));
        return 0;
    }

private:
    std::vector<std::string> collections_;
};

}  // namespace

std::unique_ptr<Command> make_docs_stats_command() { return std::make_unique<DocsStatsCommand>(); }

}  // namespace quarry::cli
