// quarry docs rm: documents out.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/knowledge_base.h"
#include "core/app/vector_index.h"
#include "core/ingest/walk.h"
#include "core/store/store.h"
#include "core/wire/display_uri.h"

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
                    "Either all that is named is removed, or, when one of the names is not in the base, nothing.",
                .examples = {{"quarry docs rm notes/old.md", "remove one"},
                             {"quarry docs rm --recursive notes", "remove all that came from a folder"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"},
                               {10, "something that was named is not in the base; nothing was removed"}}};
    }

    void setup(OptionTable& options) override {
        options.add("document", documents_, "Paths, names or ids of documents").required().value("DOCUMENT");
        options.flag("-r,--recursive", recursive_, "Remove all documents below the folders that are named");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::write);
        std::vector<std::string> uris;
        for (const std::string& typed : documents_) {
            const std::vector<std::string> found = named(*store, typed);
            uris.insert(uris.end(), found.begin(), found.end());
        }
        std::ranges::sort(uris);
        uris.erase(std::unique(uris.begin(), uris.end()), uris.end());
        const std::size_t removed = store->remove(uris);
        if (removed > 0) app::update_vector_index(context, *store);
        if (context.json) {
            const nlohmann::ordered_json json = {
                {"schema", "quarry.docs.rm/1"}, {"removed", removed}, {"documents", uris}};
            context.out.result() << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
        } else {
            context.out.note(fmt::format("removed {} document{}", removed, removed == 1 ? "" : "s"));
        }
        return 0;
    }

private:
    [[nodiscard]] std::vector<std::string> named(const store::Store& store, const std::string& typed) const {
        const std::string uri = app::source_uri(store, typed);
        std::vector<std::string> found;
        std::size_t below = 0;
        store.for_each_source(uri, [&](const store::Source& source) {
            if (source.uri == uri || recursive_) found.push_back(source.uri);
            if (source.uri != uri) ++below;
        });
        if (!found.empty()) return found;
        if (below > 0) {
            throw Error(
                ErrorCode::usage,
                fmt::format("{} is a folder with {} documents in the knowledge base", wire::display_uri(uri), below),
                "to remove them all, add --recursive");
        }
        throw Error(ErrorCode::nothing_found, fmt::format("{} is not in the knowledge base", wire::display_uri(typed)),
                    "nothing was removed; quarry docs ls lists what is there");
    }

    std::vector<std::string> documents_;
    bool recursive_ = false;
};

}  // namespace

std::unique_ptr<Command> make_docs_rm_command() { return std::make_unique<DocsRmCommand>(); }

}  // namespace quarry::cli
