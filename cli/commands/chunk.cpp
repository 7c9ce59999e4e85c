// quarry chunk: text in, chunks out; a filter that touches no knowledge base.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <system_error>

#include "cli/line/command.h"
#include "cli/line/number_checks.h"
#include "cli/text/chunk_output.h"
#include "cli/ui/output.h"
#include "core/app/knowledge_base.h"
#include "core/app/sentence_vectors.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/chunk/semantic_breaks.h"
#include "core/config/config.h"
#include "core/config/extract_commands.h"
#include "core/extract/extractor.h"
#include "core/ingest/prepare.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::cli {
namespace {

constexpr std::string_view standard_input = "-";
constexpr std::size_t looked_at_for_binary = 8192;

/// Names and paths for people: no control characters, one line.
std::string printable(std::string_view text) { return one_line(strip_terminal_controls(text), 500); }

void set_size(std::size_t& size, const std::optional<std::size_t>& given) { size = given.value_or(size); }

void set_name(std::string& name, const std::string& given) {
    if (!given.empty()) name = given;
}

class ChunkCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "chunk",
            .summary = "cut text into chunks, as a filter",
            .description =
                "Reads files, or standard input, and prints their chunks: pieces small enough to be searched for, or "
                "to "
                "be given to a language model, one by one. Nothing is stored and no knowledge base is needed; quarry "
                "ingest cuts documents with the same code and settings. Every kind of document that ingest reads is "
                "read "
                "here.\n\n"
                "A chunk is an exact span of its text: the bytes from start_byte up to end_byte, counted from 0 after "
                "a "
                "byte order mark (a UTF-8 file's optional first three bytes) is removed. Nothing is trimmed or changed "
                "inside of it. With an overlap of 0, everything but white space is in exactly one chunk. No chunk "
                "counts "
                "more than --size.\n\n"
                "Strategies: auto, the default, picks one by the kind of document. markdown (structure is another name "
                "for it) keeps sections together under their headings, and cuts code, tables and lists only when one "
                "alone is too large. code keeps functions and classes whole. recursive takes as much as fits and cuts "
                "at "
                "the last empty line in it, else at a line's end, a sentence's end, or a space; in source code at its "
                "language's separators, or at those of --separators. sentence and paragraph put together as many whole "
                "ones as fit. page and row cut at each page and at each row of a table, record or line. semantic cuts "
                "where the meaning changes. fixed cuts at the size, wherever that is.\n\n"
                "Sizes are counted in a unit: chars (Unicode characters), bytes, words, or tokens, the pieces of words "
                "that language models count in: tokens:approx estimates them, other units that begin so count as the "
                "models do.\n\n"
                "--show prints the text with its cuts: a number where each chunk begins, and between angle quotes what "
                "it "
                "repeats of the one before. --count makes a counter of words and tokens for scripts of it.\n\n"
                "Formats: ndjson prints one JSON object a line; json prints one document with all of them; text and "
                "markdown are for reading. A file that cannot be read is reported, and the others are done.",
            .examples = {{"quarry chunk README.md", "one JSON object a chunk"},
                         {"quarry chunk --show --size 600 README.md", "look at how a file is cut"},
                         {"curl -s https://example.org/page.txt | quarry chunk --strategy recursive --size 300 --unit "
                          "tokens:approx",
                          "from a pipe, sized for a language model"},
                         {"quarry chunk --count --encoding tokens:approx docs/*.md",
                          "chunks, bytes and tokens of each file"}},
            .exit_codes = {{11, "some of several files could not be read; the others are printed"},
                           {14, "the embedding server that semantic asks failed"},
                           {15, "it refused because of too many requests"},
                           {16, "it would cost more than --max-cost"}}};
    }

    void setup(OptionTable& options) override {
        options.add("file", files_, "Files to cut; - or none is standard input").value("FILE");
        options
            .add("--strategy", strategy_,
                 fmt::format("How to cut: {} (default: chunk.strategy)", fmt::join(chunk::chunker_names(), ", ")))
            .value("NAME");
        options.add("--size", size_, "Largest chunk, in units (default: chunk.size)").value("N").check(whole_number());
        options.add("--overlap", overlap_, "Units that a chunk repeats of the one before (default: chunk.overlap)")
            .value("N")
            .check(whole_number());
        options
            .add("--min-size", min_size_,
                 "Put neighbours together while one has fewer units and both fit (default: chunk.min_size)")
            .value("N")
            .check(whole_number());
        options
            .add("--parent-size", parent_size_,
                 "Give each chunk a larger span of so many units around it; 0: none (default: chunk.parent_size)")
            .value("N")
            .check(whole_number());
        options
            .add("--unit", unit_,
                 fmt::format("What is counted: {} (default: chunk.unit)", fmt::join(tokenize::tokenizer_names(), ", ")))
            .value("NAME");
        options
            .add("--encoding", encoding_,
                 "How tokens are counted, by the same names (default: chunk.encoding, else the unit if it is one)")
            .value("NAME");
        options
            .add("--separators", separators_,
                 "Where recursive cuts: a language such as python, or a JSON array (default: chunk.separators)")
            .value("LIST");
        options
            .add("--breakpoint", breakpoint_,
                 fmt::format("Where semantic cuts: {} (default: chunk.breakpoint)",
                             fmt::join(chunk::breakpoint_names(), ", ")))
            .value("NAME");
        options.add("--threshold", threshold_, "Of the breakpoint; 0: its usual one (default: chunk.threshold)")
            .value("NUMBER")
            .check(finite_number());
        options
            .add("--max-cost", max_cost_,
                 "Most that the model may cost which semantic asks, in the currency of embed.price_per_million")
            .value("AMOUNT")
            .check(amount());
        options
            .add("--type", type_,
                 "What the text is, such as markdown (default: by the file's name, else by its content)")
            .value("TYPE");
        options.add("--format", format_, "ndjson, json, text or markdown (default: ndjson; text with --count)")
            .choices({"ndjson", "json", "text", "markdown"})
            .value("FORMAT");
        options.flag("--show", show_, "Print the text with its cuts marked, to see a strategy at work");
        options.flag("--count", count_, "Print counts only: chunks, bytes, tokens and the file, separated by tabs")
            .excludes("--show");
    }

    [[nodiscard]] int run(Context& context) override {
        chunk::ChunkOptions options = chunk_options(context.config);
        app::SentenceSpending spending{app::embedding_price(context.config), max_cost_};
        if (max_cost_ && !spending.price.price) app::check_budget(spending.price, 0, *max_cost_);
        app::use_sentence_vectors(context, spending, options);
        const extract::Extractor* type = type_.empty() ? nullptr : &extract::extractor_by_name(type_);
        if (files_.empty()) files_.emplace_back(standard_input);
        const std::unique_ptr<tokenize::Tokenizer> encoding = tokenize::make_tokenizer(options.token_encoding());
        const bool exact = encoding->name() != "tokens:approx";
        ChunkPrinter printer(context.out, {format_for(context), count_, show_ && !context.json, exact});
        std::size_t failed = 0;
        const auto cut_and_print = [&](const std::string& file) {
            const document::Document document = read_document(context, file, type);
            std::string note;
            const std::vector<document::ChunkSpan> spans = cut(context, document, options, note);
            const std::size_t tokens = count_ || format_for(context) == "json" ? encoding->count(document.text) : 0;
            printer.document({file, document, spans, chunk::resolve_strategy(document, options), tokens, note});
        };
        // One document alone that fails is the command's failure; nothing is printed of it.
        if (files_.size() == 1) {
            cut_and_print(files_.front());
        } else {
            for (const std::string& file : files_) {
                if (context.out.closed()) return 0;
                try {
                    cut_and_print(file);
                } catch (const Error& error) {
                    if (ingest::ends_run(error.code())) throw;
                    context.out.error(of_one_input(error));
                    printer.failed(file, error);
                    ++failed;
                }
            }
        }
        printer.end();
        return failed > 0 ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
    }

