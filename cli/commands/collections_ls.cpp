// quarry collections ls: the collections of the base.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/collection_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/collection_json.h"

namespace quarry::cli {
namespace {

class CollectionsLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "collections ls",
                .summary = "list the collections",
                .description =
                    "Prints a line for each collection: its name, how many sources it has (files, names, ids "
                    "and web addresses that were ingested), and its description. main comes first.",
                .examples = {{"quarry collections ls", "list them"}, {"quarry collections ls --json", "for programs"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const std::vector<store::Collection> all = app::CollectionService(context).list();
        std::ostream& out = context.out.result();
        if (context.json) {
            out << config::dump_json(wire::collections_json(all));
            return 0;
        }
        std::size_t width = 0;
        for (const store::Collection& one : all) width = std::max(width, one.name.size());
        for (const store::Collection& one : all) {
            out << fmt::format("{:<{}}  {:>6}", one.name, width, one.sources);
            const std::string description = one_line(strip_terminal_controls(one.description), 200);
            if (!description.empty()) out << "  " << context.out.styled(Style::dim, description);
            out << '\n';
        }
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_collections_ls_command() { return std::make_unique<CollectionsLsCommand>(); }

}  // namespace quarry::cli
