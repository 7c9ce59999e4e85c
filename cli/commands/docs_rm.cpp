// quarry docs rm: documents out.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/filter_options.h"
#include "cli/ui/confirm.h"
#include "cli/ui/output.h"
#include "core/app/document_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/display_uri.h"
#include "core/wire/document_json.h"

namespace quarry::cli {
namespace {

class DocsRmCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "docs rm",
                .summary = "remove documents from the knowledge base",
                .description =
                    "Takes documents out of the knowledge base, with all that only they had in it; the disk space is "
                    "given back. The files themselves are not touched. With --recursive, a folder stands for all "
                    "documents below it.\n\n"
                    "It says how to read them in again. Where that cannot be done, because they came from standard "
                    "input, from lines of JSON or from files that are gone, it asks first on a terminal.\n\n"
                    "Either all that is named is removed, or, when one of the names is not in the base, nothing.",
                .examples = {{"quarry docs rm notes/old.md", "remove one"},
                             {"quarry docs rm --recursive notes", "remove all that came from a folder"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"},
                               {10, "a document is not in the base; nothing was removed"}}};
    }

    void setup(OptionTable& options) override {
        options.add("document", documents_, "Paths, names or numbers of documents, or the ends of names")
            .required()
            .value("DOCUMENT");
        options.flag("-r,--recursive", recursive_, "Remove all documents below the given folders");
        options.flag("--yes", yes_, "Do not ask");
        declare_collection_option(options, collections_);
    }

    [[nodiscard]] int run(Context& context) override {
        const app::RemovedDocuments result =
            app::DocumentService(context, search::collection_list(collections_))
                .remove(documents_, recursive_,
                        [&](const app::RemovedDocuments& what) { return agrees(context, what); });
        if (context.json) {
            context.out.result() << config::dump_json(
                wire::removed_json(result.removed, result.uris, result.again, result.collections, result.lost));
        } else if (result.uris.empty()) {
            context.out.note("nothing was removed");
        } else {
            report(context, result);
        }
        return 0;
    }

private:
    static std::string counted(std::size_t count) { return fmt::format("{} document{}", count, count == 1 ? "" : "s"); }

    [[nodiscard]] bool agrees(const Context& context, const app::RemovedDocuments& what) const {
        if (yes_ || what.lost.empty() || !can_confirm(context)) return true;
        return confirm(context, fmt::format("Remove {}? Nothing brings {} back: {}{}", counted(what.uris.size()),
                                            what.lost.size() == 1 ? "this one" : counted(what.lost.size()),
                                            wire::display_uri(what.lost.front()), what.lost.size() > 1 ? ", ..." : ""));
    }

    static void report(Context& context, const app::RemovedDocuments& result) {
        context.out.note(result.uris.size() == 1 ? fmt::format("removed {}", wire::display_uri(result.uris.front()))
                                                 : fmt::format("removed {}", counted(result.removed)));
        if (!result.again.empty() && result.again.size() <= most_named) {
            std::string command = "quarry ingest";
            const bool is_main = result.collections == std::vector<std::string>{std::string(store::main_collection)};
            if (!is_main && result.collections.size() == 1) command += " --collection " + result.collections.front();
            for (const std::string& name : result.again) command += ' ' + shell_quoted(wire::display_uri(name));
            context.out.note("to undo: " + command);
            if (result.collections.size() > 1) {
                context.out.note(fmt::format("they were in several collections, each of which is named with --collection: {}",
                                             fmt::join(result.collections, ", ")));
            }
        }
        if (!result.lost.empty()) {
            context.out.note(fmt::format(
                "quarry ingest cannot bring back {}",
                result.lost.size() == 1 ? wire::display_uri(result.lost.front()) : counted(result.lost.size())));
        }
    }

    static constexpr std::size_t most_named = 20;  ///< On the command line that undoes a removal.

    std::vector<std::string> documents_, collections_;
    bool recursive_ = false;
    bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_docs_rm_command() { return std::make_unique<DocsRmCommand>(); }

}  // namespace quarry::cli
