// quarry docs show: one document with its chunks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <tuple>
#include <utility>

#include "cli/line/command.h"
#include "cli/line/filter_options.h"
#include "cli/line/range.h"
#include "cli/ui/output.h"
#include "core/app/document_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/display_uri.h"
#include "core/wire/document_json.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

constexpr std::size_t preview_width = 60;

class DocsShowCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "docs show",
                .summary = "show a document of the knowledge base with its chunks",
                .description =
                    "Prints what is known of a document, and a line for each of its chunks (the passages that searches "
                    "find): the lines and bytes of the text that it is, the headings above it, and how it begins. With "
                    "--text, prints the document's text and nothing else, exactly as it is stored.",
                .examples = {{"quarry docs show README.md", "a file, as seen from here"},
                             {"quarry docs show moon --text", "the text of a document, by the end of its name"},
                             {"quarry docs show report.pdf --pages 3-4", "two pages of a document"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {9, "the base was made by a newer quarry"},
                               {10, "there is no such document in the base"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("document", document_, "Path, name or number of the document, or the end of its name")
            .required()
            .value("DOCUMENT");
        options.flag("--text", text_, "Print the text only");
        options.add("--lines", lines_, "Print these lines of the text only: 10-20, 10- or 10").value("FROM-TO");
        options.add("--pages", pages_, "Print these pages, slides or sheets of the text only")
            .value("FROM-TO")
            .excludes("--lines");
        declare_collection_option(options, collections_);
    }

    [[nodiscard]] int run(Context& context) override {
        const app::DocumentService documents(context, search::collection_list(collections_));
        if (!lines_.empty() || !pages_.empty()) {
            show_part(context, documents);
            return 0;
        }
        if (text_) {
            show_text(context, documents);
            return 0;
        }
        const auto [source, chunks] = documents.show(document_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::document_json(source, chunks));
        } else {
            print(context, source, chunks);
        }
        return 0;
    }

private:
    void show_part(Context& context, const app::DocumentService& documents) const {
        app::DocumentRange range;
        if (lines_.empty()) {
            std::tie(range.first_page, range.last_page) = parse_range("--pages", pages_);
        } else {
            std::tie(range.first_line, range.last_line) = parse_range("--lines", lines_);
        }
        const wire::DocumentPart part = documents.read_part(document_, range);
        if (context.json) {
            context.out.result() << config::dump_json(wire::document_part_json(part));
        } else {
            context.out.result() << part.text;
        }
    }

    void show_text(Context& context, const app::DocumentService& documents) const {
        if (!context.json) {
            documents.read(document_, [&](std::string_view part) { context.out.result() << part; });
            return;
        }
        std::string text;
        const store::Source source = documents.read(document_, [&](std::string_view part) { text += part; });
        context.out.result() << config::dump_json(wire::document_text_json(source, text));
    }

    static void print(Context& context, const store::Source& source, const std::vector<store::Chunk>& chunks) {
        std::ostream& out = context.out.result();
        const auto field = [&](std::string_view name, std::string_view value) {
            if (!value.empty()) out << fmt::format("{:<10} {}\n", name, one_line(strip_terminal_controls(value), 500));
        };
        out << context.out.styled(Style::bold, wire::display_uri(source.uri)) << '\n';
        field("number", fmt::format("{}", source.id));
        field("title", source.title);
        field("type", source.media_type);
        field("language", source.language);
        field("from", source.kind == store::SourceKind::file             ? "a file"
                      : source.kind == store::SourceKind::standard_input ? "standard input"
                      : source.kind == store::SourceKind::url            ? "the web"
                                                                         : "a line of JSON");
        if (source.document_id) field("text", human_bytes(source.text_bytes));
        std::string_view label = "metadata";
        for (const auto& [name, value] : wire::metadata_fields(source)) {
            field(std::exchange(label, ""), fmt::format("{}={}", name, value));
        }
        if (source.collection != store::main_collection) field("collection", source.collection);
        field("ingested", wire::utc_time(source.ingested_at));
        if (source.status == store::SourceStatus::failed) {
            field("failed", source.error);
            return;
        }
        field("chunks", fmt::format("{}", chunks.size()));
        for (const store::Chunk& chunk : chunks) {
            if (context.out.closed()) return;
            out << fmt::format("\n{}  lines {}-{}, bytes {}-{}", chunk.ordinal + 1, chunk.span.start_line,
                               chunk.span.end_line, chunk.span.start_byte, chunk.span.end_byte);
            if (!chunk.span.heading_path.empty()) {
                const std::string path = fmt::format("{}", fmt::join(chunk.span.heading_path, " > "));
                out << "  " << context.out.styled(Style::cyan, one_line(strip_terminal_controls(path), 200));
            }
            out << "\n   " << one_line(strip_terminal_controls(chunk.text.substr(0, 4 * preview_width)), preview_width)
                << '\n';
        }
    }

    std::string document_;
    std::string lines_, pages_;
    std::vector<std::string> collections_;
    bool text_ = false;
};

}  // namespace

std::unique_ptr<Command> make_docs_show_command() { return std::make_unique<DocsShowCommand>(); }

}  // namespace quarry::cli
