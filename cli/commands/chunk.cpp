// quarry chunk: text in, chunks out; a filter that touches no knowledge base.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <istream>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/output.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/extract/extractor.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view standard_input = "-";
constexpr std::string_view token_estimate = "tokens:approx";
constexpr std::size_t looked_at_for_binary = 8192;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Names and paths for people: no control characters, one line.
std::string printable(std::string_view text) { return one_line(strip_terminal_controls(text), 500); }

/// What --count prints of a document.
struct Counts {
    std::size_t chunks = 0;
    std::size_t bytes = 0;
    std::size_t tokens = 0;
};

/// Prints results in one of the three forms as they come; a document is never held longer than its turn.
class ChunkPrinter {
public:
    ChunkPrinter(Output& out, std::string format, bool count) : out_(out), format_(std::move(format)), count_(count) {}

    void begin() {
        if (format_ == "json") out_.result() << "{\"schema\": \"quarry.chunk/1\", \"chunks\": [";
    }

    void document(std::string_view source, const Document& document, const std::vector<ChunkSpan>& spans) {
        Counts counts{spans.size(), document.text.size(), 0};
        std::size_t index = 0;
        for (const ChunkSpan& span : spans) {
            if (out_.closed()) return;
            const std::string_view text =
                std::string_view(document.text).substr(span.start_byte, span.end_byte - span.start_byte);
            const std::size_t tokens = tokenizer_->count(text);
            counts.tokens += tokens;
            if (!count_) chunk(source, index, span, text, tokens);
            ++index;
        }
        if (count_ && format_ != "json") counts_line(source, counts);
        total_.chunks += counts.chunks;
        total_.bytes += counts.bytes;
        total_.tokens += counts.tokens;
        ++documents_;
        summaries_.push_back(counts_json(source, counts));
    }

    void failed(std::string_view source, const Error& error) {
        failures_.push_back({{"source", source}, {"error", error.what()}, {"hint", error.hint()}});
    }

    void end() {
        if (format_ == "json") {
            out_.result() << (first_ ? "],\n" : "\n],\n") << "\"documents\": " << dump(summaries_)
                          << ",\n\"failed\": " << dump(failures_) << "}\n";
        } else if (count_ && format_ == "text" && documents_ > 1) {
            counts_line("total", total_);
        }
    }

private:
    void chunk(std::string_view source, std::size_t index, const ChunkSpan& span, std::string_view text,
               std::size_t tokens) {
        std::ostream& out = out_.result();
        if (format_ == "text") {
            const std::string place = fmt::format("{}:{}-{}", printable(source), span.start_line, span.end_line);
            out << out_.styled(Style::bold, place);
            if (!span.heading_path.empty()) {
                out << "  " << out_.styled(Style::cyan, printable(fmt::format("{}", fmt::join(span.heading_path, " > "))));
            }
            const std::string size = fmt::format("  bytes {}-{}, about {} tokens", span.start_byte, span.end_byte, tokens);
            out << out_.styled(Style::dim, size) << '\n' << strip_terminal_controls(text) << "\n\n";
            return;
        }
        const Json object = {{"source", source},
                             {"index", index},
                             {"start_byte", span.start_byte},
                             {"end_byte", span.end_byte},
                             {"start_line", span.start_line},
                             {"end_line", span.end_line},
                             {"heading_path", span.heading_path},
                             {"tokens", tokens},
                             {"text", text}};
        if (format_ == "json") out << (first_ ? "\n" : ",\n");
        out << dump(object);
        if (format_ == "ndjson") out << '\n';
        first_ = false;
    }

    static Json counts_json(std::string_view source, const Counts& counts) {
        return {{"source", source}, {"chunks", counts.chunks}, {"bytes", counts.bytes}, {"tokens", counts.tokens}};
    }

    void counts_line(std::string_view source, const Counts& counts) {
        if (format_ == "ndjson") {
            out_.result() << dump(counts_json(source, counts)) << '\n';
        } else {
            out_.result() << fmt::format("{}\t{}\t{}\t{}\n", counts.chunks, counts.bytes, counts.tokens,
                                         printable(source));
        }
    }

    Output& out_;
    std::string format_;
    bool count_;
    std::unique_ptr<Tokenizer> tokenizer_ = make_tokenizer(token_estimate);
    bool first_ = true;
    std::size_t documents_ = 0;
    Counts total_;
    Json summaries_ = Json::array();
    Json failures_ = Json::array();
};

class ChunkCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "chunk",
            .summary = "cut text into chunks, as a filter",
            .description =
                "Reads files, or standard input, and prints their chunks: pieces small enough to be searched for, or to "
                "be given to a language model, one by one. Nothing is stored and no knowledge base is needed; quarry "
                "ingest cuts documents with the same code and settings.\n\n"
                "A chunk is an exact span of its text: the bytes from start_byte up to end_byte, counted from 0 after a "
                "byte order mark (a UTF-8 file's optional first three bytes) is removed. Nothing is trimmed or changed "
                "inside of it. With an overlap of 0, everything but white space is in exactly one chunk.\n\n"
                "Strategies: fixed cuts at the size, wherever that is. recursive takes as much as fits and cuts at the "
                "last empty line in it, else at a line's end, a sentence's end, or a space. markdown keeps sections "
                "together under their headings, and cuts code, tables and lists only when one alone is too large. auto "
                "takes markdown for Markdown and recursive for everything else.\n\n"
                "Sizes are counted in a unit: chars (Unicode characters), bytes, words, or tokens:approx (an estimate "
                "of tokens, the pieces of words that language models count in).\n\n"
                "Formats: ndjson prints one JSON object a line (source, index, start_byte, end_byte, start_line, "
                "end_line, heading_path, tokens, text); json prints one document with all of them; text is for reading. "
                "A file that cannot be read is reported, and the others are done.",
            .examples = {{"quarry chunk README.md", "one JSON object a chunk"},
                         {"quarry chunk --format text --size 600 README.md", "look at how a file is cut"},
                         {"curl -s https://example.org/page.txt | quarry chunk --strategy recursive --size 300 --unit "
                          "tokens:approx",
                          "from a pipe, sized for a language model"},
                         {"quarry chunk --count docs/*.md", "chunks, bytes and tokens of each file"}},
            .exit_codes = {{11, "some of several files could not be read; the others are printed"}}};
    }

    void setup(CLI::App& app) override {
        app.add_option("file", files_, "Files to cut; - or none is standard input")->type_name("FILE");
        app.add_option("--strategy", strategy_,
                       fmt::format("How to cut: {} (default: chunk.strategy)", fmt::join(chunker_names(), ", ")))
            ->type_name("NAME");
        app.add_option("--size", size_, "Largest chunk, in units (default: chunk.size)")->type_name("N");
        app.add_option("--overlap", overlap_, "Units that a chunk repeats of the one before (default: chunk.overlap)")
            ->type_name("N");
        app.add_option("--unit", unit_,
                       fmt::format("What is counted: {} (default: chunk.unit)", fmt::join(tokenizer_names(), ", ")))
            ->type_name("NAME");
        app.add_option("--type", type_,
                       "What the text is: markdown or text (default: by the file name's ending, else text)")
            ->type_name("TYPE");
        app.add_option("--format", format_, "ndjson, json or text (default: ndjson; text with --count)")
            ->check(CLI::IsMember({"ndjson", "json", "text"}))
            ->type_name("FORMAT");
        app.add_flag("--count", count_,
                     "Print counts only: chunks, bytes, approximate tokens and the file, separated by tabs");
    }

    [[nodiscard]] int run(Context& context) override {
        const ChunkOptions options = chunk_options(context.config);
        const Extractor* type = type_.empty() ? nullptr : &extractor_by_name(type_);
        if (files_.empty()) files_.emplace_back(standard_input);
        ChunkPrinter printer(context.out, format_for(context), count_);
        std::size_t failed = 0;
        // One document alone that fails is the command's failure; nothing is printed of it.
        if (files_.size() == 1) {
            const Document document = read_document(context, files_.front(), type);
            const std::vector<ChunkSpan> spans = chunk_document(document, options, context.cancel);
            printer.begin();
            printer.document(files_.front(), document, spans);
        } else {
            printer.begin();
            for (const std::string& file : files_) {
                if (context.out.closed()) return 0;
                try {
                    const Document document = read_document(context, file, type);
                    printer.document(file, document, chunk_document(document, options, context.cancel));
                } catch (const Error& error) {
                    if (error.code() == ErrorCode::interrupted) throw;
                    context.out.error(error);
                    printer.failed(file, error);
                    ++failed;
                }
            }
        }
        printer.end();
        return failed > 0 ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
    }

private:
    [[nodiscard]] ChunkOptions chunk_options(const Config& config) const {
        ChunkOptions options;
        options.strategy = strategy_.empty() ? config.text("chunk.strategy") : strategy_;
        options.size = size_ ? *size_ : static_cast<std::size_t>(config.integer("chunk.size"));
        options.overlap = overlap_ ? *overlap_ : static_cast<std::size_t>(config.integer("chunk.overlap"));
        options.unit = unit_.empty() ? config.text("chunk.unit") : unit_;
        check_chunk_options(options);
        return options;
    }

    [[nodiscard]] std::string format_for(const Context& context) const {
        if (context.json) return "json";
        if (!format_.empty()) return format_;
        return count_ ? "text" : "ndjson";
    }

    [[nodiscard]] static Document read_document(Context& context, const std::string& file, const Extractor* type) {
        const auto limit = static_cast<std::size_t>(context.config.integer("ingest.max_file_bytes"));
        const bool piped = file == standard_input;
        std::string bytes = piped ? read_standard_input(context, limit) : read_file(file, limit);
        const std::string name = piped ? "standard input" : file;
        if (looks_binary(std::string_view(bytes).substr(0, looked_at_for_binary))) {
            throw Error(ErrorCode::failed, fmt::format("{} looks like a binary file", printable(name)),
                        "quarry chunk reads text and Markdown; convert the file first");
        }
        if (type == nullptr && !piped) type = find_extractor_for_file(file);
        if (type == nullptr) type = &extractor_by_name("text");
        return type->extract(std::move(bytes), {.name = name});
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
    std::string unit_;
    std::string type_;
    std::string format_;
    bool count_ = false;
};

}  // namespace

std::unique_ptr<Command> make_chunk_command() { return std::make_unique<ChunkCommand>(); }

}  // namespace quarry::cli
