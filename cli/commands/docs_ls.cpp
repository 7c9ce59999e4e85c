// quarry docs ls: the documents in the base.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/filter_options.h"
#include "cli/ui/output.h"
#include "core/app/document_service.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

class DocsLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "docs ls",
                .summary = "list the documents in the knowledge base",
                .description =
                    "Prints a line for each document: its number of chunks (the passages that searches find), the size "
                    "of its text, its name, and its title. Documents that could not be read the last time are listed "
                    "with the reason.\n\nWith a folder, only the documents below it are listed.",
                .examples = {{"quarry docs ls", "list all"},
                             {"quarry docs ls docs/guides", "list those of one folder"},
                             {"quarry docs ls --failed", "list those that could not be read, with the reason"},
                             {"quarry docs ls --collection work", "list those of one collection"},
                             {"quarry docs ls --json", "for programs"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {9, "the base was made by a newer quarry"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("folder", folder_, "List only documents below this folder").value("FOLDER");
        options.flag("--failed", failed_, "List only documents that could not be read");
        declare_collection_option(options, collections_);
    }

    [[nodiscard]] int run(Context& context) override {
        std::uint64_t listed = 0;
        static constexpr std::string_view head = R"({"schema": "quarry.docs.ls/1", "documents": [)";
        app::DocumentService(context, search::collection_list(collections_))
            .for_each(folder_, [&](const store::Source& source) {
                if ((failed_ && source.status != store::SourceStatus::failed) || context.out.closed()) return;
                if (context.json) {
                    context.out.result() << (listed > 0 ? "," : head) << '\n'
                                         << wire::source_json(source).dump(-1, ' ', false,
                                                                           nlohmann::json::error_handler_t::replace);
                } else {
                    print(context, source);
                }
                ++listed;
            });
        if (context.json && listed == 0) context.out.result() << head;
        if (context.json) context.out.result() << (listed > 0 ? "\n]}\n" : "]}\n");
        if (!context.json && listed == 0) context.out.note(failed_ ? "no failed documents" : "no documents");
        return 0;
    }

private:
    static void print(Context& context, const store::Source& source) {
        std::ostream& out = context.out.result();
        const std::string name = wire::display_uri(source.uri);
        if (source.status == store::SourceStatus::failed) {
            out << fmt::format("{:>6}  {:>8}  {}  {}\n", "-", context.out.styled(Style::red, "failed"), name,
                               one_line(strip_terminal_controls(source.error), 200));
            return;
        }
        out << fmt::format("{:>6}  {:>8}  {}", source.chunk_count, human_bytes(source.text_bytes), name);
        const std::string title = one_line(strip_terminal_controls(source.title), 80);
        if (!title.empty()) out << "  " << context.out.styled(Style::dim, title);
        out << '\n';
    }

    std::string folder_;
    std::vector<std::string> collections_;
    bool failed_ = false;
};

}  // namespace

std::unique_ptr<Command> make_docs_ls_command() { return std::make_unique<DocsLsCommand>(); }

}  // namespace quarry::cli