private:
    [[nodiscard]] chunk::ChunkOptions chunk_options(const config::Config& config) const {
        chunk::ChunkOptions options = app::configured_chunk_options(config);
        set_name(options.strategy, strategy_);
        set_size(options.size, size_);
        set_size(options.overlap, overlap_);
        set_size(options.min_size, min_size_);
        set_size(options.parent_size, parent_size_);
        set_name(options.unit, unit_);
        set_name(options.encoding, encoding_);
        set_name(options.separators, separators_);
        set_name(options.breakpoint, breakpoint_);
        if (threshold_) options.threshold = *threshold_;
        chunk::check_chunk_options(options);
        return options;
    }

    /// An error that does not end the run, as that of the run's exit code.
    [[nodiscard]] static Error of_one_input(const Error& error) {
        Error one(ErrorCode::some_inputs_failed, error.message(), error.hint());
        for (const std::string& cause : error.causes()) one = std::move(one).because(cause);
        return one;
    }

    /// The chunks of a document; `note` says why they are not by the strategy that was asked for, if so.
    [[nodiscard]] static std::vector<document::ChunkSpan> cut(const Context& context,
                                                              const document::Document& document,
                                                              const chunk::ChunkOptions& options, std::string& note) {
        return chunk::chunk_document(document, options, context.cancel, &note);
    }

    [[nodiscard]] std::string format_for(const Context& context) const {
        if (context.json) return "json";
        if (!format_.empty()) return format_;
        return count_ ? "text" : "ndjson";
    }

    [[nodiscard]] static document::Document read_document(Context& context, const std::string& file,
                                                          const extract::Extractor* type) {
        const auto limit = static_cast<std::size_t>(context.config.integer("ingest.max_file_bytes"));
        const bool piped = file == standard_input;
        std::error_code unknown;
        if (!piped && std::filesystem::is_directory(file, unknown)) {
            throw Error(ErrorCode::failed, fmt::format("{} is a folder", printable(file)),
                        "give its files, such as with a pattern of your shell; quarry ingest reads folders");
        }
        std::string bytes = piped ? read_standard_input(context, limit) : read_file(file, limit);
        const std::string name = piped ? "standard input" : file;
        const std::string_view first_bytes = std::string_view(bytes).substr(0, looked_at_for_binary);
        const extract::ExtractorSet extractors = config::configured_extractors(context.config);
        if (type == nullptr) type = extractors.find(piped ? std::string_view() : file, first_bytes);
        if (type == nullptr) type = &extract::extractor_by_name("text");
        if (!type->is_binary() && extract::looks_binary(first_bytes)) {
            throw Error(ErrorCode::failed, fmt::format("{} looks like a binary file", printable(name)),
                        "say what it is with --type, or convert it to text first");
        }
        return type->extract(std::move(bytes), {.name = name, .cancel = &context.cancel});
    }

    [[nodiscard]] static std::string read_standard_input(Context& context, std::size_t limit) {
        if (context.stdin_is_terminal) context.out.note("reading from the terminal; end with Ctrl-D");
        std::string bytes;
        std::vector<char> buffer(65536);
        while (context.in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), context.in.gcount() > 0) {
            context.cancel.check();
            bytes.append(buffer.data(), static_cast<std::size_t>(context.in.gcount()));
            if (bytes.size() > limit) {
                throw Error(ErrorCode::failed, fmt::format("standard input is larger than {} bytes", limit),
                            "raise ingest.max_file_bytes, or cut the input up");
            }
        }
        return bytes;
    }

    std::vector<std::string> files_;
    std::string strategy_;
    std::optional<std::size_t> size_;
    std::optional<std::size_t> overlap_;
    std::optional<std::size_t> min_size_;
    std::optional<std::size_t> parent_size_;
    std::string unit_;
    std::string encoding_;
    std::string separators_;
    std::string breakpoint_;
    std::optional<double> threshold_;
    std::optional<double> max_cost_;
    std::string type_;
    std::string format_;
    bool show_ = false;
    bool count_ = false;
};

}  // namespace

std::unique_ptr<Command> make_chunk_command() { return std::make_unique<ChunkCommand>(); }

}  // namespace quarry::cli
