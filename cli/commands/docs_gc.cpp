// quarry docs gc: the disk space of what is no more.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/document_service.h"
#include "core/config/config_json.h"
#include "core/wire/document_json.h"

namespace quarry::cli {
namespace {

class DocsGcCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "docs gc",
                .summary = "reclaim the disk space of removed documents",
                .description =
                    "Documents that were removed or read anew leave room in the knowledge base's file, which is used "
                    "again, and rows in the vector index beside it that no search looks at. Both are given back by "
                    "themselves when it is worth it. This command does so at once: it writes the file and the index "
                    "anew, as small as they can be, and removes indexes of embedders that the base has no more. It also packs "
                    "the texts that an older quarry stored as they are; where it is interrupted, the next run goes on.\n\n"
                    "It needs as much free space as the base takes, for a moment. Nothing that can be searched is "
                    "lost, and searches go on meanwhile.",
                .examples = {{"quarry docs gc", "compact the base and its vector index"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const auto [before, after] = app::DocumentService(context).compact();
        if (context.json) {
            context.out.result() << config::dump_json(wire::disk_use_json(before, after));
            return 0;
        }
        context.out.note(change("the base", before.base, after.base));
        if (before.index > 0 || after.index > 0) {
            context.out.note(change("the vector index", before.index, after.index));
        }
        return 0;
    }

private:
    [[nodiscard]] static std::string change(std::string_view what, std::uint64_t before, std::uint64_t after) {
        if (after >= before) return fmt::format("{}: {} bytes, nothing to reclaim", what, after);
        return fmt::format("{}: {} bytes, {} reclaimed", what, after, before - after);
    }
};

}  // namespace

std::unique_ptr<Command> make_docs_gc_command() { return std::make_unique<DocsGcCommand>(); }

}  // namespace quarry::cli
