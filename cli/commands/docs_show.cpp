// quarry docs show: one document with its chunks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/knowledge_base.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/store/sqlite/metadata_value.h"
#include "core/store/store.h"
#include "core/wire/display_uri.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

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
                             {"quarry docs show moon.txt --text", "the text of a document, by its name"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up"},
                               {9, "the base was made by a newer quarry"},
                               {10, "there is no such document in the base"}}};
    }

    void setup(OptionTable& options) override {
        options.add("document", document_, "Path, name or id of the document").required().value("DOCUMENT");
        options.flag("--text", text_, "Print the text only");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::read);
        const std::optional<store::Source> source = store->source(app::source_uri(*store, document_));
        if (!source) {
            throw Error(ErrorCode::nothing_found,
                        fmt::format("{} is not in the knowledge base", wire::display_uri(document_)),
                        "quarry docs ls lists what is");
        }
        if (text_) return print_text(context, *store, *source);
        const std::vector<store::Chunk> chunks =
            source->document_id ? store->chunks_of(*source->document_id) : std::vector<store::Chunk>();
        context.json ? print_json(context, *source, chunks) : print(context, *source, chunks);
        return 0;
    }

private:
    static int print_text(Context& context, const store::Store& store, const store::Source& source) {
        if (!source.document_id) {
            throw Error(ErrorCode::nothing_found, fmt::format("{} has no text", wire::display_uri(source.uri)),
                        "when it can be read, run quarry ingest again")
                .because(strip_terminal_controls(source.error));
        }
        if (context.json) {
            const std::string text = store.document_text(*source.document_id).value_or("");
            const Json json = {
                {"schema", "quarry.docs.show/1"}, {"document", wire::source_json(source)}, {"text", text}};
            context.out.result() << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
        } else {
            store.for_each_text_part(*source.document_id, [&](std::string_view part) { context.out.result() << part; });
        }
        return 0;
    }

    static void print_json(Context& context, const store::Source& source, const std::vector<store::Chunk>& chunks) {
        Json json = {
            {"schema", "quarry.docs.show/1"}, {"document", wire::source_json(source)}, {"chunks", Json::array()}};
        if (source.document_id) {
            json["document"]["document_metadata"] = parse_bounded_json<Json>(source.document_metadata_json);
        }
        for (const store::Chunk& chunk : chunks) {
            json["chunks"].push_back({{"id", chunk.id},
                                      {"start_byte", chunk.span.start_byte},
                                      {"end_byte", chunk.span.end_byte},
                                      {"start_line", chunk.span.start_line},
                                      {"end_line", chunk.span.end_line},
                                      {"heading_path", chunk.span.heading_path},
                                      {"text", chunk.text}});
        }
        context.out.result() << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    }

    static void print(Context& context, const store::Source& source, const std::vector<store::Chunk>& chunks) {
        std::ostream& out = context.out.result();
        const auto field = [&](std::string_view name, std::string_view value) {
            if (!value.empty()) out << fmt::format("{:<10} {}\n", name, one_line(strip_terminal_controls(value), 500));
        };
        out << context.out.styled(Style::bold, wire::display_uri(source.uri)) << '\n';
        field("title", source.title);
        field("type", source.media_type);
        field("language", source.language);
        field("from", source.kind == store::SourceKind::file             ? "a file"
                      : source.kind == store::SourceKind::standard_input ? "standard input"
                      : source.kind == store::SourceKind::url            ? "the web"
                                                                         : "a line of JSON");
        if (source.document_id) field("text", human_bytes(source.text_bytes));
        const Json metadata = wire::source_metadata(source);
        std::string_view label = "metadata";
        for (const auto& [name, value] : metadata.items()) {
            field(std::exchange(label, ""), fmt::format("{}={}", name, store::metadata_text(value)));
        }
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
    bool text_ = false;
};

}  // namespace

std::unique_ptr<Command> make_docs_show_command() { return std::make_unique<DocsShowCommand>(); }

}  // namespace quarry::cli
