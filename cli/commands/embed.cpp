// quarry embed: vectors for the knowledge base, or for lines of standard input.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/config_json.h"
#include "cli/embedding.h"
#include "cli/output.h"
#include "core/base/lines.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::size_t longest_line = 1'000'000;  // bytes

class EmbedCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "embed",
            .summary = "make the vectors that search by meaning needs",
            .description =
                "Gives every passage of the knowledge base that has none yet a vector: a list of numbers that is near "
                "to that of another text when the two are about the same thing. quarry ingest does this at its end; "
                "embed is for after a change of the embedder (the part that makes vectors), or when ingest was "
                "interrupted. It goes on where it stopped, and until it is done searches use the old vectors.\n\n"
                "Without further set-up the embedder is built in: a table of word vectors that is fitted on your own "
                "documents in some seconds. Nothing is downloaded and nothing leaves the machine. It is fitted anew "
                "when the base has doubled, or at once with --refit. A base with fewer than 64 passages gets none and "
                "is searched by words. With embed.provider = openai, any server that speaks OpenAI's embeddings "
                "protocol makes the vectors; the passages are sent to it.\n\n"
                "With --stdin it is a filter: each line of standard input becomes one line of JSON on standard output, "
                "with the line's text and its vector by the knowledge base's embedder.",
            .examples = {{"quarry embed", "make what is missing"},
                         {"quarry embed --refit", "fit the built-in embedder anew on all documents"},
                         {"echo 'retry with backoff' | quarry embed --stdin", "one text's vector, as JSON"}},
            .exit_codes = {{14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server says that requests come too fast"}}};
    }

    void setup(CLI::App& app) override {
        auto* refit = app.add_flag("--refit", refit_, "Fit the built-in embedder anew, then make all vectors");
        app.add_flag("--stdin", stdin_,
                     "Read lines from standard input and print their vectors, one JSON object a line")
            ->excludes(refit);
    }

    [[nodiscard]] int run(Context& context) override { return stdin_ ? embed_lines(context) : embed_base(context); }

private:
    [[nodiscard]] int embed_base(Context& context) const {
        const std::string& provider = context.config.text("embed.provider");
        if (provider == "none") {
            throw Error(ErrorCode::usage, "embedding is switched off",
                        "switch it on: quarry config set embed.provider builtin")
                .because("embed.provider is none");
        }
        if (refit_ && provider != "builtin") {
            throw Error(ErrorCode::usage, "--refit is for the built-in embedder, which is not the one configured",
                        "leave it out; or switch: quarry config set embed.provider builtin")
                .because(fmt::format("embed.provider is {}", provider));
        }
        const std::unique_ptr<Store> store = open_store(context.base_path, StoreMode::write);
        const EmbeddingReport report = update_vectors(context, *store, {.refit = refit_});
        if (context.json) {
            context.out.result() << dump_json({{"schema", "quarry.embed/1"},
                                               {"embedder", report.embedder},
                                               {"fitted", report.fitted},
                                               {"embedded", report.embedded},
                                               {"vectors", store->stats().vectors},
                                               {"note", report.note}});
        } else if (report.embedded == 0 && !report.fitted && report.note.empty()) {
            context.out.note("every passage has its vector already");
        }
        return 0;
    }

    [[nodiscard]] static std::unique_ptr<Embedder> filter_embedder(Context& context) {
        const std::unique_ptr<Store> store = open_store(context.base_path, StoreMode::read);
        std::unique_ptr<Embedder> embedder = query_embedder(context, *store);
        if (embedder == nullptr) {
            throw Error(ErrorCode::failed, "the knowledge base has no embedder",
                        "the built-in one needs 64 passages: put more documents in with quarry ingest, then quarry "
                        "embed; or name a server: quarry help embed")
                .because(fmt::format("no vectors were made in {}", context.base_path.string()));
        }
        return embedder;
    }

    /// Reads lines in batches of what the embedder takes; nothing but one batch is held.
    [[nodiscard]] static int embed_lines(Context& context) {
        const std::unique_ptr<Embedder> embedder = filter_embedder(context);
        std::vector<std::string> lines;
        std::string line;
        std::size_t number = 0;
        while (read_line(context.in, line, longest_line)) {
            context.cancel.check();
            ++number;
            if (line.size() > longest_line) {
                throw Error(ErrorCode::failed, fmt::format("line {} of standard input is too long", number),
                            "cut long texts first: quarry chunk")
                    .because(fmt::format("{} bytes are the most", longest_line));
            }
            if (const auto invalid = find_invalid_utf8(line)) {
                throw Error(ErrorCode::failed, fmt::format("line {} of standard input is not UTF-8", number),
                            "convert it first, such as with iconv -t UTF-8")
                    .because(fmt::format("byte {} of the line begins no valid character", *invalid));
            }
            lines.push_back(std::move(line));
            if (lines.size() == embedder->batch_size()) print_vectors(context, *embedder, lines);
            if (context.out.closed()) return 0;
        }
        print_vectors(context, *embedder, lines);
        return 0;
    }

    /// Prints the vectors of the lines and clears them.
    static void print_vectors(Context& context, Embedder& embedder, std::vector<std::string>& lines) {
        if (lines.empty()) return;
        const std::vector<std::string_view> texts(lines.begin(), lines.end());
        const std::vector<float> vectors = embedder.embed(texts, EmbedKind::document, context.cancel);
        const std::size_t dimensions = vectors.size() / lines.size();
        for (std::size_t i = 0; i < lines.size(); ++i) {
            // By hand: the JSON library would print floats with the digits of doubles.
            const std::span<const float> vector = std::span(vectors).subspan(i * dimensions, dimensions);
            context.out.result() << fmt::format("{{\"text\":{},\"vector\":[{}]}}\n", nlohmann::json(lines[i]).dump(),
                                                fmt::join(vector, ","));
        }
        lines.clear();
    }

    bool refit_ = false;
    bool stdin_ = false;
};

}  // namespace

std::unique_ptr<Command> make_embed_command() { return std::make_unique<EmbedCommand>(); }

}  // namespace quarry::cli
